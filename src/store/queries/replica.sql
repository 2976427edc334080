-- What a desktop's replica is filled with: rows of a snapshot, by keys that do not move, and what the next changes of the
-- feed have touched, by lists of keys. A place of a list that is not used is NULL and finds nothing.

-- name: feed_end
SELECT cursor, elg_id, changed_at FROM changes WHERE cursor > 0 ORDER BY cursor DESC @limit(1);

-- name: feed_begin
SELECT MIN(cursor) FROM changes;

-- name: feed_get
SELECT cursor, elg_id, changed_at FROM changes WHERE cursor = :cursor;

-- name: feed_behind
-- The changes behind a cursor, without their texts. Where an operator came or went, elg_id is the newest event's, which
-- has a change of its own.
SELECT c.cursor, c.opr_id, e.elg_id, e.event_type, e.opr_id, e.act_id, e.tar_id, e.created_at
FROM changes c LEFT JOIN event_logs e ON e.elg_id = c.elg_id AND c.opr_id IS NULL
WHERE c.cursor > :cursor
ORDER BY c.cursor
@limit(:limit);

-- name: event_find
SELECT elg_id FROM event_logs WHERE elg_id = :elg_id;

-- name: suppressions_behind
SELECT tar_username, is_suppressed, reason, opr_id, changed_at, hybrid_time FROM suppressions
WHERE tar_username > :tar_username
ORDER BY tar_username
@limit(:limit);

-- name: suppressions_of
-- Those that these events have changed last.
SELECT tar_username, is_suppressed, reason, opr_id, changed_at, hybrid_time FROM suppressions
WHERE elg_id IN (:elg_id[32]);

-- name: suppressions_of_one
-- Those of one event, which may be more than a page has room for.
SELECT tar_username, is_suppressed, reason, opr_id, changed_at, hybrid_time FROM suppressions
WHERE elg_id = :elg_id AND tar_username > :tar_username
ORDER BY tar_username
@limit(:limit);

-- name: operators_behind
SELECT opr_id, opr_name, opr_status, last_activity FROM operators
WHERE opr_id > :opr_id
ORDER BY opr_id
@limit(:limit);

-- name: operators_of
SELECT opr_id, opr_name, opr_status, last_activity FROM operators WHERE opr_id IN (:opr_id[32]);

-- name: actors_behind
SELECT act_id, act_username, opr_id, act_status, last_activity FROM actors
WHERE act_id > :act_id
ORDER BY act_id
@limit(:limit);

-- name: actors_of
SELECT act_id, act_username, opr_id, act_status, last_activity FROM actors WHERE act_id IN (:act_id[32]);

-- name: targets_behind
SELECT tar_id, tar_username, tar_status, stage, merged_into, first_contacted, last_updated, notes, email, email_state,
    phone_num, phone_num_state, cont_source, cont_source_state, hybrid_time, tar_number
FROM targets
WHERE tar_number > :tar_number
ORDER BY tar_number
@limit(:limit);

-- name: targets_of
SELECT tar_id, tar_username, tar_status, stage, merged_into, first_contacted, last_updated, notes, email, email_state,
    phone_num, phone_num_state, cont_source, cont_source_state, hybrid_time, tar_number
FROM targets
WHERE tar_id IN (:tar_id[32]);

-- name: aliases_behind
SELECT alias_username, tar_id FROM aliases
WHERE alias_username > :alias_username
ORDER BY alias_username
@limit(:limit);

-- name: aliases_of
-- Those that these events have changed last.
SELECT alias_username, tar_id FROM aliases WHERE elg_id IN (:elg_id[32]);

-- name: aliases_of_one
-- As suppressions of one event.
SELECT alias_username, tar_id FROM aliases
WHERE elg_id = :elg_id AND alias_username > :alias_username
ORDER BY alias_username
@limit(:limit);

-- name: outreach_behind
SELECT elg_id, opr_id, act_id, tar_id, created_at, log_position FROM event_logs
WHERE event_type = 'Outreach' AND log_position > :log_position
ORDER BY log_position
@limit(:limit);

-- name: goals_behind
SELECT goal_id, metric, target_value, frequency, assigned_to_opr, assigned_to_act, status, suggested_by, created_at,
    start_date, end_date
FROM goals
WHERE goal_id > :goal_id
ORDER BY goal_id
@limit(:limit);

-- name: goals_of
-- Those that these events have changed last: one each, at most.
SELECT goal_id, metric, target_value, frequency, assigned_to_opr, assigned_to_act, status, suggested_by, created_at,
    start_date, end_date
FROM goals
WHERE elg_id IN (:elg_id[32]);

-- name: rules_behind
SELECT rule_id, type, metric, limit_value, time_window_sec, severity, assigned_to_opr, assigned_to_act, status,
    suggested_by, created_at
FROM rules
WHERE rule_id > :rule_id
ORDER BY rule_id
@limit(:limit);

-- name: rules_of
-- As of goals.
SELECT rule_id, type, metric, limit_value, time_window_sec, severity, assigned_to_opr, assigned_to_act, status,
    suggested_by, created_at
FROM rules
WHERE elg_id IN (:elg_id[32]);

-- name: feed_oldest
-- The far end of the feed, and when the server learned of it.
SELECT c.cursor, COALESCE(c.changed_at, e.received_at)
FROM changes c JOIN event_logs e ON e.elg_id = c.elg_id
WHERE c.cursor > 0
ORDER BY c.cursor
@limit(:limit);

-- name: feed_cut
DELETE FROM changes WHERE cursor <= :cursor;

-- name: presence_insert
INSERT INTO changes (cursor, elg_id, opr_id, changed_at) VALUES (:cursor, :elg_id, :opr_id, :changed_at);

-- name: operator_set_status
UPDATE operators SET opr_status = :opr_status WHERE opr_id = :opr_id AND opr_status <> :opr_status;
