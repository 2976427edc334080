#include "agent/event_reader.h"

/* A line ends: a field of the event, a comment, or the event's own end. */
static void end_line(struct ic_event_reader *reader)
{
    struct ic_str line = {reader->line, reader->size};
    if (line.size == 0) {
        reader->count += reader->is_cursor;
        reader->is_cursor = false;
    } else if (ic_str_starts_with(line, IC_STR("event:"))) {
        reader->is_cursor = ic_str_is(line, "event: cursor") || ic_str_is(line, "event:cursor");
    }
    reader->size = 0;
}

void ic_event_reader_take(struct ic_event_reader *reader, struct ic_str bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        char c = bytes.data[i];
        if (c == '\n') {
            end_line(reader);
        } else if (c != '\r' && reader->size < IC_EVENT_LINE_SIZE) {
            reader->line[reader->size++] = c;
        }
    }
}
