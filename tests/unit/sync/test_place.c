#include "sync/place.h"

#include "base/base64url.h"
#include "base/rand.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_MAX INT64_C(9999999999999999)

static const struct ic_place feed = {
    .phase = IC_PULL_PHASE_FEED,
    .cursor = 12,
    .mark = {.cursor = 15, .changed_at = 1700000000000, .elg_id = {"ELG-0123456789"}},
};

static void assert_same(const struct ic_place *left, const struct ic_place *right)
{
    assert_int_equal(left->phase, right->phase);
    assert_true(left->cursor == right->cursor);
    assert_true(left->mark.cursor == right->mark.cursor);
    assert_true(left->mark.changed_at == right->mark.changed_at);
    assert_string_equal(left->mark.elg_id.text, right->mark.elg_id.text);
    assert_int_equal(left->has_goals_and_rules, right->has_goals_and_rules);
    assert_int_equal(left->part, right->part);
    assert_string_equal(left->behind_handle.text, right->behind_handle.text);
    assert_string_equal(left->behind_id.text, right->behind_id.text);
    assert_true(left->behind_number == right->behind_number);
    assert_true(left->done == right->done);
}

static void assert_comes_back(const struct ic_place *place)
{
    struct ic_place_text text;
    struct ic_place back = {0};
    ic_place_write(place, &text);
    assert_true(ic_place_has_form(ic_str_from(text.text)));
    assert_true(ic_place_read(ic_str_from(text.text), &back));
    assert_same(&back, place);
}

static void test_a_place_comes_back_as_it_was_written(void **state)
{
    (void)state;
    const struct ic_place places[] = {
        {.phase = IC_PULL_PHASE_SNAPSHOT},
        feed,
        {.part = IC_PLACE_SUPPRESSIONS, .behind_handle = {"a.handle_of_thirty_characters_"}},
        {.part = IC_PLACE_OPERATORS, .behind_id = {"OPR-0123ABCD"}},
        {.part = IC_PLACE_ACTORS, .behind_id = {"ACT-0123ABCD"}},
        {.part = IC_PLACE_TARGETS, .behind_number = 100000, .done = 99999},
        {.part = IC_PLACE_ALIASES, .behind_handle = {"a"}},
        {.part = IC_PLACE_OUTREACH, .behind_number = INT64_MAX},
        {.part = IC_PLACE_GOALS, .behind_id = {"GOL-0123ABCD"}},
        {.part = IC_PLACE_RULES, .behind_id = {"RUL-0123WXYZ"}},
        {.phase = IC_PULL_PHASE_FEED, .has_goals_and_rules = true},
        /* Within a change. */
        {.phase = IC_PULL_PHASE_FEED, .part = IC_PLACE_SUPPRESSIONS, .behind_handle = {"a"}},
        {.phase = IC_PULL_PHASE_FEED, .has_goals_and_rules = true, .part = IC_PLACE_ALIASES, .behind_handle = {"a"}},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        assert_comes_back(&places[i]);
    }
}

static void test_the_longest_place_fits_into_the_contracts_limit(void **state)
{
    (void)state;
    struct ic_place place = {
        .cursor = COUNT_MAX,
        .mark = {.cursor = COUNT_MAX, .changed_at = COUNT_MAX, .elg_id = {"ELG-zzzzzzzzzz"}},
        .part = IC_PLACE_ALIASES,
        .behind_handle = {"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"},
        .behind_number = INT64_MAX,
        .done = COUNT_MAX,
    };
    assert_comes_back(&place);
}

static bool read_plain(const char *plain)
{
    char text[2 * IC_LIMIT_PLACE_CHARACTERS_MAX];
    struct ic_place place;
    assert_true(IC_BASE64URL_SIZE(strlen(plain)) < sizeof text);
    ic_base64url_write(ic_str_from(plain), text);
    return ic_place_read(ic_str_from(text), &place);
}

