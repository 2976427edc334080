#include "agent/ledger_db.h"
#include "sync/hybrid_time.h"

#include <string.h>

enum { EACH_PAGE_SIZE = 200 };

static struct ic_str state_name(enum ic_operation_state state)
{
    return ic_str_from(ic_operation_state_name(state));
}

/* Whether the op_id is there already, and stands for the same content. */
static enum ic_rc compare(struct ic_ledger *ledger, const struct ic_operation *operation, const struct ic_hash *hash,
                          bool *ret_is_there, struct ic_err *err)
{
    static const char name[] = "agent.ledger.put";
    sqlite3_stmt *row = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_FIND_HASH, name, err);
    if (!row) {
        return ic_err_rc(err);
    }
    ic_ledger_db_bind(row, 1, ic_str_from(operation->op_id.text));
    bool is_there = ic_ledger_db_row(ledger, row, name, err);
    enum ic_rc rc = ic_err_rc(err);
    if (is_there && !ic_str_is(ic_ledger_db_text(row, 0), hash->text)) {
        rc = ic_err_set_field(err, IC_CODE_OP_CONFLICT, name, "/operation/op_id",
                              "This op_id already stands for another operation.");
    }
    ic_ledger_db_done(row);
    *ret_is_there = is_there;
    return rc;
}

struct ic_features ic_ledger_db_needs(const struct ic_operation *operation)
{
    uint64_t bits = operation->hybrid_time > 0 ? UINT64_C(1) << IC_SYNC_FEATURE_HYBRID_TIME : 0;
    switch (operation->kind) {
    case IC_OPERATION_KIND_OUTREACH:
        bits |= operation->warnings_shown_count > 0 ? UINT64_C(1) << IC_SYNC_FEATURE_OVERRIDES : 0;
        break;
    case IC_OPERATION_KIND_SET_FIELD:
        bits |= UINT64_C(1) << IC_SYNC_FEATURE_SET_FIELD;
        break;
    case IC_OPERATION_KIND_EXCLUDE:
        bits |= UINT64_C(1) << IC_SYNC_FEATURE_EXCLUDE;
        break;
    case IC_OPERATION_KIND_LIFT:
        bits |= UINT64_C(1) << IC_SYNC_FEATURE_LIFT;
        break;
    }
    return (struct ic_features){.bits = bits};
}

/* Gives the operation its place in the team's order: once, for its bytes never change. A message goes without where the
 * server would not take it. */
static enum ic_rc stamp(struct ic_ledger *ledger, struct ic_operation *operation, struct ic_err *err)
{
    struct ic_ledger_summary summary;
    enum ic_rc rc = ic_ledger_db_get_uncounted(ledger, &summary, err);
    if (rc != IC_OK || operation->hybrid_time > 0) {
        return rc;
    }
    const struct ic_ledger_memory *memory = &summary.memory;
    if (operation->kind == IC_OPERATION_KIND_OUTREACH &&
        !ic_features_have(memory->heard.features, IC_SYNC_FEATURE_HYBRID_TIME)) {
        return IC_OK;
    }
    struct ic_hybrid_clock clock = {.last = memory->hybrid_time};
    operation->hybrid_time = ic_hybrid_clock_next(&clock, ic_ledger_memory_now_ms(memory, ledger->clock));
    return ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_PUT_HYBRID_TIME, operation->hybrid_time, err);
}

static enum ic_rc encode(const struct ic_operation *operation, struct ic_buf *encoded, struct ic_err *err)
{
    struct ic_json_writer writer;
    ic_buf_reset(encoded);
    ic_json_writer_init(&writer, encoded);
    ic_operation_encode(operation, &writer);
    return ic_buf_check(encoded, "agent.ledger.put", err);
}

