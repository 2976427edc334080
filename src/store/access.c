#include "store/access.h"

#include "contract/limits.h"
#include "store/query.h"

#include <stdlib.h>

/* ---- Links. ---- */

static const char *const purpose_names[] = {[IC_LINK_SIGN_IN] = "sign_in", [IC_LINK_RESET] = "reset"};

static enum ic_rc run_at(struct ic_store_tx *tx, enum ic_statement statement, int position, int64_t now,
                         const char *operation, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, statement, operation, err);
    ic_query_put_int64(&query, position, now);
    return ic_query_run(&query);
}

enum ic_rc ic_store_link_insert(struct ic_store_tx *tx, const struct ic_link *link, struct ic_err *err)
{
    static const char operation[] = "store.link.insert";
    enum ic_rc rc =
        run_at(tx, IC_STATEMENT_LINKS_DELETE_ENDED, IC_P_LINKS_DELETE_ENDED_NOW, link->created_at, operation, err);
    if (rc) {
        return rc;
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_LINK_INSERT, operation, err);
    ic_query_put_hash(&query, IC_P_LINK_INSERT_SECRET_HASH, &link->secret_hash);
    ic_query_put_id(&query, IC_P_LINK_INSERT_OPR_ID, &link->opr_id);
    ic_query_put_text(&query, IC_P_LINK_INSERT_PURPOSE, ic_str_from(purpose_names[link->purpose]));
    ic_query_put_int64(&query, IC_P_LINK_INSERT_CREATED_AT, link->created_at);
    ic_query_put_int64(&query, IC_P_LINK_INSERT_EXPIRES_AT, link->expires_at);
    return ic_query_run(&query);
}

/* Ends a query for one row that may not be there. */
static enum ic_rc end_get(struct ic_query *query, bool is_there, enum ic_code missing, const char *detail)
{
    enum ic_rc rc = ic_query_end(query);
    if (!rc && !is_there) {
        rc = ic_err_set(query->err, missing, query->operation, "%s", detail);
    }
    return rc;
}

/* Ends a query that must have changed one row. */
static enum ic_rc end_change(struct ic_query *query, enum ic_code missing, const char *detail)
{
    int64_t changed_count = 0;
    enum ic_rc rc = ic_query_run_counted(query, &changed_count);
    if (!rc && changed_count != 1) {
        rc = ic_err_set(query->err, missing, query->operation, "%s", detail);
    }
    return rc;
}

static const char invalid_link_detail[] = "The link was used, has expired or never existed.";

enum ic_rc ic_store_link_find(struct ic_store_tx *tx, const struct ic_hash *secret_hash, int64_t now,
                              struct ic_link *ret_link, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_LINK_GET, "store.link.find", err);
    ic_query_put_hash(&query, IC_P_LINK_GET_SECRET_HASH, secret_hash);
    ic_query_put_int64(&query, IC_P_LINK_GET_NOW, now);
    struct ic_link link = {.secret_hash = *secret_hash};
    bool is_there = ic_query_next(&query);
    if (is_there) {
        link.opr_id = ic_query_id(&query, 0);
        link.created_at = ic_query_int64(&query, 1);
        link.expires_at = ic_query_int64(&query, 2);
        bool is_reset = ic_str_is(ic_query_peek_text(&query, 3), purpose_names[IC_LINK_RESET]);
        link.purpose = is_reset ? IC_LINK_RESET : IC_LINK_SIGN_IN;
    }
    enum ic_rc rc = end_get(&query, is_there, IC_CODE_INVALID_LINK, invalid_link_detail);
    if (!rc) {
        *ret_link = link;
    }
    return rc;
}

enum ic_rc ic_store_link_take(struct ic_store_tx *tx, const struct ic_hash *secret_hash, int64_t now,
                              struct ic_link *ret_link, struct ic_err *err)
{
    struct ic_link link;
    enum ic_rc rc = ic_store_link_find(tx, secret_hash, now, &link, err);
    if (rc) {
        return rc;
    }
    /* Where writers run side by side, only one of them deletes the row. */
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_LINK_DELETE, "store.link.take", err);
    ic_query_put_hash(&query, IC_P_LINK_DELETE_SECRET_HASH, secret_hash);
    rc = end_change(&query, IC_CODE_INVALID_LINK, invalid_link_detail);
    if (!rc) {
        *ret_link = link;
    }
    return rc;
}

enum ic_rc ic_store_owner_links_delete(struct ic_store_tx *tx, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_OWNER_LINKS_DELETE, "store.owner_links.delete", err);
    return ic_query_run(&query);
}

