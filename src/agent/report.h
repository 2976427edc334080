/* What `instacrm-agent status` says: how things stand, from the ledger and the pairing alone.
 *
 * Promises: no request is made and nothing is changed but that a missing ledger is made, and what a person dismisses;
 * the token is never shown. Memory: the caller's. Threads: one. */
#ifndef IC_AGENT_REPORT_H
#define IC_AGENT_REPORT_H

#include "agent/folder.h"
#include "base/clock.h"

#include <stdio.h>

enum { IC_REPORT_REJECTIONS_MAX = 20 };

/* Writes the report for a person, or as one JSON object. With `dismiss` what was rejected, and has been told, is
 * forgotten. */
IC_NODISCARD enum ic_rc ic_report(const struct ic_folder *folder, const struct ic_clock *clock, bool as_json,
                                  bool dismiss, FILE *out, struct ic_err *err);

#endif
