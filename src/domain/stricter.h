/* Whether a rule is at least as strict as another: whoever is warned by the other is warned by it, whatever happened.
 *
 * For which kinds, of the same type, metric and assignment:
 * - Caps, spacings, awaited replies, other actors, repeated texts: it counts up to no more, and looks back no less far.
 *   A cap of 0 warns always, and is as strict as any.
 * - Those that count profiles look back exactly as far: to whom one wrote within the window is no further profile, so
 *   that a longer window warns of other messages, not of more.
 * - Quiet hours: by the same clocks, every minute of the other's is one of its.
 * Anything else is not comparable, and so not as strict.
 *
 * Memory: values. Threads: pure. */
#ifndef IC_DOMAIN_STRICTER_H
#define IC_DOMAIN_STRICTER_H

#include "domain/rule.h"

bool ic_rule_is_as_strict(const struct ic_rule_terms *rule, const struct ic_rule_terms *than);

#endif