static enum ic_rc insert(struct ic_ledger *ledger, const struct ic_operation *operation, const struct ic_hash *hash,
                         struct ic_str encoded, struct ic_err *err)
{
    static const char name[] = "agent.ledger.put";
    enum ic_operation_state to;
    sqlite3_stmt *statement = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_PUT, name, err);
    if (!statement || !ic_move_apply(IC_STATE_NONE, IC_MOVE_CAPTURE, &to)) {
        return ic_err_rc(err);
    }
    ic_ledger_db_bind(statement, 1, ic_str_from(operation->op_id.text));
    ic_ledger_db_bind(statement, 2, ic_str_from(hash->text));
    ic_ledger_db_bind(statement, 3, ic_str_from(ic_operation_kind_name(operation->kind)));
    ic_ledger_db_bind(statement, 4, ic_handle_text(&operation->tar_username));
    ic_ledger_db_bind(statement, 5, encoded);
    ic_ledger_db_bind(statement, 6, state_name(to));
    sqlite3_bind_int64(statement, 7, (sqlite3_int64)ic_ledger_db_needs(operation).bits);
    sqlite3_bind_int64(statement, 8, ic_clock_now_ms(ledger->clock));
    ic_ledger_db_bind(statement, 9, ic_str_from(ledger->clock->boot_id));
    sqlite3_bind_int64(statement, 10, ic_clock_monotonic_ms(ledger->clock));
    return ic_ledger_db_write(ledger, statement, name, err);
}

/* In a transaction: finds the duplicate, or stores the operation. */
static enum ic_rc store(struct ic_ledger *ledger, const struct ic_operation *operation, const struct ic_hash *hash,
                        struct ic_buf *encoded, bool *ret_duplicate, struct ic_err *err)
{
    struct ic_operation stamped = *operation;
    enum ic_rc rc = compare(ledger, operation, hash, ret_duplicate, err);
    if (rc != IC_OK || *ret_duplicate) {
        return rc;
    }
    rc = stamp(ledger, &stamped, err);
    if (rc == IC_OK) {
        rc = encode(&stamped, encoded, err);
    }
    return rc == IC_OK ? insert(ledger, &stamped, hash, ic_buf_view(encoded), err) : rc;
}

enum ic_rc ic_ledger_put(struct ic_ledger *ledger, const struct ic_operation *operation, bool *ret_duplicate,
                         struct ic_err *err)
{
    static const char name[] = "agent.ledger.put";
    struct ic_err fault = IC_ERR_NONE;
    struct ic_buf encoded;
    struct ic_hash hash;
    bool duplicate = false;
    ic_buf_init(&encoded, IC_OPERATION_BYTES_MAX);
    enum ic_rc rc = encode(operation, &encoded, &fault);
    if (rc == IC_OK) {
        ic_hash_of(ic_buf_view(&encoded), &hash);
        rc = ic_ledger_db_begin(ledger, name, &fault);
    }
    if (rc == IC_OK) {
        rc = store(ledger, operation, &hash, &encoded, &duplicate, &fault);
        /* When the commit is done, the operation is on the disk. */
        rc = ic_ledger_db_end(ledger, rc, name, &fault);
    }
    if (rc == IC_OK && ic_ledger_has_moved(ledger)) {
        /* It stands in a damaged file that was set aside meanwhile; whoever set it aside may have read it before. */
        rc = ic_err_set(&fault, IC_CODE_BUSY, name, "The ledger is being restored.");
    }
    if (rc == IC_OK) {
        *ret_duplicate = duplicate;
    } else if (err) {
        *err = fault;
    }
    ic_buf_release(&encoded);
    return rc;
}

/* How long ago it was captured, if that was in this boot. */
static int64_t age_of(const struct ic_ledger *ledger, sqlite3_stmt *row)
{
    const char *boot_id = ledger->clock->boot_id;
    if (!boot_id || !ic_str_is(ic_ledger_db_text(row, 2), boot_id)) {
        return -1;
    }
    int64_t age_ms = ic_clock_monotonic_ms(ledger->clock) - sqlite3_column_int64(row, 3);
    return age_ms >= 0 ? age_ms : -1;
}

