-- How much of a metric there was between two instants (docs/metrics.md): of the team, an operator, a handle, or an operator
-- at a handle. The team's messages of whole quarters come of the roll-up.

-- name: metric_messages_of_team
SELECT SUM(messages) FROM rollup_quarters
WHERE opr_id = '-' AND act_id = '-' AND quarter >= :from_time AND quarter < :until_time;

-- name: metric_messages
SELECT COUNT(*) FROM event_logs
WHERE event_type = 'Outreach' AND log_position >= :from_position AND log_position < :until_position;

-- name: metric_messages_of_operator
SELECT COUNT(*) FROM event_logs
WHERE opr_id = :opr_id AND event_type = 'Outreach' AND log_position >= :from_position AND log_position < :until_position;

-- name: metric_messages_of_actor
SELECT COUNT(*) FROM actors a JOIN event_logs e ON e.act_id = a.act_id
WHERE a.act_username = :act_username AND (@as_str(:opr_id) IS NULL OR a.opr_id = :opr_id) AND e.event_type = 'Outreach'
    AND e.log_position >= :from_position AND e.log_position < :until_position;

-- name: metric_profiles
SELECT COUNT(DISTINCT tar_id) FROM event_logs
WHERE event_type = 'Outreach' AND log_position >= :from_position AND log_position < :until_position;

-- name: metric_profiles_of_operator
SELECT COUNT(DISTINCT tar_id) FROM event_logs
WHERE opr_id = :opr_id AND event_type = 'Outreach' AND log_position >= :from_position AND log_position < :until_position;

-- name: metric_profiles_of_actor
SELECT COUNT(DISTINCT e.tar_id) FROM actors a JOIN event_logs e ON e.act_id = a.act_id
WHERE a.act_username = :act_username AND (@as_str(:opr_id) IS NULL OR a.opr_id = :opr_id) AND e.event_type = 'Outreach'
    AND e.log_position >= :from_position AND e.log_position < :until_position;

-- name: metric_reaches
SELECT COUNT(*) FROM first_reaches r
WHERE r.milestone = :milestone AND r.log_position >= :from_position AND r.log_position < :until_position
    AND (@as_str(:opr_id) IS NULL OR r.opr_id = :opr_id)
    AND (@as_str(:act_username) IS NULL
        OR r.act_id IN (SELECT a.act_id FROM actors a WHERE a.act_username = :act_username));
