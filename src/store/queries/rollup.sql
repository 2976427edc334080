-- Roll-ups: all figures by quarter hour and by day, and who first brought a target how far.

-- name: rollup_quarter_add
-- dialect: sqlite postgres
INSERT INTO rollup_quarters (opr_id, act_id, quarter,
    events, messages, contacted, answered, replied, warm, booked, paid)
VALUES (:opr_id, :act_id, :quarter,
    :events, :messages, :contacted, :answered, :replied, :warm, :booked, :paid)
ON CONFLICT (opr_id, act_id, quarter) DO UPDATE SET
    events = rollup_quarters.events + excluded.events, messages = rollup_quarters.messages + excluded.messages,
    contacted = rollup_quarters.contacted + excluded.contacted, answered = rollup_quarters.answered + excluded.answered,
    replied = rollup_quarters.replied + excluded.replied, warm = rollup_quarters.warm + excluded.warm,
    booked = rollup_quarters.booked + excluded.booked, paid = rollup_quarters.paid + excluded.paid;

-- name: rollup_quarter_add
-- dialect: oracle
MERGE INTO rollup_quarters r
USING (SELECT CAST(:opr_id AS VARCHAR2(16)) AS opr_id, CAST(:act_id AS VARCHAR2(16)) AS act_id,
        CAST(:quarter AS NUMBER(19)) AS quarter,
        CAST(:events AS NUMBER(19)) AS events, CAST(:messages AS NUMBER(19)) AS messages,
        CAST(:contacted AS NUMBER(19)) AS contacted, CAST(:answered AS NUMBER(19)) AS answered, CAST(:replied AS NUMBER(19)) AS replied,
        CAST(:warm AS NUMBER(19)) AS warm,
        CAST(:booked AS NUMBER(19)) AS booked, CAST(:paid AS NUMBER(19)) AS paid FROM dual) n
ON (r.opr_id = n.opr_id AND r.act_id = n.act_id AND r.quarter = n.quarter)
WHEN MATCHED THEN UPDATE SET events = r.events + n.events, messages = r.messages + n.messages,
    contacted = r.contacted + n.contacted, answered = r.answered + n.answered,
    replied = r.replied + n.replied, warm = r.warm + n.warm, booked = r.booked + n.booked, paid = r.paid + n.paid
WHEN NOT MATCHED THEN INSERT (opr_id, act_id, quarter,
        events, messages, contacted, answered, replied, warm, booked, paid)
    VALUES (n.opr_id, n.act_id, n.quarter,
        n.events, n.messages, n.contacted, n.answered, n.replied, n.warm, n.booked, n.paid);

-- name: rollup_day_add
-- dialect: sqlite postgres
INSERT INTO rollup_days (day, opr_id, act_id,
    events, messages, contacted, answered, replied, warm, booked, paid)
VALUES (:day, :opr_id, :act_id,
    :events, :messages, :contacted, :answered, :replied, :warm, :booked, :paid)
ON CONFLICT (day, opr_id, act_id) DO UPDATE SET
    events = rollup_days.events + excluded.events, messages = rollup_days.messages + excluded.messages,
    contacted = rollup_days.contacted + excluded.contacted, answered = rollup_days.answered + excluded.answered,
    replied = rollup_days.replied + excluded.replied, warm = rollup_days.warm + excluded.warm,
    booked = rollup_days.booked + excluded.booked, paid = rollup_days.paid + excluded.paid;

-- name: rollup_day_add
-- dialect: oracle
MERGE INTO rollup_days r
USING (SELECT CAST(:day AS NUMBER(19)) AS day, CAST(:opr_id AS VARCHAR2(16)) AS opr_id,
        CAST(:act_id AS VARCHAR2(16)) AS act_id,
        CAST(:events AS NUMBER(19)) AS events, CAST(:messages AS NUMBER(19)) AS messages,
        CAST(:contacted AS NUMBER(19)) AS contacted, CAST(:answered AS NUMBER(19)) AS answered, CAST(:replied AS NUMBER(19)) AS replied,
        CAST(:warm AS NUMBER(19)) AS warm,
        CAST(:booked AS NUMBER(19)) AS booked, CAST(:paid AS NUMBER(19)) AS paid FROM dual) n
