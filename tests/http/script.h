/* A conversation in two lines of text: what is sent, and what must come back.
 *
 * In what is sent, $HOST is the server's address with its port, $0 a NUL, $a17; seventeen letters "a", and $/17; the
 * text "/a" seventeen times. What must come back is a list of replies, then how the connection stands:
 *
 *     "200 404:not_found +"   two replies; the connection takes another request
 *     "400:malformed_request ."   one reply, which is a problem with that code; the connection has ended
 *
 * A reply to HEAD is marked with a leading "h". Memory: none kept. Threads: one at a time. */
#ifndef TEST_SCRIPT_H
#define TEST_SCRIPT_H

#include "site.h"

/* Has the conversation on a new connection; fails the test when anything else comes back, and when somebody else is
 * not answered afterwards. */
void script_play(const struct site *site, const char *sent, const char *wanted);

#endif