enum ic_rc ic_ledger_list_pending(struct ic_ledger *ledger, struct ic_features features, size_t count_max,
                                  size_t bytes_max, struct ic_arena *arena, struct ic_ledger_batch *ret_batch,
                                  struct ic_err *err)
{
    static const char operation[] = "agent.ledger.list";
    struct ic_err fault = IC_ERR_NONE;
    struct ic_ledger_batch batch = {
        .op_ids = ic_arena_alloc_array(arena, count_max, sizeof *batch.op_ids),
        .operations = ic_arena_alloc_array(arena, count_max, sizeof *batch.operations),
        .ages_ms = ic_arena_alloc_array(arena, count_max, sizeof *batch.ages_ms),
    };
    if (!batch.op_ids || !batch.operations || !batch.ages_ms) {
        return ic_arena_failed(operation, err);
    }
    sqlite3_stmt *row = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_LIST_PENDING, operation, err);
    if (!row) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(row, 1, (sqlite3_int64)count_max);
    sqlite3_bind_int64(row, 2, (sqlite3_int64)features.bits);
    size_t bytes = 0;
    while (batch.count < count_max && ic_ledger_db_row(ledger, row, operation, &fault)) {
        struct ic_str encoded = ic_ledger_db_text(row, 1);
        if (batch.count > 0 && encoded.size > bytes_max - bytes) {
            break;
        }
        bytes += encoded.size < bytes_max - bytes ? encoded.size : bytes_max - bytes;
        ic_ledger_db_copy(row, 0, batch.op_ids[batch.count].text, sizeof batch.op_ids[batch.count].text);
        batch.ages_ms[batch.count] = age_of(ledger, row);
        if (!ic_arena_copy(arena, encoded, &batch.operations[batch.count])) {
            (void)ic_arena_failed(operation, &fault);
            break;
        }
        batch.count++;
    }
    ic_ledger_db_done(row);
    if (fault.code == IC_CODE_OK) {
        *ret_batch = batch;
    } else if (err) {
        *err = fault;
    }
    return ic_err_rc(&fault);
}

static enum ic_rc settle_one(struct ic_ledger *ledger, const struct ic_ledger_settlement *settlement,
                             const struct ic_push_result *result, int64_t number, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.settle";
    sqlite3_stmt *statement = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_SETTLE, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    bool rejected = result->outcome == IC_OPERATION_OUTCOME_REJECTED;
    const struct ic_move *move = ic_move_get(rejected ? IC_MOVE_REJECT : IC_MOVE_ACKNOWLEDGE);
    ic_ledger_db_bind(statement, 1, ic_str_from(result->op_id.text));
    ic_ledger_db_bind(statement, 2, state_name(move->from));
    ic_ledger_db_bind(statement, 3, state_name(move->to));
    ic_ledger_db_bind(statement, 4, rejected ? result->problem.code : IC_STR(""));
    ic_ledger_db_bind(statement, 5, rejected ? result->problem.detail : IC_STR(""));
    ic_ledger_db_bind(statement, 6, ic_id_text(&result->elg_id));
    ic_ledger_db_bind(statement, 7, ic_id_text(&result->olg_id));
    ic_ledger_db_bind(statement, 8, ic_id_text(&result->act_id));
    ic_ledger_db_bind(statement, 9, ic_id_text(&result->tar_id));
    sqlite3_bind_int64(statement, 10, ic_clock_now_ms(ledger->clock));
    sqlite3_bind_int64(statement, 11, number);
    ic_ledger_db_bind(statement, 12, ic_str_from(settlement->server_url));
    return ic_ledger_db_write(ledger, statement, operation, err);
}

static enum ic_rc note_settled(struct ic_ledger *ledger, int64_t number, const struct ic_id *seen, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.settle";
    sqlite3_stmt *statement = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_PUT_SETTLED, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(statement, 1, number);
    ic_ledger_db_bind(statement, 2, ic_id_text(seen));
    return ic_ledger_db_write(ledger, statement, operation, err);
}

