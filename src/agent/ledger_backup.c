#include "agent/ledger_backup.h"

#include "agent/ledger_db.h"
#include "agent/ledger_file.h"
#include "agent/platform.h"

static const char operation[] = "agent.ledger.backup";

/* The replica is fetched anew but for whom not to contact and what the team agreed on: nobody is to be free until that
 * is done, and no rule forgotten. */
static const char copy_all[] =
    "BEGIN;"
    "INSERT INTO backup.outbox SELECT * FROM main.outbox;"
    "DELETE FROM backup.link;"
    "INSERT INTO backup.link SELECT * FROM main.link;"
    "INSERT OR REPLACE INTO backup.replica_suppressions SELECT tar_username, 1, reason, opr_id, changed_at"
    " FROM main.replica_suppressions WHERE generation IN (SELECT in_use FROM main.replica UNION"
    " SELECT filling FROM main.replica);"
    "INSERT INTO backup.replica_goals SELECT goal_id, 1, metric, target_value, frequency, assigned_to_opr,"
    " assigned_to_act, status, suggested_by, created_at, start_date, end_date FROM main.replica_goals"
    " WHERE generation = (SELECT in_use FROM main.replica);"
    "INSERT INTO backup.replica_rules SELECT rule_id, 1, type, metric, limit_value, time_window_sec, severity,"
    " assigned_to_opr, assigned_to_act, status, suggested_by, created_at FROM main.replica_rules"
    " WHERE generation = (SELECT in_use FROM main.replica);"
    "UPDATE backup.replica SET in_use = 1;"
    "COMMIT;";

/* Copies into the draft, and says how many operations there were. */
static enum ic_rc copy(struct ic_ledger *ledger, const struct ic_path *draft, int64_t *ret_count, struct ic_err *err)
{
    sqlite3_stmt *attach = NULL;
    if (sqlite3_prepare_v2(ledger->db, "ATTACH ?1 AS backup", -1, &attach, NULL) != SQLITE_OK) {
        return ic_ledger_db_failed(ledger->db, operation, err);
    }
    ic_ledger_db_bind(attach, 1, ic_str_from(draft->text));
    enum ic_rc rc = sqlite3_step(attach) == SQLITE_DONE ? IC_OK : ic_ledger_db_failed(ledger->db, operation, err);
    sqlite3_finalize(attach);
    if (rc != IC_OK) {
        return rc;
    }
    rc = ic_ledger_db_run(ledger->db, copy_all, operation, err);
    *ret_count = 0;
    sqlite3_stmt *count = NULL;
    if (rc == IC_OK &&
        sqlite3_prepare_v2(ledger->db, "SELECT count(*) FROM backup.outbox", -1, &count, NULL) == SQLITE_OK &&
        sqlite3_step(count) == SQLITE_ROW) {
        *ret_count = sqlite3_column_int64(count, 0);
    }
    sqlite3_finalize(count);
    if (!sqlite3_get_autocommit(ledger->db)) {
        sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
    }
    struct ic_err detached = IC_ERR_NONE;
    enum ic_rc rc_detached = ic_ledger_db_run(ledger->db, "DETACH backup", operation, &detached);
    if (rc == IC_OK && rc_detached != IC_OK) {
        *err = detached;
        rc = rc_detached;
    }
    return rc;
}

static enum ic_rc back_up(struct ic_ledger *ledger, const struct ic_folder *folder, struct ic_err *err)
{
    int64_t copied = 0, found = -1;
    ic_ledger_file_remove(&folder->draft);
    enum ic_rc rc = ic_ledger_file_settle(&folder->draft, ledger->clock, err);
    if (rc == IC_OK) {
        rc = copy(ledger, &folder->draft, &copied, err);
    }
    if (rc == IC_OK && (!ic_ledger_file_is_sound(&folder->draft, &found) || found != copied)) {
        rc = ic_err_set(err, IC_CODE_CORRUPT, operation, "The backup cannot be read back.");
    }
    return rc == IC_OK ? ic_platform_file_rename(&folder->draft, &folder->backup, err) : rc;
}

enum ic_rc ic_ledger_back_up(struct ic_ledger *ledger, const struct ic_folder *folder, struct ic_err *err)
{
    struct ic_platform_lock lock;
    struct ic_err fault = IC_ERR_NONE;
    enum ic_rc rc = ic_platform_lock_open(&folder->opening, &lock, &fault);
    if (rc == IC_OK) {
        /* Whoever restores the ledger makes a draft, too; a ledger that is set aside is nothing to back up. */
        bool taken = ic_platform_lock_try(&lock) && !ic_ledger_has_moved(ledger);
        rc = taken ? back_up(ledger, folder, &fault)
                   : ic_err_set(&fault, IC_CODE_BUSY, operation, "The ledger is being opened or restored.");
        ic_platform_lock_close(&lock);
    }
    if (rc != IC_OK && err) {
        *err = fault;
    }
    return rc;
}
