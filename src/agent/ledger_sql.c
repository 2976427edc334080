#include "agent/ledger_sql.h"

/* The generation that look-ups read first, and the one that is being filled behind it. */
#define IN_USE  "(SELECT in_use FROM replica)"
#define FILLING "(SELECT filling FROM replica)"

/* Removes some rows of generations that are in no use any more. */
#define SWEEP(table, key)                                                                          \
    "DELETE FROM " table " WHERE (" key ", generation) IN (SELECT " key ", generation FROM " table \
    " WHERE generation NOT IN (" IN_USE ", " FILLING ") LIMIT ?1)"

#define SUMMARY_COLUMNS                                                                                          \
    "state, device_id, code, detail, changed_at, last_push_at, clock_ahead_ms, server_time, clock_monotonic_ms," \
    " clock_boot_id, features, hybrid_time, past, settles, seen, asked, answered, restored_at, damaged,"         \
    " in_use, filling, has_stale, place, server_url, done, total, pulled_at, echoed FROM link, replica"

#define TARGET_COLUMNS                                                                                                 \
    "tar_id, tar_username, tar_status, stage, merged_into, first_contacted, last_updated, notes, email, email_state, " \
    "phone_num, phone_num_state, cont_source, cont_source_state"

static const char *const texts[] = {
    [IC_LEDGER_SQL_PUT] = "INSERT INTO outbox (op_id, op_hash, kind, tar_username, operation, state, needs,"
                          " created_at, boot_id, monotonic_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [IC_LEDGER_SQL_FIND_HASH] = "SELECT op_hash FROM outbox WHERE op_id = ?1",
    /* What the server would not understand stays, and what came later for the same target stays behind it. */
    [IC_LEDGER_SQL_LIST_PENDING] =
        "SELECT op_id, operation, boot_id, monotonic_ms FROM outbox AS mine"
        " WHERE state = 'pending' AND (needs & ~?2) = 0 AND NOT EXISTS (SELECT 1 FROM outbox AS held"
        "  WHERE held.tar_username = mine.tar_username AND held.seq < mine.seq AND held.state = 'pending'"
        "  AND (held.needs & ~?2) <> 0) ORDER BY seq LIMIT ?1",
    [IC_LEDGER_SQL_LIST_REJECTED] = "SELECT op_id, operation, code, detail, settled_at FROM outbox "
                                    "WHERE state = 'rejected' ORDER BY seq DESC LIMIT ?1",
    [IC_LEDGER_SQL_LIST_ALL] = "SELECT seq, op_id, operation, state, code, detail, elg_id, created_at, settled_at"
                               " FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    [IC_LEDGER_SQL_SETTLE] = "UPDATE outbox SET state = ?3, code = ?4, detail = ?5, elg_id = ?6, olg_id = ?7,"
                             " act_id = ?8, tar_id = ?9, settled_at = ?10, settled_in = ?11, server_url = ?12"
                             " WHERE op_id = ?1 AND state = ?2",
    [IC_LEDGER_SQL_MOVE] = "UPDATE outbox SET state = ?2 WHERE state = ?1",
    [IC_LEDGER_SQL_MOVE_ONE] = "UPDATE outbox SET state = ?2 WHERE state = ?1 AND op_id = ?3",
    /* What another team's server has is no matter of this one's. */
    [IC_LEDGER_SQL_MOVE_OF_SERVER] =
        "UPDATE outbox SET state = ?2 WHERE state = ?1 AND (server_url = ?3 OR server_url IS NULL)",
    [IC_LEDGER_SQL_REMOVE] = "DELETE FROM outbox WHERE state = ?1",
    [IC_LEDGER_SQL_REMOVE_ONE] = "DELETE FROM outbox WHERE state = ?1 AND op_id = ?2",
    [IC_LEDGER_SQL_EXPIRE] = "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE state = ?1"
                             " AND settled_at < ?2 AND settled_in <= (SELECT echoed FROM link) LIMIT ?3)",

    [IC_LEDGER_SQL_SUMMARY] = "SELECT (SELECT count(*) FROM outbox WHERE state = 'pending'),"
                              " (SELECT count(*) FROM outbox WHERE state = 'rejected'), " SUMMARY_COLUMNS,
    [IC_LEDGER_SQL_UNCOUNTED] = "SELECT 0, 0, " SUMMARY_COLUMNS,
    [IC_LEDGER_SQL_PUT_LINK] = "UPDATE link SET state = ?1, device_id = ?2, code = ?3, detail = ?4, changed_at = ?5,"
                               " last_push_at = ?6 WHERE one = 1",
    [IC_LEDGER_SQL_PUT_HYBRID_TIME] = "UPDATE link SET hybrid_time = max(hybrid_time, ?1) WHERE one = 1",
    [IC_LEDGER_SQL_PUT_HEARD] = "UPDATE link SET clock_ahead_ms = ?1, server_time = ?2, clock_monotonic_ms = ?3,"
                                " clock_boot_id = ?4, features = ?5 WHERE one = 1",
    [IC_LEDGER_SQL_PUT_SETTLED] = "UPDATE link SET settles = ?1, seen = coalesce(?2, seen) WHERE one = 1",
    [IC_LEDGER_SQL_PUT_ECHOED] = "UPDATE link SET echoed = max(echoed, ?1) WHERE one = 1",
    [IC_LEDGER_SQL_PUT_CONFIRMED] = "UPDATE link SET seen = NULL WHERE settles = ?1",
    [IC_LEDGER_SQL_LOSE_PAST] = "UPDATE link SET past = past + ?1, seen = NULL WHERE one = 1",
    [IC_LEDGER_SQL_ASK] = "UPDATE link SET asked = asked + ?1 WHERE one = 1",
    [IC_LEDGER_SQL_ANSWER] = "UPDATE link SET answered = max(answered, ?1) WHERE one = 1",
    [IC_LEDGER_SQL_PUT_RESTORED] = "UPDATE link SET restored_at = ?1, damaged = ?2 WHERE one = 1",

    [IC_LEDGER_SQL_PUT_REPLICA] = "UPDATE replica SET in_use = ?1, filling = ?2, has_stale = ?3, place = ?4,"
                                  " server_url = ?5, done = ?6, total = ?7, pulled_at = ?8 WHERE one = 1",
    [IC_LEDGER_SQL_PUT_SUPPRESSION] =
        "INSERT OR REPLACE INTO replica_suppressions (tar_username, generation, reason, opr_id, changed_at)"
        " VALUES (?2, ?1, ?3, ?4, ?5)",
    [IC_LEDGER_SQL_REMOVE_SUPPRESSION] = "DELETE FROM replica_suppressions WHERE tar_username = ?2 AND generation = ?1",
    [IC_LEDGER_SQL_KEEP_SUPPRESSIONS] =
        "UPDATE OR REPLACE replica_suppressions SET generation = ?1 WHERE generation = ?2",
    [IC_LEDGER_SQL_FORGET_SUPPRESSIONS] = "DELETE FROM replica_suppressions WHERE generation = ?1",
    [IC_LEDGER_SQL_PUT_OPERATOR] =
        "INSERT OR REPLACE INTO replica_operators (opr_id, generation, opr_name, opr_status, last_activity)"
        " VALUES (?2, ?1, ?3, ?4, ?5)",
    [IC_LEDGER_SQL_PUT_ACTOR] =
        "INSERT OR REPLACE INTO replica_actors (act_id, generation, act_username, opr_id, act_status, last_activity)"
        " VALUES (?2, ?1, ?3, ?4, ?5, ?6)",
    [IC_LEDGER_SQL_PUT_TARGET] =
        "INSERT INTO replica_targets (generation, " TARGET_COLUMNS ")"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
        " ON CONFLICT (tar_id, generation) DO UPDATE SET tar_username = excluded.tar_username,"
        " tar_status = excluded.tar_status, stage = excluded.stage, merged_into = excluded.merged_into,"
        " first_contacted = excluded.first_contacted, last_updated = excluded.last_updated, notes = excluded.notes,"
        " email = excluded.email, email_state = excluded.email_state, phone_num = excluded.phone_num,"
        " phone_num_state = excluded.phone_num_state, cont_source = excluded.cont_source,"
        " cont_source_state = excluded.cont_source_state",
    [IC_LEDGER_SQL_PUT_ALIAS] =
        "INSERT OR REPLACE INTO replica_aliases (alias_username, generation, tar_id) VALUES (?2, ?1, ?3)",
    [IC_LEDGER_SQL_PUT_OUTREACH] =
        "INSERT OR REPLACE INTO replica_outreach (elg_id, generation, opr_id, act_id, tar_id, created_at)"
        " VALUES (?2, ?1, ?3, ?4, ?5, ?6)",
    [IC_LEDGER_SQL_PUT_GOAL] =
        "INSERT OR REPLACE INTO replica_goals (goal_id, generation, metric, target_value, frequency, assigned_to_opr,"
        " assigned_to_act, status, suggested_by, created_at, start_date, end_date)"
        " VALUES (?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [IC_LEDGER_SQL_PUT_RULE] =
        "INSERT OR REPLACE INTO replica_rules (rule_id, generation, type, metric, limit_value, time_window_sec,"
        " severity, assigned_to_opr, assigned_to_act, status, suggested_by, created_at)"
        " VALUES (?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [IC_LEDGER_SQL_EXPIRE_OUTREACH] = "DELETE FROM replica_outreach WHERE created_at < ?1",
    [IC_LEDGER_SQL_SWEEP_TARGETS] = SWEEP("replica_targets", "tar_id"),
    [IC_LEDGER_SQL_SWEEP_OUTREACH] = SWEEP("replica_outreach", "elg_id"),
    [IC_LEDGER_SQL_SWEEP_SUPPRESSIONS] = SWEEP("replica_suppressions", "tar_username"),
    [IC_LEDGER_SQL_SWEEP_OPERATORS] = SWEEP("replica_operators", "opr_id"),
    [IC_LEDGER_SQL_SWEEP_ACTORS] = SWEEP("replica_actors", "act_id"),
    [IC_LEDGER_SQL_SWEEP_ALIASES] = SWEEP("replica_aliases", "alias_username"),
    [IC_LEDGER_SQL_SWEEP_GOALS] = SWEEP("replica_goals", "goal_id"),
    [IC_LEDGER_SQL_SWEEP_RULES] = SWEEP("replica_rules", "rule_id"),
    [IC_LEDGER_SQL_PUT_STALE] = "UPDATE replica SET has_stale = ?1 WHERE one = 1",

    [IC_LEDGER_SQL_COUNT_AGREED] =
        "SELECT (SELECT count(*) FROM replica_goals WHERE status = ?1 AND generation = " IN_USE "),"
        " (SELECT count(*) FROM replica_rules WHERE status = ?1 AND generation = " IN_USE "),"
        " (SELECT count(*) FROM replica_goals WHERE status = ?2 AND generation = " IN_USE ")"
        " + (SELECT count(*) FROM replica_rules WHERE status = ?2 AND generation = " IN_USE ")",

    [IC_LEDGER_SQL_FIND_SUPPRESSION] = "SELECT reason, opr_id, changed_at FROM replica_suppressions"
                                       " WHERE tar_username = ?1 AND generation IN (" IN_USE ", " FILLING ")"
                                       " ORDER BY generation DESC LIMIT 1",
    [IC_LEDGER_SQL_FIND_TARGET_BY_HANDLE] =
        "SELECT " TARGET_COLUMNS ", generation FROM replica_targets WHERE tar_username = ?1"
        " AND generation IN (" IN_USE ", " FILLING ") ORDER BY generation, merged_into IS NOT NULL, tar_id LIMIT 1",
    [IC_LEDGER_SQL_FIND_TARGET_BY_ALIAS] = "SELECT tar_id, generation FROM replica_aliases WHERE alias_username = ?1"
                                           " AND generation IN (" IN_USE ", " FILLING ") ORDER BY generation LIMIT 1",
    [IC_LEDGER_SQL_FIND_TARGET] =
        "SELECT " TARGET_COLUMNS ", generation FROM replica_targets WHERE tar_id = ?1 AND generation = ?2",
    [IC_LEDGER_SQL_LIST_OUTREACH] =
        "SELECT o.elg_id, o.created_at, o.opr_id, o.act_id,"
        " (SELECT opr_name FROM replica_operators AS p WHERE p.opr_id = o.opr_id AND p.generation = o.generation),"
        " (SELECT act_username FROM replica_actors AS a WHERE a.act_id = o.act_id AND a.generation = o.generation)"
        " FROM replica_outreach AS o WHERE o.tar_id = ?1 AND o.generation = ?2 ORDER BY o.created_at DESC LIMIT ?3",
    /* One's own that the replica does not have yet. */
    [IC_LEDGER_SQL_LIST_OWN] = "SELECT operation, state FROM outbox WHERE tar_username = ?1 AND (state = 'pending'"
                               " OR (state = 'acknowledged' AND settled_in > (SELECT echoed FROM link)))"
                               " ORDER BY seq DESC LIMIT ?2",

    [IC_LEDGER_SQL_CHECK] = "PRAGMA quick_check(1)",
};

const char *ic_ledger_sql_text(enum ic_ledger_sql index)
{
    return texts[index];
}
