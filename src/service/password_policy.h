/* Which passwords are taken.
 *
 * Promises: as NIST SP 800-63B asks: a password has IC_LIMIT_PASSWORD_CHARACTERS_MIN to _MAX characters of any kind,
 * also spaces; no mixture of kinds is asked for and none runs out. Refused is what others try first: a password that
 * many people have (common_passwords.h), also with a few digits or signs around it, one character or one row of them
 * over and over, and the person's own name or address or the product's. Memory: none kept. Threads: pure. */
#ifndef IC_SERVICE_PASSWORD_POLICY_H
#define IC_SERVICE_PASSWORD_POLICY_H

#include "base/err.h"
#include "base/str.h"

/* Fails with password_refused, blaming /password. */
IC_NODISCARD enum ic_rc ic_password_check(struct ic_str password, struct ic_str opr_name, struct ic_str opr_email,
                                          struct ic_err *err);

#endif
