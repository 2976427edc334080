/* A process of this program that ends with the one that started it.
 *
 * Promises: what the parent tells arrives at the child's standard input, and the end of that is the parent's end,
 * however it came. Nothing else but standard output and error is shared. Memory: fixed size. Threads: the parent's
 * calls are for any, but not hang_up beside tell. */
#ifndef IC_AGENT_CHILD_H
#define IC_AGENT_CHILD_H

#include "base/err.h"

#include <stdint.h>

struct ic_child {
    int64_t pid;
    int fd; /* Where it is told; -1: it is not. */
};

/* Starts this program with one argument. */
IC_NODISCARD enum ic_rc ic_child_start(const char *argument, struct ic_child *ret_child, struct ic_err *err);

/* Tells it one character. Never waits: a child that does not listen has been told enough. */
void ic_child_tell(const struct ic_child *child, char word);

/* Ends what it hears. */
void ic_child_hang_up(struct ic_child *child);

/* Waits until it has ended, however it did. */
void ic_child_wait(const struct ic_child *child);

/* In the child: the next character; 0: the parent has ended. Waits. */
char ic_child_listen(void);

#endif
