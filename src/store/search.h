/* Searching: the form that texts are found in, and the pattern that finds a term.
 *
 * Promises: two texts that differ only in case, or in how a letter with marks is composed, have the same form (Unicode
 * NFC and case folding); a pattern finds the term as it is, whatever characters it has: % and _ are characters.
 * Memory: appends to the caller's buffer. Threads: pure. */
#ifndef IC_STORE_SEARCH_H
#define IC_STORE_SEARCH_H

#include "base/buf.h"
#include "store/driver.h"

/* A shorter term is found by no trigram. */
enum { IC_SEARCH_CHARACTERS_MIN = 3, IC_SEARCH_TRIGRAMS_MAX = 6, IC_SEARCH_PATTERN_BYTES_MAX = 4096 };

/* Appends the form of `text`, which must be valid UTF-8. */
void ic_search_fold(struct ic_buf *buf, struct ic_str text);

/* Whether the form of `text`, which must be valid UTF-8, holds `folded`, a form itself; everything holds the empty one.
 */
bool ic_search_is_in(struct ic_str folded, struct ic_str text);

/* How many characters the form of `text` has, which may be more or fewer than the text has. */
size_t ic_search_count(struct ic_str text);

/* Appends what finds every text with the folded `term` in an index that keeps no places of its trigrams, and some texts
 * without it: up to IC_SEARCH_TRIGRAMS_MAX of its trigrams, spread over it. Each of them costs a list to be read. */
void ic_search_put_trigrams(struct ic_buf *buf, struct ic_str term);

/* Appends the pattern that finds `term`, in whatever case it is given, for an engine. */
void ic_search_put_pattern(struct ic_buf *buf, enum ic_search_form form, struct ic_str term);

#endif
