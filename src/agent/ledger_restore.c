#include "agent/device.h"
#include "agent/ledger_backup.h"
#include "agent/ledger_db.h"
#include "agent/ledger_file.h"
#include "agent/platform.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ARENA_SIZE = 4 * 1024 * 1024, NAMES_MAX = 100 };

static const char operation[] = "agent.ledger.restore";

/* A ledger is restored in steps, each of which may be the last one before a crash:
 *   1. the marker names the file that the damaged ledger is to become;
 *   2. the damaged ledger takes that name, with its log;
 *   3. a draft is made of the backup and of what the damaged ledger still tells;
 *   4. the draft becomes the ledger;
 *   5. the marker is removed. */
struct restoring {
    const struct ic_folder *folder;
    const struct ic_clock *clock;
    char name[IC_LEDGER_FILE_NAME_SIZE];
    struct ic_path aside;
    int64_t salvaged; /* Operations that only the damaged file had. */
};

/* Operations that nobody else has; the oldest columns, so that a damaged ledger of an earlier version is read, too. */
static const char read_damaged[] = "SELECT op_id, op_hash, operation, state, code, detail, created_at, settled_at"
                                   " FROM outbox WHERE state IN ('pending', 'rejected') ORDER BY seq";
static const char read_damaged_backwards[] =
    "SELECT op_id, op_hash, operation, state, code, detail, created_at, settled_at"
    " FROM outbox WHERE state IN ('pending', 'rejected') ORDER BY seq DESC";
static const char put_salvaged[] =
    "INSERT INTO outbox (op_id, op_hash, operation, state, code, detail, created_at, settled_at, kind, tar_username,"
    " needs) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (op_id) DO NOTHING";

/* Whether the row is an operation, and not what a damaged page happened to look like. */
static bool is_whole(sqlite3_stmt *row, struct ic_arena *arena, struct ic_operation *ret_read)
{
    json_t *object;
    struct ic_err err = IC_ERR_NONE;
    return ic_json_parse(ic_ledger_db_text(row, 2), operation, arena, &object, NULL) == IC_OK &&
           ic_operation_decode(object, ret_read, &err) == IC_OK &&
           ic_str_is(ic_ledger_db_text(row, 0), ret_read->op_id.text);
}

static void take_row(struct restoring *restoring, struct ic_ledger *draft, sqlite3_stmt *row, struct ic_arena *arena)
{
    struct ic_operation read;
    sqlite3_stmt *put = NULL;
    if (is_whole(row, arena, &read) && sqlite3_prepare_v2(draft->db, put_salvaged, -1, &put, NULL) == SQLITE_OK) {
        for (int i = 0; i < 8; i++) {
            sqlite3_bind_value(put, i + 1, sqlite3_column_value(row, i));
        }
        ic_ledger_db_bind(put, 9, ic_str_from(ic_operation_kind_name(read.kind)));
        ic_ledger_db_bind(put, 10, ic_handle_text(&read.tar_username));
        sqlite3_bind_int64(put, 11, (sqlite3_int64)ic_ledger_db_needs(&read).bits);
        if (sqlite3_step(put) == SQLITE_DONE) {
            restoring->salvaged += sqlite3_changes64(draft->db);
        }
    }
    sqlite3_finalize(put);
    ic_arena_reset(arena);
}

/* Reads until the end or the damage. */
static void read_rows(struct restoring *restoring, sqlite3 *damaged, const char *sql, struct ic_ledger *draft,
                      struct ic_arena *arena)
{
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(damaged, sql, -1, &row, NULL) == SQLITE_OK) {
        while (sqlite3_step(row) == SQLITE_ROW) {
            take_row(restoring, draft, row, arena);
        }
    }
    sqlite3_finalize(row);
}

/* What is given from now on must be later than all that was given. */
static void read_hybrid_time(sqlite3 *damaged, struct ic_ledger *draft)
{
    sqlite3_stmt *row = NULL;
    struct ic_err err = IC_ERR_NONE;
    if (sqlite3_prepare_v2(damaged, "SELECT hybrid_time FROM link", -1, &row, NULL) == SQLITE_OK &&
        sqlite3_step(row) == SQLITE_ROW && sqlite3_column_int64(row, 0) > 0 &&
        ic_ledger_db_put_number(draft, IC_LEDGER_SQL_PUT_HYBRID_TIME, sqlite3_column_int64(row, 0), &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, "ledger.restore", &err);
    }
    sqlite3_finalize(row);
}

/* Everything that can be had of the damaged file; what cannot is its damage. From both ends, for there may be a hole in
 * the middle. */
