-- What analytics read of the roll-ups (docs/metrics.md): quarters of an hour of the team, an operator, a handle, or an
-- operator at a handle; and sums of a window by operator and actor.

-- name: analytics_quarters_of_team
SELECT quarter, messages, contacted, answered, replied, warm, booked, paid FROM rollup_quarters
WHERE opr_id = '-' AND act_id = '-' AND quarter >= :from_time AND quarter < :until_time
ORDER BY quarter;

-- name: analytics_quarters_of_operator
-- As whichever actor, also one that belongs to somebody else by now.
SELECT q.quarter, q.messages, q.contacted, q.answered, q.replied, q.warm, q.booked, q.paid
FROM actors a JOIN rollup_quarters q ON q.opr_id = :opr_id AND q.act_id = a.act_id
WHERE q.quarter >= :from_time AND q.quarter < :until_time;

-- name: analytics_quarters_as_nobody
-- What an operator did as no actor.
SELECT quarter, messages, contacted, answered, replied, warm, booked, paid FROM rollup_quarters
WHERE opr_id = :opr_id AND act_id = '-' AND quarter >= :from_time AND quarter < :until_time
ORDER BY quarter;

-- name: analytics_quarters_of_actor
-- Of a handle, whoever wrote as it; of one operator only, where one is given.
SELECT q.quarter, q.messages, q.contacted, q.answered, q.replied, q.warm, q.booked, q.paid
FROM actors a CROSS JOIN operators o CROSS JOIN rollup_quarters q
WHERE a.act_username = :act_username AND (@as_str(:opr_id) IS NULL OR o.opr_id = :opr_id)
    AND q.opr_id = o.opr_id AND q.act_id = a.act_id AND q.quarter >= :from_time AND q.quarter < :until_time;

-- name: analytics_days
-- Of whole days in UTC: a row for each day, operator and actor.
SELECT opr_id, act_id, messages, contacted, answered, replied, warm, booked, paid FROM rollup_days
WHERE day >= :from_time AND day < :until_time
ORDER BY day, opr_id, act_id;

-- name: analytics_part_of_day
-- Of quarters of one day in UTC: of whoever did something on it.
SELECT q.opr_id, q.act_id, q.messages, q.contacted, q.answered, q.replied, q.warm, q.booked, q.paid
FROM rollup_days d JOIN rollup_quarters q ON q.opr_id = d.opr_id AND q.act_id = d.act_id
WHERE d.day = :day AND q.quarter >= :from_time AND q.quarter < :until_time;

-- name: analytics_actors
SELECT act_id, act_username FROM actors ORDER BY act_id;

-- name: analytics_operators
SELECT opr_id, opr_name FROM operators ORDER BY opr_id;

-- name: reaches_by_contact
-- What targets reached first, in the order in which they were first contacted; also the first contacts themselves.
SELECT contact_position, log_position, opener_print, replied_at FROM first_reaches
WHERE milestone = :milestone AND contact_position > :above AND contact_position < :below
    AND (@as_str(:opr_id) IS NULL OR contact_opr_id = :opr_id)
    AND (@as_str(:act_username) IS NULL
        OR contact_act_id IN (SELECT a.act_id FROM actors a WHERE a.act_username = :act_username))
ORDER BY contact_position;

-- name: contacts_by_coverage
-- What is known by now of those who were first contacted; one who was merged is who they have become.
SELECT COALESCE(l.email_state, t.email_state), COALESCE(l.phone_num_state, t.phone_num_state), COUNT(*)
FROM first_reaches r
    JOIN targets t ON t.tar_id = r.tar_id
    LEFT JOIN aliases s ON s.alias_username = t.tar_username AND t.merged_into IS NOT NULL
    LEFT JOIN targets l ON l.tar_id = s.tar_id
WHERE r.milestone = 'First Contact' AND r.contact_position > :above AND r.contact_position < :below
    AND (@as_str(:opr_id) IS NULL OR r.contact_opr_id = :opr_id)
    AND (@as_str(:act_username) IS NULL
        OR r.contact_act_id IN (SELECT a.act_id FROM actors a WHERE a.act_username = :act_username))
GROUP BY COALESCE(l.email_state, t.email_state), COALESCE(l.phone_num_state, t.phone_num_state);

-- The rows behind a figure: positions in the log, newest first.

-- name: figure_rows_messages
SELECT log_position FROM event_logs
WHERE event_type = 'Outreach' AND log_position > :above AND log_position < :below
ORDER BY log_position DESC
@limit(:limit);

-- name: figure_rows_messages_of_operator
SELECT log_position FROM event_logs
WHERE opr_id = :opr_id AND event_type = 'Outreach' AND log_position > :above AND log_position < :below
ORDER BY log_position DESC
@limit(:limit);

-- name: figure_rows_messages_of_actor
-- An account's messages of the range, rather than everybody's.
SELECT e.log_position FROM actors a CROSS JOIN event_logs e
WHERE e.act_id = a.act_id
    AND a.act_username = :act_username AND (@as_str(:opr_id) IS NULL OR e.opr_id = :opr_id)
    AND e.event_type = 'Outreach' AND e.log_position > :above AND e.log_position < :below
ORDER BY e.log_position DESC
@limit(:limit);

-- name: figure_rows_reaches
SELECT r.log_position FROM first_reaches r
WHERE r.milestone = :milestone AND r.log_position > :above AND r.log_position < :below
    AND (@as_str(:opr_id) IS NULL OR r.opr_id = :opr_id)
    AND (@as_str(:act_username) IS NULL
        OR r.act_id IN (SELECT a.act_id FROM actors a WHERE a.act_username = :act_username))
ORDER BY r.log_position DESC
@limit(:limit);

-- name: figure_rows_contacts
-- First contacts: of one opener (0: those without words), of those that were answered, that went on to a stage or a later
-- one, and of whose contact data this is known by now.
SELECT r.log_position
FROM first_reaches r
    JOIN targets t ON t.tar_id = r.tar_id
    LEFT JOIN aliases x ON x.alias_username = t.tar_username AND t.merged_into IS NOT NULL
    LEFT JOIN targets l ON l.tar_id = x.tar_id
WHERE r.milestone = 'First Contact' AND r.contact_position > :above AND r.contact_position < :below
    AND (@as_str(:opr_id) IS NULL OR r.contact_opr_id = :opr_id)
    AND (@as_str(:act_username) IS NULL
        OR r.contact_act_id IN (SELECT a.act_id FROM actors a WHERE a.act_username = :act_username))
    AND (@as_int(:is_answered) IS NULL
        OR (r.replied_at >= r.reached_at AND r.replied_at - r.reached_at <= 1209600000))
    AND (@as_int(:opener_print) IS NULL OR COALESCE(r.opener_print, 0) = :opener_print)
    AND (@as_str(:email_state) IS NULL OR COALESCE(l.email_state, t.email_state) = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR COALESCE(l.phone_num_state, t.phone_num_state) = :phone_num_state)
    AND (@as_str(:stage_1) IS NULL OR EXISTS (SELECT 1 FROM first_reaches s
        WHERE s.tar_id = r.tar_id AND s.milestone IN (:stage_1, :stage_2, :stage_3, :stage_4, :stage_5)
            AND s.reached_at >= r.reached_at))
ORDER BY r.contact_position DESC
@limit(:limit);
