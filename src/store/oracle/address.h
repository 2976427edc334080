/* Where an Oracle database is, as a connection string of ODBC.
 *
 * It is given as a net service name, an Easy Connect text or a descriptor, and becomes
 *     DRIVER=...;DBQ=...;APA=T;QTO=T;LOB=T;FEN=F;UID=...;PWD=...;
 * (thread safe, timeouts of statements obeyed, long texts, no failover behind our back); or it is a whole connection
 * string, which has a keyword DRIVER or DSN, and only gets the UID and PWD that it lacks.
 *
 * Promises: a value that holds ; { or } or has a space at an end is put into braces, in which } is doubled; any other
 * goes as it is, because drivers differ in what else they take off. Nothing of it is ever in an error.
 * Memory: the address's own until its release, which wipes it. Threads: pure. */
#ifndef IC_STORE_ORACLE_ADDRESS_H
#define IC_STORE_ORACLE_ADDRESS_H

#include "base/err.h"

#include <stddef.h>

enum { IC_ORACLE_ADDRESS_SIZE_MAX = 8 << 10 };

struct ic_oracle_address {
    char *text;
    size_t size;
    char *password; /* Empty: none. */
};

/* Whether the driver's name is wanted, because `place` is no whole connection string. */
bool ic_oracle_address_wants_driver(const char *place);

/* Fails with invalid_parameter when it would be too long. `user`, `password` and `driver` may be empty. */
IC_NODISCARD enum ic_rc ic_oracle_address_init(struct ic_oracle_address *address, const char *place, const char *user,
                                               const char *password, const char *driver, struct ic_err *err);

void ic_oracle_address_release(struct ic_oracle_address *address);

/* Takes the password out of words that a driver has said, in place. */
void ic_oracle_address_redact(const struct ic_oracle_address *address, char *words);

#endif
