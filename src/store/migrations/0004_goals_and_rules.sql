-- Desktops follow goals and rules: each names the newest event that has changed it, and no event changes two of a kind,
-- so that a change of the feed leads to the one row that it is of.

ALTER TABLE goals ADD elg_id @id REFERENCES event_logs (elg_id);
ALTER TABLE rules ADD elg_id @id REFERENCES event_logs (elg_id);

CREATE UNIQUE INDEX goals_by_event ON goals (elg_id);
CREATE UNIQUE INDEX rules_by_event ON rules (elg_id);