ON (r.day = n.day AND r.opr_id = n.opr_id AND r.act_id = n.act_id)
WHEN MATCHED THEN UPDATE SET events = r.events + n.events, messages = r.messages + n.messages,
    contacted = r.contacted + n.contacted, answered = r.answered + n.answered,
    replied = r.replied + n.replied, warm = r.warm + n.warm, booked = r.booked + n.booked, paid = r.paid + n.paid
WHEN NOT MATCHED THEN INSERT (day, opr_id, act_id,
        events, messages, contacted, answered, replied, warm, booked, paid)
    VALUES (n.day, n.opr_id, n.act_id,
        n.events, n.messages, n.contacted, n.answered, n.replied, n.warm, n.booked, n.paid);

-- name: reaches_of_targets
-- Everything that some targets have reached.
SELECT tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id, contact_position, contact_opr_id,
    contact_act_id, opener_print, replied_at
FROM first_reaches WHERE tar_id IN (:tar_id[16]);

-- name: reach_put
-- dialect: sqlite postgres
INSERT INTO first_reaches (tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id, contact_position,
    contact_opr_id, contact_act_id, opener_print, replied_at)
VALUES (:tar_id, :milestone, :log_position, :reached_at, :opr_id, :act_id, :elg_id, :contact_position,
    :contact_opr_id, :contact_act_id, :opener_print, :replied_at)
ON CONFLICT (tar_id, milestone) DO UPDATE SET log_position = excluded.log_position, reached_at = excluded.reached_at,
    opr_id = excluded.opr_id, act_id = excluded.act_id, elg_id = excluded.elg_id,
    contact_position = excluded.contact_position, contact_opr_id = excluded.contact_opr_id,
    contact_act_id = excluded.contact_act_id, opener_print = excluded.opener_print, replied_at = excluded.replied_at;

-- name: reach_put
-- dialect: oracle
MERGE INTO first_reaches r
USING (SELECT CAST(:tar_id AS VARCHAR2(16)) AS tar_id, CAST(:milestone AS VARCHAR2(32)) AS milestone,
        CAST(:log_position AS NUMBER(19)) AS log_position, CAST(:reached_at AS NUMBER(19)) AS reached_at,
        CAST(:opr_id AS VARCHAR2(16)) AS opr_id, CAST(:act_id AS VARCHAR2(16)) AS act_id,
        CAST(:elg_id AS VARCHAR2(16)) AS elg_id, CAST(:contact_position AS NUMBER(19)) AS contact_position,
        CAST(:contact_opr_id AS VARCHAR2(16)) AS contact_opr_id,
        CAST(:contact_act_id AS VARCHAR2(16)) AS contact_act_id,
        CAST(:opener_print AS NUMBER(19)) AS opener_print, CAST(:replied_at AS NUMBER(19)) AS replied_at FROM dual) n
ON (r.tar_id = n.tar_id AND r.milestone = n.milestone)
WHEN MATCHED THEN UPDATE SET log_position = n.log_position, reached_at = n.reached_at, opr_id = n.opr_id,
    act_id = n.act_id, elg_id = n.elg_id, contact_position = n.contact_position, contact_opr_id = n.contact_opr_id,
    contact_act_id = n.contact_act_id, opener_print = n.opener_print, replied_at = n.replied_at
WHEN NOT MATCHED THEN INSERT (tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id, contact_position,
        contact_opr_id, contact_act_id, opener_print, replied_at)
    VALUES (n.tar_id, n.milestone, n.log_position, n.reached_at, n.opr_id, n.act_id, n.elg_id, n.contact_position,
        n.contact_opr_id, n.contact_act_id, n.opener_print, n.replied_at);

