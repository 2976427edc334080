#include "domain/field_value.h"

#include "contract/limits.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool may_have(enum ic_target_field field, enum ic_contact_state state, const char *text)
{
    return !ic_field_value_fault(field, &(struct ic_field_value){state, ic_str_from(text)});
}

static void test_a_status_is_one_of_the_stages(void **state)
{
    (void)state;
    for (int i = 0; i < IC_TARGET_STATUS_COUNT; i++) {
        assert_int_equal(may_have(IC_TARGET_FIELD_TAR_STATUS, 0, ic_target_status_name(i)),
                         i != IC_TARGET_STATUS_EXCLUDED);
    }
    assert_false(may_have(IC_TARGET_FIELD_TAR_STATUS, 0, ""));
    assert_false(may_have(IC_TARGET_FIELD_TAR_STATUS, 0, "warm"));
}

static void test_a_contact_is_found_exactly_when_it_has_a_text(void **state)
{
    (void)state;
    static const enum ic_target_field contacts[] = {IC_TARGET_FIELD_EMAIL, IC_TARGET_FIELD_PHONE_NUM,
                                                    IC_TARGET_FIELD_CONT_SOURCE};
    for (size_t i = 0; i < 3; i++) {
        assert_true(ic_field_is_contact(contacts[i]));
        assert_true(may_have(contacts[i], IC_CONTACT_STATE_FOUND, "x"));
        assert_true(may_have(contacts[i], IC_CONTACT_STATE_NOT_FOUND, ""));
        assert_true(may_have(contacts[i], IC_CONTACT_STATE_NOT_SEARCHED, ""));
        assert_false(may_have(contacts[i], IC_CONTACT_STATE_FOUND, ""));
        assert_false(may_have(contacts[i], IC_CONTACT_STATE_NOT_FOUND, "x"));
    }
}

static void test_notes_may_be_cleared_and_have_no_state(void **state)
{
    (void)state;
    assert_true(may_have(IC_TARGET_FIELD_NOTES, 0, ""));
    assert_true(may_have(IC_TARGET_FIELD_NOTES, 0, "x"));
    assert_false(may_have(IC_TARGET_FIELD_NOTES, IC_CONTACT_STATE_FOUND, "x"));
}

static void test_a_text_is_as_long_as_its_field_allows(void **state)
{
    (void)state;
    static char text[IC_LIMIT_NOTES_CHARACTERS_MAX + 2];
    memset(text, 'x', IC_LIMIT_NOTES_CHARACTERS_MAX);
    assert_true(may_have(IC_TARGET_FIELD_NOTES, 0, text));
    text[IC_LIMIT_NOTES_CHARACTERS_MAX] = 'x';
    assert_false(may_have(IC_TARGET_FIELD_NOTES, 0, text));
    text[IC_LIMIT_PHONE_NUM_CHARACTERS_MAX] = '\0';
    assert_true(may_have(IC_TARGET_FIELD_PHONE_NUM, IC_CONTACT_STATE_FOUND, text));
    text[IC_LIMIT_PHONE_NUM_CHARACTERS_MAX] = 'x';
    text[IC_LIMIT_PHONE_NUM_CHARACTERS_MAX + 1] = '\0';
    assert_false(may_have(IC_TARGET_FIELD_PHONE_NUM, IC_CONTACT_STATE_FOUND, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_status_is_one_of_the_stages),
        cmocka_unit_test(test_a_contact_is_found_exactly_when_it_has_a_text),
        cmocka_unit_test(test_notes_may_be_cleared_and_have_no_state),
        cmocka_unit_test(test_a_text_is_as_long_as_its_field_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
