/* Borrowed text: a pointer and a size.
 *
 * Promises: a string is never NUL-terminated by contract and may hold any byte; `data` may be NULL only when `size` is
 * 0. Memory: a struct ic_str owns nothing. Whoever hands one out says how long it lives. Threads: values; share them as
 * any constant data. */
#ifndef IC_BASE_STR_H
#define IC_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ic_str {
    const char *data;
    size_t size;
};

#define IC_STR(literal) ((struct ic_str){.data = "" literal, .size = sizeof(literal) - 1})

/* Views a NUL-terminated string; NULL gives the empty string. */
struct ic_str ic_str_from(const char *text);

/* Whether both hold the same bytes. */
bool ic_str_equal(struct ic_str left, struct ic_str right);

/* Whether `text` holds exactly the bytes of the NUL-terminated `literal`. */
bool ic_str_is(struct ic_str text, const char *literal);

/* Whether both hold the same bytes when ASCII letters are folded; other bytes are compared as they are. */
bool ic_str_equal_folded(struct ic_str left, struct ic_str right);

bool ic_str_starts_with(struct ic_str text, struct ic_str prefix);

/* Whether it looks like a name of ours: 1 to 32 of a-z and _. What a visitor put in a name's place and does not may be
 * a secret: nobody is told of it. */
bool ic_str_is_name(struct ic_str text);

/* Reads a whole decimal number without sign, spaces or leading zeros; false when it is none or does not fit. */
bool ic_str_to_int64(struct ic_str text, int64_t *ret_value);

#endif