enum ic_rc ic_store_links_delete(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_LINKS_DELETE_OF, "store.links.delete", err);
    ic_query_put_id(&query, IC_P_LINKS_DELETE_OF_OPR_ID, opr_id);
    return ic_query_run(&query);
}

/* ---- Pairings. ---- */

static enum ic_rc check_room(struct ic_store_tx *tx, const char *operation, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PAIRINGS_COUNT, operation, err);
    int64_t count = ic_query_next(&query) ? ic_query_int64(&query, 0) : 0;
    enum ic_rc rc = ic_query_end(&query);
    if (!rc && count >= IC_LIMIT_PAIRINGS_WAITING_MAX) {
        rc = ic_err_set(err, IC_CODE_TOO_MANY_REQUESTS, operation,
                        "Too many desktops wait to be paired; try again later.");
    }
    return rc;
}

enum ic_rc ic_store_pairing_insert(struct ic_store_tx *tx, const struct ic_pairing *pairing, int64_t now,
                                   struct ic_err *err)
{
    static const char operation[] = "store.pairing.insert";
    enum ic_rc rc = run_at(tx, IC_STATEMENT_PAIRINGS_DELETE_ENDED, IC_P_PAIRINGS_DELETE_ENDED_NOW, now, operation, err);
    if (!rc) {
        rc = check_room(tx, operation, err);
    }
    if (rc) {
        return rc;
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PAIRING_INSERT, operation, err);
    ic_query_put_text(&query, IC_P_PAIRING_INSERT_PAIRING_CODE, pairing->pairing_code);
    ic_query_put_hash(&query, IC_P_PAIRING_INSERT_SECRET_HASH, &pairing->secret_hash);
    ic_query_put_text(&query, IC_P_PAIRING_INSERT_DEVICE_NAME, pairing->device_name);
    ic_query_put_text(&query, IC_P_PAIRING_INSERT_AGENT_VERSION, pairing->agent_version);
    ic_query_put_text(&query, IC_P_PAIRING_INSERT_ADDRESS, pairing->address);
    ic_query_put_int64(&query, IC_P_PAIRING_INSERT_CREATED_AT, pairing->created_at);
    ic_query_put_int64(&query, IC_P_PAIRING_INSERT_EXPIRES_AT, pairing->expires_at);
    enum ic_driver_rc outcome;
    rc = ic_query_run_unique(&query, &outcome);
    if (!rc && outcome != IC_DRIVER_OK) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "The pairing code is taken.");
    }
    return rc;
}

/* Reads the one row of a query whose parameters are bound; fails with unknown_pairing. */
static enum ic_rc get_pairing(struct ic_query *query, struct ic_arena *arena, struct ic_pairing *ret_pairing)
{
    struct ic_pairing pairing = {0};
    bool is_there = ic_query_next(query);
    if (is_there) {
        pairing.pairing_code = ic_query_text(query, 0, arena);
        pairing.secret_hash = ic_query_hash(query, 1);
        pairing.device_name = ic_query_text(query, 2, arena);
        pairing.agent_version = ic_query_text(query, 3, arena);
        pairing.address = ic_query_text(query, 4, arena);
        pairing.opr_id = ic_query_id(query, 5);
        pairing.device_id = ic_query_id(query, 6);
        pairing.created_at = ic_query_int64(query, 7);
        pairing.expires_at = ic_query_int64(query, 8);
    }
    enum ic_rc rc = end_get(query, is_there, IC_CODE_UNKNOWN_PAIRING, "No desktop is waiting with this code.");
    if (!rc) {
        *ret_pairing = pairing;
    }
    return rc;
}

enum ic_rc ic_store_pairing_get(struct ic_store_tx *tx, struct ic_str pairing_code, int64_t now, struct ic_arena *arena,
                                struct ic_pairing *ret_pairing, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PAIRING_GET, "store.pairing.get", err);
    ic_query_put_text(&query, IC_P_PAIRING_GET_PAIRING_CODE, pairing_code);
    ic_query_put_int64(&query, IC_P_PAIRING_GET_NOW, now);
    return get_pairing(&query, arena, ret_pairing);
}

