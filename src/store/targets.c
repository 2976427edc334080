#include "store/targets.h"

#include "store/query.h"

#include <stdlib.h>

static const char insert_operation[] = "store.target.insert";
static const char contact_operation[] = "store.target.contact";

enum { ROWS_MAX = 256, FIND_COUNT = 16 };

static void put_target(struct ic_rows *rows, const struct ic_target *target, const struct ic_id *id, int64_t number)
{
    ic_rows_add(rows);
    ic_rows_put_id(rows, IC_P_TARGET_INSERT_TAR_ID, id);
    ic_rows_put_int64(rows, IC_P_TARGET_INSERT_TAR_NUMBER, number);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_TAR_USERNAME, ic_handle_text(&target->tar_username));
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_TAR_STATUS, ic_str_from(ic_target_status_name(target->tar_status)));
    if (target->first_contacted) {
        ic_rows_put_int64(rows, IC_P_TARGET_INSERT_FIRST_CONTACTED, target->first_contacted);
    }
    ic_rows_put_id(rows, IC_P_TARGET_INSERT_FIRST_OPR_ID, &target->first_opr_id);
    ic_rows_put_id(rows, IC_P_TARGET_INSERT_FIRST_ACT_ID, &target->first_act_id);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_NOTES, target->notes);
    ic_rows_put_int64(rows, IC_P_TARGET_INSERT_LAST_UPDATED, target->last_updated);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_EMAIL, target->email.text);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_EMAIL_STATE, ic_str_from(ic_contact_state_name(target->email.state)));
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_PHONE_NUM, target->phone_num.text);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_PHONE_NUM_STATE,
                     ic_str_from(ic_contact_state_name(target->phone_num.state)));
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_CONT_SOURCE, target->cont_source.text);
    ic_rows_put_text(rows, IC_P_TARGET_INSERT_CONT_SOURCE_STATE,
                     ic_str_from(ic_contact_state_name(target->cont_source.state)));
}

static void put_search(struct ic_rows *rows, const struct ic_target *target, int64_t number)
{
    ic_rows_add(rows);
    ic_rows_put_int64(rows, IC_P_TARGET_SEARCH_INSERT_TAR_NUMBER, number);
    ic_rows_put_text(rows, IC_P_TARGET_SEARCH_INSERT_SEARCH_TEXT, ic_handle_text(&target->tar_username));
}

/* Writing transactions are serial: nobody else takes the next number before this one commits. */
static enum ic_rc next_number(struct ic_store_tx *tx, int64_t *ret_number, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TARGET_NUMBER_LAST, insert_operation, err);
    int64_t last = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_number = last + 1;
    }
    return rc;
}

enum ic_rc ic_store_targets_insert(struct ic_store_tx *tx, const struct ic_target *targets, size_t count,
                                   const struct ic_rand *rand, struct ic_id *ret_ids, struct ic_err *err)
{
    if (count == 0) {
        return IC_OK;
    }
    struct ic_rows rows = {0};
    struct ic_rows search = {0};
    size_t rows_max = count < ROWS_MAX ? count : ROWS_MAX;
    int64_t number = 0;
    enum ic_rc rc = next_number(tx, &number, err);
    if (!rc) {
        rc = ic_rows_init(&rows, tx, IC_STATEMENT_TARGET_INSERT, rows_max, err);
    }
    if (!rc) {
        rc = ic_rows_init(&search, tx, IC_STATEMENT_TARGET_SEARCH_INSERT, rows_max, err);
    }
    for (size_t i = 0; i < count && !rc; i++, number++) {
        ret_ids[i] = ic_id_create(IC_ID_TARGET, rand);
        put_target(&rows, &targets[i], &ret_ids[i], number);
        put_search(&search, &targets[i], number);
        if (rows.count == rows_max || i + 1 == count) {
            rc = ic_rows_run(&rows, tx, NULL, insert_operation, err);
            if (!rc) {
                rc = ic_rows_run(&search, tx, NULL, insert_operation, err);
            }
        }
    }
    ic_rows_release(&rows);
    ic_rows_release(&search);
    if (!rc) {
        tx->added.targets += (int64_t)count;
    }
    return rc;
}

/* ---- Contacts. ---- */

/* What is known of a handle of the batch. */
struct known {
    size_t first; /* Its first place in the batch. */
    bool is_there;
    struct ic_id tar_id;
    int64_t first_contacted; /* 0: never. */
};

static enum ic_rc find_some(struct ic_store_tx *tx, const struct ic_contacted *contacts, struct known *known,
                            size_t count, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_TARGETS_FIND, contact_operation, err);
    for (size_t i = 0; i < count; i++) {
        ic_query_put_text(&query, IC_P_TARGETS_FIND_TAR_USERNAME_1 + (int)i,
                          ic_handle_text(&contacts[known[i].first].tar_username));
    }
    while (ic_query_next(&query)) {
        struct ic_str found = ic_query_peek_text(&query, 0);
        size_t i = 0;
        while (i < count && !ic_str_equal(ic_handle_text(&contacts[known[i].first].tar_username), found)) {
            i++;
        }
        if (i == count) {
            ic_query_corrupt(&query, "a target is not the one that was asked for");
            break;
        }
        known[i].is_there = true;
        known[i].tar_id = ic_query_id(&query, 1);
        known[i].first_contacted = ic_query_int64(&query, 2);
    }
    return ic_query_end(&query);
}

