-- Rules. What desktops are told of them stands in replica.sql.

-- name: rule_insert
INSERT INTO rules (rule_id, type, metric, limit_value, time_window_sec, quiet_from_minute, quiet_to_minute, quiet_zone,
    severity, assigned_to_opr, assigned_to_act, status, suggested_by, created_at, elg_id)
VALUES (:rule_id, :type, :metric, :limit_value, :time_window_sec, :quiet_from_minute, :quiet_to_minute, :quiet_zone,
    :severity, :assigned_to_opr, :assigned_to_act, :status, :suggested_by, :created_at, :elg_id);

-- name: rule_set_status
UPDATE rules SET status = :status, elg_id = :elg_id WHERE rule_id = :rule_id;

-- name: rule_get
SELECT type, metric, limit_value, time_window_sec, severity, assigned_to_opr, assigned_to_act, status, suggested_by,
    created_at, quiet_from_minute, quiet_to_minute, quiet_zone
FROM rules
WHERE rule_id = :rule_id;

-- name: rules_active
-- With how they were adopted; what nobody voted on has no votes.
SELECT r.type, r.metric, r.limit_value, r.time_window_sec, r.severity, r.assigned_to_opr, r.assigned_to_act, r.status,
    r.suggested_by, r.created_at, r.quiet_from_minute, r.quiet_to_minute, r.quiet_zone, r.rule_id, o.opr_name,
    a.act_username, p.is_voted, p.decided_at, p.votes_for, p.votes_against
FROM rules r
    JOIN operators o ON o.opr_id = r.suggested_by
    LEFT JOIN actors a ON a.act_id = r.assigned_to_act
    LEFT JOIN proposals p ON p.rule_id = r.rule_id AND p.purpose = 'adopt' AND p.outcome = 'adopted'
WHERE r.status = 'Active'
ORDER BY r.created_at, r.rule_id
@limit(:limit);

-- name: rule_change
-- Of one that is voted on.
UPDATE rules SET type = :type, metric = :metric, limit_value = :limit_value, time_window_sec = :time_window_sec,
    quiet_from_minute = :quiet_from_minute, quiet_to_minute = :quiet_to_minute, quiet_zone = :quiet_zone,
    severity = :severity, assigned_to_opr = :assigned_to_opr, assigned_to_act = :assigned_to_act, elg_id = :elg_id
WHERE rule_id = :rule_id AND status = 'Pending Suggestion';

-- name: rules_{newest|oldest}
-- A page of all, behind a pair of keys; as the active ones.
SELECT r.type, r.metric, r.limit_value, r.time_window_sec, r.severity, r.assigned_to_opr, r.assigned_to_act, r.status,
    r.suggested_by, r.created_at, r.quiet_from_minute, r.quiet_to_minute, r.quiet_zone, r.rule_id, o.opr_name,
    a.act_username, p.is_voted, p.decided_at, p.votes_for, p.votes_against
FROM rules r
    JOIN operators o ON o.opr_id = r.suggested_by
    LEFT JOIN actors a ON a.act_id = r.assigned_to_act
    LEFT JOIN proposals p ON p.rule_id = r.rule_id AND p.purpose = 'adopt' AND p.outcome = 'adopted'
WHERE r.created_at {<=|>=} :sort_key AND (r.created_at {<|>} :sort_key OR r.rule_id {<|>} :id)
ORDER BY r.created_at {DESC|ASC}, r.rule_id {DESC|ASC}
@limit(:looks);

-- name: rule_warnings
-- When it warned last, newest first.
SELECT created_at FROM warnings
WHERE rule_id = :rule_id AND log_position > :after_position
ORDER BY log_position DESC
@limit(:limit);
