/* Cursors of lists: where the next page begins, as text that a client hands back unread.
 *
 * Promises: a cursor is good for the list that it came from and no other: it carries a hash of the question (which
 * list, in which order, with which filters and which term), and one that was cut, altered or made up is refused, unless
 * it was made up well: then it is a place like any other. It holds what the page showed and no secret.
 * Memory: fixed size, the caller's. Threads: pure. */
#ifndef IC_SERVICE_LIST_CURSOR_H
#define IC_SERVICE_LIST_CURSOR_H

#include "base/base64url.h"
#include "base/buf.h"
#include "base/hash.h"
#include "store/list_place.h"

enum {
    IC_LIST_CURSOR_BYTES_MAX = 1 + IC_HASH_SIZE / 4 + 1 + 20 + 1 + IC_ID_SIZE + 1 + IC_LIST_KEY_BYTES_MAX,
    IC_LIST_CURSOR_SIZE_MAX = IC_BASE64URL_SIZE(IC_LIST_CURSOR_BYTES_MAX),
};

struct ic_list_cursor {
    char text[IC_LIST_CURSOR_SIZE_MAX + 1]; /* With a NUL behind it; empty: none. */
};

/* What a list was asked: everything but the place and the number of rows. */
struct ic_list_question {
    struct ic_buf asked;
};

void ic_list_question_init(struct ic_list_question *question, const char *list);
void ic_list_question_put_text(struct ic_list_question *question, struct ic_str text);
void ic_list_question_put_int64(struct ic_list_question *question, int64_t value);

/* Tells the hash and frees the question; fails when it grew too long, which named limits of its parts prevent. */
IC_NODISCARD enum ic_rc ic_list_question_end(struct ic_list_question *question, struct ic_hash *ret_hash,
                                             struct ic_err *err);

void ic_list_cursor_write(const struct ic_hash *question, const struct ic_list_place *place,
                          struct ic_list_cursor *ret_cursor);

/* Fails with invalid_parameter of the field `after`. */
IC_NODISCARD enum ic_rc ic_list_cursor_read(struct ic_str text, const struct ic_hash *question,
                                            struct ic_list_place *ret_place, struct ic_err *err);

#endif
