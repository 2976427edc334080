/* The commands of instacrm: each parses what stands behind its name, does its work and gives the exit code.
 *
 * Promises: 0 when it was done, 1 with one sentence on stderr when it could not be, 2 when it was asked for wrongly.
 * Memory: none is kept. Threads: the main one; serve starts its own and ends them. */
#ifndef IC_APP_COMMANDS_H
#define IC_APP_COMMANDS_H

#include "base/err.h"

/* Runs the Command Center until SIGINT or SIGTERM. */
int ic_command_serve(int argc, char **argv);

/* Prints a one-time sign-in link. */
int ic_command_link(int argc, char **argv);

/* Fills an empty team with sample data. */
int ic_command_demo(int argc, char **argv);

/* Compares the roll-ups with the events (check), or makes them anew (rebuild). */
int ic_command_rollup(int argc, char **argv);

/* Holds the audit against itself (verify), or writes it out (export). */
int ic_command_audit(int argc, char **argv);

/* Tells `err` in one sentence on stderr; 2 when the command line is to blame, otherwise 1. */
int ic_command_failed(const struct ic_err *err);

#endif
