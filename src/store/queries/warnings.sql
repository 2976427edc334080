-- What the team's rules said of messages that were sent all the same.

-- name: warning_insert
INSERT INTO warnings (elg_id, rule_id, opr_id, act_id, created_at, log_position, counted, wait_sec, was_shown, reason)
VALUES (:elg_id, :rule_id, :opr_id, :act_id, :created_at, :log_position, :counted, :wait_sec, :was_shown, :reason);

-- name: warnings_of_events
-- Of a page of the log.
SELECT w.elg_id, w.rule_id, r.type, w.counted, w.wait_sec, w.was_shown, w.reason
FROM warnings w JOIN rules r ON r.rule_id = w.rule_id
WHERE w.elg_id IN (:elg_id[32])
ORDER BY w.elg_id, w.rule_id;