enum ic_rc ic_store_pairing_find_by_secret(struct ic_store_tx *tx, const struct ic_hash *secret_hash, int64_t now,
                                           struct ic_arena *arena, struct ic_pairing *ret_pairing, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PAIRING_FIND_BY_SECRET, "store.pairing.find_by_secret", err);
    ic_query_put_hash(&query, IC_P_PAIRING_FIND_BY_SECRET_SECRET_HASH, secret_hash);
    ic_query_put_int64(&query, IC_P_PAIRING_FIND_BY_SECRET_NOW, now);
    return get_pairing(&query, arena, ret_pairing);
}

enum ic_rc ic_store_pairing_approve(struct ic_store_tx *tx, struct ic_str pairing_code, const struct ic_id *opr_id,
                                    const struct ic_id *device_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PAIRING_APPROVE, "store.pairing.approve", err);
    ic_query_put_text(&query, IC_P_PAIRING_APPROVE_PAIRING_CODE, pairing_code);
    ic_query_put_id(&query, IC_P_PAIRING_APPROVE_OPR_ID, opr_id);
    ic_query_put_id(&query, IC_P_PAIRING_APPROVE_DEVICE_ID, device_id);
    return end_change(&query, IC_CODE_UNKNOWN_PAIRING, "No desktop is waiting with this code.");
}

enum ic_rc ic_store_pairing_delete(struct ic_store_tx *tx, const struct ic_hash *secret_hash, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_PAIRING_DELETE, "store.pairing.delete", err);
    ic_query_put_hash(&query, IC_P_PAIRING_DELETE_SECRET_HASH, secret_hash);
    return end_change(&query, IC_CODE_UNKNOWN_PAIRING, "This pairing is over.");
}

/* ---- Devices. ---- */

enum ic_rc ic_store_device_insert(struct ic_store_tx *tx, const struct ic_device *device, const struct ic_rand *rand,
                                  struct ic_id *ret_id, struct ic_err *err)
{
    static const char operation[] = "store.device.insert";
    for (int i = 0; i < IC_STORE_ID_TRIES_MAX; i++) {
        struct ic_id id = ic_id_create(IC_ID_DEVICE, rand);
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_DEVICE_INSERT, operation, err);
        ic_query_put_id(&query, IC_P_DEVICE_INSERT_DEVICE_ID, &id);
        ic_query_put_id(&query, IC_P_DEVICE_INSERT_OPR_ID, &device->opr_id);
        ic_query_put_hash(&query, IC_P_DEVICE_INSERT_TOKEN_HASH, &device->token_hash);
        ic_query_put_text(&query, IC_P_DEVICE_INSERT_DEVICE_NAME, device->device_name);
        ic_query_put_text(&query, IC_P_DEVICE_INSERT_AGENT_VERSION, device->agent_version);
        ic_query_put_int64(&query, IC_P_DEVICE_INSERT_CREATED_AT, device->created_at);
        ic_query_put_optional_time(&query, IC_P_DEVICE_INSERT_LAST_SEEN_AT, device->last_seen_at);
        enum ic_driver_rc outcome;
        enum ic_rc rc = ic_query_run_unique(&query, &outcome);
        if (rc) {
            return rc;
        }
        if (outcome == IC_DRIVER_UNIQUE) {
            return ic_err_set(err, IC_CODE_CONFLICT, operation, "Another desktop has this token.");
        }
        if (outcome == IC_DRIVER_OK) {
            *ret_id = id;
            return IC_OK;
        }
    }
    return ic_query_ids_exhausted(operation, err);
}

enum ic_rc ic_store_device_set_token(struct ic_store_tx *tx, const struct ic_id *device_id,
                                     const struct ic_hash *token_hash, int64_t now, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEVICE_SET_TOKEN, "store.device.set_token", err);
    ic_query_put_id(&query, IC_P_DEVICE_SET_TOKEN_DEVICE_ID, device_id);
    ic_query_put_hash(&query, IC_P_DEVICE_SET_TOKEN_TOKEN_HASH, token_hash);
    ic_query_put_int64(&query, IC_P_DEVICE_SET_TOKEN_NOW, now);
    return end_change(&query, IC_CODE_NOT_FOUND, "There is no such desktop.");
}

enum ic_rc ic_store_device_set_next_token(struct ic_store_tx *tx, const struct ic_id *device_id,
                                          const struct ic_hash *token_hash, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEVICE_SET_NEXT_TOKEN, "store.device.set_next_token", err);
    ic_query_put_id(&query, IC_P_DEVICE_SET_NEXT_TOKEN_DEVICE_ID, device_id);
    ic_query_put_hash(&query, IC_P_DEVICE_SET_NEXT_TOKEN_TOKEN_HASH, token_hash);
    return end_change(&query, IC_CODE_NOT_FOUND, "There is no such desktop.");
}