-- name: window_figures
-- Of the team: quarters that begin in the window.
SELECT SUM(events), SUM(messages), SUM(contacted), SUM(answered),
    SUM(replied), SUM(warm), SUM(booked), SUM(paid)
FROM rollup_quarters
WHERE opr_id = '-' AND act_id = '-' AND quarter >= :from_time AND quarter < :until_time;

-- What follows is the whole roll-up, from the events and as it is kept, in one order: for the check and the rebuild.
-- What is reached first is held against the events, and counts are held against that and the events.

-- name: rollup_quarters_kept
SELECT opr_id, act_id, quarter,
    events, messages, contacted, answered, replied, warm, booked, paid
FROM rollup_quarters WHERE opr_id <> '-'
ORDER BY opr_id, act_id, quarter;

-- name: rollup_quarters_counted
SELECT x.opr_id, COALESCE(x.act_id, '-') AS act_id, @quarter(x.moment) AS quarter,
    SUM(x.events) AS events, SUM(x.messages) AS messages, SUM(x.contacted) AS contacted, SUM(x.answered) AS answered,
    SUM(x.replied) AS replied, SUM(x.warm) AS warm, SUM(x.booked) AS booked, SUM(x.paid) AS paid
FROM (SELECT created_at AS moment, opr_id, act_id, 1 AS events,
            CASE WHEN event_type = 'Outreach' THEN 1 ELSE 0 END AS messages,
            0 AS contacted, 0 AS answered, 0 AS replied, 0 AS warm, 0 AS booked, 0 AS paid
        FROM event_logs
        UNION ALL
        SELECT reached_at AS moment, opr_id, act_id, 0 AS events, 0 AS messages,
            CASE WHEN milestone = 'First Contact' THEN 1 ELSE 0 END AS contacted,
            CASE WHEN replied_at >= reached_at AND replied_at - reached_at <= 1209600000 THEN 1 ELSE 0 END AS answered,
            CASE WHEN milestone = 'Replied' THEN 1 ELSE 0 END AS replied,
            CASE WHEN milestone = 'Warm' THEN 1 ELSE 0 END AS warm,
            CASE WHEN milestone = 'Booked' THEN 1 ELSE 0 END AS booked,
            CASE WHEN milestone = 'Paid' THEN 1 ELSE 0 END AS paid
        FROM first_reaches) x
GROUP BY x.opr_id, COALESCE(x.act_id, '-'), @quarter(x.moment)
ORDER BY 1, 2, 3;

-- name: rollup_team_kept
SELECT opr_id, act_id, quarter,
    events, messages, contacted, answered, replied, warm, booked, paid
FROM rollup_quarters WHERE opr_id = '-'
ORDER BY opr_id, act_id, quarter;

-- name: rollup_team_counted
SELECT '-' AS opr_id, '-' AS act_id, @quarter(x.moment) AS quarter,
    SUM(x.events) AS events, SUM(x.messages) AS messages, SUM(x.contacted) AS contacted, SUM(x.answered) AS answered,
    SUM(x.replied) AS replied, SUM(x.warm) AS warm, SUM(x.booked) AS booked, SUM(x.paid) AS paid
FROM (SELECT created_at AS moment, opr_id, act_id, 1 AS events,
            CASE WHEN event_type = 'Outreach' THEN 1 ELSE 0 END AS messages,
            0 AS contacted, 0 AS answered, 0 AS replied, 0 AS warm, 0 AS booked, 0 AS paid
        FROM event_logs
        UNION ALL
        SELECT reached_at AS moment, opr_id, act_id, 0 AS events, 0 AS messages,
            CASE WHEN milestone = 'First Contact' THEN 1 ELSE 0 END AS contacted,
            CASE WHEN replied_at >= reached_at AND replied_at - reached_at <= 1209600000 THEN 1 ELSE 0 END AS answered,
            CASE WHEN milestone = 'Replied' THEN 1 ELSE 0 END AS replied,
            CASE WHEN milestone = 'Warm' THEN 1 ELSE 0 END AS warm,
            CASE WHEN milestone = 'Booked' THEN 1 ELSE 0 END AS booked,
            CASE WHEN milestone = 'Paid' THEN 1 ELSE 0 END AS paid
        FROM first_reaches) x
