#include "agent/ledger_file.h"

#include "agent/ledger_db.h"
#include "agent/platform.h"

#include <stdio.h>

static const char operation[] = "agent.ledger.file";

enum ic_rc ic_ledger_file_settle(const struct ic_path *path, const struct ic_clock *clock, struct ic_err *err)
{
    struct ic_ledger *ledger = NULL;
    enum ic_rc rc = ic_ledger_create(path, clock, &ledger, err);
    if (rc == IC_OK) {
        /* Its log is folded in and removed: the file is all there is. */
        rc = ic_ledger_db_run(ledger->db, "PRAGMA journal_mode = DELETE", operation, err);
    }
    ic_ledger_destroy(ledger);
    return rc;
}

void ic_ledger_file_remove(const struct ic_path *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        struct ic_path part;
        struct ic_err err = IC_ERR_NONE;
        if (ic_ledger_file_part(path, suffixes[i], &part) && ic_platform_exists(&part)) {
            /* One that stays is found when the file is made anew. */
            enum ic_rc rc = ic_platform_file_remove(&part, &err);
            (void)rc;
        }
    }
}

bool ic_ledger_file_part(const struct ic_path *path, const char *suffix, struct ic_path *ret_part)
{
    int size = snprintf(ret_part->text, sizeof ret_part->text, "%s%s", path->text, suffix);
    return size > 0 && (size_t)size < sizeof ret_part->text;
}

bool ic_ledger_file_is_sound(const struct ic_path *path, int64_t *ret_operations)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    bool sound = sqlite3_open_v2(path->text, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
                 sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &statement, NULL) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW && ic_str_is(ic_ledger_db_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    statement = NULL;
    sound = sound && sqlite3_prepare_v2(db, "SELECT count(*) FROM outbox", -1, &statement, NULL) == SQLITE_OK &&
            sqlite3_step(statement) == SQLITE_ROW;
    if (sound) {
        *ret_operations = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return sound;
}
