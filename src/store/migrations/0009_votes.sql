-- Proposals are voted on: what is proposed, who voted how and why, what became of it, and what the team has settled of
-- itself. docs/schema.md tells every column, docs/decisions/votes.md how votes are counted.

CREATE TABLE proposals (
    proposal_id @id NOT NULL CONSTRAINT proposals_pkey PRIMARY KEY,
    purpose @str(16) NOT NULL CHECK (purpose IN ('adopt', 'archive')),
    goal_id @id REFERENCES goals (goal_id),
    rule_id @id REFERENCES rules (rule_id),
    replaces_id @id,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    reason @str(500) CHECK (length(reason) <= 500),
    created_at @time NOT NULL,
    is_voted @bool NOT NULL CHECK (is_voted IN (0, 1)),
    opened_at @time NOT NULL,
    closes_at @time NOT NULL,
    quorum_percent @int NOT NULL CHECK (quorum_percent BETWEEN 1 AND 100),
    majority_percent @int NOT NULL CHECK (majority_percent BETWEEN 50 AND 100),
    outcome @str(16) NOT NULL CHECK (outcome IN ('open', 'adopted', 'rejected', 'expired', 'withdrawn')),
    decided_at @time,
    members @int,
    votes_for @int,
    votes_against @int,
    abstentions @int
) @without_rowid;

CREATE INDEX proposals_by_creation ON proposals (created_at, proposal_id);
CREATE INDEX proposals_by_outcome ON proposals (outcome, closes_at, proposal_id);
CREATE INDEX proposals_by_goal ON proposals (goal_id, created_at);
CREATE INDEX proposals_by_rule ON proposals (rule_id, created_at);

-- Nothing has written the table before.
DROP TABLE votes;

CREATE TABLE votes (
    proposal_id @id NOT NULL REFERENCES proposals (proposal_id),
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    choice @str(16) NOT NULL CHECK (choice IN ('for', 'against', 'abstain')),
    reason @str(500) CHECK (length(reason) <= 500),
    voted_at @time NOT NULL,
    CONSTRAINT votes_pkey PRIMARY KEY (proposal_id, opr_id)
) @without_rowid;

CREATE TABLE proposal_history (
    proposal_id @id NOT NULL REFERENCES proposals (proposal_id),
    deed_number @int NOT NULL,
    elg_id @id NOT NULL UNIQUE REFERENCES event_logs (elg_id),
    deed @str(16) NOT NULL CHECK (deed IN ('proposed', 'changed', 'voted', 'vote_withdrawn', 'adopted', 'rejected',
        'expired', 'withdrawn')),
    choice_before @str(16) CHECK (choice_before IN ('for', 'against', 'abstain')),
    choice_after @str(16) CHECK (choice_after IN ('for', 'against', 'abstain')),
    reason @str(500) CHECK (length(reason) <= 500),
    CONSTRAINT proposal_history_pkey PRIMARY KEY (proposal_id, deed_number)
) @without_rowid;

CREATE TABLE team_settings (
    setting_name @str(32) NOT NULL CONSTRAINT team_settings_pkey PRIMARY KEY,
    setting_value @str(255) NOT NULL,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    changed_at @time NOT NULL
) @without_rowid;

CREATE INDEX goals_by_status ON goals (status, end_date);
CREATE INDEX rules_by_status ON rules (status);

-- What was agreed on before has a proposal, too; what waits has three days from when it was suggested.
INSERT INTO proposals (proposal_id, purpose, goal_id, opr_id, created_at, is_voted, opened_at, closes_at,
    quorum_percent, majority_percent, outcome, decided_at)
SELECT 'PRO-' || substr(goal_id, 5), 'adopt', goal_id, suggested_by, created_at,
    CASE WHEN status = 'Pending Suggestion' THEN 1 ELSE 0 END, created_at, created_at + 259200000, 50, 50,
    CASE status WHEN 'Pending Suggestion' THEN 'open' WHEN 'Rejected' THEN 'rejected' ELSE 'adopted' END,
    CASE WHEN status = 'Pending Suggestion' THEN NULL ELSE created_at END
FROM goals;

INSERT INTO proposals (proposal_id, purpose, rule_id, opr_id, created_at, is_voted, opened_at, closes_at,
    quorum_percent, majority_percent, outcome, decided_at)
SELECT 'PRO-' || substr(rule_id, 5), 'adopt', rule_id, suggested_by, created_at,
    CASE WHEN status = 'Pending Suggestion' THEN 1 ELSE 0 END, created_at, created_at + 259200000, 50, 50,
    CASE status WHEN 'Pending Suggestion' THEN 'open' WHEN 'Rejected' THEN 'rejected' ELSE 'adopted' END,
    CASE WHEN status = 'Pending Suggestion' THEN NULL ELSE created_at END
FROM rules;
