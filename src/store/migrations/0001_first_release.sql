-- The first release: the original's seven tables, and what identity, sync, governance, the change feed, the lists and
-- the roll-ups need beside them. docs/schema.md tells every column. Enumerations, and lengths of what comes from
-- outside, are checked on every engine alike; where rows are many, an enumeration is a chain of ORs, because SQLite
-- builds a table in memory for every longer IN, row by row. Primary keys are named NAME_pkey, so that every engine can
-- tell a taken id from another taken value.

CREATE TABLE operators (
    opr_id @id NOT NULL CONSTRAINT operators_pkey PRIMARY KEY,
    opr_email @str(255) NOT NULL CHECK (length(opr_email) <= 255),
    opr_email_folded @str(255) NOT NULL UNIQUE,
    opr_name @str(32) NOT NULL CHECK (length(opr_name) <= 32),
    opr_name_folded @str(32) NOT NULL UNIQUE,
    opr_status @str(16) NOT NULL CHECK (opr_status IN ('online', 'offline')),
    role @str(16) NOT NULL CHECK (role IN ('owner', 'admin', 'operator', 'viewer')),
    time_zone @str(64) NOT NULL CHECK (length(time_zone) <= 64),
    created_at @time NOT NULL,
    last_activity @time NOT NULL
) @without_rowid;

CREATE INDEX operators_by_role ON operators (role, created_at, opr_id);
CREATE INDEX operators_by_activity ON operators (last_activity, opr_id);
CREATE INDEX operators_by_creation ON operators (created_at, opr_id);

CREATE TABLE actors (
    act_id @id NOT NULL CONSTRAINT actors_pkey PRIMARY KEY,
    act_username @str(32) NOT NULL CHECK (length(act_username) <= 32),
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    act_status @str(32) NOT NULL
        CHECK (act_status = 'Active' OR act_status = 'Suspended By Team' OR act_status = 'Suspended By Insta'
            OR act_status = 'Discarded'),
    created_at @time NOT NULL,
    last_activity @time NOT NULL,
    UNIQUE (act_username, opr_id)
) @without_rowid;

CREATE INDEX actors_by_activity ON actors (last_activity, act_id);
CREATE INDEX actors_by_creation ON actors (created_at, act_id);

CREATE TABLE targets (
    tar_id @id NOT NULL CONSTRAINT targets_pkey PRIMARY KEY,
    tar_number @int NOT NULL UNIQUE,
    tar_username @str(32) NOT NULL UNIQUE CHECK (length(tar_username) <= 32),
    tar_status @str(32) NOT NULL
        CHECK (tar_status = 'Cold No Reply' OR tar_status = 'Replied' OR tar_status = 'Warm'
            OR tar_status = 'Booked' OR tar_status = 'Paid' OR tar_status = 'Tableturnerr Client'
            OR tar_status = 'Excluded'),
    first_contacted @time,
    first_opr_id @id REFERENCES operators (opr_id),
    first_act_id @id REFERENCES actors (act_id),
    notes @text,
    last_updated @time NOT NULL,
    email @str(255) CHECK (length(email) <= 255),
    email_state @str(16) NOT NULL,
    phone_num @str(64) CHECK (length(phone_num) <= 64),
    phone_num_state @str(16) NOT NULL,
    cont_source @str(255) CHECK (length(cont_source) <= 255),
    cont_source_state @str(16) NOT NULL,
    CHECK ((email_state = 'Found' AND email IS NOT NULL)
        OR ((email_state = 'Not Searched' OR email_state = 'Not Found') AND email IS NULL)),
    CHECK ((phone_num_state = 'Found' AND phone_num IS NOT NULL)
        OR ((phone_num_state = 'Not Searched' OR phone_num_state = 'Not Found') AND phone_num IS NULL)),
    CHECK ((cont_source_state = 'Found' AND cont_source IS NOT NULL)
        OR ((cont_source_state = 'Not Searched' OR cont_source_state = 'Not Found') AND cont_source IS NULL))
);

-- The orders that a list of leads has, and each of them within a status. What a filter looks at on the way through the
-- whole list stands in the index, too: a page may pass thousands of rows and reads none of them.
CREATE INDEX targets_by_update ON targets (last_updated, tar_id, tar_username, first_contacted, first_opr_id,
    first_act_id, email_state, phone_num_state);
