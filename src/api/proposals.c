#include "api/handlers.h"

#include "api/agreed.h"
#include "api/authorise.h"
#include "api/parameters.h"
#include "service/proposal_pages.h"

static const char operation[] = "api.proposals";

static const char *kind_name(int index)
{
    return ic_proposal_kind_name((enum ic_proposal_kind)index);
}

static const char *purpose_name(int index)
{
    return ic_proposal_purpose_name((enum ic_proposal_purpose)index);
}

static const char *outcome_name(int index)
{
    return ic_proposal_outcome_name((enum ic_proposal_outcome)index);
}

static const char *order_name(int index)
{
    return ic_log_order_name((enum ic_log_order)index);
}

static const struct ic_parameter_names kinds = {kind_name, IC_PROPOSAL_KIND_COUNT};
static const struct ic_parameter_names purposes = {purpose_name, IC_PROPOSAL_PURPOSE_COUNT};
static const struct ic_parameter_names outcomes = {outcome_name, IC_PROPOSAL_OUTCOME_COUNT};
static const struct ic_parameter_names orders = {order_name, IC_LOG_ORDER_COUNT};

/* ---- Out. ---- */

static void put_optional_time(struct ic_json_writer *writer, const char *key, int64_t time)
{
    if (time > 0) {
        ic_json_put_int64(writer, key, time);
    }
}

static void write_members(struct ic_json_writer *writer, const struct ic_proposal_view *view)
{
    const struct ic_proposal *proposal = &view->proposal;
    ic_json_put_name(writer, "proposal_id", proposal->proposal_id.text);
    ic_json_put_name(writer, "purpose", ic_proposal_purpose_name(proposal->purpose));
    ic_json_key(writer, view->agreed.is_rule ? "rule" : "goal");
    ic_agreed_write(writer, &view->agreed);
    ic_json_put_optional_text(writer, "replaces_id", ic_id_text(&proposal->replaces_id));
    ic_json_put_name(writer, "opr_id", proposal->opr_id.text);
    ic_json_put_text(writer, "opr_name", proposal->opr_name);
    ic_json_put_optional_text(writer, "reason", proposal->reason);
    ic_json_put_int64(writer, "created_at", proposal->created_at);
    ic_json_put_bool(writer, "is_voted", proposal->is_voted);
    ic_json_put_int64(writer, "opened_at", proposal->terms.opened_at);
    ic_json_put_int64(writer, "closes_at", proposal->terms.closes_at);
    ic_json_put_int64(writer, "quorum_percent", proposal->terms.quorum_percent);
    ic_json_put_int64(writer, "majority_percent", proposal->terms.majority_percent);
    ic_json_put_name(writer, "outcome", ic_proposal_outcome_name(proposal->outcome));
    put_optional_time(writer, "decided_at", proposal->decided_at);
    ic_json_put_int64(writer, "members", proposal->count.members);
    ic_json_put_int64(writer, "quorum", view->quorum);
    ic_json_put_int64(writer, "votes_for", proposal->count.votes_for);
    ic_json_put_int64(writer, "votes_against", proposal->count.votes_against);
    ic_json_put_int64(writer, "abstentions", proposal->count.abstentions);
    ic_json_put_bool(writer, "is_member", view->is_member);
    ic_json_put_bool(writer, "can_change", view->can_change);
    if (view->has_voted) {
        ic_json_put_name(writer, "own_choice", ic_vote_choice_name(view->own_choice));
    }
}

