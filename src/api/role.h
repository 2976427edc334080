/* A role in a request's body.
 *
 * Memory: none kept. Threads: as the request's. */
#ifndef IC_API_ROLE_H
#define IC_API_ROLE_H

#include "base/json_read.h"
#include "contract/vocabulary.h"

/* The role under "role"; refuses a name that is none. */
enum ic_role ic_role_read(struct ic_json_reader *reader);

#endif
