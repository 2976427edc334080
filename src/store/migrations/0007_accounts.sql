-- Accounts: passwords, invitations, the e-mail domains whose people may join, sessions that their owner can tell apart
-- and end, people who were disabled, and desktops' tokens that are replaced. docs/schema.md tells every column.

ALTER TABLE operators ADD disabled_at @time;

CREATE TABLE passwords (
    opr_id @id NOT NULL CONSTRAINT passwords_pkey PRIMARY KEY REFERENCES operators (opr_id),
    password_hash @str(128) NOT NULL,
    changed_at @time NOT NULL
) @without_rowid;

CREATE TABLE invitations (
    invitation_id @id NOT NULL CONSTRAINT invitations_pkey PRIMARY KEY,
    secret_hash @str(64) NOT NULL UNIQUE,
    role @str(16) NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
    opr_email @str(255) CHECK (length(opr_email) <= 255),
    invited_by @id NOT NULL REFERENCES operators (opr_id),
    created_at @time NOT NULL,
    expires_at @time NOT NULL
) @without_rowid;

CREATE INDEX invitations_by_end ON invitations (expires_at);

CREATE TABLE email_domains (
    email_domain @str(255) NOT NULL CONSTRAINT email_domains_pkey PRIMARY KEY CHECK (length(email_domain) <= 255),
    role @str(16) NOT NULL CHECK (role IN ('operator', 'viewer')),
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    created_at @time NOT NULL
) @without_rowid;

-- What a link may be used for; those that there are sign in.
ALTER TABLE links ADD purpose @str(16);

-- Sessions get an id that can be shown; nobody can tell the old ones apart, so everybody signs in once more.
DROP TABLE sessions;

CREATE TABLE sessions (
    session_id @id NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
    secret_hash @str(64) NOT NULL UNIQUE,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    address @str(64),
    user_agent @str(255) CHECK (length(user_agent) <= 255),
    created_at @time NOT NULL,
    proven_at @time NOT NULL,
    last_seen_at @time NOT NULL,
    expires_at @time NOT NULL
) @without_rowid;

CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_by_operator ON sessions (opr_id, created_at, session_id);

-- The token that a desktop was given and has not used yet, and the one that its present token took the place of.
ALTER TABLE devices ADD next_token_hash @str(64);
ALTER TABLE devices ADD former_token_hash @str(64);
ALTER TABLE devices ADD token_created_at @time;

CREATE INDEX devices_by_next_token ON devices (next_token_hash);
CREATE INDEX devices_by_former_token ON devices (former_token_hash);
