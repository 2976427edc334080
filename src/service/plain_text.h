/* Short texts that people type and others read: names, e-mail addresses, time zones.
 *
 * Promises: what was accepted has no spaces at its ends and no character that is invisible, breaks a line or turns the
 * direction of writing around, so that one name cannot pass for another by such means.
 * Memory: results view the argument, which must be valid UTF-8. Threads: pure. */
#ifndef IC_SERVICE_PLAIN_TEXT_H
#define IC_SERVICE_PLAIN_TEXT_H

#include "base/err.h"
#include "base/str.h"

enum { IC_TIME_ZONE_BYTES_MAX = 64 };

/* Trims; fails with invalid_field, blaming `field`, unless 1 to `characters_max` code points are left. */
IC_NODISCARD enum ic_rc ic_plain_text_check(struct ic_str text, size_t characters_max, const char *field,
                                            struct ic_str *ret_text, struct ic_err *err);

/* As ic_plain_text_check, for an e-mail address: one @ with something on both sides and no space. Only a message that
 * arrives proves an address, so nothing more is asked. */
IC_NODISCARD enum ic_rc ic_plain_text_check_email(struct ic_str text, const char *field, struct ic_str *ret_text,
                                                  struct ic_err *err);

/* The form of an IANA time zone name, such as Europe/Berlin. Whether such a zone exists is for the browser that shows
 * times to know: a server need not have the zone database. */
IC_NODISCARD enum ic_rc ic_plain_text_check_time_zone(struct ic_str text, const char *field, struct ic_err *err);

#endif
