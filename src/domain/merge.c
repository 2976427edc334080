#include "domain/merge.h"

#include <string.h>

static int compare_times(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

int ic_stamp_compare(const struct ic_stamp *left, const struct ic_stamp *right)
{
    int order = compare_times(left->hybrid_time, right->hybrid_time);
    return order ? order : strcmp(left->device_id.text, right->device_id.text);
}

bool ic_merge_takes(const struct ic_stamp *held, const struct ic_stamp *given)
{
    return ic_stamp_compare(given, held) >= 0;
}

bool ic_merge_takes_exclusion(const struct ic_exclusion *held, const struct ic_exclusion *given)
{
    int order = compare_times(given->stamp.hybrid_time, held->stamp.hybrid_time);
    if (order == 0 && given->is_excluded != held->is_excluded) {
        return given->is_excluded;
    }
    return order ? order > 0 : ic_merge_takes(&held->stamp, &given->stamp);
}

bool ic_merge_absorbs(const struct ic_stamp *held, bool is_held_initial, const struct ic_stamp *absorbed)
{
    if (held->hybrid_time == 0 && absorbed->hybrid_time == 0) {
        return is_held_initial;
    }
    return ic_stamp_compare(absorbed, held) > 0;
}
