#include "app/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int64_t parse(const char *text)
{
    int64_t instant = -1;
    return ic_instant_parse(ic_str_from(text), &instant) ? instant : -1;
}

static void test_dates_and_instants_are_read_in_utc(void **state)
{
    (void)state;
    assert_int_equal(parse("0"), 0);
    assert_int_equal(parse("1780250400000"), INT64_C(1780250400000));
    assert_int_equal(parse("1970-01-01"), 0);
    assert_int_equal(parse("2000-02-29"), INT64_C(951782400000));
    assert_int_equal(parse("2024-03-01T00:00:00Z"), INT64_C(1709251200000));
    assert_int_equal(parse("2026-05-31T18:00:00Z"), INT64_C(1780250400000));
    assert_int_equal(parse("2100-12-31T23:59:59Z"), INT64_C(4133980799000));
}

static void test_days_and_times_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-02-30",
        "2025-02-29",
        "2100-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-01-00",
        "1969-12-31",
        "2026-1-1",
        "2026/01/01",
        "-5",
        "2026-05-31T24:00:00Z",
        "2026-05-31T18:60:00Z",
        "2026-05-31T18:00:60Z",
        "2026-05-31T18:00:00",
        "2026-05-31 18:00:00Z",
        "2026-05-31T18:00:00z",
        "2026-05-3xT18:00:00Z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(parse(bad[i]), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_and_instants_are_read_in_utc),
        cmocka_unit_test(test_days_and_times_that_do_not_exist_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
