/* What a server takes or gives beyond the first protocol 1 (SyncFeature of contract/openapi.yaml).
 *
 * Promises: a feature that this version does not know is passed over. A desktop sends what is new only to a server that
 * named it. Memory: values. Threads: pure. */
#ifndef IC_SYNC_FEATURES_H
#define IC_SYNC_FEATURES_H

#include "base/json_read.h"
#include "base/json_write.h"
#include "contract/vocabulary.h"

enum { IC_FEATURES_COUNT_MAX = 64 }; /* Of an answer; a newer server may name more than are known here. */

/* A set of features. */
struct ic_features {
    uint64_t bits;
};

/* Every feature that this version knows, which is what our server has. */
struct ic_features ic_features_all(void);

void ic_features_add(struct ic_features *features, enum ic_sync_feature feature);

bool ic_features_have(struct ic_features features, enum ic_sync_feature feature);

/* Writes the names as an array. */
void ic_features_encode(struct ic_features features, struct ic_json_writer *writer);

/* Reads the array `key` of an answer; one without it is an older server's, which has none. */
struct ic_features ic_features_decode(struct ic_json_reader *reader, const char *key);

#endif
