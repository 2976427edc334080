-- What a replica of a desktop's needs beside the events: that an operator came or went, which is a change of the feed
-- without an event of its own, and when a desktop was last in step.

-- NULL: the change is the event. Else it is this operator's state, and elg_id is the newest event at that time, so that
-- every place in the feed tells which past it belongs to.
ALTER TABLE changes ADD opr_id @id REFERENCES operators (opr_id);
ALTER TABLE changes ADD changed_at @time;

ALTER TABLE devices ADD last_synced_at @time;
