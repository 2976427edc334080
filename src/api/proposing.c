#include "api/handlers.h"

#include "api/agreed.h"
#include "api/authorise.h"
#include "api/body.h"
#include "contract/limits.h"

static const char operation[] = "api.proposing";

enum { CHOICE_BYTES_MAX = 16 };

static void answer(struct ic_http_response *response, int status, const struct ic_proposed *proposed)
{
    struct ic_json_writer writer;
    response->status = status;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_optional_text(&writer, "proposal_id", ic_id_text(&proposed->proposal_id));
    ic_json_put_name(&writer, "object_id", proposed->object_id.text);
    ic_json_put_name(&writer, "outcome", ic_proposal_outcome_name(proposed->outcome));
    ic_json_object_end(&writer);
}

static enum ic_rc read_id(const struct ic_http_request *request, enum ic_id_kind kind, struct ic_id *ret_id,
                          struct ic_err *err)
{
    return ic_id_parse(kind, request->parameters[0], ret_id)
               ? IC_OK
               : ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such thing.");
}

typedef void (*read_wish)(struct ic_json_reader *reader, struct ic_proposal_wish *ret_wish);

static enum ic_rc read_body(const struct ic_http_request *request, read_wish read, struct ic_proposal_wish *ret_wish,
                            struct ic_err *err)
{
    struct ic_json_reader reader;
    enum ic_rc rc = ic_body_read(request, operation, &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    read(&reader, ret_wish);
    return ic_json_reader_finish(&reader);
}

static enum ic_rc propose(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                          read_wish read, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_proposal_wish wish;
    struct ic_proposed proposed;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_body(request, read, &wish, err);
    }
    if (rc == IC_OK) {
        rc = ic_proposals_propose(context, &asker, &wish, request->arena, &proposed, err);
    }
    if (rc == IC_OK) {
        answer(response, 201, &proposed);
    }
    return rc;
}

enum ic_rc ic_api_propose_goal(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    return propose(context, request, response, ic_agreed_read_goal, err);
}

enum ic_rc ic_api_propose_rule(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    return propose(context, request, response, ic_agreed_read_rule, err);
}

static enum ic_rc change(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                         read_wish read, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id proposal_id;
    struct ic_proposal_wish wish;
    struct ic_proposed proposed;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_id(request, IC_ID_PROPOSAL, &proposal_id, err);
    }
    if (rc == IC_OK) {
        rc = read_body(request, read, &wish, err);
    }
    if (rc == IC_OK) {
        rc = ic_proposals_change(context, &asker, &proposal_id, &wish, request->arena, &proposed, err);
    }
    if (rc == IC_OK) {
        answer(response, 200, &proposed);
    }
    return rc;
}

enum ic_rc ic_api_change_proposed_goal(void *context, const struct ic_http_request *request,
                                       struct ic_http_response *response, struct ic_err *err)
{
    return change(context, request, response, ic_agreed_read_goal, err);
}

enum ic_rc ic_api_change_proposed_rule(void *context, const struct ic_http_request *request,
                                       struct ic_http_response *response, struct ic_err *err)
{
    return change(context, request, response, ic_agreed_read_rule, err);
}

static enum ic_rc archive(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                          enum ic_id_kind kind, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id object_id;
    struct ic_json_reader reader;
    struct ic_proposed proposed;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_id(request, kind, &object_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_body_read(request, operation, &reader, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_str reason = ic_body_find_text(&reader, "reason", IC_LIMIT_PROPOSAL_REASON_CHARACTERS_MAX);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_proposals_propose_archiving(context, &asker, &object_id, reason, request->arena, &proposed, err);
    }
    if (rc == IC_OK) {
        answer(response, 201, &proposed);
    }
    return rc;
}

enum ic_rc ic_api_archive_goal(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    return archive(context, request, response, IC_ID_GOAL, err);
}

enum ic_rc ic_api_archive_rule(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    return archive(context, request, response, IC_ID_RULE, err);
}

enum ic_rc ic_api_withdraw_proposal(void *context, const struct ic_http_request *request,
                                    struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id proposal_id;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_id(request, IC_ID_PROPOSAL, &proposal_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_proposals_withdraw(context, &asker, &proposal_id, request->arena, err);
    }
    if (rc == IC_OK) {
        response->status = 204;
    }
    return rc;
}

/* ---- Votes. ---- */

static enum ic_vote_choice read_choice(struct ic_json_reader *reader)
{
    enum ic_vote_choice choice = IC_VOTE_CHOICE_ABSTAIN;
    struct ic_str name = ic_json_get_text(reader, "choice", 1, CHOICE_BYTES_MAX);
    if (ic_json_reader_ok(reader) && !ic_vote_choice_parse(name.data, name.size, &choice)) {
        ic_json_refuse(reader, "choice", "One votes for, against, or abstains.");
    }
    return choice;
}

enum ic_rc ic_api_vote(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id proposal_id;
    struct ic_json_reader reader;
    struct ic_proposed proposed;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_id(request, IC_ID_PROPOSAL, &proposal_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_body_read(request, operation, &reader, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    enum ic_vote_choice choice = read_choice(&reader);
    struct ic_str reason = ic_body_find_text(&reader, "reason", IC_LIMIT_PROPOSAL_REASON_CHARACTERS_MAX);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_proposals_vote(context, &asker, &proposal_id, choice, reason, request->arena, &proposed, err);
    }
    if (rc == IC_OK) {
        answer(response, 200, &proposed);
    }
    return rc;
}

enum ic_rc ic_api_take_vote_back(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id proposal_id;
    struct ic_proposed proposed;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_id(request, IC_ID_PROPOSAL, &proposal_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_proposals_take_vote_back(context, &asker, &proposal_id, request->arena, &proposed, err);
    }
    if (rc == IC_OK) {
        answer(response, 200, &proposed);
    }
    return rc;
}
