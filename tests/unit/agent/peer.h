/* The other end of the agent's pipes: a browser, for a test.
 *
 * Promises: the agent is the real program in a process of its own; every receive has a deadline.
 * Memory: create/destroy. Threads: one. */
#ifndef IC_TEST_PEER_H
#define IC_TEST_PEER_H

#include "agent/path.h"

#include <jansson.h>
#include <sys/types.h>

#define PEER_ORIGIN "chrome-extension://" IC_EXTENSION_ID "/"

struct peer {
    pid_t pid;
    int to_agent; /* -1: closed. */
    int from_agent;
};

/* Starts `instacrm-agent ORIGIN` with its data in `data`. */
void peer_start(struct peer *peer, const struct ic_path *data, const char *origin);

/* As peer_start, and says hello; the first status is returned, to be decref'd. */
json_t *peer_start_greeted(struct peer *peer, const struct ic_path *data);

void peer_send_bytes(struct peer *peer, const void *bytes, size_t size);
void peer_send(struct peer *peer, const char *json);

/* The next message, to be decref'd; NULL at the end of the stream. Fails the process at the deadline or when it is no
 * frame of JSON. */
json_t *peer_receive(struct peer *peer);

/* The next message of that type; others are passed over. */
json_t *peer_receive_type(struct peer *peer, const char *type);

/* Asks how it is, and passes messages over until a status has `value` at `key`. */
void peer_await_status(struct peer *peer, const char *key, json_int_t value);

/* Closes the input, as a browser that ends does, and returns the exit status, or 128 and the signal's number. */
int peer_finish(struct peer *peer);

/* Kills the agent. */
void peer_kill(struct peer *peer);

/* Runs `instacrm-agent` with arguments that end with NULL; `environment` likewise ("NAME=value"), added to this
 * process's. The output and errors go to `ret_output`, to be freed. The exit status is returned. */
int peer_run(const char *const *arguments, const char *const *environment, char **ret_output);

#endif
