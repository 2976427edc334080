/* What `instacrm-agent look-up HANDLE` says: whether the team knows the handle, and who wrote to it.
 *
 * Promises: answered from the disk; no request is made. Memory: the caller's. Threads: one. */
#ifndef IC_AGENT_ANSWER_LOOK_UP_H
#define IC_AGENT_ANSWER_LOOK_UP_H

#include "agent/folder.h"
#include "base/clock.h"

#include <stdio.h>

/* Writes the answer for a person, or as one JSON object; fails with invalid_parameter when `typed` is no handle. */
IC_NODISCARD enum ic_rc ic_answer_look_up(const struct ic_folder *folder, const struct ic_clock *clock,
                                          const char *typed, bool as_json, FILE *out, struct ic_err *err);

#endif
