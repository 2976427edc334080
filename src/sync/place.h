/* A place in a pull: where the next page begins, and how much of the server's past the desktop has seen. The server
 * writes it, the desktop keeps it unread and sends it back.
 *
 * Promises: written and read it is the same; its text has the contract's form (Place) and never more than
 * IC_LIMIT_PLACE_CHARACTERS_MAX characters. It is not secret and not proof against tampering: whoever sends a made-up
 * place gets a page of what they may see anyway. A text that cannot be read is another version's and begins anew.
 * Memory: values. Threads: pure. */
#ifndef IC_SYNC_PLACE_H
#define IC_SYNC_PLACE_H

#include "contract/limits.h"
#include "contract/vocabulary.h"
#include "domain/handle.h"
#include "domain/id.h"

/* The parts of a snapshot, in their order: what is not to be contacted first, and nothing before what it names. What a
 * desktop has to ask for comes last, so that one that asks for it later is given no more than that. */
enum ic_place_part {
    IC_PLACE_SUPPRESSIONS, /* By handle. */
    IC_PLACE_OPERATORS,    /* By id. */
    IC_PLACE_ACTORS,       /* By id. */
    IC_PLACE_TARGETS,      /* By number. */
    IC_PLACE_ALIASES,      /* By handle. */
    IC_PLACE_OUTREACH,     /* By position in the log. */
    IC_PLACE_GOALS,        /* By id. */
    IC_PLACE_RULES,        /* By id. */
    IC_PLACE_PARTS_COUNT,
};

/* The end of the change feed at some moment. A server that was restored from a backup has another change there, or
 * none. */
struct ic_place_mark {
    int64_t cursor; /* 0: the feed was empty. */
    int64_t changed_at;
    struct ic_id elg_id; /* Of the newest event. */
};

struct ic_place {
    enum ic_pull_phase phase;
    int64_t cursor;            /* Where the feed goes on behind; in a snapshot, where it stood at its beginning. */
    struct ic_place_mark mark; /* What the desktop has seen the newest of. */
    bool has_goals_and_rules;  /* The replica has them; only in the feed, a snapshot's part tells. */
    /* In a snapshot; in the feed the part and the handle are of the change behind `cursor`, of which a page has told
     * some suppressions or aliases, and no more had room. */
    enum ic_place_part part;
    struct ic_handle behind_handle; /* Of the last row of that part; empty or 0: at its beginning. */
    struct ic_id behind_id;
    int64_t behind_number;
    int64_t done; /* Targets so far. */
};

struct ic_place_text {
    char text[IC_LIMIT_PLACE_CHARACTERS_MAX + 1];
};

void ic_place_write(const struct ic_place *place, struct ic_place_text *ret_text);

/* Whether the text has the contract's form. */
bool ic_place_has_form(struct ic_str text);

/* False, leaving `ret_place` alone, when it cannot be read. */
bool ic_place_read(struct ic_str text, struct ic_place *ret_place);

#endif
