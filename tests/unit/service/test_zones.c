/* Zones as ICU tells them, held against the C library's own reading of the system's tz database. */
#include "service/zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const char *const names[] = {
    "UTC",
    "Europe/Berlin",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Moscow",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Johannesburg",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Caracas",
    "America/Argentina/Buenos_Aires",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Asia/Pyongyang",
    "Asia/Gaza",
    "Australia/Lord_Howe",
    "Australia/Eucla",
    "Australia/Adelaide",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Antarctica/Troll",
};
enum { NAMES_COUNT = sizeof names / sizeof names[0] };

static int make_zones(void **state)
{
    struct ic_zones *zones = malloc(sizeof *zones);
    if (!zones) {
        return -1;
    }
    ic_zones_init(zones);
    *state = zones;
    return 0;
}

static int free_zones(void **state)
{
    ic_zones_release(*state);
    free(*state);
    return 0;
}

static const struct ic_zone *get(struct ic_zones *zones, const char *name)
{
    const struct ic_zone *zone;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_zones_get(zones, ic_str_from(name), IC_CODE_INVALID_PARAMETER, "zone", &zone, &err), IC_OK);
    return zone;
}

/* 2000 to 2019: what is known of the time before is still being corrected, and the two tz databases differ in age. */
static void test_clocks_show_what_the_system_says_in_every_hour_of_twenty_years(void **state)
{
    for (size_t i = 0; i < NAMES_COUNT; i++) {
        const struct ic_zone *zone = get(*state, names[i]);
        assert_int_equal(setenv("TZ", names[i], 1), 0);
        tzset();
        for (int64_t hour = 262968; hour < 438312; hour++) {
            time_t instant = (time_t)(hour * 3600);
            struct tm tm;
            assert_non_null(localtime_r(&instant, &tm));
            struct ic_zone_local local = ic_zone_local(zone, (int64_t)instant * 1000);
            if (local.year != tm.tm_year + 1900 || local.month != tm.tm_mon + 1 || local.day != tm.tm_mday ||
                local.hour != tm.tm_hour || local.minute != tm.tm_min || local.weekday != (tm.tm_wday + 6) % 7) {
                fail_msg("%s at %lld: %04d-%02d-%02d %02d:%02d, the system %04d-%02d-%02d %02d:%02d", names[i],
                         (long long)instant, local.year, local.month, local.day, local.hour, local.minute,
                         tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min);
            }
        }
    }
    unsetenv("TZ");
    tzset();
}

/* Every quarter of an hour is walked through; a day begins where the system's date is later than all before. */
static void test_days_begin_where_the_system_first_shows_their_date(void **state)
{
    for (size_t i = 0; i < NAMES_COUNT; i++) {
        const struct ic_zone *zone = get(*state, names[i]);
        assert_int_equal(setenv("TZ", names[i], 1), 0);
        tzset();
        int64_t start_ms = -1;
        int latest = 0;
        for (int64_t quarter = 1420070400 / 900; quarter < 1577836800 / 900; quarter++) { /* 2015 to 2019. */
            time_t instant = (time_t)(quarter * 900);
            struct tm tm;
            assert_non_null(localtime_r(&instant, &tm));
            int day = tm.tm_year * 400 + tm.tm_yday;
            if (day > latest) {
                start_ms = latest == 0 ? -1 : (int64_t)instant * 1000;
                latest = day;
            }
            if (start_ms >= 0) {
                assert_int_equal(ic_zone_start(zone, IC_ZONE_DAY, (int64_t)instant * 1000), start_ms);
            }
        }
    }
    unsetenv("TZ");
    tzset();
}

static void test_a_zone_is_read_once(void **state)
{
    assert_ptr_equal(get(*state, "Asia/Kathmandu"), get(*state, "Asia/Kathmandu"));
}

static void test_what_is_no_name_is_refused(void **state)
{
    static const char *const refused[] = {"",        "Europe/Atlantis", "europe/berlin",  "GMT+5:23",
                                          "UTC\x01", "Etc/Unknown",     "Europe/Berlin ", "\xC3\x9C/Zone"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const struct ic_zone *zone = NULL;
        struct ic_err err = IC_ERR_NONE;
        assert_int_equal(ic_zones_get(*state, ic_str_from(refused[i]), IC_CODE_INVALID_PARAMETER, "zone", &zone, &err),
                         IC_INVALID);
        assert_string_equal(err.field, "zone");
        assert_null(zone);
    }
    char long_name[200];
    memset(long_name, 'a', sizeof long_name);
    const struct ic_zone *zone;
    assert_int_equal(
        ic_zones_get(*state, (struct ic_str){long_name, sizeof long_name}, IC_CODE_INVALID_FIELD, "zone", &zone, NULL),
        IC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clocks_show_what_the_system_says_in_every_hour_of_twenty_years),
        cmocka_unit_test(test_days_begin_where_the_system_first_shows_their_date),
        cmocka_unit_test(test_a_zone_is_read_once),
        cmocka_unit_test(test_what_is_no_name_is_refused),
    };
    return cmocka_run_group_tests(tests, make_zones, free_zones);
}
