#include "agent/ledger_sql.h"

/* outbox: seq is the order of capture and of pushing; the partial indexes make counting and taking the next batch cost
 * what is pending, not what is kept. link: one row, how things stand with the server. */
const char ic_ledger_schema[] = "CREATE TABLE outbox ("
                                "  seq INTEGER PRIMARY KEY,"
                                "  op_id TEXT NOT NULL UNIQUE,"
                                "  op_hash TEXT NOT NULL,"
                                "  operation TEXT NOT NULL,"
                                "  state TEXT NOT NULL CHECK (state IN ('pending', 'acknowledged', 'rejected')),"
                                "  code TEXT,"
                                "  detail TEXT,"
                                "  elg_id TEXT,"
                                "  olg_id TEXT,"
                                "  act_id TEXT,"
                                "  tar_id TEXT,"
                                "  created_at INTEGER NOT NULL,"
                                "  settled_at INTEGER"
                                ") STRICT;"
                                "CREATE INDEX outbox_pending ON outbox (seq) WHERE state = 'pending';"
                                "CREATE INDEX outbox_acknowledged ON outbox (seq) WHERE state = 'acknowledged';"
                                "CREATE INDEX outbox_rejected ON outbox (seq) WHERE state = 'rejected';"
                                "CREATE TABLE link ("
                                "  one INTEGER PRIMARY KEY CHECK (one = 1),"
                                "  state INTEGER NOT NULL,"
                                "  device_id TEXT,"
                                "  code TEXT,"
                                "  detail TEXT,"
                                "  changed_at INTEGER NOT NULL,"
                                "  last_push_at INTEGER NOT NULL"
                                ") STRICT;"
                                "INSERT INTO link (one, state, changed_at, last_push_at) VALUES (1, 0, 0, 0);"
                                "PRAGMA user_version = 1;";

static const char *const texts[] = {
    [IC_LEDGER_SQL_PUT] =
        "INSERT INTO outbox (op_id, op_hash, operation, state, created_at) VALUES (?1, ?2, ?3, 'pending', ?4) "
        "ON CONFLICT (op_id) DO NOTHING",
    [IC_LEDGER_SQL_FIND_HASH] = "SELECT op_hash FROM outbox WHERE op_id = ?1",
    [IC_LEDGER_SQL_SUMMARY] = "SELECT (SELECT count(*) FROM outbox WHERE state = 'pending'),"
                              " (SELECT count(*) FROM outbox WHERE state = 'rejected'),"
                              " state, device_id, code, detail, changed_at, last_push_at FROM link",
    [IC_LEDGER_SQL_LIST_PENDING] = "SELECT op_id, operation FROM outbox WHERE state = 'pending' ORDER BY seq LIMIT ?1",
    [IC_LEDGER_SQL_LIST_REJECTED] = "SELECT op_id, operation, code, detail, settled_at FROM outbox "
                                    "WHERE state = 'rejected' ORDER BY seq DESC LIMIT ?1",
    [IC_LEDGER_SQL_SETTLE] = "UPDATE outbox SET state = ?2, code = ?3, detail = ?4, elg_id = ?5, olg_id = ?6,"
                             " act_id = ?7, tar_id = ?8, settled_at = ?9 WHERE op_id = ?1 AND state = 'pending'",
    [IC_LEDGER_SQL_PRUNE] = "DELETE FROM outbox WHERE state = 'acknowledged' AND seq <= "
                            "(SELECT seq FROM outbox WHERE state = 'acknowledged' ORDER BY seq DESC LIMIT 1 OFFSET ?1)",
    [IC_LEDGER_SQL_PUT_LINK] = "UPDATE link SET state = ?1, device_id = ?2, code = ?3, detail = ?4, changed_at = ?5,"
                               " last_push_at = ?6 WHERE one = 1",
    [IC_LEDGER_SQL_CHECK] = "PRAGMA quick_check(1)",
};

const char *ic_ledger_sql_text(enum ic_ledger_sql index)
{
    return texts[index];
}