GROUP BY @quarter(x.moment)
ORDER BY 3;

-- name: rollup_days_kept
SELECT day, opr_id, act_id,
    events, messages, contacted, answered, replied, warm, booked, paid
FROM rollup_days
ORDER BY day, opr_id, act_id;

-- name: rollup_days_counted
SELECT @day(x.moment) AS day, x.opr_id, COALESCE(x.act_id, '-') AS act_id,
    SUM(x.events) AS events, SUM(x.messages) AS messages, SUM(x.contacted) AS contacted, SUM(x.answered) AS answered,
    SUM(x.replied) AS replied, SUM(x.warm) AS warm, SUM(x.booked) AS booked, SUM(x.paid) AS paid
FROM (SELECT created_at AS moment, opr_id, act_id, 1 AS events,
            CASE WHEN event_type = 'Outreach' THEN 1 ELSE 0 END AS messages,
            0 AS contacted, 0 AS answered, 0 AS replied, 0 AS warm, 0 AS booked, 0 AS paid
        FROM event_logs
        UNION ALL
        SELECT reached_at AS moment, opr_id, act_id, 0 AS events, 0 AS messages,
            CASE WHEN milestone = 'First Contact' THEN 1 ELSE 0 END AS contacted,
            CASE WHEN replied_at >= reached_at AND replied_at - reached_at <= 1209600000 THEN 1 ELSE 0 END AS answered,
            CASE WHEN milestone = 'Replied' THEN 1 ELSE 0 END AS replied,
            CASE WHEN milestone = 'Warm' THEN 1 ELSE 0 END AS warm,
            CASE WHEN milestone = 'Booked' THEN 1 ELSE 0 END AS booked,
            CASE WHEN milestone = 'Paid' THEN 1 ELSE 0 END AS paid
        FROM first_reaches) x
GROUP BY @day(x.moment), x.opr_id, COALESCE(x.act_id, '-')
ORDER BY 1, 2, 3;

-- name: reaches_kept
SELECT tar_id, milestone, log_position, reached_at, opr_id, COALESCE(act_id, '-') AS act_id, elg_id,
    COALESCE(contact_position, -1) AS contact_position, COALESCE(contact_opr_id, '-') AS contact_opr_id,
    COALESCE(contact_act_id, '-') AS contact_act_id, COALESCE(replied_at, -1) AS replied_at
FROM first_reaches
ORDER BY tar_id, milestone;

-- name: reaches_counted
SELECT r.tar_id, r.milestone, r.log_position, e.created_at, e.opr_id, COALESCE(e.act_id, '-') AS act_id, e.elg_id,
    COALESCE(c.log_position, -1) AS contact_position, COALESCE(c.opr_id, '-') AS contact_opr_id,
    COALESCE(c.act_id, '-') AS contact_act_id,
    CASE WHEN r.milestone = 'First Contact' THEN COALESCE(p.created_at, -1) ELSE -1 END AS replied_at
FROM (SELECT tar_id, 'First Contact' AS milestone, MIN(log_position) AS log_position FROM event_logs
        WHERE event_type = 'Outreach' GROUP BY tar_id
        UNION ALL
        SELECT tar_id, status_after AS milestone, MIN(log_position) AS log_position FROM event_logs
        WHERE status_after IS NOT NULL GROUP BY tar_id, status_after) r
    JOIN event_logs e ON e.log_position = r.log_position
    LEFT JOIN (SELECT tar_id, MIN(log_position) AS log_position FROM event_logs
        WHERE event_type = 'Outreach' GROUP BY tar_id) f ON f.tar_id = r.tar_id
    LEFT JOIN event_logs c ON c.log_position = f.log_position
    LEFT JOIN (SELECT tar_id, MIN(created_at) AS created_at FROM event_logs
        WHERE status_after = 'Replied' GROUP BY tar_id) p ON p.tar_id = r.tar_id
