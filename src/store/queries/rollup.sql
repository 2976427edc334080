-- Roll-ups: counts by quarter hour, and who first brought a target how far.

-- name: rollup_add
-- dialect: sqlite postgres
INSERT INTO rollup_counts (quarter, event_type, opr_id, act_id, event_count)
VALUES (:quarter, :event_type, :opr_id, :act_id, :event_count)
ON CONFLICT (quarter, event_type, opr_id, act_id)
    DO UPDATE SET event_count = rollup_counts.event_count + excluded.event_count;

-- name: rollup_add
-- dialect: oracle
MERGE INTO rollup_counts r
USING (SELECT CAST(:quarter AS NUMBER(19)) AS quarter, CAST(:event_type AS VARCHAR2(32)) AS event_type,
        CAST(:opr_id AS VARCHAR2(16)) AS opr_id, CAST(:act_id AS VARCHAR2(16)) AS act_id,
        CAST(:event_count AS NUMBER(19)) AS event_count FROM dual) n
ON (r.quarter = n.quarter AND r.event_type = n.event_type AND r.opr_id = n.opr_id AND r.act_id = n.act_id)
WHEN MATCHED THEN UPDATE SET event_count = r.event_count + n.event_count
WHEN NOT MATCHED THEN INSERT (quarter, event_type, opr_id, act_id, event_count)
    VALUES (n.quarter, n.event_type, n.opr_id, n.act_id, n.event_count);

-- name: rollup_team_add
-- dialect: sqlite postgres
INSERT INTO rollup_team (quarter, event_type, event_count) VALUES (:quarter, :event_type, :event_count)
ON CONFLICT (quarter, event_type) DO UPDATE SET event_count = rollup_team.event_count + excluded.event_count;

-- name: rollup_team_add
-- dialect: oracle
MERGE INTO rollup_team r
USING (SELECT CAST(:quarter AS NUMBER(19)) AS quarter, CAST(:event_type AS VARCHAR2(32)) AS event_type,
        CAST(:event_count AS NUMBER(19)) AS event_count FROM dual) n
ON (r.quarter = n.quarter AND r.event_type = n.event_type)
WHEN MATCHED THEN UPDATE SET event_count = r.event_count + n.event_count
WHEN NOT MATCHED THEN INSERT (quarter, event_type, event_count) VALUES (n.quarter, n.event_type, n.event_count);

-- name: reach_insert
-- dialect: sqlite postgres
INSERT INTO first_reaches (tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id)
VALUES (:tar_id, :milestone, :log_position, :reached_at, :opr_id, :act_id, :elg_id)
ON CONFLICT (tar_id, milestone) DO UPDATE SET log_position = excluded.log_position, reached_at = excluded.reached_at,
    opr_id = excluded.opr_id, act_id = excluded.act_id, elg_id = excluded.elg_id
    WHERE first_reaches.log_position > excluded.log_position;

-- name: reach_insert
-- dialect: oracle
MERGE INTO first_reaches r
USING (SELECT CAST(:tar_id AS VARCHAR2(16)) AS tar_id, CAST(:milestone AS VARCHAR2(32)) AS milestone,
        CAST(:log_position AS NUMBER(19)) AS log_position, CAST(:reached_at AS NUMBER(19)) AS reached_at,
        CAST(:opr_id AS VARCHAR2(16)) AS opr_id, CAST(:act_id AS VARCHAR2(16)) AS act_id,
        CAST(:elg_id AS VARCHAR2(16)) AS elg_id FROM dual) n
ON (r.tar_id = n.tar_id AND r.milestone = n.milestone)
WHEN MATCHED THEN UPDATE SET log_position = CASE WHEN r.log_position > n.log_position THEN n.log_position
        ELSE r.log_position END,
    reached_at = CASE WHEN r.log_position > n.log_position THEN n.reached_at ELSE r.reached_at END,
    opr_id = CASE WHEN r.log_position > n.log_position THEN n.opr_id ELSE r.opr_id END,
    act_id = CASE WHEN r.log_position > n.log_position THEN n.act_id ELSE r.act_id END,
    elg_id = CASE WHEN r.log_position > n.log_position THEN n.elg_id ELSE r.elg_id END
