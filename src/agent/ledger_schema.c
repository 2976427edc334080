#include "agent/ledger_schema.h"

#include "agent/ledger.h"

/* outbox: seq is the order of capture and of pushing; the partial indexes make counting and taking the next batch cost
 * what is pending, not what is kept. link: one row, how things stand with the server. */
static const char first[] = "CREATE TABLE outbox ("
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
                            "INSERT INTO link (one, state, changed_at, last_push_at) VALUES (1, 0, 0, 0);";

/* outbox
 *   needs           bits of the features without which a server would not understand the operation
 *   boot_id         and monotonic_ms: when it was captured, by a clock that does not jump
 *   settled_in      the number of the settling, counted in link.settles
 *   server_url      of the server that has taken it
 * link
 *   clock_ahead_ms  how far this machine's clock was ahead at the last exchange; NULL: there was none
 *   server_time     of the last answer, which came at clock_monotonic_ms of clock_boot_id
 *   hybrid_time     the largest one that was given or seen
 *   past            how often the server was found to have lost its past
 *   settles         the number of settlings; the replica has what was settled up to `echoed`
 *   seen            the event of the operation that was acknowledged last, until a page has confirmed it
 *   asked           how often a person asked to sync now; `answered` of that is done
 *   restored_at     when a backup took the place of a damaged ledger, which is now the file `damaged`
 * replica: one row. Rows of the tables beside it belong to a generation: the one in use, the one that is being filled
 *   (0: none), or an old one that is still to be removed (`has_stale`). `place` is where to go on. */
static const char second[] =
    "ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'outreach';"
    "ALTER TABLE outbox ADD COLUMN tar_username TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE outbox ADD COLUMN needs INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE outbox ADD COLUMN boot_id TEXT;"
    "ALTER TABLE outbox ADD COLUMN monotonic_ms INTEGER;"
    "ALTER TABLE outbox ADD COLUMN settled_in INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE outbox ADD COLUMN server_url TEXT;"
    "UPDATE outbox SET tar_username = coalesce(operation ->> '$.tar_username', '') WHERE json_valid(operation);"
    "DROP INDEX outbox_acknowledged;"
    "CREATE INDEX outbox_acknowledged ON outbox (settled_at) WHERE state = 'acknowledged';"
    "CREATE INDEX outbox_by_target ON outbox (tar_username, seq);"

    "ALTER TABLE link ADD COLUMN clock_ahead_ms INTEGER;"
    "ALTER TABLE link ADD COLUMN server_time INTEGER;"
    "ALTER TABLE link ADD COLUMN clock_monotonic_ms INTEGER;"
    "ALTER TABLE link ADD COLUMN clock_boot_id TEXT;"
    "ALTER TABLE link ADD COLUMN features INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE link ADD COLUMN hybrid_time INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE link ADD COLUMN past INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE link ADD COLUMN settles INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE link ADD COLUMN echoed INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE link ADD COLUMN seen TEXT;"
    "ALTER TABLE link ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE link ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE link ADD COLUMN restored_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE link ADD COLUMN damaged TEXT;"

    "CREATE TABLE replica ("
    "  one INTEGER PRIMARY KEY CHECK (one = 1),"
    "  in_use INTEGER NOT NULL,"
    "  filling INTEGER NOT NULL,"
    "  has_stale INTEGER NOT NULL,"
    "  place TEXT,"
    "  server_url TEXT,"
    "  done INTEGER NOT NULL,"
    "  total INTEGER NOT NULL,"
    "  pulled_at INTEGER NOT NULL"
    ") STRICT;"
    "INSERT INTO replica (one, in_use, filling, has_stale, done, total, pulled_at) VALUES (1, 0, 0, 0, 0, 0, 0);"
    "CREATE TABLE replica_suppressions ("
    "  tar_username TEXT NOT NULL,"
    "  generation INTEGER NOT NULL,"
    "  reason TEXT,"
    "  opr_id TEXT NOT NULL,"
    "  changed_at INTEGER NOT NULL,"
    "  PRIMARY KEY (tar_username, generation)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE replica_operators ("
    "  opr_id TEXT NOT NULL,"
    "  generation INTEGER NOT NULL,"
    "  opr_name TEXT NOT NULL,"
    "  opr_status TEXT NOT NULL,"
    "  last_activity INTEGER NOT NULL,"
    "  PRIMARY KEY (opr_id, generation)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE replica_actors ("
    "  act_id TEXT NOT NULL,"
    "  generation INTEGER NOT NULL,"
    "  act_username TEXT NOT NULL,"
    "  opr_id TEXT NOT NULL,"
    "  act_status TEXT NOT NULL,"
    "  last_activity INTEGER NOT NULL,"
    "  PRIMARY KEY (act_id, generation)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE replica_targets ("
    "  tar_id TEXT NOT NULL,"
    "  generation INTEGER NOT NULL,"
    "  tar_username TEXT NOT NULL,"
    "  tar_status TEXT NOT NULL,"
    "  stage TEXT,"
    "  merged_into TEXT,"
    "  first_contacted INTEGER NOT NULL,"
    "  last_updated INTEGER NOT NULL,"
    "  notes TEXT,"
    "  email TEXT,"
    "  email_state TEXT NOT NULL,"
    "  phone_num TEXT,"
    "  phone_num_state TEXT NOT NULL,"
    "  cont_source TEXT,"
    "  cont_source_state TEXT NOT NULL,"
    "  PRIMARY KEY (tar_id, generation)"
    ") STRICT;"
    "CREATE INDEX replica_targets_by_handle ON replica_targets (tar_username, generation);"
    "CREATE TABLE replica_aliases ("
    "  alias_username TEXT NOT NULL,"
    "  generation INTEGER NOT NULL,"
    "  tar_id TEXT NOT NULL,"
    "  PRIMARY KEY (alias_username, generation)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE replica_outreach ("
    "  elg_id TEXT NOT NULL,"
    "  generation INTEGER NOT NULL,"
    "  opr_id TEXT NOT NULL,"
    "  act_id TEXT NOT NULL,"
    "  tar_id TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL,"
    "  PRIMARY KEY (elg_id, generation)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX replica_outreach_by_target ON replica_outreach (tar_id, generation, created_at);";

const char *ic_ledger_schema_step(int version)
{
    static const char *const steps[IC_LEDGER_SCHEMA_VERSION + 1] = {[1] = first, [2] = second};
    return steps[version];
}