CREATE INDEX targets_by_contact ON targets (COALESCE(first_contacted, 0), tar_id, tar_username, first_contacted,
    first_opr_id, first_act_id, email_state, phone_num_state);
CREATE INDEX targets_by_name ON targets (tar_username, tar_id, first_contacted, first_opr_id, first_act_id,
    email_state, phone_num_state);
CREATE INDEX targets_by_status_update ON targets (tar_status, last_updated, tar_id);
CREATE INDEX targets_by_status_contact ON targets (tar_status, COALESCE(first_contacted, 0), tar_id);
CREATE INDEX targets_by_status_name ON targets (tar_status, tar_username);

CREATE TABLE event_logs (
    elg_id @id NOT NULL CONSTRAINT event_logs_pkey PRIMARY KEY,
    log_position @int NOT NULL UNIQUE,
    event_number @int NOT NULL,
    event_type @str(32) NOT NULL
        CHECK (event_type = 'Outreach' OR event_type = 'Change in Tar Info'
            OR event_type = 'Tar Exception Toggle' OR event_type = 'User' OR event_type = 'System'),
    act_id @id REFERENCES actors (act_id),
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    tar_id @id REFERENCES targets (tar_id),
    status_before @str(32),
    status_after @str(32),
    details @text,
    created_at @time NOT NULL,
    received_at @time NOT NULL
);

-- A filtered log is one walk down one of these; where two filters meet, the second is read from the index, too.
CREATE INDEX event_logs_by_operator ON event_logs (opr_id, log_position, event_type);
CREATE INDEX event_logs_by_actor ON event_logs (act_id, log_position, event_type);
CREATE INDEX event_logs_by_target ON event_logs (tar_id, log_position, event_type);
CREATE INDEX event_logs_by_type ON event_logs (event_type, log_position);
-- dialect: sqlite
CREATE UNIQUE INDEX event_logs_by_number ON event_logs (event_number);
-- A filter may be on what is rare: PostgreSQL is told that everything is, or it walks the whole log in its order and
-- looks at each event on the way.
-- dialect: postgres
ALTER TABLE event_logs
    ALTER COLUMN event_type SET (n_distinct = 1000000), ALTER COLUMN opr_id SET (n_distinct = 1000000),
    ALTER COLUMN act_id SET (n_distinct = 1000000), ALTER COLUMN tar_id SET (n_distinct = 1000000);

CREATE TABLE outreach_logs (
    olg_id @id NOT NULL CONSTRAINT outreach_logs_pkey PRIMARY KEY,
    elg_id @id NOT NULL UNIQUE REFERENCES event_logs (elg_id),
    thread_id @str(64) CHECK (length(thread_id) <= 64),
    sent_at @time NOT NULL,
    message_characters @int NOT NULL,
    message_preview @str(280),
    message_text @text
);

-- What a search finds: handles and messages, case-folded. SQLite keeps nothing but their trigrams, by the number of the
-- target and of the event; of messages not even the places of the trigrams: the numbers are dense, and so the index is a
-- sixth of what it would be with places and positions. A text that has all of a term's trigrams is looked at.
-- dialect: sqlite
CREATE VIRTUAL TABLE target_search
    USING fts5(search_text, content="", columnsize=0, tokenize="trigram case_sensitive 1");
-- dialect: sqlite
CREATE VIRTUAL TABLE event_search
    USING fts5(search_text, content="", columnsize=0, detail=none, tokenize="trigram case_sensitive 1");
-- Trigrams wait in this many bytes of memory within a transaction; a large load would write them over and over.
-- dialect: sqlite
INSERT INTO event_search (event_search, rank) VALUES ('hashsize', 16777216);
-- dialect: postgres oracle
CREATE TABLE target_search (
    tar_number @int NOT NULL CONSTRAINT target_search_pkey PRIMARY KEY,
    search_text @str(32) NOT NULL
);
-- dialect: postgres oracle
CREATE TABLE event_search (
    log_position @int NOT NULL CONSTRAINT event_search_pkey PRIMARY KEY,
    search_text @text NOT NULL
);
-- dialect: postgres
CREATE EXTENSION IF NOT EXISTS pg_trgm;
-- dialect: postgres
CREATE INDEX target_search_by_trigram ON target_search USING gin (search_text gin_trgm_ops);
-- dialect: postgres
CREATE INDEX event_search_by_trigram ON event_search USING gin (search_text gin_trgm_ops);

