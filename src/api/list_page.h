/* What every page of leads, actors or operators says around its items.
 *
 * Memory: writes to the writer's buffer. Threads: as the writer's. */
#ifndef IC_API_LIST_PAGE_H
#define IC_API_LIST_PAGE_H

#include "base/json_write.h"
#include "service/list_cursor.h"

/* Begins the page and its array of items. */
void ic_list_page_begin(struct ic_json_writer *writer);

/* Ends both; `next` may be empty. */
void ic_list_page_end(struct ic_json_writer *writer, const struct ic_list_cursor *next, int64_t total);

#endif
