/* A request of the uplink in the air, and what pushes and pulls share. Only the uplink's own files include it.
 *
 * Memory: a flight lives in its own arena. Threads: the uplink's. */
#ifndef IC_AGENT_UPLINK_FLIGHT_H
#define IC_AGENT_UPLINK_FLIGHT_H

#include "agent/uplink.h"
#include "sync/problem.h"

enum { IC_UPLINK_PULL_PATH_SIZE = IC_LIMIT_PLACE_CHARACTERS_MAX + 128 };

enum ic_uplink_kind { IC_UPLINK_PUSH, IC_UPLINK_PULL };

struct ic_uplink_flight {
    struct ic_uplink *uplink;
    struct ic_arena *arena;
    enum ic_uplink_kind kind;
    struct ic_device device;
    struct ic_ledger_summary before; /* The ledger when it was prepared. */
    int64_t prepared_monotonic_ms;
    struct ic_exchange_request request;
    struct ic_err err;

    struct ic_ledger_batch batch; /* Of a push; of a pull only its count: what waits to be pushed. */
    struct ic_buf body;
    struct ic_buf packed;
    char path[IC_UPLINK_PULL_PATH_SIZE]; /* Of a pull. */
    bool from_the_beginning;
    bool asks_for_goals_and_rules;

    /* Of the answer. */
    int64_t retry_after_ms;
    json_t *object;                   /* NULL: it is no JSON. */
    struct ic_problem problem_stands; /* What `problem` views. */
    const struct ic_problem *problem; /* NULL: it is none. */
};

/* A push of the flight's batch. */
IC_NODISCARD enum ic_rc ic_uplink_prepare_push(struct ic_uplink_flight *flight);
struct ic_uplink_rest ic_uplink_take_push(struct ic_uplink_flight *flight, int status);

/* A pull from where the replica stands. */
IC_NODISCARD enum ic_rc ic_uplink_prepare_pull(struct ic_uplink_flight *flight);
struct ic_uplink_rest ic_uplink_take_pull(struct ic_uplink_flight *flight, int status);

struct ic_uplink_rest ic_uplink_again_at_once(void);

/* Something stands in the way that time may mend. */
struct ic_uplink_rest ic_uplink_in_trouble(struct ic_uplink_flight *flight);

/* The ledger cannot be read or written: told, and tried again; a damaged one is to be restored first. */
struct ic_uplink_rest ic_uplink_ledger_failed(struct ic_uplink_flight *flight, const char *event);

/* Notes why an answer is of no use, and says how long to rest. */
struct ic_uplink_rest ic_uplink_refused(struct ic_uplink_flight *flight, int status);

/* Notes a failure when it is another one than before. */
void ic_uplink_note_failure(struct ic_uplink_flight *flight, enum ic_link_state state, struct ic_str code,
                            struct ic_str detail);

/* The link as it is now; it keeps the time at which it began to be so. */
struct ic_link ic_uplink_link(const struct ic_uplink_flight *flight, enum ic_link_state state, struct ic_str code,
                              struct ic_str detail);

/* What the answer told of the server's clock, at the middle of the exchange. */
struct ic_heard ic_uplink_hear(const struct ic_uplink_flight *flight, int64_t server_time, struct ic_features features);

/* After an exchange that went well. */
void ic_uplink_succeeded(struct ic_uplink *uplink);

/* Says that the ledger has something new to show. */
void ic_uplink_tell(struct ic_uplink *uplink);

#endif
