#include "store/votes.h"

#include "store/query.h"

#include <string.h>

enum { ROWS_BEGIN = 64 };

/* Room for one more row behind `count`: rows that came without a number ahead double their array. NULL when the arena
 * is exhausted. */
static void *make_room(struct ic_arena *arena, void *rows, size_t count, size_t size)
{
    bool is_full = count == 0 || (count >= ROWS_BEGIN && (count & (count - 1)) == 0);
    if (!is_full) {
        return rows;
    }
    void *wider = ic_arena_alloc_array(arena, count == 0 ? ROWS_BEGIN : 2 * count, size);
    if (wider && count > 0) {
        memcpy(wider, rows, count * size);
    }
    return wider;
}

/* ---- Votes. ---- */

enum ic_rc ic_store_vote_put(struct ic_store_tx *tx, const struct ic_id *proposal_id, const struct ic_vote *vote,
                             struct ic_err *err)
{
    static const char operation[] = "store.vote.put";
    struct ic_str choice = ic_str_from(ic_vote_choice_name(vote->choice));
    struct ic_query query;
    int64_t changed_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_VOTE_CHANGE, operation, err);
    ic_query_put_id(&query, IC_P_VOTE_CHANGE_PROPOSAL_ID, proposal_id);
    ic_query_put_id(&query, IC_P_VOTE_CHANGE_OPR_ID, &vote->opr_id);
    ic_query_put_text(&query, IC_P_VOTE_CHANGE_CHOICE, choice);
    ic_query_put_text(&query, IC_P_VOTE_CHANGE_REASON, vote->reason);
    ic_query_put_int64(&query, IC_P_VOTE_CHANGE_VOTED_AT, vote->voted_at);
    enum ic_rc rc = ic_query_run_counted(&query, &changed_count);
    if (rc || changed_count > 0) {
        return rc;
    }
    ic_query_begin(&query, tx, IC_STATEMENT_VOTE_INSERT, operation, err);
    ic_query_put_id(&query, IC_P_VOTE_INSERT_PROPOSAL_ID, proposal_id);
    ic_query_put_id(&query, IC_P_VOTE_INSERT_OPR_ID, &vote->opr_id);
    ic_query_put_text(&query, IC_P_VOTE_INSERT_CHOICE, choice);
    ic_query_put_text(&query, IC_P_VOTE_INSERT_REASON, vote->reason);
    ic_query_put_int64(&query, IC_P_VOTE_INSERT_VOTED_AT, vote->voted_at);
    return ic_query_run(&query);
}

enum ic_rc ic_store_vote_delete(struct ic_store_tx *tx, const struct ic_id *proposal_id, const struct ic_id *opr_id,
                                struct ic_err *err)
{
    static const char operation[] = "store.vote.delete";
    struct ic_query query;
    int64_t deleted_count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_VOTE_DELETE, operation, err);
    ic_query_put_id(&query, IC_P_VOTE_DELETE_PROPOSAL_ID, proposal_id);
    ic_query_put_id(&query, IC_P_VOTE_DELETE_OPR_ID, opr_id);
    enum ic_rc rc = ic_query_run_counted(&query, &deleted_count);
    return !rc && deleted_count == 0 ? ic_err_set(err, IC_CODE_CONFLICT, operation, "You have not voted.") : rc;
}

static bool read_choice(struct ic_query *query, int column, enum ic_vote_choice *ret_choice)
{
    struct ic_str text = ic_query_peek_text(query, column);
    if (text.size > 0 && !ic_vote_choice_parse(text.data, text.size, ret_choice)) {
        ic_query_corrupt(query, "a vote's choice is none");
    }
    return text.size > 0;
}

enum ic_rc ic_store_vote_list(struct ic_store_tx *tx, const struct ic_id *proposal_id, struct ic_arena *arena,
                              struct ic_vote_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.vote.list";
    struct ic_vote_list list = {0};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_VOTE_LIST, operation, err);
    ic_query_put_id(&query, IC_P_VOTE_LIST_PROPOSAL_ID, proposal_id);
    while (ic_query_next(&query)) {
        list.items = make_room(arena, list.items, list.count, sizeof *list.items);
        if (!list.items) {
            query.rc = ic_arena_failed(operation, err);
            break;
        }
        struct ic_vote *vote = &list.items[list.count++];
        *vote = (struct ic_vote){
            .opr_id = ic_query_id(&query, 0),
            .opr_name = ic_query_text(&query, 1, arena),
            .reason = ic_query_text(&query, 3, arena),
            .voted_at = ic_query_int64(&query, 4),
        };
        (void)read_choice(&query, 2, &vote->choice);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}

/* ---- People. ---- */

enum ic_rc ic_store_ballot_people(struct ic_store_tx *tx, struct ic_arena *arena, struct ic_ballot_people *ret_people,
                                  struct ic_err *err)
{
    static const char operation[] = "store.ballot.people";
    struct ic_ballot_people people = {0};
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_BALLOT_PEOPLE, operation, err);
    while (ic_query_next(&query)) {
        people.items = make_room(arena, people.items, people.count, sizeof *people.items);
        if (!people.items) {
            query.rc = ic_arena_failed(operation, err);
            break;
        }
        struct ic_ballot_person *person = &people.items[people.count++];
        *person = (struct ic_ballot_person){
            .opr_id = ic_query_id(&query, 0),
            .joined_at = ic_query_int64(&query, 2),
            .disabled_at = ic_query_int64(&query, 3),
        };
        struct ic_str role = ic_query_peek_text(&query, 1);
        if (!ic_role_parse(role.data, role.size, &person->role)) {
            ic_query_corrupt(&query, "an operator's role is none");
        }
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_people = people;
    }
    return rc;
}

