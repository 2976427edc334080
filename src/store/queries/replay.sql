-- What a replay of a rule reads: the log from its beginning on, a bounded number of rows at a time, between two positions
-- that are not included.

-- name: replay_messages_{plain|with_text}
SELECT e.log_position, e.elg_id, e.opr_id, a.act_username, e.tar_id, {0|l.text_print}
FROM event_logs e JOIN actors a ON a.act_id = e.act_id {|JOIN outreach_logs l ON l.elg_id = e.elg_id}
WHERE e.event_type = 'Outreach' AND e.log_position > :after_position AND e.log_position < :before_position
ORDER BY e.log_position
@limit(:limit);

-- name: replay_messages_to_persons
-- What was sent to a target that was merged into another was sent to the same person: aliases lead to the last one.
SELECT e.log_position, e.elg_id, e.opr_id, a.act_username, COALESCE(s.tar_id, e.tar_id), 0
FROM event_logs e JOIN actors a ON a.act_id = e.act_id JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN aliases s ON s.alias_username = t.tar_username AND t.merged_into IS NOT NULL
WHERE e.event_type = 'Outreach' AND e.log_position > :after_position AND e.log_position < :before_position
ORDER BY e.log_position
@limit(:limit);

-- name: replay_replies
-- Every time that a target was moved to Replied; of persons, too.
SELECT e.log_position, e.opr_id, e.act_id, COALESCE(s.tar_id, e.tar_id)
FROM event_logs e JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN aliases s ON s.alias_username = t.tar_username AND t.merged_into IS NOT NULL
WHERE e.status_after = 'Replied' AND e.log_position > :after_position AND e.log_position < :before_position
ORDER BY e.log_position
@limit(:limit);

-- name: replay_reaches
-- First reaches of a milestone.
SELECT r.log_position, r.opr_id, a.act_username, r.tar_id
FROM first_reaches r LEFT JOIN actors a ON a.act_id = r.act_id
WHERE r.milestone = :milestone AND r.log_position > :after_position
    AND r.log_position < :before_position
ORDER BY r.log_position
@limit(:limit);

-- name: replay_start
-- The message that has so many behind it.
SELECT log_position FROM event_logs
WHERE event_type = 'Outreach' AND log_position > :after_position AND log_position < :before_position
ORDER BY log_position DESC
@nth(:count);

-- name: replay_people
-- A team has few operators.
SELECT opr_id, opr_name, time_zone FROM operators ORDER BY opr_id;