/* In a transaction: moves what may be moved; a late answer finds nothing to move. */
static enum ic_rc settle_all(struct ic_ledger *ledger, const struct ic_ledger_settlement *settlement,
                             struct ic_err *err)
{
    struct ic_ledger_summary summary;
    struct ic_id seen = {.text = ""};
    enum ic_rc rc = ic_ledger_db_get_uncounted(ledger, &summary, err);
    if (rc != IC_OK || settlement->past != summary.memory.past) {
        return rc;
    }
    int64_t number = summary.memory.settles + 1;
    for (size_t i = 0; i < settlement->count && rc == IC_OK; i++) {
        const struct ic_push_result *result = &settlement->results[i];
        rc = settle_one(ledger, settlement, result, number, err);
        if (sqlite3_changes(ledger->db) > 0 && !ic_id_is_empty(&result->elg_id)) {
            seen = result->elg_id;
        }
    }
    return rc == IC_OK ? note_settled(ledger, number, &seen, err) : rc;
}

enum ic_rc ic_ledger_settle(struct ic_ledger *ledger, const struct ic_ledger_settlement *settlement, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.settle";
    struct ic_err fault = IC_ERR_NONE;
    enum ic_rc rc = ic_ledger_db_begin(ledger, operation, &fault);
    if (rc == IC_OK) {
        rc = settle_all(ledger, settlement, &fault);
        if (rc == IC_OK) {
            rc = ic_ledger_put_link(ledger, settlement->link, &fault);
        }
        if (rc == IC_OK && settlement->heard) {
            rc = ic_ledger_db_put_heard(ledger, settlement->heard, &fault);
        }
        rc = ic_ledger_db_end(ledger, rc, operation, &fault);
    }
    if (rc != IC_OK && err) {
        *err = fault;
    }
    return rc;
}

enum ic_rc ic_ledger_list_rejected(struct ic_ledger *ledger, size_t count_max, struct ic_arena *arena,
                                   struct ic_ledger_rejection **ret_rejections, size_t *ret_count, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.rejected";
    struct ic_err fault = IC_ERR_NONE;
    struct ic_ledger_rejection *rejections = ic_arena_alloc_array(arena, count_max, sizeof *rejections);
    if (!rejections) {
        return ic_arena_failed(operation, err);
    }
    sqlite3_stmt *row = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_LIST_REJECTED, operation, err);
    if (!row) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(row, 1, (sqlite3_int64)count_max);
    size_t count = 0;
    while (count < count_max && ic_ledger_db_row(ledger, row, operation, &fault)) {
        struct ic_ledger_rejection *item = &rejections[count];
        ic_ledger_db_copy(row, 0, item->op_id.text, sizeof item->op_id.text);
        item->settled_at = sqlite3_column_int64(row, 4);
        if (!ic_arena_copy(arena, ic_ledger_db_text(row, 1), &item->operation) ||
            !ic_arena_copy(arena, ic_ledger_db_text(row, 2), &item->code) ||
            !ic_arena_copy(arena, ic_ledger_db_text(row, 3), &item->detail)) {
            (void)ic_arena_failed(operation, &fault);
            break;
        }
        count++;
    }
    ic_ledger_db_done(row);
    if (fault.code == IC_CODE_OK) {
        *ret_rejections = rejections;
        *ret_count = count;
    } else if (err) {
        *err = fault;
    }
    return ic_err_rc(&fault);
}

