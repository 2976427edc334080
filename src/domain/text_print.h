/* The print of a message: a number by which two messages of the same words are known, without keeping the words.
 *
 * Promises: the same on every machine and for ever. Case of ASCII letters, and how much space there is and where lines
 * end, make no difference; everything else does. Texts of nothing but space have none (0), and no other text has 0.
 * The number tells nobody the text but who can guess it. Memory: values. Threads: pure. */
#ifndef IC_DOMAIN_TEXT_PRINT_H
#define IC_DOMAIN_TEXT_PRINT_H

#include "base/str.h"

uint64_t ic_text_print(struct ic_str text);

#endif
