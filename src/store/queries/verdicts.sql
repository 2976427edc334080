-- What rules look back at (docs/rules.md): walks from the newest backwards, between two positions of the log, which are
-- not included.

-- name: verdict_messages
SELECT log_position, tar_id FROM event_logs
WHERE event_type = 'Outreach' AND log_position > :after_position AND log_position < :before_position
ORDER BY log_position DESC
@limit(:limit);

-- name: verdict_messages_of_operator
SELECT log_position, tar_id FROM event_logs
WHERE opr_id = :opr_id AND event_type = 'Outreach' AND log_position > :after_position
    AND log_position < :before_position
ORDER BY log_position DESC
@limit(:limit);

-- name: verdict_messages_of_actor
-- Of a handle, whoever writes from it; of one operator only, where one is given.
SELECT e.log_position, e.tar_id FROM actors a JOIN event_logs e ON e.act_id = a.act_id
WHERE a.act_username = :act_username AND (a.opr_id = :opr_id OR @as_str(:opr_id) IS NULL) AND e.event_type = 'Outreach'
    AND e.log_position > :after_position AND e.log_position < :before_position
ORDER BY e.log_position DESC
@limit(:limit);

-- name: verdict_reaches
-- First reaches of a milestone; of one operator, or of a handle, where they are given.
SELECT r.log_position FROM first_reaches r
WHERE r.milestone = :milestone AND r.log_position > :after_position
    AND (r.opr_id = :opr_id OR @as_str(:opr_id) IS NULL)
    AND (@as_str(:act_username) IS NULL
        OR r.act_id IN (SELECT a.act_id FROM actors a WHERE a.act_username = :act_username))
    AND r.log_position < :before_position
ORDER BY r.log_position DESC
@limit(:limit);

-- name: verdict_messages_to_target
-- Also to those that were merged into it: what was sent to them was sent to the same person. A person's messages are
-- few: || and + 0 keep the engines, PostgreSQL above all while it has no statistics yet, from walking the team's
-- messages of the window instead.
SELECT e.log_position, e.opr_id, a.act_username FROM event_logs e JOIN actors a ON a.act_id = e.act_id
WHERE e.tar_id IN (SELECT p.tar_id FROM targets p WHERE p.tar_id = :tar_id
        UNION ALL
        SELECT t.tar_id FROM aliases s JOIN targets t ON t.tar_username = s.alias_username
        WHERE s.tar_id = :tar_id AND t.merged_into IS NOT NULL)
    AND e.event_type || '.' = 'Outreach.' AND e.log_position + 0 > :after_position
    AND e.log_position + 0 < :before_position
ORDER BY e.log_position + 0 DESC
@limit(:limit);

-- name: verdict_reply_of_target
SELECT MAX(log_position) FROM event_logs
WHERE tar_id IN (SELECT p.tar_id FROM targets p WHERE p.tar_id = :tar_id
        UNION ALL
        SELECT t.tar_id FROM aliases s JOIN targets t ON t.tar_username = s.alias_username
        WHERE s.tar_id = :tar_id AND t.merged_into IS NOT NULL)
    AND status_after = 'Replied' AND log_position + 0 < :before_position;

-- name: verdict_messages_of_text
SELECT l.log_position, e.opr_id, a.act_username
FROM outreach_logs l JOIN event_logs e ON e.elg_id = l.elg_id JOIN actors a ON a.act_id = e.act_id
WHERE l.text_print = :text_print AND l.log_position > :after_position AND l.log_position < :before_position
ORDER BY l.log_position DESC
@limit(:limit);