ORDER BY 1, 2;

-- name: openers_kept
-- First contacts, and their texts: the print of an opener is made of the text by the program.
SELECT r.tar_id, COALESCE(r.opener_print, 0) AS opener_print, l.message_text
FROM first_reaches r JOIN outreach_logs l ON l.elg_id = r.elg_id
WHERE r.milestone = 'First Contact' AND r.tar_id > :after_tar_id
ORDER BY r.tar_id
@limit(:limit);

-- name: opener_set
UPDATE first_reaches SET opener_print = :opener_print WHERE tar_id = :tar_id AND milestone = 'First Contact';

-- name: rollup_quarters_clear
DELETE FROM rollup_quarters;

-- name: rollup_days_clear
DELETE FROM rollup_days;

-- name: reaches_clear
DELETE FROM first_reaches;

-- name: reaches_fill
INSERT INTO first_reaches (tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id)
SELECT r.tar_id, r.milestone, r.log_position, e.created_at, e.opr_id, e.act_id, e.elg_id
FROM (SELECT tar_id, 'First Contact' AS milestone, MIN(log_position) AS log_position FROM event_logs
        WHERE event_type = 'Outreach' GROUP BY tar_id
        UNION ALL
        SELECT tar_id, status_after AS milestone, MIN(log_position) AS log_position FROM event_logs
        WHERE status_after IS NOT NULL GROUP BY tar_id, status_after) r
    JOIN event_logs e ON e.log_position = r.log_position;

-- name: reaches_contact_fill
-- What a target's first contact tells of its other reaches, and its reply of the first contact.
UPDATE first_reaches SET
    contact_position = (SELECT c.log_position FROM first_reaches c
        WHERE c.tar_id = first_reaches.tar_id AND c.milestone = 'First Contact'),
    contact_opr_id = (SELECT c.opr_id FROM first_reaches c
        WHERE c.tar_id = first_reaches.tar_id AND c.milestone = 'First Contact'),
    contact_act_id = (SELECT c.act_id FROM first_reaches c
        WHERE c.tar_id = first_reaches.tar_id AND c.milestone = 'First Contact'),
    replied_at = CASE WHEN milestone = 'First Contact' THEN (SELECT r.reached_at FROM first_reaches r
        WHERE r.tar_id = first_reaches.tar_id AND r.milestone = 'Replied') END;

-- name: rollup_quarters_fill
INSERT INTO rollup_quarters (opr_id, act_id, quarter,
    events, messages, contacted, answered, replied, warm, booked, paid)
SELECT x.opr_id, COALESCE(x.act_id, '-'), @quarter(x.moment),
    SUM(x.events) AS events, SUM(x.messages) AS messages, SUM(x.contacted) AS contacted, SUM(x.answered) AS answered,
    SUM(x.replied) AS replied, SUM(x.warm) AS warm, SUM(x.booked) AS booked, SUM(x.paid) AS paid
FROM (SELECT created_at AS moment, opr_id, act_id, 1 AS events,
            CASE WHEN event_type = 'Outreach' THEN 1 ELSE 0 END AS messages,
            0 AS contacted, 0 AS answered, 0 AS replied, 0 AS warm, 0 AS booked, 0 AS paid
        FROM event_logs
        UNION ALL
        SELECT reached_at AS moment, opr_id, act_id, 0 AS events, 0 AS messages,
            CASE WHEN milestone = 'First Contact' THEN 1 ELSE 0 END AS contacted,
            CASE WHEN replied_at >= reached_at AND replied_at - reached_at <= 1209600000 THEN 1 ELSE 0 END AS answered,
            CASE WHEN milestone = 'Replied' THEN 1 ELSE 0 END AS replied,
            CASE WHEN milestone = 'Warm' THEN 1 ELSE 0 END AS warm,
            CASE WHEN milestone = 'Booked' THEN 1 ELSE 0 END AS booked,
            CASE WHEN milestone = 'Paid' THEN 1 ELSE 0 END AS paid
        FROM first_reaches) x
