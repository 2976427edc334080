/* LogEntry and Totals of contract/openapi.yaml, which several resources answer with.
 *
 * Memory: writes to the writer's buffer. Threads: as the writer's. */
#ifndef IC_API_ENTRY_H
#define IC_API_ENTRY_H

#include "base/json_write.h"
#include "service/logs.h"

void ic_entry_write(struct ic_json_writer *writer, const struct ic_log_entry *entry);

/* The entries as an array. */
void ic_entry_write_list(struct ic_json_writer *writer, const struct ic_log_list *list);

void ic_entry_write_totals(struct ic_json_writer *writer, const struct ic_totals *totals);

#endif
