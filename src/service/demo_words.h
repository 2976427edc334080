/* The words of the sample data: people, handles and messages.
 *
 * Promises: every number up to the limits of demo.h gives another handle; the same arguments give the same words.
 * Memory: literals, or written to the caller's. Threads: pure but for the random source. */
#ifndef IC_SERVICE_DEMO_WORDS_H
#define IC_SERVICE_DEMO_WORDS_H

#include "base/rand.h"
#include "domain/handle.h"

enum { IC_DEMO_MESSAGE_SIZE = 2048, IC_DEMO_NAME_SIZE = 64 };

/* The operator's name; the numbers from 0 to IC_DEMO_OPERATORS_MAX - 1, and as many again for where one is taken. */
struct ic_str ic_demo_operator_name(uint32_t index, char buffer[IC_DEMO_NAME_SIZE]);

/* The name in lower case without spaces and accents, as an address has it. */
struct ic_str ic_demo_operator_address(uint32_t index, char buffer[IC_DEMO_NAME_SIZE]);

struct ic_handle ic_demo_actor_handle(uint32_t index);

struct ic_handle ic_demo_target_handle(uint32_t index);

/* What the place calls itself: "Osteria Bellaria". */
struct ic_str ic_demo_target_name(uint32_t index, char buffer[IC_DEMO_NAME_SIZE]);

/* A message in the target's language; `is_first` greets, otherwise it follows up. */
struct ic_str ic_demo_message(uint32_t target_index, bool is_first, struct ic_str sender, const struct ic_rand *rand,
                              char buffer[IC_DEMO_MESSAGE_SIZE]);

#endif
