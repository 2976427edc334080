/* An instant as a person types it on a command line.
 *
 * Memory: values. Threads: pure. */
#ifndef IC_APP_INSTANT_H
#define IC_APP_INSTANT_H

#include "base/str.h"

/* Reads milliseconds since 1970, "2026-05-31" (its midnight) or "2026-05-31T18:00:00Z", all in UTC; false when the text
 * is none of them. */
bool ic_instant_parse(struct ic_str text, int64_t *ret_instant);

#endif
