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
