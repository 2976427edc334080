#include "agent/ledger_db.h"
#include "agent/ledger_schema.h"

#include <stdlib.h>
#include <string.h>

enum { OPEN_ATTEMPTS_MAX = 40, OPEN_PAUSE_MS = 25 };

static enum ic_rc read_version(sqlite3 *db, int *ret_version, struct ic_err *err)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK) {
        return ic_ledger_db_failed(db, "agent.ledger.open", err);
    }
    enum ic_rc rc = IC_OK;
    if (sqlite3_step(statement) == SQLITE_ROW) {
        *ret_version = sqlite3_column_int(statement, 0);
    } else {
        rc = ic_ledger_db_failed(db, "agent.ledger.open", err);
    }
    sqlite3_finalize(statement);
    return rc;
}

static enum ic_rc climb(sqlite3 *db, int version, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.migrate";
    char note[64];
    enum ic_rc rc = IC_OK;
    while (rc == IC_OK && version < IC_LEDGER_SCHEMA_VERSION) {
        rc = ic_ledger_db_run(db, ic_ledger_schema_step(++version), operation, err);
    }
    sqlite3_snprintf(sizeof note, note, "PRAGMA user_version = %d", version);
    return rc == IC_OK ? ic_ledger_db_run(db, note, operation, err) : rc;
}

/* Brings the schema to this version's; several processes may try at once, and one does it. */
static enum ic_rc migrate(struct ic_ledger *ledger, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.migrate";
    int version = 0;
    enum ic_rc rc = read_version(ledger->db, &version, err);
    if (rc != IC_OK || version == IC_LEDGER_SCHEMA_VERSION) {
        return rc;
    }
    rc = ic_ledger_db_begin(ledger, operation, err);
    if (rc != IC_OK) {
        return rc;
    }
    rc = read_version(ledger->db, &version, err);
    if (rc == IC_OK && version > IC_LEDGER_SCHEMA_VERSION) {
        rc = ic_err_set(err, IC_CODE_LEDGER_UNWRITABLE, operation,
                        "The ledger was written by a newer instacrm-agent (schema %d, this one knows %d).", version,
                        IC_LEDGER_SCHEMA_VERSION);
    }
    if (rc == IC_OK) {
        rc = climb(ledger->db, version, err);
    }
    return ic_ledger_db_end(ledger, rc, operation, err);
}

/* What a process wrote that was killed before the disk had it can be read again, and may still be lost with the power:
 * it must not be told as a duplicate before the disk has it. A checkpoint begins by syncing the log; that the disk has
 * no room for the rest of it does no harm. */
static enum ic_rc make_durable(sqlite3 *db, struct ic_err *err)
{
    int native = sqlite3_exec(db, "PRAGMA wal_checkpoint(PASSIVE)", NULL, NULL, NULL);
    return native == SQLITE_OK || (native & 0xFF) == SQLITE_FULL ? IC_OK
                                                                 : ic_ledger_db_failed(db, "agent.ledger.open", err);
}

static enum ic_rc configure(struct ic_ledger *ledger, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.open";
    sqlite3 *db = ledger->db;
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, IC_LEDGER_BUSY_MS);
    enum ic_rc rc = ic_ledger_db_run(
        db, "PRAGMA cache_size = -256; PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL", operation, err);
    /* The very first switch to WAL wants the file alone and does not wait for it as other statements do: two processes
     * that are born together may meet here, and one tries again. */
    for (int i = 0; rc == IC_OK; i++) {
        int native = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if (native == SQLITE_OK) {
            rc = make_durable(db, err);
            return rc == IC_OK ? migrate(ledger, err) : rc;
        }
        if ((native & 0xFF) != SQLITE_BUSY || i == OPEN_ATTEMPTS_MAX) {
            rc = ic_ledger_db_failed(db, operation, err);
        } else {
            sqlite3_sleep(OPEN_PAUSE_MS);
        }
    }
    return rc;
}

enum ic_rc ic_ledger_create(const struct ic_path *path, const struct ic_clock *clock, struct ic_ledger **ret_ledger,
                            struct ic_err *err)
{
    static const char operation[] = "agent.ledger.open";
    struct ic_ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the ledger.");
    }
    ledger->clock = clock;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    enum ic_rc rc;
    if (sqlite3_open_v2(path->text, &ledger->db, flags, NULL) == SQLITE_OK) {
        rc = configure(ledger, err);
    } else {
        rc = ic_ledger_db_failed(ledger->db, operation, err);
    }
    if (rc != IC_OK) {
        ic_ledger_destroy(ledger);
        return rc;
    }
    *ret_ledger = ledger;
    return IC_OK;
}

