/* Server-Sent Events, as a desktop reads them: how often one of a name came.
 *
 * Promises: any bytes, cut anywhere, give a count and nothing else; a line longer than IC_EVENT_LINE_SIZE is no event
 * of ours. Memory: fixed size. Threads: one. */
#ifndef IC_AGENT_EVENT_READER_H
#define IC_AGENT_EVENT_READER_H

#include "base/str.h"

enum { IC_EVENT_LINE_SIZE = 256 };

struct ic_event_reader {
    char line[IC_EVENT_LINE_SIZE];
    size_t size;    /* Of the line so far; IC_EVENT_LINE_SIZE: too long, passed over. */
    bool is_cursor; /* The event that is being read is named "cursor". */
    unsigned count; /* Cursor events that were read whole. */
};

/* Reads on. */
void ic_event_reader_take(struct ic_event_reader *reader, struct ic_str bytes);

#endif
