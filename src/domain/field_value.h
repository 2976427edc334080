/* Values of a target's fields that people change: the status, notes and contacts.
 *
 * Promises: one rule of what each field may hold (SetFieldOperation of contract/openapi.yaml) for desktops, pushes and
 * what people do on the web. Memory: texts are whoever's made the value. Threads: pure. */
#ifndef IC_DOMAIN_FIELD_VALUE_H
#define IC_DOMAIN_FIELD_VALUE_H

#include "base/str.h"
#include "contract/vocabulary.h"

struct ic_field_value {
    enum ic_contact_state state; /* Of a contact field: found exactly when there is a text. */
    struct ic_str text;          /* A status's name; of notes, empty when there are none. */
};

/* Whether it is a contact field, which may be not found or not searched. */
bool ic_field_is_contact(enum ic_target_field field);

/* How many characters a text of the field may have. */
size_t ic_field_characters_max(enum ic_target_field field);

/* Why the field cannot hold the value, as a sentence; NULL when it can. The text must be valid UTF-8. */
const char *ic_field_value_fault(enum ic_target_field field, const struct ic_field_value *value);

bool ic_field_value_equal(const struct ic_field_value *left, const struct ic_field_value *right);

#endif
