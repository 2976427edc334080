/* JSON in: parsed by jansson, read by a strict reader that names the field to blame.
 *
 * Promises: duplicate keys, NUL bytes, nesting beyond IC_JSON_READ_DEPTH_MAX and bytes behind the value are refused;
 * every getter checks type and range; ic_json_reader_finish refuses keys that nobody asked for. After the first failure
 * further getters do nothing, so that a decoder checks once, at the end.
 * Memory: texts view the parsed document, which ic_json_parse ties to the arena. Threads: one at a time. */
#ifndef IC_BASE_JSON_READ_H
#define IC_BASE_JSON_READ_H

#include "base/arena.h"

#include <jansson.h>

enum { IC_JSON_READ_DEPTH_MAX = 16, IC_JSON_READ_KEYS_MAX = 32 };

struct ic_json_reader {
    json_t *object;
    const char *operation;
    struct ic_err *err;
    const char *keys[IC_JSON_READ_KEYS_MAX]; /* Those that were asked for. */
    size_t keys_count;
};

/* Parses a whole document whose top is an object; fails with malformed_json. */
IC_NODISCARD enum ic_rc ic_json_parse(struct ic_str text, const char *operation, struct ic_arena *arena,
                                      json_t **ret_object, struct ic_err *err);

/* Reads `object`; a value that is none fails with invalid_field. `err` must be given and empty. */
void ic_json_reader_init(struct ic_json_reader *reader, json_t *object, const char *operation, struct ic_err *err);

/* Text of `bytes_min` to `bytes_max` bytes of valid UTF-8 without NUL. */
struct ic_str ic_json_get_text(struct ic_json_reader *reader, const char *key, size_t bytes_min, size_t bytes_max);

/* As ic_json_get_text; a missing key gives the empty text. */
struct ic_str ic_json_find_text(struct ic_json_reader *reader, const char *key, size_t bytes_min, size_t bytes_max);

/* An integer from `min` to `max`. */
int64_t ic_json_get_int64(struct ic_json_reader *reader, const char *key, int64_t min, int64_t max);

/* As ic_json_get_int64; a missing key gives `otherwise`. */
int64_t ic_json_find_int64(struct ic_json_reader *reader, const char *key, int64_t min, int64_t max, int64_t otherwise);

bool ic_json_get_bool(struct ic_json_reader *reader, const char *key);

/* As ic_json_get_bool; a missing key is false. */
bool ic_json_find_bool(struct ic_json_reader *reader, const char *key);

/* An object or an array of `count_min` to `count_max` items; NULL after a failure. */
json_t *ic_json_get_object(struct ic_json_reader *reader, const char *key);
json_t *ic_json_get_array(struct ic_json_reader *reader, const char *key, size_t count_min, size_t count_max);

/* As the two before; a missing key gives NULL. */
json_t *ic_json_find_object(struct ic_json_reader *reader, const char *key);
json_t *ic_json_find_array(struct ic_json_reader *reader, const char *key, size_t count_min, size_t count_max);

/* Blames `key` for a rule that only the caller knows; does nothing after an earlier failure. */
void ic_json_refuse(struct ic_json_reader *reader, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether nothing has failed so far. */
bool ic_json_reader_ok(const struct ic_json_reader *reader);

/* Refuses keys that were not asked for, then says how the whole went. */
IC_NODISCARD enum ic_rc ic_json_reader_finish(struct ic_json_reader *reader);

#endif