enum ic_rc ic_ledger_move_rejected(struct ic_ledger *ledger, enum ic_operation_move move, const struct ic_op_id *op_id,
                                   int64_t *ret_count, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.move";
    enum ic_operation_state to;
    if (!ic_move_apply(IC_STATE_REJECTED, move, &to)) {
        return ic_err_set(err, IC_CODE_INTERNAL, operation, "A rejected operation has no such move.");
    }
    bool removes = to == IC_STATE_NONE;
    enum ic_ledger_sql one = removes ? IC_LEDGER_SQL_REMOVE_ONE : IC_LEDGER_SQL_MOVE_ONE;
    enum ic_ledger_sql all = removes ? IC_LEDGER_SQL_REMOVE : IC_LEDGER_SQL_MOVE;
    sqlite3_stmt *statement = ic_ledger_db_prepare(ledger, op_id ? one : all, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    ic_ledger_db_bind(statement, 1, state_name(IC_STATE_REJECTED));
    if (!removes) {
        ic_ledger_db_bind(statement, 2, state_name(to));
    }
    if (op_id) {
        ic_ledger_db_bind(statement, removes ? 2 : 3, ic_str_from(op_id->text));
    }
    enum ic_rc rc = ic_ledger_db_write(ledger, statement, operation, err);
    if (rc == IC_OK) {
        *ret_count = sqlite3_changes64(ledger->db);
    }
    return rc;
}

enum ic_rc ic_ledger_db_move_acknowledged(struct ic_ledger *ledger, enum ic_operation_move move, const char *server_url,
                                          struct ic_err *err)
{
    static const char operation[] = "agent.ledger.move";
    enum ic_operation_state to;
    sqlite3_stmt *statement = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_MOVE_OF_SERVER, operation, err);
    if (!statement || !ic_move_apply(IC_STATE_ACKNOWLEDGED, move, &to)) {
        return ic_err_rc(err);
    }
    ic_ledger_db_bind(statement, 1, state_name(IC_STATE_ACKNOWLEDGED));
    ic_ledger_db_bind(statement, 2, state_name(to));
    ic_ledger_db_bind(statement, 3, ic_str_from(server_url));
    return ic_ledger_db_write(ledger, statement, operation, err);
}

enum ic_rc ic_ledger_expire(struct ic_ledger *ledger, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.expire";
    struct ic_ledger_summary summary;
    enum ic_rc rc = ic_ledger_db_get_uncounted(ledger, &summary, err);
    sqlite3_stmt *statement = rc == IC_OK ? ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_EXPIRE, operation, err) : NULL;
    if (!statement) {
        return ic_err_rc(err);
    }
    int64_t now_ms = ic_ledger_memory_now_ms(&summary.memory, ledger->clock);
    ic_ledger_db_bind(statement, 1, state_name(ic_move_get(IC_MOVE_EXPIRE)->from));
    sqlite3_bind_int64(statement, 2, now_ms - IC_LIMIT_ACKNOWLEDGED_LIFETIME_MS);
    sqlite3_bind_int(statement, 3, IC_LEDGER_EXPIRE_MAX);
    return ic_ledger_db_write(ledger, statement, operation, err);
}

static struct ic_ledger_entry read_entry(sqlite3_stmt *row)
{
    struct ic_ledger_entry entry = {.operation = ic_ledger_db_text(row, 2),
                                    .code = ic_ledger_db_text(row, 4),
                                    .detail = ic_ledger_db_text(row, 5),
                                    .elg_id = ic_ledger_db_text(row, 6),
                                    .created_at = sqlite3_column_int64(row, 7),
                                    .settled_at = sqlite3_column_int64(row, 8)};
    ic_ledger_db_copy(row, 1, entry.op_id.text, sizeof entry.op_id.text);
    (void)ic_operation_state_parse(ic_ledger_db_text(row, 3), &entry.state);
    return entry;
}

enum ic_rc ic_ledger_each(struct ic_ledger *ledger, bool (*visit)(void *context, const struct ic_ledger_entry *entry),
                          void *context, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.each";
    struct ic_err fault = IC_ERR_NONE;
    sqlite3_int64 last = 0;
    bool has_more = true;
    sqlite3_stmt *row = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_LIST_ALL, operation, err);
    if (!row) {
        return ic_err_rc(err);
    }
    /* A page at a time: a reader that stays open would keep the log from being folded into the file. */
    while (has_more && fault.code == IC_CODE_OK) {
        sqlite3_bind_int64(row, 1, last);
        sqlite3_bind_int(row, 2, EACH_PAGE_SIZE);
        has_more = false;
        while (ic_ledger_db_row(ledger, row, operation, &fault)) {
            struct ic_ledger_entry entry = read_entry(row);
            last = sqlite3_column_int64(row, 0);
            has_more = visit(context, &entry);
            if (!has_more) {
                break;
            }
        }
        ic_ledger_db_done(row);
    }
    if (fault.code != IC_CODE_OK && err) {
        *err = fault;
    }
    return ic_err_rc(&fault);
}