void ic_ledger_destroy(struct ic_ledger *ledger)
{
    if (!ledger) {
        return;
    }
    for (size_t i = 0; i < IC_LEDGER_SQL_COUNT; i++) {
        sqlite3_finalize(ledger->statements[i]);
    }
    sqlite3_close(ledger->db);
    free(ledger);
}

bool ic_ledger_has_moved(struct ic_ledger *ledger)
{
    int moved = 0;
    /* A file system that cannot tell has none that moved. */
    return sqlite3_file_control(ledger->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

static struct ic_link read_link(sqlite3_stmt *row)
{
    int state = sqlite3_column_int(row, 2);
    bool known = state >= IC_LINK_UNKNOWN && state <= IC_LINK_REFUSED;
    struct ic_link link = {.state = known ? (enum ic_link_state)state : IC_LINK_UNKNOWN,
                           .changed_at = sqlite3_column_int64(row, 6),
                           .last_push_at = sqlite3_column_int64(row, 7)};
    ic_ledger_db_copy(row, 3, link.device_id.text, sizeof link.device_id.text);
    ic_ledger_db_copy(row, 4, link.code, sizeof link.code);
    ic_ledger_db_copy(row, 5, link.detail, sizeof link.detail);
    return link;
}

static struct ic_ledger_memory read_memory(sqlite3_stmt *row, const struct ic_clock *clock)
{
    struct ic_str boot_id = ic_ledger_db_text(row, 11);
    struct ic_ledger_memory memory = {
        .heard = {.clock_ahead_ms = sqlite3_column_int64(row, 8),
                  .server_time = sqlite3_column_int64(row, 9),
                  .monotonic_ms = sqlite3_column_int64(row, 10),
                  .features = {.bits = (uint64_t)sqlite3_column_int64(row, 12)}},
        .is_of_this_boot = clock->boot_id && ic_str_is(boot_id, clock->boot_id),
        .hybrid_time = sqlite3_column_int64(row, 13),
        .past = sqlite3_column_int64(row, 14),
        .settles = sqlite3_column_int64(row, 15),
        .echoed = sqlite3_column_int64(row, 29),
        .asked = sqlite3_column_int64(row, 17),
        .answered = sqlite3_column_int64(row, 18),
        .restored_at = sqlite3_column_int64(row, 19),
    };
    ic_ledger_db_copy(row, 16, memory.seen.text, sizeof memory.seen.text);
    ic_ledger_db_copy(row, 20, memory.damaged, sizeof memory.damaged);
    return memory;
}

static struct ic_replica_place read_replica(sqlite3_stmt *row)
{
    struct ic_replica_place replica = {
        .in_use = sqlite3_column_int64(row, 21),
        .filling = sqlite3_column_int64(row, 22),
        .has_stale = sqlite3_column_int(row, 23) != 0,
        .done = sqlite3_column_int64(row, 26),
        .total = sqlite3_column_int64(row, 27),
        .pulled_at = sqlite3_column_int64(row, 28),
    };
    ic_ledger_db_copy(row, 24, replica.place, sizeof replica.place);
    ic_ledger_db_copy(row, 25, replica.server_url, sizeof replica.server_url);
    return replica;
}

static enum ic_rc get_summary(struct ic_ledger *ledger, enum ic_ledger_sql index, struct ic_ledger_summary *ret_summary,
                              struct ic_err *err)
{
    static const char operation[] = "agent.ledger.summary";
    struct ic_err fault = IC_ERR_NONE;
    sqlite3_stmt *row = ic_ledger_db_prepare(ledger, index, operation, &fault);
    if (row && ic_ledger_db_row(ledger, row, operation, &fault)) {
        *ret_summary = (struct ic_ledger_summary){
            .pending = sqlite3_column_int64(row, 0),
            .rejected = sqlite3_column_int64(row, 1),
            .link = read_link(row),
            .memory = read_memory(row, ledger->clock),
            .replica = read_replica(row),
        };
    } else {
        /* Unless SQLite has said more. */
        (void)ic_err_set(&fault, IC_CODE_CORRUPT, operation, "The ledger is damaged: a row is missing.");
    }
    if (row) {
        ic_ledger_db_done(row);
    }
    if (fault.code != IC_CODE_OK && err) {
        *err = fault;
    }
    return ic_err_rc(&fault);
}

enum ic_rc ic_ledger_get_summary(struct ic_ledger *ledger, struct ic_ledger_summary *ret_summary, struct ic_err *err)
{
    return get_summary(ledger, IC_LEDGER_SQL_SUMMARY, ret_summary, err);
}

enum ic_rc ic_ledger_db_get_uncounted(struct ic_ledger *ledger, struct ic_ledger_summary *ret_summary,
                                      struct ic_err *err)
{
    return get_summary(ledger, IC_LEDGER_SQL_UNCOUNTED, ret_summary, err);
}

int64_t ic_ledger_memory_now_ms(const struct ic_ledger_memory *memory, const struct ic_clock *clock)
{
    if (memory->heard.server_time > 0 && memory->is_of_this_boot) {
        return memory->heard.server_time + (ic_clock_monotonic_ms(clock) - memory->heard.monotonic_ms);
    }
    return ic_clock_now_ms(clock) - memory->heard.clock_ahead_ms;
}

enum ic_rc ic_ledger_put_link(struct ic_ledger *ledger, const struct ic_link *link, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.link";
    sqlite3_stmt *statement = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_PUT_LINK, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int(statement, 1, (int)link->state);
    ic_ledger_db_bind(statement, 2, ic_id_text(&link->device_id));
    ic_ledger_db_bind(statement, 3, ic_str_from(link->code));
    ic_ledger_db_bind(statement, 4, ic_str_from(link->detail));
    sqlite3_bind_int64(statement, 5, link->changed_at);
    sqlite3_bind_int64(statement, 6, link->last_push_at);
    return ic_ledger_db_write(ledger, statement, operation, err);
}

enum ic_rc ic_ledger_db_put_heard(struct ic_ledger *ledger, const struct ic_heard *heard, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.heard";
    sqlite3_stmt *statement = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_PUT_HEARD, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(statement, 1, heard->clock_ahead_ms);
    sqlite3_bind_int64(statement, 2, heard->server_time);
    sqlite3_bind_int64(statement, 3, heard->monotonic_ms);
    ic_ledger_db_bind(statement, 4, ic_str_from(ledger->clock->boot_id));
    sqlite3_bind_int64(statement, 5, (sqlite3_int64)heard->features.bits);
    return ic_ledger_db_write(ledger, statement, operation, err);
}

enum ic_rc ic_ledger_db_put_number(struct ic_ledger *ledger, enum ic_ledger_sql index, int64_t number,
                                   struct ic_err *err)
{
    static const char operation[] = "agent.ledger.note";
    sqlite3_stmt *statement = ic_ledger_db_prepare(ledger, index, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(statement, 1, number);
    return ic_ledger_db_write(ledger, statement, operation, err);
}

enum ic_rc ic_ledger_ask(struct ic_ledger *ledger, int64_t *ret_number, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.ask";
    struct ic_ledger_summary summary;
    enum ic_rc rc = ic_ledger_db_begin(ledger, operation, err);
    if (rc != IC_OK) {
        return rc;
    }
    rc = ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_ASK, 1, err);
    if (rc == IC_OK) {
        rc = ic_ledger_get_summary(ledger, &summary, err);
    }
    rc = ic_ledger_db_end(ledger, rc, operation, err);
    if (rc == IC_OK) {
        *ret_number = summary.memory.asked;
    }
    return rc;
}

enum ic_rc ic_ledger_answer(struct ic_ledger *ledger, int64_t number, struct ic_err *err)
{
    return ic_ledger_db_put_number(ledger, IC_LEDGER_SQL_ANSWER, number, err);
}

enum ic_rc ic_ledger_check(struct ic_ledger *ledger, struct ic_err *err)
{
    static const char operation[] = "agent.ledger.check";
    sqlite3_stmt *statement = ic_ledger_db_prepare(ledger, IC_LEDGER_SQL_CHECK, operation, err);
    if (!statement) {
        return ic_err_rc(err);
    }
    enum ic_rc rc = IC_OK;
    if (!ic_ledger_db_row(ledger, statement, operation, err)) {
        rc = ic_err_rc(err);
    } else if (!ic_str_is(ic_ledger_db_text(statement, 0), "ok")) {
        struct ic_str found = ic_ledger_db_text(statement, 0);
        rc = ic_err_set(err, IC_CODE_CORRUPT, operation, "The ledger is damaged: %.*s.",
                        found.size < 120 ? (int)found.size : 120, found.data);
    }
    ic_ledger_db_done(statement);
    return rc;
}
