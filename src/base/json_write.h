/* JSON out, appended straight to a buffer.
 *
 * Promises: commas and quotes are placed by the writer; text is escaped as RFC 8259 asks and must be valid UTF-8; a
 * failed buffer makes every further call harmless, to be found by ic_buf_check at the end. Nesting is a caller's duty
 * and asserted.
 * Memory: writes to the caller's buffer. Threads: one at a time. */
#ifndef IC_BASE_JSON_WRITE_H
#define IC_BASE_JSON_WRITE_H

#include "base/buf.h"

enum { IC_JSON_DEPTH_MAX = 16 };

struct ic_json_writer {
    struct ic_buf *buf;
    int depth;
    bool has_item[IC_JSON_DEPTH_MAX + 1];
    bool after_key;
};

void ic_json_writer_init(struct ic_json_writer *writer, struct ic_buf *buf);

void ic_json_object_begin(struct ic_json_writer *writer);
void ic_json_object_end(struct ic_json_writer *writer);
void ic_json_array_begin(struct ic_json_writer *writer);
void ic_json_array_end(struct ic_json_writer *writer);

/* The key of the next value; a literal that needs no escaping. */
void ic_json_key(struct ic_json_writer *writer, const char *key);

void ic_json_text(struct ic_json_writer *writer, struct ic_str text);
void ic_json_int64(struct ic_json_writer *writer, int64_t value);
void ic_json_bool(struct ic_json_writer *writer, bool value);
void ic_json_null(struct ic_json_writer *writer);

/* A key and its value in one call. */
void ic_json_put_text(struct ic_json_writer *writer, const char *key, struct ic_str text);
void ic_json_put_name(struct ic_json_writer *writer, const char *key, const char *text);
void ic_json_put_int64(struct ic_json_writer *writer, const char *key, int64_t value);
void ic_json_put_bool(struct ic_json_writer *writer, const char *key, bool value);

/* As ic_json_put_text, but leaves the key out when the text is empty. */
void ic_json_put_optional_text(struct ic_json_writer *writer, const char *key, struct ic_str text);

#endif
