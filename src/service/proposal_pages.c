#include "service/proposal_pages.h"

static const char operation[] = "service.proposal_pages";

struct page_read {
    const struct ic_asker *asker;
    struct ic_proposal_query query;
    const struct ic_id *proposal_id;
    int64_t now;
    int64_t behind;
    size_t limit;
    struct ic_arena *arena;
    struct ic_proposal_list list;
    struct ic_proposal_page page;
    struct ic_proposal_view view;
    struct ic_proposal_deed_list deeds;
    struct ic_ballot_people people;
};

/* ---- One. ---- */

static void see_votes(const struct page_read *read, struct ic_proposal_view *view)
{
    bool has_another = false;
    for (size_t i = 0; i < view->votes.count; i++) {
        const struct ic_vote *vote = &view->votes.items[i];
        bool is_own = ic_id_equal(&vote->opr_id, &read->asker->opr_id);
        has_another = has_another || !is_own;
        if (is_own) {
            view->has_voted = true;
            view->own_choice = vote->choice;
        }
    }
    for (size_t i = 0; i < read->people.count; i++) {
        const struct ic_ballot_person *person = &read->people.items[i];
        view->is_member = view->is_member || (ic_id_equal(&person->opr_id, &read->asker->opr_id) &&
                                              ic_ballot_is_member(&view->proposal.terms, person));
    }
    view->can_change = view->proposal.outcome == IC_PROPOSAL_OUTCOME_OPEN && !has_another &&
                       read->now < view->proposal.terms.closes_at &&
                       ic_can(read->asker, IC_ACTION_CHANGE_PROPOSAL,
                              ic_whose_is(read->asker, &view->proposal.opr_id)) == IC_VERDICT_YES;
}

static enum ic_rc see(struct ic_store_tx *tx, const struct page_read *read, const struct ic_proposal *proposal,
                      struct ic_proposal_view *view, struct ic_err *err)
{
    *view = (struct ic_proposal_view){.proposal = *proposal};
    enum ic_rc rc = ic_agreed_get(tx, ic_proposal_object(proposal), read->arena, &view->agreed, err);
    if (rc == IC_OK) {
        struct ic_ballot_count count;
        rc = ic_proposal_count(tx, proposal, read->arena, &count, &view->votes, err);
        if (rc == IC_OK && proposal->outcome == IC_PROPOSAL_OUTCOME_OPEN) {
            view->proposal.count = count;
        }
    }
    if (rc == IC_OK) {
        view->quorum = ic_ballot_quorum(&proposal->terms, view->proposal.count.members);
        see_votes(read, view);
    }
    return rc;
}

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct page_read *read = context;
    struct ic_proposal proposal;
    enum ic_rc rc = ic_store_proposal_get(tx, read->proposal_id, read->arena, &proposal, err);
    if (rc == IC_OK) {
        rc = ic_store_ballot_people(tx, read->arena, &read->people, err);
    }
    return rc == IC_OK ? see(tx, read, &proposal, &read->view, err) : rc;
}

enum ic_rc ic_proposals_get(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *proposal_id,
                            struct ic_arena *arena, struct ic_proposal_view *ret_view, struct ic_err *err)
{
    struct page_read read = {
        .asker = asker, .proposal_id = proposal_id, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_PROPOSALS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &read, err);
    }
    if (rc == IC_OK) {
        *ret_view = read.view;
    }
    return rc;
}

/* ---- A page. ---- */

static enum ic_rc hash_question(const struct ic_proposal_query *asked, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "proposals");
    ic_list_question_put_int64(&question, asked->is_oldest_first);
    for (int i = 0; i < IC_PROPOSAL_KIND_COUNT; i++) {
        ic_list_question_put_int64(&question, asked->has_kind[i]);
    }
    for (int i = 0; i < IC_PROPOSAL_PURPOSE_COUNT; i++) {
        ic_list_question_put_int64(&question, asked->has_purpose[i]);
    }
    for (int i = 0; i < IC_PROPOSAL_OUTCOME_COUNT; i++) {
        ic_list_question_put_int64(&question, asked->has_outcome[i]);
    }
    ic_list_question_put_text(&question, ic_id_text(&asked->opr_id));
    ic_list_question_put_text(&question, ic_id_text(&asked->object_id));
    return ic_list_question_end(&question, ret_hash, err);
}

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct page_read *read = context;
    enum ic_rc rc = ic_store_proposal_list(tx, &read->query, read->arena, &read->list, err);
    if (rc == IC_OK) {
        rc = ic_store_proposals_open_count(tx, &read->page.open, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_ballot_people(tx, read->arena, &read->people, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    read->page.count = read->list.count;
    read->page.items = ic_arena_alloc_array(read->arena, read->list.count + 1, sizeof *read->page.items);
    if (!read->page.items) {
        return ic_arena_failed(operation, err);
    }
    for (size_t i = 0; rc == IC_OK && i < read->list.count; i++) {
        rc = see(tx, read, &read->list.items[i], &read->page.items[i], err);
    }
    return rc;
}

enum ic_rc ic_proposals_list(struct ic_service *service, const struct ic_asker *asker,
                             const struct ic_proposal_query *asked, struct ic_str after, struct ic_arena *arena,
                             struct ic_proposal_page *ret_page, struct ic_err *err)
{
    struct page_read read = {.asker = asker, .query = *asked, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    struct ic_list_place place;
    struct ic_hash question;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_PROPOSALS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = hash_question(asked, &question, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
    }
    if (rc == IC_OK) {
        read.query.behind = after.size > 0 ? &place : NULL;
        read.query.looks_max = IC_STORE_PROPOSAL_LOOKS_MAX;
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_page = read.page;
    if (read.list.has_next) {
        ic_list_cursor_write(&question, &read.list.next, &ret_page->next);
    }
    return IC_OK;
}

/* ---- History. ---- */

static enum ic_rc run_history(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct page_read *read = context;
    struct ic_proposal proposal;
    enum ic_rc rc = ic_store_proposal_get(tx, read->proposal_id, read->arena, &proposal, err);
    return rc == IC_OK ? ic_store_proposal_deed_list(tx, read->proposal_id, read->behind, read->limit, read->arena,
                                                     &read->deeds, err)
                       : rc;
}

enum ic_rc ic_proposals_history(struct ic_service *service, const struct ic_asker *asker,
                                const struct ic_id *proposal_id, size_t limit, struct ic_str after,
                                struct ic_arena *arena, struct ic_proposal_history *ret_history, struct ic_err *err)
{
    struct page_read read = {.proposal_id = proposal_id, .limit = limit, .arena = arena};
    struct ic_list_place place = {0};
    struct ic_list_question asked;
    struct ic_hash question;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_PROPOSALS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        ic_list_question_init(&asked, "proposal_history");
        ic_list_question_put_text(&asked, ic_id_text(proposal_id));
        rc = ic_list_question_end(&asked, &question, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
    }
    if (rc == IC_OK) {
        read.behind = place.number;
        rc = ic_store_read(service->store, run_history, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_history = (struct ic_proposal_history){.deeds = read.deeds};
    if (read.deeds.next > 0) {
        place = (struct ic_list_place){.number = read.deeds.next};
        ic_list_cursor_write(&question, &place, &ret_history->next);
    }
    return IC_OK;
}