/* Lists the different handles of the batch in `known`, and in `places` which of them each contact has. */
static size_t distinguish(const struct ic_contacted *contacts, size_t count, struct known *known, size_t *places)
{
    size_t known_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < known_count && !ic_str_equal(ic_handle_text(&contacts[known[at].first].tar_username),
                                                 ic_handle_text(&contacts[i].tar_username))) {
            at++;
        }
        if (at == known_count) {
            known[known_count++].first = i;
        }
        places[i] = at;
    }
    return known_count;
}

/* Inserts the targets that are not there. Their first contact is set with everybody's. */
static enum ic_rc insert_missing(struct ic_store_tx *tx, const struct ic_contacted *contacts, struct known *known,
                                 size_t known_count, const struct ic_rand *rand, struct ic_err *err)
{
    struct ic_target *targets = calloc(known_count, sizeof *targets);
    struct ic_id *ids = calloc(known_count, sizeof *ids);
    size_t count = 0;
    enum ic_rc rc = IC_OK;
    if (!targets || !ids) {
        rc = ic_err_set(err, IC_CODE_OUT_OF_MEMORY, contact_operation, "There is no memory for the targets.");
    }
    for (size_t i = 0; i < known_count && !rc; i++) {
        if (!known[i].is_there) {
            const struct ic_contacted *contact = &contacts[known[i].first];
            targets[count++] = (struct ic_target){
                .tar_username = contact->tar_username,
                .tar_status = IC_TARGET_STATUS_COLD_NO_REPLY,
                .first_contacted = contact->at,
                .first_opr_id = contact->opr_id,
                .first_act_id = contact->act_id,
                .last_updated = contact->at,
            };
        }
    }
    if (!rc) {
        rc = ic_store_targets_insert(tx, targets, count, rand, ids, err);
    }
    for (size_t i = 0, from = 0; i < known_count && !rc; i++) {
        if (!known[i].is_there) {
            known[i].tar_id = ids[from++];
        }
    }
    free(targets);
    free(ids);
    return rc;
}

/* Tells each contact its target, and moves first contacts back. */
static enum ic_rc answer(struct ic_store_tx *tx, struct ic_contacted *contacts, size_t count, struct known *known,
                         const size_t *places, struct ic_err *err)
{
    struct ic_rows rows;
    enum ic_rc rc = ic_rows_init(&rows, tx, IC_STATEMENT_TARGET_CONTACTED, count, err);
    for (size_t i = 0; i < count && !rc; i++) {
        struct known *target = &known[places[i]];
        contacts[i].tar_id = target->tar_id;
        contacts[i].is_first = target->first_contacted == 0 || contacts[i].at < target->first_contacted;
        if (contacts[i].is_first && (target->is_there || target->first != i)) {
            ic_rows_add(&rows);
            ic_rows_put_id(&rows, IC_P_TARGET_CONTACTED_TAR_ID, &target->tar_id);
            ic_rows_put_int64(&rows, IC_P_TARGET_CONTACTED_FIRST_CONTACTED, contacts[i].at);
            ic_rows_put_id(&rows, IC_P_TARGET_CONTACTED_FIRST_OPR_ID, &contacts[i].opr_id);
            ic_rows_put_id(&rows, IC_P_TARGET_CONTACTED_FIRST_ACT_ID, &contacts[i].act_id);
        }
        if (contacts[i].is_first) {
            target->first_contacted = contacts[i].at;
        }
    }
    if (!rc) {
        rc = ic_rows_run(&rows, tx, NULL, contact_operation, err);
    }
    ic_rows_release(&rows);
    return rc;
}

enum ic_rc ic_store_targets_contact(struct ic_store_tx *tx, struct ic_contacted *contacts, size_t count,
                                    const struct ic_rand *rand, struct ic_err *err)
{
    struct known *known = calloc(count, sizeof *known);
    size_t *places = calloc(count, sizeof *places);
    enum ic_rc rc = IC_OK;
    if (!known || !places) {
        rc = ic_err_set(err, IC_CODE_OUT_OF_MEMORY, contact_operation, "There is no memory for the targets.");
    }
    size_t known_count = rc ? 0 : distinguish(contacts, count, known, places);
    for (size_t i = 0; i < known_count && !rc; i += FIND_COUNT) {
        rc = find_some(tx, contacts, known + i, known_count - i < FIND_COUNT ? known_count - i : FIND_COUNT, err);
    }
    if (!rc) {
        rc = insert_missing(tx, contacts, known, known_count, rand, err);
    }
    if (!rc) {
        rc = answer(tx, contacts, count, known, places, err);
    }
    free(known);
    free(places);
    return rc;
}

static enum ic_rc find_one(struct ic_store_tx *tx, const struct ic_handle *tar_username, bool *ret_is_there,
                           struct ic_err *err)
{
    struct ic_contacted contact = {.tar_username = *tar_username};
    struct known known = {0};
    enum ic_rc rc = find_some(tx, &contact, &known, 1, err);
    if (!rc) {
        *ret_is_there = known.is_there;
    }
    return rc;
}

enum ic_rc ic_store_target_insert(struct ic_store_tx *tx, const struct ic_target *target, const struct ic_rand *rand,
                                  struct ic_id *ret_id, struct ic_err *err)
{
    bool is_there = false;
    enum ic_rc rc = find_one(tx, &target->tar_username, &is_there, err);
    if (!rc && is_there) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, insert_operation, "There is a target of this handle already.");
    }
    struct ic_id id;
    if (!rc) {
        rc = ic_store_targets_insert(tx, target, 1, rand, &id, err);
    }
    if (!rc) {
        *ret_id = id;
    }
    return rc;
}
