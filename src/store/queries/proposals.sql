-- Proposals, their votes and their history.

-- name: proposal_insert
INSERT INTO proposals (proposal_id, purpose, goal_id, rule_id, replaces_id, opr_id, reason, created_at, is_voted,
    opened_at, closes_at, quorum_percent, majority_percent, outcome)
VALUES (:proposal_id, :purpose, :goal_id, :rule_id, :replaces_id, :opr_id, :reason, :created_at, :is_voted,
    :opened_at, :closes_at, :quorum_percent, :majority_percent, 'open');

-- name: proposal_get
SELECT p.proposal_id, p.purpose, p.goal_id, p.rule_id, p.replaces_id, p.opr_id, o.opr_name, p.reason, p.created_at,
    p.is_voted, p.opened_at, p.closes_at, p.quorum_percent, p.majority_percent, p.outcome, p.decided_at, p.members,
    p.votes_for, p.votes_against, p.abstentions
FROM proposals p JOIN operators o ON o.opr_id = p.opr_id
WHERE p.proposal_id = :proposal_id;

-- name: proposals_{newest|oldest}
-- A page, behind a pair of keys.
SELECT p.proposal_id, p.purpose, p.goal_id, p.rule_id, p.replaces_id, p.opr_id, o.opr_name, p.reason, p.created_at,
    p.is_voted, p.opened_at, p.closes_at, p.quorum_percent, p.majority_percent, p.outcome, p.decided_at, p.members,
    p.votes_for, p.votes_against, p.abstentions
FROM proposals p JOIN operators o ON o.opr_id = p.opr_id
WHERE p.created_at {<=|>=} :sort_key AND (p.created_at {<|>} :sort_key OR p.proposal_id {<|>} :id)
ORDER BY p.created_at {DESC|ASC}, p.proposal_id {DESC|ASC}
@limit(:looks);

-- name: proposals_open
-- Those that are voted on, in the order in which they end.
SELECT p.proposal_id, p.purpose, p.goal_id, p.rule_id, p.replaces_id, p.opr_id, o.opr_name, p.reason, p.created_at,
    p.is_voted, p.opened_at, p.closes_at, p.quorum_percent, p.majority_percent, p.outcome, p.decided_at, p.members,
    p.votes_for, p.votes_against, p.abstentions
FROM proposals p JOIN operators o ON o.opr_id = p.opr_id
WHERE p.outcome = 'open'
ORDER BY p.closes_at, p.proposal_id
@limit(:limit);

-- name: proposals_open_count
SELECT COUNT(*) FROM proposals WHERE outcome = 'open';

-- name: proposal_open_find
-- What is voted on of a goal or a rule, or in its place.
SELECT proposal_id FROM proposals
WHERE outcome = 'open' AND (goal_id = :object_id OR rule_id = :object_id OR replaces_id = :object_id)
ORDER BY proposal_id
@limit(1);

-- name: proposal_reopen
-- By whoever saw it open: what is voted on is another thing from now on.
UPDATE proposals SET reason = :reason, replaces_id = :replaces_id, opened_at = :opened_at, closes_at = :closes_at,
    quorum_percent = :quorum_percent, majority_percent = :majority_percent
WHERE proposal_id = :proposal_id AND outcome = 'open';

-- name: proposal_decide
-- Once: what has been decided is not open.
UPDATE proposals SET outcome = :outcome, decided_at = :decided_at, members = :members, votes_for = :votes_for,
    votes_against = :votes_against, abstentions = :abstentions
WHERE proposal_id = :proposal_id AND outcome = 'open';

-- name: agreed_count_of
-- The goals and rules that one has proposed and that stand or wait.
SELECT (SELECT COUNT(*) FROM goals
        WHERE suggested_by = :opr_id AND status IN ('Active', 'Pending Suggestion'))
    + (SELECT COUNT(*) FROM rules
        WHERE suggested_by = :opr_id AND status IN ('Active', 'Pending Suggestion'))
FROM totals WHERE total_name = 'operators';

-- name: goals_ended
-- What is to be archived.
SELECT goal_id FROM goals WHERE status = 'Active' AND end_date <= :now ORDER BY end_date, goal_id @limit(:limit);

-- name: vote_insert
INSERT INTO votes (proposal_id, opr_id, choice, reason, voted_at)
VALUES (:proposal_id, :opr_id, :choice, :reason, :voted_at);

-- name: vote_change
UPDATE votes SET choice = :choice, reason = :reason, voted_at = :voted_at
WHERE proposal_id = :proposal_id AND opr_id = :opr_id;

-- name: vote_delete
DELETE FROM votes WHERE proposal_id = :proposal_id AND opr_id = :opr_id;

-- name: vote_list
-- In the order of ballots.
SELECT v.opr_id, o.opr_name, v.choice, v.reason, v.voted_at
FROM votes v JOIN operators o ON o.opr_id = v.opr_id
WHERE v.proposal_id = :proposal_id
ORDER BY v.opr_id;

-- name: ballot_people
-- A team has few operators.
SELECT opr_id, role, created_at, disabled_at FROM operators ORDER BY opr_id;

-- name: deed_last
SELECT MAX(deed_number) FROM proposal_history WHERE proposal_id = :proposal_id;

-- name: deed_insert
INSERT INTO proposal_history (proposal_id, deed_number, elg_id, deed, choice_before, choice_after, reason)
VALUES (:proposal_id, :deed_number, :elg_id, :deed, :choice_before, :choice_after, :reason);

-- name: deed_list
SELECT h.deed_number, h.elg_id, h.deed, h.choice_before, h.choice_after, h.reason, e.created_at, e.opr_id, o.opr_name,
    e.event_type
FROM proposal_history h JOIN event_logs e ON e.elg_id = h.elg_id JOIN operators o ON o.opr_id = e.opr_id
WHERE h.proposal_id = :proposal_id AND h.deed_number > :behind
ORDER BY h.deed_number
@limit(:limit);

-- name: team_setting_list
SELECT setting_name, setting_value FROM team_settings ORDER BY setting_name;

-- name: team_setting_change
UPDATE team_settings SET setting_value = :setting_value, opr_id = :opr_id, changed_at = :changed_at
WHERE setting_name = :setting_name;

-- name: team_setting_insert
INSERT INTO team_settings (setting_name, setting_value, opr_id, changed_at)
VALUES (:setting_name, :setting_value, :opr_id, :changed_at);