static void salvage(struct restoring *restoring, struct ic_ledger *draft)
{
    sqlite3 *damaged = NULL;
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    if (arena && restoring->name[0] &&
        sqlite3_open_v2(restoring->aside.text, &damaged, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
            SQLITE_OK) {
        sqlite3_busy_timeout(damaged, IC_LEDGER_BUSY_MS);
        read_rows(restoring, damaged, read_damaged, draft, arena);
        read_rows(restoring, damaged, read_damaged_backwards, draft, arena);
        read_hybrid_time(damaged, draft);
    }
    sqlite3_close(damaged);
    ic_arena_destroy(arena);
}

static enum ic_rc note_restored(struct restoring *restoring, struct ic_ledger *draft, struct ic_err *err)
{
    sqlite3_stmt *row = ic_ledger_db_prepare(draft, IC_LEDGER_SQL_PUT_RESTORED, operation, err);
    if (!row) {
        return ic_err_rc(err);
    }
    sqlite3_bind_int64(row, 1, ic_clock_now_ms(restoring->clock));
    ic_ledger_db_bind(row, 2, ic_str_from(restoring->name));
    return ic_ledger_db_write(draft, row, operation, err);
}

/* What the server has taken is sent again, in case it stands nowhere else. */
static enum ic_rc send_again(struct restoring *restoring, struct ic_ledger *draft, struct ic_err *err)
{
    struct ic_device device;
    struct ic_err unpaired = IC_ERR_NONE;
    enum ic_rc rc = IC_OK;
    if (ic_device_find(&restoring->folder->path, &device, &unpaired) == IC_OK) {
        rc = ic_ledger_db_move_acknowledged(draft, IC_MOVE_RESTORE, device.server_url, err);
        ic_device_wipe(&device);
    }
    return rc == IC_OK ? ic_ledger_db_put_number(draft, IC_LEDGER_SQL_LOSE_PAST, 1, err) : rc;
}

static enum ic_rc fill_draft(struct restoring *restoring, struct ic_err *err)
{
    struct ic_ledger *draft = NULL;
    enum ic_rc rc = ic_ledger_create(&restoring->folder->draft, restoring->clock, &draft, err);
    if (rc != IC_OK) {
        return rc;
    }
    rc = ic_ledger_db_begin(draft, operation, err);
    if (rc == IC_OK) {
        salvage(restoring, draft);
        rc = note_restored(restoring, draft, err);
        if (rc == IC_OK) {
            rc = send_again(restoring, draft, err);
        }
        rc = ic_ledger_db_end(draft, rc, operation, err);
    }
    ic_ledger_destroy(draft);
    return rc == IC_OK ? ic_ledger_file_settle(&restoring->folder->draft, restoring->clock, err) : rc;
}

static enum ic_rc make_draft(struct restoring *restoring, struct ic_err *err)
{
    const struct ic_folder *folder = restoring->folder;
    int64_t operations;
    enum ic_rc rc = IC_OK;
    ic_ledger_file_remove(&folder->draft);
    if (ic_platform_exists(&folder->backup) && ic_ledger_file_is_sound(&folder->backup, &operations)) {
        rc = ic_platform_file_copy(&folder->backup, &folder->draft, err);
    }
    return rc == IC_OK ? fill_draft(restoring, err) : rc;
}

/* The ledger first: while it is there, its log belongs to it. */
static enum ic_rc set_aside(struct restoring *restoring, struct ic_err *err)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0] && rc == IC_OK; i++) {
        struct ic_path from, to;
        bool named = ic_ledger_file_part(&restoring->folder->ledger, suffixes[i], &from) &&
                     ic_ledger_file_part(&restoring->aside, suffixes[i], &to);
        if (named && ic_platform_exists(&from)) {
            rc = ic_platform_file_rename(&from, &to, err);
        }
    }
    return rc;
}

/* A name by the time, which nothing has yet. */
static enum ic_rc choose_name(struct restoring *restoring, struct ic_err *err)
{
    struct tm utc;
    char at[32];
    time_t now = (time_t)(ic_clock_now_ms(restoring->clock) / 1000);
    if (!gmtime_r(&now, &utc) || strftime(at, sizeof at, "%Y%m%dT%H%M%SZ", &utc) == 0) {
        snprintf(at, sizeof at, "some-day");
    }
    for (int i = 1; i <= NAMES_MAX; i++) {
        snprintf(restoring->name, sizeof restoring->name, i == 1 ? "ledger-damaged-%s.db" : "ledger-damaged-%s-%d.db",
                 at, i);
        enum ic_rc rc = ic_path_join(&restoring->folder->path, restoring->name, &restoring->aside, err);
        if (rc != IC_OK || !ic_platform_exists(&restoring->aside)) {
            return rc;
        }
    }
    return ic_err_set(err, IC_CODE_LEDGER_UNWRITABLE, operation, "There are too many damaged ledgers.");
}

static enum ic_rc read_marker(struct restoring *restoring, struct ic_err *err)
{
    struct ic_buf buf;
    ic_buf_init(&buf, sizeof restoring->name - 1);
    enum ic_rc rc = ic_platform_file_read(&restoring->folder->restoring, true, &buf, err);
    if (rc == IC_OK) {
        snprintf(restoring->name, sizeof restoring->name, "%.*s", (int)buf.size, buf.data ? buf.data : "");
        rc = ic_path_join(&restoring->folder->path, restoring->name, &restoring->aside, err);
    }
    ic_buf_release(&buf);
    return rc;
}

