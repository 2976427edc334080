/* Prints of messages: numbers by which messages of the same words, or nearly the same, are known without keeping the
 * words.
 *
 * Promises: the same on every machine and for ever. Texts of nothing but space have none (0), and no other text has 0.
 * A number tells nobody the text but who can guess it. Memory: values. Threads: pure. */
#ifndef IC_DOMAIN_TEXT_PRINT_H
#define IC_DOMAIN_TEXT_PRINT_H

#include "base/str.h"

/* Of a text: case of ASCII letters, and how much space there is and where lines end, make no difference; everything
 * else does. */
uint64_t ic_text_print(struct ic_str text);

/* Of an opener, a first message, whose near copies differ in whom they greet: its words without numbers, punctuation,
 * symbols and emoji; without @handles and links; without words that begin with an ASCII capital but do not begin a
 * sentence; and without one of the first IC_OPENER_GREETING_WORDS that a comma follows (docs/metrics.md). A text that
 * has nothing else has the print of the text. */
enum { IC_OPENER_GREETING_WORDS = 3 };
uint64_t ic_opener_print(struct ic_str text);

#endif