CREATE TABLE goals (
    goal_id @id NOT NULL CONSTRAINT goals_pkey PRIMARY KEY,
    metric @str(32) NOT NULL
        CHECK (metric IN ('Total Messages Sent', 'Unique Profiles Contacted', 'Replies Received',
            'Warm Leads Generated', 'Bookings Made', 'Payments Received')),
    target_value @int NOT NULL CHECK (target_value > 0),
    frequency @str(16) NOT NULL CHECK (frequency IN ('Daily', 'Monthly')),
    assigned_to_opr @id REFERENCES operators (opr_id),
    assigned_to_act @id REFERENCES actors (act_id),
    status @str(32) NOT NULL CHECK (status IN ('Active', 'Pending Suggestion', 'Rejected', 'Archived')),
    suggested_by @id NOT NULL REFERENCES operators (opr_id),
    created_at @time NOT NULL,
    start_date @time NOT NULL,
    end_date @time
) @without_rowid;

CREATE TABLE rules (
    rule_id @id NOT NULL CONSTRAINT rules_pkey PRIMARY KEY,
    type @str(32) NOT NULL CHECK (type IN ('Frequency Cap', 'Interval Spacing')),
    metric @str(32) NOT NULL
        CHECK (metric IN ('Total Messages Sent', 'Unique Profiles Contacted', 'Replies Received',
            'Warm Leads Generated', 'Bookings Made', 'Payments Received')),
    limit_value @int NOT NULL CHECK (limit_value >= 0),
    time_window_sec @int NOT NULL CHECK (time_window_sec > 0),
    severity @str(32) NOT NULL,
    assigned_to_opr @id REFERENCES operators (opr_id),
    assigned_to_act @id REFERENCES actors (act_id),
    status @str(32) NOT NULL CHECK (status IN ('Active', 'Pending Suggestion', 'Rejected', 'Archived')),
    suggested_by @id NOT NULL REFERENCES operators (opr_id),
    created_at @time NOT NULL
) @without_rowid;

CREATE TABLE votes (
    proposal_id @id NOT NULL,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    choice @str(16) NOT NULL CHECK (choice IN ('For', 'Against')),
    created_at @time NOT NULL,
    CONSTRAINT votes_pkey PRIMARY KEY (proposal_id, opr_id)
) @without_rowid;

CREATE TABLE identities (
    issuer @str(255) NOT NULL,
    subject @str(255) NOT NULL,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    email @str(255),
    created_at @time NOT NULL,
    last_used_at @time,
    CONSTRAINT identities_pkey PRIMARY KEY (issuer, subject)
) @without_rowid;

CREATE INDEX identities_by_operator ON identities (opr_id, issuer, subject);

CREATE TABLE tokens (
    token_hash @str(64) NOT NULL CONSTRAINT tokens_pkey PRIMARY KEY,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    token_name @str(64) NOT NULL CHECK (length(token_name) <= 64),
    scopes @str(255) NOT NULL,
    created_at @time NOT NULL,
    last_used_at @time,
    expires_at @time,
    revoked_at @time
) @without_rowid;

CREATE INDEX tokens_by_operator ON tokens (opr_id, created_at, token_hash);

CREATE TABLE devices (
    device_id @id NOT NULL CONSTRAINT devices_pkey PRIMARY KEY,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    token_hash @str(64) UNIQUE,
    device_name @str(64) NOT NULL CHECK (length(device_name) <= 64),
    agent_version @str(32) NOT NULL CHECK (length(agent_version) <= 32),
    created_at @time NOT NULL,
    last_seen_at @time,
    revoked_at @time
) @without_rowid;

CREATE INDEX devices_by_operator ON devices (opr_id, created_at, device_id);

CREATE TABLE operations (
    op_id @str(36) NOT NULL CONSTRAINT operations_pkey PRIMARY KEY,
    op_hash @str(64) NOT NULL,
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    device_id @id REFERENCES devices (device_id),
    received_at @time NOT NULL
) @without_rowid;

CREATE TABLE changes (
    cursor @int NOT NULL CONSTRAINT changes_pkey PRIMARY KEY,
    elg_id @id NOT NULL REFERENCES event_logs (elg_id)
);

-- Former handles of targets that were renamed or merged.
CREATE TABLE aliases (
    alias_username @str(32) NOT NULL CONSTRAINT aliases_pkey PRIMARY KEY,
    tar_id @id NOT NULL REFERENCES targets (tar_id),
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    created_at @time NOT NULL
) @without_rowid;

