/* Passwords that many people have.
 *
 * The list in common_passwords.c was put together for this project out of what is generally known: the top places of
 * the lists of most used passwords that are published every year, words and names that stand in all of them, and rows
 * of keys on a keyboard. It is no copy of anybody's list. In lower case and in the order of their bytes; also words
 * that are shorter than a password may be, because they are looked for with digits around them, too.
 *
 * Memory: constants. Threads: pure. */
#ifndef IC_SERVICE_COMMON_PASSWORDS_H
#define IC_SERVICE_COMMON_PASSWORDS_H

#include "base/str.h"

/* Whether `password`, in lower case, is one of them. */
bool ic_common_password_is_one(struct ic_str password);

/* How many there are, and each in its order. */
size_t ic_common_password_count(void);
const char *ic_common_password_at(size_t index);

#endif
