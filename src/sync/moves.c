#include "sync/moves.h"

#include <stddef.h>

static const struct ic_move moves[IC_MOVE_COUNT] = {
    [IC_MOVE_CAPTURE] = {IC_STATE_NONE, "captured, and committed to the ledger", IC_STATE_PENDING},
    [IC_MOVE_KEEP] = {IC_STATE_PENDING, "sent, no answer or one that blames nobody", IC_STATE_PENDING},
    [IC_MOVE_ACKNOWLEDGE] = {IC_STATE_PENDING, "the server's result `accepted` or `duplicate`", IC_STATE_ACKNOWLEDGED},
    [IC_MOVE_REJECT] = {IC_STATE_PENDING, "the server's result `rejected`, or a refusal that blames it alone",
                        IC_STATE_REJECTED},
    [IC_MOVE_TRY_AGAIN] = {IC_STATE_REJECTED, "a person asks to try again", IC_STATE_PENDING},
    [IC_MOVE_DISMISS] = {IC_STATE_REJECTED, "a person dismisses it", IC_STATE_NONE},
    [IC_MOVE_LOSE_PAST] = {IC_STATE_ACKNOWLEDGED, "the server has lost its past (see *A server that went back*)",
                           IC_STATE_PENDING},
    [IC_MOVE_RESTORE] = {IC_STATE_ACKNOWLEDGED, "the ledger was damaged and restored from its backup",
                         IC_STATE_PENDING},
    [IC_MOVE_EXPIRE] = {IC_STATE_ACKNOWLEDGED, "90 days, and the server is known to have it", IC_STATE_NONE},
};

static const char *const names[] = {
    [IC_STATE_NONE] = "-",
    [IC_STATE_PENDING] = "pending",
    [IC_STATE_ACKNOWLEDGED] = "acknowledged",
    [IC_STATE_REJECTED] = "rejected",
};

const struct ic_move *ic_move_get(enum ic_operation_move move)
{
    return &moves[move];
}

bool ic_move_apply(enum ic_operation_state from, enum ic_operation_move move, enum ic_operation_state *ret_to)
{
    if (moves[move].from != from) {
        return false;
    }
    *ret_to = moves[move].to;
    return true;
}

const char *ic_operation_state_name(enum ic_operation_state state)
{
    return names[state];
}

bool ic_operation_state_parse(struct ic_str name, enum ic_operation_state *ret_state)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (ic_str_is(name, names[i])) {
            *ret_state = (enum ic_operation_state)i;
            return true;
        }
    }
    return false;
}