CREATE INDEX aliases_by_target ON aliases (tar_id, alias_username);

-- Handles that are not to be contacted, whether they are targets or not.
CREATE TABLE suppressions (
    tar_username @str(32) NOT NULL CONSTRAINT suppressions_pkey PRIMARY KEY,
    reason @str(255),
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    created_at @time NOT NULL,
    lifted_at @time,
    lifted_by @id REFERENCES operators (opr_id)
) @without_rowid;

-- Every value that a field of a target was given, also those that lost to another desktop's.
CREATE TABLE field_history (
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    field @str(32) NOT NULL,
    tar_id @id NOT NULL REFERENCES targets (tar_id),
    hybrid_time @int NOT NULL,
    device_id @id REFERENCES devices (device_id),
    value_before @text,
    value_after @text,
    has_won @bool NOT NULL CHECK (has_won IN (0, 1)),
    CONSTRAINT field_history_pkey PRIMARY KEY (elg_id, field)
) @without_rowid;

CREATE INDEX field_history_by_target ON field_history (tar_id, field, hybrid_time, elg_id);

-- Roll-ups, kept in the transaction of the event. A quarter is the time at which a quarter of an hour begins; an act_id
-- of '-' stands for events without an actor.
CREATE TABLE rollup_counts (
    quarter @time NOT NULL,
    event_type @str(32) NOT NULL,
    opr_id @id NOT NULL,
    act_id @id NOT NULL,
    event_count @int NOT NULL,
    CONSTRAINT rollup_counts_pkey PRIMARY KEY (quarter, event_type, opr_id, act_id)
) @without_rowid;

CREATE TABLE rollup_team (
    quarter @time NOT NULL,
    event_type @str(32) NOT NULL,
    event_count @int NOT NULL,
    CONSTRAINT rollup_team_pkey PRIMARY KEY (quarter, event_type)
) @without_rowid;

CREATE TABLE first_reaches (
    tar_id @id NOT NULL,
    milestone @str(32) NOT NULL,
    log_position @int NOT NULL,
    reached_at @time NOT NULL,
    opr_id @id NOT NULL,
    act_id @id,
    elg_id @id NOT NULL,
    CONSTRAINT first_reaches_pkey PRIMARY KEY (tar_id, milestone)
) @without_rowid;

CREATE INDEX first_reaches_by_time ON first_reaches (milestone, reached_at, opr_id, act_id);

CREATE TABLE totals (
    total_name @str(16) NOT NULL CONSTRAINT totals_pkey PRIMARY KEY
        CHECK (total_name IN ('targets', 'logs', 'actors', 'operators')),
    total_value @int NOT NULL CHECK (total_value >= 0)
) @without_rowid;

INSERT INTO totals (total_name, total_value) VALUES ('targets', 0);
INSERT INTO totals (total_name, total_value) VALUES ('logs', 0);
INSERT INTO totals (total_name, total_value) VALUES ('actors', 0);
INSERT INTO totals (total_name, total_value) VALUES ('operators', 0);

CREATE TABLE links (
    secret_hash @str(64) NOT NULL CONSTRAINT links_pkey PRIMARY KEY,
    opr_id @id REFERENCES operators (opr_id),
    created_at @time NOT NULL,
    expires_at @time NOT NULL
) @without_rowid;

CREATE INDEX links_by_end ON links (expires_at);

CREATE TABLE sessions (
    secret_hash @str(64) NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    created_at @time NOT NULL,
    last_seen_at @time NOT NULL,
    expires_at @time NOT NULL
) @without_rowid;

CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE pairings (
    pairing_code @str(8) NOT NULL CONSTRAINT pairings_pkey PRIMARY KEY,
    secret_hash @str(64) NOT NULL UNIQUE,
    device_name @str(64) NOT NULL CHECK (length(device_name) <= 64),
    agent_version @str(32) NOT NULL CHECK (length(agent_version) <= 32),
    address @str(64) CHECK (length(address) <= 64),
    opr_id @id REFERENCES operators (opr_id),
    device_id @id REFERENCES devices (device_id),
    created_at @time NOT NULL,
    expires_at @time NOT NULL
) @without_rowid;

CREATE INDEX pairings_by_end ON pairings (expires_at);
