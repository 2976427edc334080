/* A client that says exactly what it is told to: raw bytes on a TCP socket, and what came back.
 *
 * Promises: nothing waits longer than WIRE_DEADLINE_MS; what does fails the test that asked.
 * Memory: a wire owns its socket and what it has read. Threads: one at a time. */
#ifndef TEST_WIRE_H
#define TEST_WIRE_H

#include "base/buf.h"

enum { WIRE_DEADLINE_MS = 30000, WIRE_READ_BYTES_MAX = 64 << 20 };

struct wire {
    int descriptor;
    struct ic_buf received;
    size_t used; /* How much of `received` was given out. */
    bool is_ended;
};

struct wire_reply {
    int status; /* 0: the connection ended without one. */
    struct ic_str head;
    struct ic_str body;
};

void wire_open(struct wire *wire, int port);
void wire_close(struct wire *wire);

/* False when nobody listens there. */
bool wire_try_open(struct wire *wire, int port);

/* As wire_open, with the smallest buffer for what comes in: a reader that is soon full. */
void wire_open_narrow(struct wire *wire, int port);

/* Ends the connection with a reset, as a program that dies does. */
void wire_reset(struct wire *wire);

/* Sends everything; false when the other side has gone. */
bool wire_send(struct wire *wire, struct ic_str bytes);

/* Says that nothing more will be sent. */
void wire_half_close(struct wire *wire);

/* Reads what is there, at least a byte or the end; false at the end. */
bool wire_read(struct wire *wire);

/* Reads the next whole reply; its views live until the next call. A chunked body is given as it was before chunking.
 * Interim replies (100) are given like any other. */
struct wire_reply wire_read_reply(struct wire *wire, bool is_head);

/* Reads the next head, and leaves what follows to be read. */
struct wire_reply wire_read_head(struct wire *wire);

/* Reads until the connection ends. */
void wire_read_end(struct wire *wire);

/* A header's value; the empty string when the reply has none. */
struct ic_str wire_header(const struct wire_reply *reply, const char *name);

/* Whether `text` stands somewhere in `whole`. */
bool wire_holds(struct ic_str whole, const char *text);

#endif
