-- By which messages of the same words are known, and where the message stands in the log: what a rule about repeated texts
-- looks back at. Messages from before have neither and are not looked at. docs/schema.md tells every column.

ALTER TABLE outreach_logs ADD text_print @int;
ALTER TABLE outreach_logs ADD log_position @int;

CREATE INDEX outreach_logs_by_print ON outreach_logs (text_print, log_position);