GROUP BY x.opr_id, COALESCE(x.act_id, '-'), @quarter(x.moment);

-- name: rollup_team_fill
INSERT INTO rollup_quarters (opr_id, act_id, quarter,
    events, messages, contacted, answered, replied, warm, booked, paid)
SELECT '-', '-', @quarter(x.moment),
    SUM(x.events) AS events, SUM(x.messages) AS messages, SUM(x.contacted) AS contacted, SUM(x.answered) AS answered,
    SUM(x.replied) AS replied, SUM(x.warm) AS warm, SUM(x.booked) AS booked, SUM(x.paid) AS paid
FROM (SELECT created_at AS moment, opr_id, act_id, 1 AS events,
            CASE WHEN event_type = 'Outreach' THEN 1 ELSE 0 END AS messages,
            0 AS contacted, 0 AS answered, 0 AS replied, 0 AS warm, 0 AS booked, 0 AS paid
        FROM event_logs
        UNION ALL
        SELECT reached_at AS moment, opr_id, act_id, 0 AS events, 0 AS messages,
            CASE WHEN milestone = 'First Contact' THEN 1 ELSE 0 END AS contacted,
            CASE WHEN replied_at >= reached_at AND replied_at - reached_at <= 1209600000 THEN 1 ELSE 0 END AS answered,
            CASE WHEN milestone = 'Replied' THEN 1 ELSE 0 END AS replied,
            CASE WHEN milestone = 'Warm' THEN 1 ELSE 0 END AS warm,
            CASE WHEN milestone = 'Booked' THEN 1 ELSE 0 END AS booked,
            CASE WHEN milestone = 'Paid' THEN 1 ELSE 0 END AS paid
        FROM first_reaches) x
GROUP BY @quarter(x.moment);

-- name: rollup_days_fill
INSERT INTO rollup_days (day, opr_id, act_id, events, messages, contacted, answered, replied, warm, booked, paid)
SELECT @day(x.moment), x.opr_id, COALESCE(x.act_id, '-'),
    SUM(x.events) AS events, SUM(x.messages) AS messages, SUM(x.contacted) AS contacted, SUM(x.answered) AS answered,
    SUM(x.replied) AS replied, SUM(x.warm) AS warm, SUM(x.booked) AS booked, SUM(x.paid) AS paid
FROM (SELECT created_at AS moment, opr_id, act_id, 1 AS events,
            CASE WHEN event_type = 'Outreach' THEN 1 ELSE 0 END AS messages,
            0 AS contacted, 0 AS answered, 0 AS replied, 0 AS warm, 0 AS booked, 0 AS paid
        FROM event_logs
        UNION ALL
        SELECT reached_at AS moment, opr_id, act_id, 0 AS events, 0 AS messages,
            CASE WHEN milestone = 'First Contact' THEN 1 ELSE 0 END AS contacted,
            CASE WHEN replied_at >= reached_at AND replied_at - reached_at <= 1209600000 THEN 1 ELSE 0 END AS answered,
            CASE WHEN milestone = 'Replied' THEN 1 ELSE 0 END AS replied,
            CASE WHEN milestone = 'Warm' THEN 1 ELSE 0 END AS warm,
            CASE WHEN milestone = 'Booked' THEN 1 ELSE 0 END AS booked,
            CASE WHEN milestone = 'Paid' THEN 1 ELSE 0 END AS paid
        FROM first_reaches) x
GROUP BY @day(x.moment), x.opr_id, COALESCE(x.act_id, '-');