static void test_what_no_server_wrote_cannot_be_read(void **state)
{
    (void)state;
    static const char *const strange[] = {
        "2 f 1 1 1 - 0 - - 0 0",                 /* Another version's. */
        "1 x 1 1 1 - 0 - - 0 0",                 /* No phase. */
        "1 f 2 1 1 - 0 - - 0 0",                 /* Ahead of what was seen. */
        "1 f -1 1 1 - 0 - - 0 0",                /* No count. */
        "1 f 1 01 1 - 0 - - 0 0",                /* No count as we write it. */
        "1 f 1 10000000000000000 1 - 0 - - 0 0", /* Too large. */
        "1 f 1 1 1 OLG-0123456789 0 - - 0 0",    /* No event. */
        "1 s 1 1 1 - 8 - - 0 0",                 /* No part. */
        "1 f 1 1 1 - 3 - - 0 0",                 /* No part that a change is told in. */
        "1 s 1 1 1 - 0 A! - 0 0",                /* No handle. */
        "1 s 1 1 1 - 3 a - 0 0",                 /* A handle where a number is. */
        "1 s 1 1 1 - 1 - ACT-0123ABCD 0 0",      /* An actor among operators. */
        "1 s 1 1 1 - 7 - GOL-0123ABCD 0 0",      /* A goal among rules. */
        "1 s 1 1 1 - 0 - - 0",                   /* A word less ... */
        "1 s 1 1 1 - 0 - - 0 0 0",               /* ... and more. */
        "1  s 1 1 1 - 0 - - 0 0",                /* An empty word. */
        "",
    };
    assert_true(read_plain("1 f 1 1 1 - 0 - - 0 0"));
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        assert_false(read_plain(strange[i]));
    }
}

/* As the version before goals and rules wrote them; a desktop goes on from there, and begins nothing anew. */
static void test_a_place_of_the_version_before_goals_and_rules_can_be_read(void **state)
{
    (void)state;
    struct ic_place_text text;
    struct ic_place place;
    assert_true(ic_place_read(IC_STR("MSBmIDEyIDE1IDE3MDAwMDAwMDAwMDAgRUxHLTAxMjM0NTY3ODkgMCAtIC0gMCAw"), &place));
    assert_same(&place, &feed);
    /* And one of a desktop that does not ask for them is the same as it was then. */
    ic_place_write(&feed, &text);
    assert_string_equal(text.text, "MSBmIDEyIDE1IDE3MDAwMDAwMDAwMDAgRUxHLTAxMjM0NTY3ODkgMCAtIC0gMCAw");
}

static void test_a_changed_text_is_refused_or_read_as_a_place_that_can_be_written(void **state)
{
    (void)state;
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 11);
    for (int round = 0; round < 20000; round++) {
        struct ic_place_text text;
        struct ic_place place;
        unsigned char chance[2];
        ic_place_write(&feed, &text);
        ic_rand_fill(&rand, chance, sizeof chance);
        text.text[chance[0] % strlen(text.text)] = (char)chance[1];
        if (ic_place_read(ic_str_from(text.text), &place)) {
            assert_comes_back(&place);
        }
    }
}

static void test_the_form_is_the_contracts(void **state)
{
    (void)state;
    char longest[IC_LIMIT_PLACE_CHARACTERS_MAX + 2];
    memset(longest, 'a', sizeof longest);
    assert_true(ic_place_has_form(IC_STR("aZ09-_")));
    assert_false(ic_place_has_form(IC_STR("")));
    assert_false(ic_place_has_form(IC_STR("a b")));
    assert_false(ic_place_has_form(IC_STR("a=")));
    assert_true(ic_place_has_form((struct ic_str){longest, IC_LIMIT_PLACE_CHARACTERS_MAX}));
    assert_false(ic_place_has_form((struct ic_str){longest, IC_LIMIT_PLACE_CHARACTERS_MAX + 1}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_place_comes_back_as_it_was_written),
        cmocka_unit_test(test_the_longest_place_fits_into_the_contracts_limit),
        cmocka_unit_test(test_what_no_server_wrote_cannot_be_read),
        cmocka_unit_test(test_a_place_of_the_version_before_goals_and_rules_can_be_read),
        cmocka_unit_test(test_a_changed_text_is_refused_or_read_as_a_place_that_can_be_written),
        cmocka_unit_test(test_the_form_is_the_contracts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