static enum ic_rc write_marker(struct restoring *restoring, struct ic_err *err)
{
    enum ic_rc rc = choose_name(restoring, err);
    return rc == IC_OK ? ic_platform_file_write(&restoring->folder->restoring, ic_str_from(restoring->name), true, err)
                       : rc;
}

/* With the lock: goes through the steps that are left. */
static enum ic_rc restore(struct restoring *restoring, struct ic_err *err)
{
    const struct ic_folder *folder = restoring->folder;
    bool is_resumed = ic_platform_exists(&folder->restoring);
    enum ic_rc rc = is_resumed ? read_marker(restoring, err) : write_marker(restoring, err);
    bool is_placed =
        is_resumed && rc == IC_OK && ic_platform_exists(&restoring->aside) && ic_platform_exists(&folder->ledger);
    if (rc == IC_OK && !is_placed) {
        rc = set_aside(restoring, err);
        if (rc == IC_OK) {
            rc = make_draft(restoring, err);
        }
        if (rc == IC_OK) {
            rc = ic_platform_file_rename(&folder->draft, &folder->ledger, err);
        }
    }
    if (rc == IC_OK) {
        rc = ic_platform_file_remove(&folder->restoring, err);
    }
    if (rc == IC_OK && !is_placed) {
        const struct ic_log_field fields[] = {IC_LOG_TEXT("damaged", ic_str_from(restoring->name)),
                                              IC_LOG_NUMBER("salvaged", restoring->salvaged),
                                              {.key = NULL}};
        ic_log(IC_LOG_WARN, "ledger.restored", fields);
    }
    return rc;
}

/* Whether there is a ledger to be opened, or none yet that a backup would stand for. */
static bool is_in_place(const struct ic_folder *folder)
{
    return !ic_platform_exists(&folder->restoring) &&
           (ic_platform_exists(&folder->ledger) || !ic_platform_exists(&folder->backup));
}

static enum ic_rc open_checked(const struct ic_folder *folder, const struct ic_clock *clock, bool is_suspect,
                               struct ic_ledger **ret_ledger, struct ic_err *err)
{
    struct ic_ledger *ledger = NULL;
    enum ic_rc rc = ic_ledger_create(&folder->ledger, clock, &ledger, err);
    if (rc == IC_OK && is_suspect) {
        rc = ic_ledger_check(ledger, err);
    }
    if (rc != IC_OK) {
        ic_ledger_destroy(ledger);
        return rc;
    }
    *ret_ledger = ledger;
    return IC_OK;
}

/* With the lock: somebody else may have restored it by now. */
static enum ic_rc open_or_restore(const struct ic_folder *folder, const struct ic_clock *clock, bool is_suspect,
                                  struct ic_ledger **ret_ledger, struct ic_err *err)
{
    struct ic_err fault = IC_ERR_NONE;
    struct restoring restoring = {.folder = folder, .clock = clock};
    if (is_in_place(folder)) {
        enum ic_rc rc = open_checked(folder, clock, is_suspect, ret_ledger, &fault);
        if (rc != IC_CORRUPT) {
            *err = fault;
            return rc;
        }
        ic_log_err(IC_LOG_ERROR, "ledger.damaged", &fault);
    }
    enum ic_rc rc = restore(&restoring, err);
    return rc == IC_OK ? open_checked(folder, clock, false, ret_ledger, err) : rc;
}

enum ic_rc ic_ledger_open(const struct ic_folder *folder, const struct ic_clock *clock, bool is_suspect,
                          struct ic_ledger **ret_ledger, struct ic_err *err)
{
    struct ic_platform_lock lock;
    struct ic_err fault = IC_ERR_NONE;
    enum ic_rc rc = ic_platform_lock_open(&folder->opening, &lock, &fault);
    if (rc != IC_OK) {
        goto out;
    }
    if (!ic_platform_lock_share(&lock)) {
        rc = ic_err_set(&fault, IC_CODE_BUSY, operation, "The ledger is being restored.");
    } else if (is_in_place(folder)) {
        rc = open_checked(folder, clock, is_suspect, ret_ledger, &fault);
    } else {
        rc = IC_CORRUPT;
    }
    if (rc == IC_CORRUPT) {
        fault = IC_ERR_NONE;
        rc = ic_platform_lock_take(&lock)
                 ? open_or_restore(folder, clock, is_suspect, ret_ledger, &fault)
                 : ic_err_set(&fault, IC_CODE_BUSY, operation, "The ledger is being restored.");
    }
    ic_platform_lock_close(&lock);
out:
    if (rc != IC_OK && err) {
        *err = fault;
    }
    return rc;
}
