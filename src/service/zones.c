#include "service/zones.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

enum { NAME_SIZE = 64, OFFSETS_MAX = 1024 };

struct ic_named_zone {
    struct ic_named_zone *next;
    struct ic_zone zone;
    char name[NAME_SIZE];
    struct ic_zone_offset offsets[];
};

void ic_zones_init(struct ic_zones *zones)
{
    *zones = (struct ic_zones){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void ic_zones_release(struct ic_zones *zones)
{
    while (zones->newest) {
        struct ic_named_zone *zone = zones->newest;
        zones->newest = zone->next;
        free(zone);
    }
    pthread_mutex_destroy(&zones->lock);
}

static const struct ic_named_zone *find(struct ic_zones *zones, struct ic_str name)
{
    pthread_mutex_lock(&zones->lock);
    const struct ic_named_zone *zone = zones->newest;
    while (zone && !ic_str_is(name, zone->name)) {
        zone = zone->next;
    }
    pthread_mutex_unlock(&zones->lock);
    return zone;
}

/* ICU takes any case and "GMT+5:23"; a name is what it knows, spelled as it spells it. */
static bool is_name(struct ic_str name, UChar *ret_name)
{
    if (name.size == 0 || name.size >= NAME_SIZE) {
        return false;
    }
    char text[NAME_SIZE];
    for (size_t i = 0; i < name.size; i++) {
        text[i] = name.data[i];
        if (text[i] <= ' ' || text[i] > '~') {
            return false;
        }
    }
    text[name.size] = '\0';
    UErrorCode status = U_ZERO_ERROR;
    u_charsToUChars(text, ret_name, (int32_t)name.size + 1);
    UEnumeration *names = ucal_openTimeZones(&status);
    bool is_known = false;
    const UChar *known;
    while (U_SUCCESS(status) && !is_known && (known = uenum_unext(names, NULL, &status)) != NULL) {
        is_known = u_strcmp(known, ret_name) == 0;
    }
    uenum_close(names);
    return is_known && strcmp(text, "Etc/Unknown") != 0;
}

static bool read_offset(UCalendar *calendar, int64_t instant_ms, struct ic_zone_offset *ret_offset)
{
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(calendar, (UDate)instant_ms, &status);
    int32_t zone_ms = ucal_get(calendar, UCAL_ZONE_OFFSET, &status);
    int32_t summer_ms = ucal_get(calendar, UCAL_DST_OFFSET, &status);
    *ret_offset = (struct ic_zone_offset){.from_ms = instant_ms, .offset_ms = zone_ms + summer_ms};
    return U_SUCCESS(status);
}

/* Reads the offsets from 1970 on; 0 when ICU fails or there is no room. */
static size_t read_offsets(UCalendar *calendar, struct ic_zone_offset *offsets)
{
    static const int64_t end_ms = (int64_t)(IC_ZONES_YEAR_MAX - 1970) * 31556952000; /* Gregorian years, on average. */
    size_t count = 0;
    if (!read_offset(calendar, 0, &offsets[count++])) {
        return 0;
    }
    for (;;) {
        UErrorCode status = U_ZERO_ERROR;
        UDate next;
        if (!ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, &next, &status)) {
            return U_SUCCESS(status) ? count : 0;
        }
        if (U_FAILURE(status) || (int64_t)next > end_ms) {
            return U_SUCCESS(status) ? count : 0;
        }
        struct ic_zone_offset offset;
        if (!read_offset(calendar, (int64_t)next, &offset)) {
            return 0;
        }
        /* What changes the zone's name or what counts as summer only, changes nothing here. */
        if (offset.offset_ms == offsets[count - 1].offset_ms) {
            continue;
        }
        if (count == OFFSETS_MAX) {
            return 0;
        }
        offsets[count++] = offset;
    }
}

static enum ic_rc read_zone(struct ic_str name, const UChar *icu_name, struct ic_named_zone **ret_zone,
                            struct ic_err *err)
{
    struct ic_zone_offset *offsets = calloc(OFFSETS_MAX, sizeof *offsets);
    struct ic_named_zone *zone = NULL;
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar = ucal_open(icu_name, -1, "en_GB", UCAL_GREGORIAN, &status);
    size_t count = offsets && U_SUCCESS(status) ? read_offsets(calendar, offsets) : 0;
    if (count > 0) {
        zone = malloc(sizeof *zone + count * sizeof *offsets);
    }
    if (zone) {
        *zone = (struct ic_named_zone){.zone = {.offsets = zone->offsets, .offsets_count = count}};
        memcpy(zone->name, name.data, name.size);
        memcpy(zone->offsets, offsets, count * sizeof *offsets);
    }
    if (U_SUCCESS(status)) {
        ucal_close(calendar);
    }
    free(offsets);
    if (!zone) {
        return count == 0 && offsets
                   ? ic_err_set_native(err, IC_CODE_INTERNAL, "zones.read", status, false, "ICU cannot read the zone.")
                   : ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "zones.read", "No memory for a time zone.");
    }
    *ret_zone = zone;
    return IC_OK;
}

/* Puts a zone among the others; what another thread was quicker with stays. */
static const struct ic_named_zone *keep(struct ic_zones *zones, struct ic_named_zone *zone)
{
    pthread_mutex_lock(&zones->lock);
    struct ic_named_zone *kept = zones->newest;
    while (kept && strcmp(kept->name, zone->name) != 0) {
        kept = kept->next;
    }
    bool has_room = zones->count < IC_ZONES_MAX;
    if (!kept && has_room) {
        zone->next = zones->newest;
        zones->newest = zone;
        zones->count++;
        kept = zone;
    }
    pthread_mutex_unlock(&zones->lock);
    if (kept != zone) {
        free(zone);
    }
    return kept;
}

enum ic_rc ic_zones_get(struct ic_zones *zones, struct ic_str name, enum ic_code code, const char *field,
                        const struct ic_zone **ret_zone, struct ic_err *err)
{
    const struct ic_named_zone *known = find(zones, name);
    if (!known) {
        UChar icu_name[NAME_SIZE];
        if (!is_name(name, icu_name)) {
            return ic_err_set_field(err, code, "zones.get", field, "It is not the name of a time zone (IANA).");
        }
        struct ic_named_zone *zone = NULL;
        enum ic_rc rc = read_zone(name, icu_name, &zone, err);
        if (rc != IC_OK) {
            return rc;
        }
        known = keep(zones, zone);
        if (!known) {
            return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "zones.get", "There are more zones than are kept.");
        }
    }
    *ret_zone = &known->zone;
    return IC_OK;
}

const struct ic_zone *ic_zones_find(struct ic_zones *zones, struct ic_str name)
{
    const struct ic_zone *zone;
    enum ic_rc rc = ic_zones_get(zones, name, IC_CODE_INVALID_FIELD, "/time_zone", &zone, NULL);
    return rc == IC_OK ? zone : &ic_zone_utc;
}