static void write_votes(struct ic_json_writer *writer, const struct ic_vote_list *votes)
{
    ic_json_key(writer, "votes");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < votes->count; i++) {
        ic_json_object_begin(writer);
        ic_json_put_name(writer, "opr_id", votes->items[i].opr_id.text);
        ic_json_put_text(writer, "opr_name", votes->items[i].opr_name);
        ic_json_put_name(writer, "choice", ic_vote_choice_name(votes->items[i].choice));
        ic_json_put_optional_text(writer, "reason", votes->items[i].reason);
        ic_json_put_int64(writer, "voted_at", votes->items[i].voted_at);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static void put_next(struct ic_json_writer *writer, const struct ic_list_cursor *next)
{
    ic_json_key(writer, "next");
    if (next->text[0] != '\0') {
        ic_json_text(writer, ic_str_from(next->text));
    } else {
        ic_json_null(writer);
    }
}

/* ---- A page. ---- */

/* A goal's or a rule's. */
static void read_object(struct ic_parameters *parameters, struct ic_id *ret_id)
{
    ic_parameters_id(parameters, "goal_id", IC_ID_GOAL, ret_id);
    ic_parameters_id(parameters, "rule_id", IC_ID_RULE, ret_id);
}

static enum ic_rc read_query(const struct ic_http_request *request, struct ic_proposal_query *asked,
                             struct ic_str *ret_after, struct ic_err *err)
{
    struct ic_parameters parameters;
    bool has_order;
    int order = IC_LOG_ORDER_NEWEST;
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_choices(&parameters, "kind", &kinds, asked->has_kind);
    ic_parameters_choices(&parameters, "purpose", &purposes, asked->has_purpose);
    ic_parameters_choices(&parameters, "outcome", &outcomes, asked->has_outcome);
    ic_parameters_id(&parameters, "opr_id", IC_ID_OPERATOR, &asked->opr_id);
    read_object(&parameters, &asked->object_id);
    ic_parameters_choice(&parameters, "order", &orders, &has_order, &order);
    ic_parameters_page_size(&parameters, &asked->limit);
    ic_parameters_text(&parameters, "after", ret_after);
    asked->is_oldest_first = order == IC_LOG_ORDER_OLDEST;
    return ic_parameters_end(&parameters);
}

enum ic_rc ic_api_list_proposals(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_proposal_page page;
    struct ic_proposal_query asked = {0};
    struct ic_str after = {0};
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_query(request, &asked, &after, err);
    }
    if (rc == IC_OK) {
        rc = ic_proposals_list(context, &asker, &asked, after, request->arena, &page, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < page.count; i++) {
        ic_json_object_begin(&writer);
        write_members(&writer, &page.items[i]);
        ic_json_object_end(&writer);
    }
    ic_json_array_end(&writer);
    put_next(&writer, &page.next);
    ic_json_put_int64(&writer, "open", page.open);
    ic_json_object_end(&writer);
    return IC_OK;
}

/* ---- One. ---- */

static enum ic_rc read_id(const struct ic_http_request *request, struct ic_id *ret_proposal_id, struct ic_err *err)
{
    return ic_id_parse(IC_ID_PROPOSAL, request->parameters[0], ret_proposal_id)
               ? IC_OK
               : ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such proposal.");
}

enum ic_rc ic_api_get_proposal(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id proposal_id;
    struct ic_proposal_view view;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_id(request, &proposal_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_proposals_get(context, &asker, &proposal_id, request->arena, &view, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    write_members(&writer, &view);
    write_votes(&writer, &view.votes);
    ic_json_object_end(&writer);
    return IC_OK;
}

static void write_deed(struct ic_json_writer *writer, const struct ic_proposal_deed *deed)
{
    ic_json_object_begin(writer);
    ic_json_put_int64(writer, "deed_number", deed->deed_number);
    ic_json_put_name(writer, "elg_id", deed->elg_id.text);
    ic_json_put_name(writer, "deed", ic_proposal_deed_kind_name(deed->deed));
    ic_json_put_int64(writer, "created_at", deed->created_at);
    ic_json_put_bool(writer, "is_by_server", deed->is_by_server);
    ic_json_put_name(writer, "opr_id", deed->opr_id.text);
    ic_json_put_text(writer, "opr_name", deed->opr_name);
    if (deed->has_choice_before) {
        ic_json_put_name(writer, "choice_before", ic_vote_choice_name(deed->choice_before));
    }
    if (deed->has_choice_after) {
        ic_json_put_name(writer, "choice_after", ic_vote_choice_name(deed->choice_after));
    }
    ic_json_put_optional_text(writer, "reason", deed->reason);
    ic_json_object_end(writer);
}

enum ic_rc ic_api_list_proposal_history(void *context, const struct ic_http_request *request,
                                        struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id proposal_id;
    struct ic_proposal_history history;
    struct ic_parameters parameters;
    struct ic_str after = {0};
    size_t limit;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_id(request, &proposal_id, err);
    }
    if (rc == IC_OK) {
        ic_parameters_begin(&parameters, request, err);
        ic_parameters_page_size(&parameters, &limit);
        ic_parameters_text(&parameters, "after", &after);
        rc = ic_parameters_end(&parameters);
    }
    if (rc == IC_OK) {
        rc = ic_proposals_history(context, &asker, &proposal_id, limit, after, request->arena, &history, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < history.deeds.count; i++) {
        write_deed(&writer, &history.deeds.items[i]);
    }
    ic_json_array_end(&writer);
    put_next(&writer, &history.next);
    ic_json_object_end(&writer);
    return IC_OK;
}
