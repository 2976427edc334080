#include "service/plain_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool accepts(const char *text, const char *expected)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_str trimmed;
    if (ic_plain_text_check(ic_str_from(text), 5, "/opr_name", &trimmed, &err) != IC_OK) {
        assert_int_equal(err.code, IC_CODE_INVALID_FIELD);
        assert_string_equal(err.field, "/opr_name");
        return false;
    }
    return ic_str_is(trimmed, expected);
}

static void test_a_name_is_trimmed_and_counted_in_characters(void **state)
{
    (void)state;
    assert_true(accepts(" Zo\xC3\xAB\t\r\n", "Zo\xC3\xAB"));
    assert_true(accepts("\xC2\xA0\xE3\x80\x80"
                        "Anna\xE3\x80\x80",
                        "Anna"));
    assert_true(accepts("A b c", "A b c"));
    assert_true(accepts("\xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A",
                        "\xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A"));
    assert_false(accepts("Annika", ""));
    assert_false(accepts("", ""));
    assert_false(accepts(" \xC2\xA0 ", ""));
}

static void test_a_name_holds_nothing_that_cannot_be_seen(void **state)
{
    (void)state;
    static const char *const hidden[] = {"A\nb",          "A\x1b",         "A\x7f",         "A\xC2\x85",
                                         "A\xE2\x80\xA8", "A\xE2\x80\xAE", "A\xE2\x81\xA6", "A\xE2\x80\x8B"};
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        assert_false(accepts(hidden[i], ""));
    }
    assert_true(accepts("A\xE2\x80\x8D", "A\xE2\x80\x8D")); /* Emoji need the zero-width joiner. */
    assert_true(accepts("A\xE2\x80\x99", "A\xE2\x80\x99")); /* An apostrophe of the same block. */
}

static bool is_email(const char *text)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_str address;
    return ic_plain_text_check_email(ic_str_from(text), "/opr_email", &address, &err) == IC_OK;
}

static void test_an_address_has_one_at_between_two_sides(void **state)
{
    (void)state;
    assert_true(is_email("a@b"));
    assert_true(is_email(" anna.o'neil+crm@ex\xC3\xA4mple.org "));
    static const char *const bad[] = {"anna", "@b", "a@", "a@b@c", "a b@c", "a@b c", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(is_email(bad[i]));
    }
}

static bool is_time_zone(const char *text)
{
    struct ic_err err = IC_ERR_NONE;
    return ic_plain_text_check_time_zone(ic_str_from(text), "/time_zone", &err) == IC_OK;
}

static void test_a_time_zone_has_the_form_of_an_iana_name(void **state)
{
    (void)state;
    static const char *const good[] = {"UTC",       "Europe/Berlin", "America/Argentina/Buenos_Aires",
                                       "Etc/GMT+5", "EST5EDT",       "America/Port-au-Prince"};
    static const char *const bad[] = {"",
                                      "/",
                                      "Europe/",
                                      "/Berlin",
                                      "Europe//Berlin",
                                      "../etc/passwd",
                                      "+5",
                                      "Europe/1",
                                      "Europe Berlin",
                                      "Europe/Berl\xC3\xADn",
                                      "A234567890123456789012345678901234567890123456789012345678901234567890"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(is_time_zone(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(is_time_zone(bad[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_is_trimmed_and_counted_in_characters),
        cmocka_unit_test(test_a_name_holds_nothing_that_cannot_be_seen),
        cmocka_unit_test(test_an_address_has_one_at_between_two_sides),
        cmocka_unit_test(test_a_time_zone_has_the_form_of_an_iana_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
