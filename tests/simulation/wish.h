/* What a person wants, as plain values that the desktop's side and the server's side of the simulation share.
 *
 * Memory: values. Threads: values. */
#ifndef SIMULATION_WISH_H
#define SIMULATION_WISH_H

#include <stdint.h>

enum { WISH_TEXT_SIZE = 64, WISH_OP_ID_SIZE = 37 };

enum wish_kind { WISH_OUTREACH, WISH_SET_FIELD, WISH_EXCLUDE, WISH_LIFT };

/* The fields of a target that a person can set. */
enum wish_field { WISH_STATUS, WISH_NOTES, WISH_EMAIL, WISH_PHONE, WISH_SOURCE, WISH_FIELDS_COUNT };

/* One operation of one desktop. */
struct wish {
    char op_id[WISH_OP_ID_SIZE];
    enum wish_kind kind;
    int desk;
    int actor;  /* Of "actor_N"; negative: as none. */
    int target; /* Of "target_N". */
    enum wish_field field;
    char value[WISH_TEXT_SIZE]; /* Of a field: its value, empty to clear it; of the others the text or the reason. */
    int64_t done_at;            /* In truth. */
    int64_t sent_at;            /* By the desktop's clock. */
};

#endif
