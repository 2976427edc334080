/* Ids of the things the team keeps: a prefix that says what it is, and random characters.
 *
 * Promises: the forms of docs/glossary.md; made from a cryptographic source; not unique by themselves (the store's
 * constraint is, and whoever inserts retries on a collision).
 * Memory: values. Threads: pure but for the random source. */
#ifndef IC_DOMAIN_ID_H
#define IC_DOMAIN_ID_H

#include "base/rand.h"
#include "base/str.h"

enum ic_id_kind {
    IC_ID_OPERATOR,   /* OPR-, 8 of 0-9A-F */
    IC_ID_ACTOR,      /* ACT-, 8 of 0-9A-F */
    IC_ID_GOAL,       /* GOL-, 8 of 0-9A-F */
    IC_ID_DEVICE,     /* DEV-, 8 of 0-9A-F */
    IC_ID_TOKEN,      /* TOK-, 8 of 0-9A-F */
    IC_ID_SESSION,    /* SES-, 8 of 0-9A-F */
    IC_ID_INVITATION, /* INV-, 8 of 0-9A-F */
    IC_ID_RULE,       /* RUL-, 8 of 0-9A-Z */
    IC_ID_PROPOSAL,   /* PRO-, 8 of 0-9A-Z */
    IC_ID_TARGET,     /* TAR-, 8 of 0-9A-Za-z */
    IC_ID_EVENT,      /* ELG-, 10 of 0-9A-Za-z */
    IC_ID_OUTREACH,   /* OLG-, 10 of 0-9A-Za-z */
};

enum { IC_ID_SIZE = 14, IC_OP_ID_SIZE = 36 };

struct ic_id {
    char text[IC_ID_SIZE + 1]; /* With a NUL behind it; empty: no id. */
};

/* The id of an operation: a UUIDv7 in lower case, made by the desktop. */
struct ic_op_id {
    char text[IC_OP_ID_SIZE + 1];
};

struct ic_id ic_id_create(enum ic_id_kind kind, const struct ic_rand *rand);

/* False, leaving `ret_id` alone, when `text` has not the form of that kind. */
bool ic_id_parse(enum ic_id_kind kind, struct ic_str text, struct ic_id *ret_id);

bool ic_id_is_empty(const struct ic_id *id);
bool ic_id_equal(const struct ic_id *left, const struct ic_id *right);

/* Views the id's text; valid as long as the id. */
struct ic_str ic_id_text(const struct ic_id *id);

/* Makes a UUIDv7 (RFC 9562, 5.7) of `now_ms` and 74 random bits. */
struct ic_op_id ic_op_id_create(int64_t now_ms, const struct ic_rand *rand);

bool ic_op_id_parse(struct ic_str text, struct ic_op_id *ret_op_id);

#endif
