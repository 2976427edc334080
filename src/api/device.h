/* Device of contract/openapi.yaml, which pairings and devices answer with.
 *
 * Memory: writes to the writer's buffer. Threads: as the writer's. */
#ifndef IC_API_DEVICE_H
#define IC_API_DEVICE_H

#include "base/json_write.h"
#include "service/devices.h"

/* Whether it is online is told as of `now`. */
void ic_device_encode(struct ic_json_writer *writer, const struct ic_device *device, int64_t now);

#endif
