-- API tokens as they are used: known by an id beside their hash, and always with an end. Nothing has written the table
-- before.

DROP TABLE tokens;

CREATE TABLE tokens (
    token_id @id NOT NULL CONSTRAINT tokens_pkey PRIMARY KEY,
    token_hash @str(64) NOT NULL UNIQUE,
    opr_id @id NOT NULL REFERENCES operators (opr_id),
    token_name @str(64) NOT NULL CHECK (length(token_name) <= 64),
    scopes @str(255) NOT NULL,
    created_at @time NOT NULL,
    last_used_at @time,
    expires_at @time NOT NULL,
    revoked_at @time
) @without_rowid;

CREATE INDEX tokens_by_operator ON tokens (opr_id, created_at, token_id);