WHEN NOT MATCHED THEN INSERT (tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id)
    VALUES (n.tar_id, n.milestone, n.log_position, n.reached_at, n.opr_id, n.act_id, n.elg_id);

-- name: window_events
-- Quarters that begin in the window.
SELECT SUM(event_count) FROM rollup_team
WHERE quarter >= :from_time AND quarter < :until_time AND event_type = :event_type;

-- name: window_reaches
SELECT COUNT(*) FROM first_reaches
WHERE milestone = :milestone AND reached_at >= :from_time AND reached_at < :until_time;

-- What follows is the whole roll-up, from the events and as it is kept, in one order: for the check and the rebuild.

-- name: rollup_counts_kept
SELECT quarter, event_type, opr_id, act_id, event_count FROM rollup_counts
ORDER BY quarter, event_type, opr_id, act_id;

-- name: rollup_counts_counted
SELECT @quarter(created_at) AS quarter, event_type, opr_id, COALESCE(act_id, '-') AS act_id, COUNT(*) AS event_count
FROM event_logs
GROUP BY @quarter(created_at), event_type, opr_id, COALESCE(act_id, '-')
ORDER BY 1, 2, 3, 4;

-- name: rollup_team_kept
SELECT quarter, event_type, event_count FROM rollup_team ORDER BY quarter, event_type;

-- name: rollup_team_counted
SELECT @quarter(created_at) AS quarter, event_type, COUNT(*) AS event_count FROM event_logs
GROUP BY @quarter(created_at), event_type
ORDER BY 1, 2;

-- name: reaches_kept
SELECT tar_id, milestone, log_position, reached_at, opr_id, COALESCE(act_id, '-') AS act_id, elg_id FROM first_reaches
ORDER BY tar_id, milestone;

-- name: reaches_counted
SELECT r.tar_id, r.milestone, r.log_position, e.created_at, e.opr_id, COALESCE(e.act_id, '-') AS act_id, e.elg_id
FROM (SELECT tar_id, 'First Contact' AS milestone, MIN(log_position) AS log_position FROM event_logs
        WHERE event_type = 'Outreach' GROUP BY tar_id
        UNION ALL
        SELECT tar_id, status_after AS milestone, MIN(log_position) AS log_position FROM event_logs
        WHERE status_after IS NOT NULL GROUP BY tar_id, status_after) r
    JOIN event_logs e ON e.log_position = r.log_position
ORDER BY 1, 2;

-- name: rollup_counts_clear
DELETE FROM rollup_counts;

-- name: rollup_team_clear
DELETE FROM rollup_team;

-- name: reaches_clear
DELETE FROM first_reaches;

-- name: rollup_counts_fill
INSERT INTO rollup_counts (quarter, event_type, opr_id, act_id, event_count)
SELECT @quarter(created_at), event_type, opr_id, COALESCE(act_id, '-'), COUNT(*)
FROM event_logs
GROUP BY @quarter(created_at), event_type, opr_id, COALESCE(act_id, '-');

-- name: rollup_team_fill
INSERT INTO rollup_team (quarter, event_type, event_count)
SELECT @quarter(created_at), event_type, COUNT(*) FROM event_logs GROUP BY @quarter(created_at), event_type;

-- name: reaches_fill
INSERT INTO first_reaches (tar_id, milestone, log_position, reached_at, opr_id, act_id, elg_id)
SELECT r.tar_id, r.milestone, r.log_position, e.created_at, e.opr_id, e.act_id, e.elg_id
FROM (SELECT tar_id, 'First Contact' AS milestone, MIN(log_position) AS log_position FROM event_logs
        WHERE event_type = 'Outreach' GROUP BY tar_id
        UNION ALL
        SELECT tar_id, status_after AS milestone, MIN(log_position) AS log_position FROM event_logs
        WHERE status_after IS NOT NULL GROUP BY tar_id, status_after) r
    JOIN event_logs e ON e.log_position = r.log_position;