enum ic_rc ic_store_device_turn_token(struct ic_store_tx *tx, const struct ic_id *device_id,
                                      const struct ic_hash *next_token_hash, int64_t now, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEVICE_TURN_TOKEN, "store.device.turn_token", err);
    ic_query_put_id(&query, IC_P_DEVICE_TURN_TOKEN_DEVICE_ID, device_id);
    ic_query_put_hash(&query, IC_P_DEVICE_TURN_TOKEN_NEXT_TOKEN_HASH, next_token_hash);
    ic_query_put_int64(&query, IC_P_DEVICE_TURN_TOKEN_NOW, now);
    return ic_query_run(&query);
}

static void read_device(struct ic_query *query, struct ic_arena *arena, struct ic_device *ret_device)
{
    *ret_device = (struct ic_device){
        .device_id = ic_query_id(query, 0),
        .opr_id = ic_query_id(query, 1),
        .token_hash = ic_query_hash(query, 2),
        .device_name = ic_query_text(query, 3, arena),
        .agent_version = ic_query_text(query, 4, arena),
        .created_at = ic_query_int64(query, 5),
        .last_seen_at = ic_query_int64(query, 6),
        .last_synced_at = ic_query_int64(query, 7),
    };
}

/* As read_device, of a query that also tells the operator's role and since when the token holds. */
static void read_known_device(struct ic_query *query, struct ic_arena *arena, struct ic_device *ret_device)
{
    read_device(query, arena, ret_device);
    struct ic_str role = ic_query_peek_text(query, 8);
    if (!ic_role_parse(role.data, role.size, &ret_device->role)) {
        ic_query_corrupt(query, "an operator's role is none");
    }
    ret_device->token_created_at = ic_query_int64(query, 9);
}

enum ic_rc ic_store_device_get_by_token(struct ic_store_tx *tx, const struct ic_hash *token_hash,
                                        struct ic_arena *arena, struct ic_device *ret_device, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEVICE_GET_BY_TOKEN, "store.device.get_by_token", err);
    ic_query_put_hash(&query, IC_P_DEVICE_GET_BY_TOKEN_TOKEN_HASH, token_hash);
    struct ic_device device;
    bool is_there = ic_query_next(&query);
    if (is_there) {
        read_known_device(&query, arena, &device);
    }
    enum ic_rc rc = end_get(&query, is_there, IC_CODE_INVALID_TOKEN, "The token is not valid.");
    if (!rc) {
        *ret_device = device;
    }
    return rc;
}

enum ic_rc ic_store_device_find_by_turn(struct ic_store_tx *tx, const struct ic_hash *token_hash,
                                        struct ic_arena *arena, enum ic_token_turn *ret_turn,
                                        struct ic_device *ret_device, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEVICE_FIND_BY_TURN, "store.device.find_by_turn", err);
    ic_query_put_hash(&query, IC_P_DEVICE_FIND_BY_TURN_TOKEN_HASH, token_hash);
    struct ic_device device;
    enum ic_token_turn turn = IC_TOKEN_TURN_NONE;
    if (ic_query_next(&query)) {
        struct ic_hash next = ic_query_hash(&query, 10);
        read_known_device(&query, arena, &device);
        turn = ic_hash_equal(&next, token_hash) ? IC_TOKEN_TURN_NEXT : IC_TOKEN_TURN_FORMER;
        turn = ic_hash_equal(&device.token_hash, token_hash) ? IC_TOKEN_TURN_PRESENT : turn;
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_turn = turn;
        if (turn != IC_TOKEN_TURN_NONE) {
            *ret_device = device;
        }
    }
    return rc;
}

