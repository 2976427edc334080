#include "sync/features.h"

static uint64_t bit_of(enum ic_sync_feature feature)
{
    return UINT64_C(1) << (unsigned)feature;
}

struct ic_features ic_features_all(void)
{
    return (struct ic_features){.bits = (UINT64_C(1) << IC_SYNC_FEATURE_COUNT) - 1};
}

void ic_features_add(struct ic_features *features, enum ic_sync_feature feature)
{
    features->bits |= bit_of(feature);
}

bool ic_features_have(struct ic_features features, enum ic_sync_feature feature)
{
    return (features.bits & bit_of(feature)) != 0;
}

void ic_features_encode(struct ic_features features, struct ic_json_writer *writer)
{
    ic_json_array_begin(writer);
    for (unsigned i = 0; i < IC_SYNC_FEATURE_COUNT; i++) {
        if (ic_features_have(features, (enum ic_sync_feature)i)) {
            ic_json_text(writer, ic_str_from(ic_sync_feature_name((enum ic_sync_feature)i)));
        }
    }
    ic_json_array_end(writer);
}

struct ic_features ic_features_decode(struct ic_json_reader *reader, const char *key)
{
    struct ic_features features = {0};
    json_t *items = ic_json_find_array(reader, key, 0, IC_FEATURES_COUNT_MAX);
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *item = json_array_get(items, i);
        enum ic_sync_feature feature;
        if (!json_is_string(item)) {
            ic_json_refuse(reader, key, "Item %zu is not text.", i);
            break;
        }
        if (ic_sync_feature_parse(json_string_value(item), json_string_length(item), &feature)) {
            ic_features_add(&features, feature);
        }
    }
    return features;
}
