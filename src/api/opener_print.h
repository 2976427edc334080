/* Prints of openers as the API tells them: 16 hexadecimal digits, since a number of 64 bits is more than a script
 * holds.
 *
 * Memory: the caller's. Threads: pure. */
#ifndef IC_API_OPENER_PRINT_H
#define IC_API_OPENER_PRINT_H

#include "base/str.h"

#include <stdint.h>

enum { IC_OPENER_PRINT_DIGITS = 16 };

/* With a NUL behind it. */
void ic_opener_print_write(int64_t print, char digits[IC_OPENER_PRINT_DIGITS + 1]);

/* False for anything but what is written. */
bool ic_opener_print_read(struct ic_str text, int64_t *ret_print);

#endif