enum ic_rc ic_store_devices_touch(struct ic_store_tx *tx, struct ic_heartbeat *heartbeats, size_t count,
                                  struct ic_err *err)
{
    static const char operation[] = "store.devices.touch";
    struct ic_rows rows;
    int64_t *changed_counts = calloc(count, sizeof *changed_counts);
    enum ic_rc rc = ic_rows_init(&rows, tx, IC_STATEMENT_DEVICE_TOUCH, count, err);
    if (!rc && !changed_counts) {
        rc = ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the heartbeats.");
    }
    for (size_t i = 0; i < count && !rc; i++) {
        const struct ic_heartbeat *heartbeat = &heartbeats[i];
        ic_rows_add(&rows);
        ic_rows_put_id(&rows, IC_P_DEVICE_TOUCH_DEVICE_ID, &heartbeat->device_id);
        ic_rows_put_text(&rows, IC_P_DEVICE_TOUCH_AGENT_VERSION, heartbeat->agent_version);
        ic_rows_put_int64(&rows, IC_P_DEVICE_TOUCH_LAST_SEEN_AT, heartbeat->last_seen_at);
        if (heartbeat->last_synced_at) {
            ic_rows_put_int64(&rows, IC_P_DEVICE_TOUCH_LAST_SYNCED_AT, heartbeat->last_synced_at);
        }
    }
    if (!rc) {
        rc = ic_rows_run(&rows, tx, changed_counts, operation, err);
    }
    for (size_t i = 0; i < count && !rc; i++) {
        heartbeats[i].is_revoked = changed_counts[i] == 0;
    }
    ic_rows_release(&rows);
    free(changed_counts);
    return rc;
}

enum ic_rc ic_store_device_touch(struct ic_store_tx *tx, const struct ic_id *device_id, struct ic_str agent_version,
                                 int64_t now, struct ic_err *err)
{
    struct ic_heartbeat heartbeat = {
        .device_id = *device_id, .last_seen_at = now, .last_synced_at = now, .agent_version = agent_version};
    return ic_store_devices_touch(tx, &heartbeat, 1, err);
}

enum ic_rc ic_store_operators_to_switch(struct ic_store_tx *tx, int64_t seen_since, size_t count_max,
                                        struct ic_operator_switch *ret_switches, size_t *ret_count, struct ic_err *err)
{
    struct ic_query query;
    size_t count = 0;
    ic_query_begin(&query, tx, IC_STATEMENT_OPERATORS_TO_SWITCH, "store.operators.to_switch", err);
    ic_query_put_int64(&query, IC_P_OPERATORS_TO_SWITCH_SEEN_SINCE, seen_since);
    ic_query_put_int64(&query, IC_P_OPERATORS_TO_SWITCH_LIMIT, (int64_t)count_max);
    while (count < count_max && ic_query_next(&query)) {
        bool is_online = ic_str_is(ic_query_peek_text(&query, 1), "online");
        ret_switches[count++] = (struct ic_operator_switch){
            .opr_id = ic_query_id(&query, 0),
            .opr_status = is_online ? IC_OPERATOR_STATUS_OFFLINE : IC_OPERATOR_STATUS_ONLINE,
        };
    }
    *ret_count = count;
    return ic_query_end(&query);
}

enum ic_rc ic_store_device_list(struct ic_store_tx *tx, const struct ic_id *opr_id, struct ic_arena *arena,
                                struct ic_device_list *ret_list, struct ic_err *err)
{
    static const char operation[] = "store.device.list";
    struct ic_device_list list = {
        .items = ic_arena_alloc_array(arena, IC_DEVICE_LIST_COUNT_MAX, sizeof *list.items),
    };
    if (!list.items) {
        return ic_arena_failed(operation, err);
    }
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEVICE_LIST, operation, err);
    ic_query_put_id(&query, IC_P_DEVICE_LIST_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_DEVICE_LIST_LIMIT, IC_DEVICE_LIST_COUNT_MAX);
    while (list.count < IC_DEVICE_LIST_COUNT_MAX && ic_query_next(&query)) {
        read_device(&query, arena, &list.items[list.count++]);
    }
    enum ic_rc rc = ic_query_end(&query);
    if (!rc) {
        *ret_list = list;
    }
    return rc;
}

enum ic_rc ic_store_device_revoke(struct ic_store_tx *tx, const struct ic_id *device_id, const struct ic_id *opr_id,
                                  int64_t now, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEVICE_REVOKE, "store.device.revoke", err);
    ic_query_put_id(&query, IC_P_DEVICE_REVOKE_DEVICE_ID, device_id);
    ic_query_put_id(&query, IC_P_DEVICE_REVOKE_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_DEVICE_REVOKE_NOW, now);
    return end_change(&query, IC_CODE_NOT_FOUND, "There is no such desktop.");
}

enum ic_rc ic_store_devices_revoke_all(struct ic_store_tx *tx, const struct ic_id *opr_id, int64_t now,
                                       struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_DEVICES_REVOKE_ALL, "store.devices.revoke_all", err);
    ic_query_put_id(&query, IC_P_DEVICES_REVOKE_ALL_OPR_ID, opr_id);
    ic_query_put_int64(&query, IC_P_DEVICES_REVOKE_ALL_NOW, now);
    return ic_query_run(&query);
}
