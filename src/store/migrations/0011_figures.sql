-- Roll-ups of all figures of a quarter or a day in one row, kept by whose they are, and what a target's first contact
-- tells of the rest. docs/schema.md tells every column.

DROP TABLE rollup_counts;
DROP TABLE rollup_team;

CREATE TABLE rollup_quarters (
    opr_id @id NOT NULL,
    act_id @id NOT NULL,
    quarter @time NOT NULL,
    events @int NOT NULL,
    messages @int NOT NULL,
    contacted @int NOT NULL,
    answered @int NOT NULL,
    replied @int NOT NULL,
    warm @int NOT NULL,
    booked @int NOT NULL,
    paid @int NOT NULL,
    CONSTRAINT rollup_quarters_pkey PRIMARY KEY (opr_id, act_id, quarter)
) @without_rowid;

CREATE TABLE rollup_days (
    day @time NOT NULL,
    opr_id @id NOT NULL,
    act_id @id NOT NULL,
    events @int NOT NULL,
    messages @int NOT NULL,
    contacted @int NOT NULL,
    answered @int NOT NULL,
    replied @int NOT NULL,
    warm @int NOT NULL,
    booked @int NOT NULL,
    paid @int NOT NULL,
    CONSTRAINT rollup_days_pkey PRIMARY KEY (day, opr_id, act_id)
) @without_rowid;

-- An index cannot be dropped on every engine in one way: the table is made anew.
CREATE TABLE reaches_before (
    tar_id @id NOT NULL,
    milestone @str(32) NOT NULL,
    log_position @int NOT NULL,
    reached_at @time NOT NULL,
    opr_id @id NOT NULL,
    act_id @id,
    elg_id @id NOT NULL,
    CONSTRAINT reaches_before_pkey PRIMARY KEY (tar_id, milestone)
) @without_rowid;

INSERT INTO reaches_before (tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id)
SELECT tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id FROM first_reaches;

DROP TABLE first_reaches;

CREATE TABLE first_reaches (
    tar_id @id NOT NULL,
    milestone @str(32) NOT NULL,
    log_position @int NOT NULL,
    reached_at @time NOT NULL,
    opr_id @id NOT NULL,
    act_id @id,
    elg_id @id NOT NULL,
    contact_position @int,
    contact_opr_id @id,
    contact_act_id @id,
    opener_print @int,
    replied_at @time,
    CONSTRAINT first_reaches_pkey PRIMARY KEY (tar_id, milestone)
) @without_rowid;

INSERT INTO first_reaches (tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id, contact_position,
    contact_opr_id, contact_act_id, replied_at)
SELECT b.tar_id, b.milestone, b.log_position, b.reached_at, b.opr_id, b.act_id, b.elg_id, c.log_position, c.opr_id,
    c.act_id, CASE WHEN b.milestone = 'First Contact' THEN r.reached_at END
FROM reaches_before b
    LEFT JOIN reaches_before c ON c.tar_id = b.tar_id AND c.milestone = 'First Contact'
    LEFT JOIN reaches_before r ON r.tar_id = b.tar_id AND r.milestone = 'Replied';

DROP TABLE reaches_before;

CREATE INDEX first_reaches_by_position ON first_reaches (milestone, log_position, opr_id, act_id);
CREATE INDEX first_reaches_by_contact ON first_reaches (milestone, contact_position, contact_opr_id, contact_act_id,
    log_position, opener_print, replied_at);

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