/* ---- History. ---- */

enum {
    COLUMN_DEED_NUMBER,
    COLUMN_ELG_ID,
    COLUMN_DEED,
    COLUMN_CHOICE_BEFORE,
    COLUMN_CHOICE_AFTER,
    COLUMN_REASON,
    COLUMN_CREATED_AT,
    COLUMN_OPR_ID,
    COLUMN_OPR_NAME,
    COLUMN_EVENT_TYPE,
};

static enum ic_rc last_number(struct ic_store_tx *tx, const struct ic_id *proposal_id, int64_t *ret_number,
                              struct ic_err *err)
{
    struct ic_query query;
    int64_t number = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_DEED_LAST, "store.proposal.deed_add", err);
    ic_query_put_id(&query, IC_P_DEED_LAST_PROPOSAL_ID, proposal_id);
    if (ic_query_next(&query)) {
        number = ic_query_int64(&query, 0);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_number = number;
    }
    return rc;
}

static struct ic_str choice_text(bool has_choice, enum ic_vote_choice choice)
{
    return has_choice ? ic_str_from(ic_vote_choice_name(choice)) : (struct ic_str){0};
}

enum ic_rc ic_store_proposal_deed_add(struct ic_store_tx *tx, const struct ic_id *proposal_id,
                                      const struct ic_proposal_deed *deed, struct ic_err *err)
{
    int64_t number;
    enum ic_rc rc = last_number(tx, proposal_id, &number, err);
    if (rc) {
        return rc;
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEED_INSERT, "store.proposal.deed_add", err);
    ic_query_put_id(&query, IC_P_DEED_INSERT_PROPOSAL_ID, proposal_id);
    ic_query_put_int64(&query, IC_P_DEED_INSERT_DEED_NUMBER, number + 1);
    ic_query_put_id(&query, IC_P_DEED_INSERT_ELG_ID, &deed->elg_id);
    ic_query_put_text(&query, IC_P_DEED_INSERT_DEED, ic_str_from(ic_proposal_deed_kind_name(deed->deed)));
    ic_query_put_text(&query, IC_P_DEED_INSERT_CHOICE_BEFORE,
                      choice_text(deed->has_choice_before, deed->choice_before));
    ic_query_put_text(&query, IC_P_DEED_INSERT_CHOICE_AFTER, choice_text(deed->has_choice_after, deed->choice_after));
    ic_query_put_text(&query, IC_P_DEED_INSERT_REASON, deed->reason);
    return ic_query_run(&query);
}

static void read_deed(struct ic_query *query, struct ic_arena *arena, struct ic_proposal_deed *deed)
{
    *deed = (struct ic_proposal_deed){
        .deed_number = ic_query_int64(query, COLUMN_DEED_NUMBER),
        .elg_id = ic_query_id(query, COLUMN_ELG_ID),
        .reason = ic_query_text(query, COLUMN_REASON, arena),
        .created_at = ic_query_int64(query, COLUMN_CREATED_AT),
        .opr_id = ic_query_id(query, COLUMN_OPR_ID),
        .opr_name = ic_query_text(query, COLUMN_OPR_NAME, arena),
    };
    deed->has_choice_before = read_choice(query, COLUMN_CHOICE_BEFORE, &deed->choice_before);
    deed->has_choice_after = read_choice(query, COLUMN_CHOICE_AFTER, &deed->choice_after);
    struct ic_str kind = ic_query_peek_text(query, COLUMN_DEED);
    if (!ic_proposal_deed_kind_parse(kind.data, kind.size, &deed->deed)) {
        ic_query_corrupt(query, "a proposal's deed is none");
    }
    struct ic_str type = ic_query_peek_text(query, COLUMN_EVENT_TYPE);
    deed->is_by_server = ic_str_equal(type, ic_str_from(ic_event_type_name(IC_EVENT_TYPE_SYSTEM)));
}

enum ic_rc ic_store_proposal_deed_list(struct ic_store_tx *tx, const struct ic_id *proposal_id, int64_t behind,
                                       size_t limit, struct ic_arena *arena, struct ic_proposal_deed_list *ret_list,
                                       struct ic_err *err)
{
    static const char operation[] = "store.proposal.deed_list";
    struct ic_proposal_deed_list list = {.items = ic_arena_alloc_array(arena, limit, sizeof *list.items)};
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEED_LIST, operation, err);
    ic_query_put_id(&query, IC_P_DEED_LIST_PROPOSAL_ID, proposal_id);
    ic_query_put_int64(&query, IC_P_DEED_LIST_BEHIND, behind);
    ic_query_put_int64(&query, IC_P_DEED_LIST_LIMIT, (int64_t)limit + 1);
    while (ic_query_next(&query)) {
        if (list.count == limit) {
            list.next = list.items[limit - 1].deed_number;
            break;
        }
        read_deed(&query, arena, &list.items[list.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}
