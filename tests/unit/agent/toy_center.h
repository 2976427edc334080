/* A trivial model of the server, for tests: it takes pushes and remembers what it was told.
 *
 * Promises: an op_id is accepted once and is a duplicate after that. A text with "reject" in it is rejected; one with
 * "poison" makes the whole push a bad request, as a decoder's refusal does.
 * Memory: init/release. Threads: one at a time. */
#ifndef IC_TEST_TOY_CENTER_H
#define IC_TEST_TOY_CENTER_H

#include <stdbool.h>
#include <stddef.h>

enum { TOY_OPERATIONS_MAX = 4096 };

struct toy_center {
    char (*op_ids)[37]; /* Accepted, in their order. */
    size_t count;
    int pushes;
    int pulls;
    size_t largest_push;  /* Operations. */
    size_t largest_body;  /* Bytes. */
    const char *features; /* An array of JSON; NULL: none. With goals_and_rules it tells one of each to whoever asks. */
    int goals_and_rules;  /* Pulls that asked for them. */
    int refusals;         /* Pulls that asked for them and were refused, because it knows nothing of them. */
    const char *token;    /* The one that it knows; NULL: any. */
};

void toy_center_init(struct toy_center *center);
void toy_center_release(struct toy_center *center);

/* Takes a push; the answer's body is to be freed. Returns the status; 200 is a result, all else a problem. */
int toy_center_push(struct toy_center *center, const char *token, const char *body, size_t size, char **ret_answer);

/* Takes a pull: there is never anything to tell but goals and rules. */
int toy_center_pull(struct toy_center *center, const char *path, const char *token, char **ret_answer);

/* Takes a push or a pull, whichever `path` names. */
int toy_center_take(struct toy_center *center, const char *path, const char *token, const char *body, size_t size,
                    char **ret_answer);

bool toy_center_has(const struct toy_center *center, const char *op_id);

/* A problem body, to be freed. */
char *toy_problem(int status, const char *code, const char *field);

#endif
