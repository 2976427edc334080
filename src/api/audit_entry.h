/* AuditEntry of contract/openapi.yaml, which the list answers with and the export writes.
 *
 * Memory: writes to the writer's buffer. Threads: as the writer's. */
#ifndef IC_API_AUDIT_ENTRY_H
#define IC_API_AUDIT_ENTRY_H

#include "base/json_write.h"
#include "store/audit.h"

void ic_audit_entry_write(struct ic_json_writer *writer, const struct ic_audit_entry *entry);

#endif
