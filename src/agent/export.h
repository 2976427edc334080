/* What `instacrm-agent export` writes: every operation of the ledger, as JSON or CSV (docs/native.md, Export).
 *
 * Promises: nothing is changed; the JSON has every byte; in the CSV a text that a spreadsheet would take for a formula
 * has an apostrophe before it. Memory: the caller's; one operation at a time. Threads: one. */
#ifndef IC_AGENT_EXPORT_H
#define IC_AGENT_EXPORT_H

#include "agent/folder.h"
#include "base/clock.h"

#include <stdio.h>

IC_NODISCARD enum ic_rc ic_export(const struct ic_folder *folder, const struct ic_clock *clock, bool as_csv, FILE *out,
                                  struct ic_err *err);

#endif
