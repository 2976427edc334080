#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct ic_operator sample(const char *name, const char *email)
{
    return (struct ic_operator){
        .opr_name = ic_str_from(name),
        .opr_email = ic_str_from(email),
        .opr_status = IC_OPERATOR_STATUS_ONLINE,
        .role = IC_ROLE_ADMIN,
        .time_zone = IC_STR("Asia/Kathmandu"),
        .created_at = INT64_C(1763474400123),
        .last_activity = INT64_C(1763474400456),
    };
}

static void test_an_operator_comes_back_as_it_was_given(void **state)
{
    struct fixture *fixture = *state;
    struct ic_operator given = sample("Tomás \xF0\x9F\x8D\xBD O'Neil \"x\"", "tomas@team.example");
    struct ic_id id;
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &given, &fixture->rand, &id, &fixture->err), IC_OK);
    struct ic_id parsed;
    assert_true(ic_id_parse(IC_ID_OPERATOR, ic_id_text(&id), &parsed));
    struct ic_operator found;
    assert_int_equal(ic_store_operator_get(&fixture->tx, &id, fixture->arena, &found, &fixture->err), IC_OK);
    assert_true(ic_id_equal(&found.opr_id, &id));
    assert_true(ic_str_equal(found.opr_name, given.opr_name));
    assert_true(ic_str_equal(found.opr_email, given.opr_email));
    assert_int_equal(found.opr_status, IC_OPERATOR_STATUS_ONLINE);
    assert_int_equal(found.role, IC_ROLE_ADMIN);
    assert_true(ic_str_is(found.time_zone, "Asia/Kathmandu"));
    assert_true(found.created_at == given.created_at && found.last_activity == given.last_activity);
}

static void test_a_name_or_address_is_taken_in_any_case(void **state)
{
    struct fixture *fixture = *state;
    struct ic_operator first = sample("Maya", "maya@team.example");
    struct ic_operator same_name = sample("mAYA", "other@team.example");
    struct ic_operator same_email = sample("Other", "MAYA@Team.Example");
    struct ic_id id;
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &first, &fixture->rand, &id, &fixture->err), IC_OK);
    struct ic_id untouched = {"kept"};
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &same_name, &fixture->rand, &untouched, &fixture->err),
                     IC_CONFLICT);
    assert_int_equal(fixture->err.code, IC_CODE_NAME_TAKEN);
    assert_string_equal(untouched.text, "kept");
    fixture->err = IC_ERR_NONE;
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &same_email, &fixture->rand, &untouched, &fixture->err),
                     IC_CONFLICT);
    assert_int_equal(fixture->err.code, IC_CODE_NAME_TAKEN);
    struct ic_totals totals;
    fixture->err = IC_ERR_NONE;
    assert_int_equal(ic_store_totals_get(&fixture->tx, &totals, &fixture->err), IC_OK);
    assert_int_equal(totals.operators, 1);
}

static void test_letters_beyond_ascii_are_compared_as_they_are(void **state)
{
    struct fixture *fixture = *state;
    struct ic_operator lower = sample("in\xC3\xAAs", "a@team.example");
    struct ic_operator upper = sample("in\xC3\x8As", "b@team.example");
    struct ic_id id;
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &lower, &fixture->rand, &id, &fixture->err), IC_OK);
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &upper, &fixture->rand, &id, &fixture->err), IC_OK);
}

static void test_an_operator_is_found_by_name_or_address(void **state)
{
    struct fixture *fixture = *state;
    struct ic_operator first = sample("Maya", "maya@team.example");
    struct ic_operator cheeky = sample("MAYA@team.example", "other@team.example");
    struct ic_id first_id;
    struct ic_id cheeky_id;
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &first, &fixture->rand, &first_id, &fixture->err), IC_OK);
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &cheeky, &fixture->rand, &cheeky_id, &fixture->err), IC_OK);
    struct ic_operator found;
    assert_int_equal(ic_store_operator_find(&fixture->tx, IC_STR("maYa"), fixture->arena, &found, &fixture->err),
                     IC_OK);
    assert_true(ic_id_equal(&found.opr_id, &first_id));
    /* An address belongs to whoever has it, not to whoever took it as a name. */
    assert_int_equal(
        ic_store_operator_find(&fixture->tx, IC_STR("Maya@Team.example"), fixture->arena, &found, &fixture->err),
        IC_OK);
    assert_true(ic_id_equal(&found.opr_id, &first_id));
    assert_int_equal(ic_store_operator_find(&fixture->tx, IC_STR("nobody"), fixture->arena, &found, &fixture->err),
                     IC_NOT_FOUND);
    assert_int_equal(fixture->err.code, IC_CODE_NOT_FOUND);
    fixture->err = IC_ERR_NONE;
    assert_int_equal(ic_store_operator_find(&fixture->tx, IC_STR(""), fixture->arena, &found, &fixture->err),
                     IC_NOT_FOUND);
}

static void test_the_oldest_owner_is_the_owner(void **state)
{
    struct fixture *fixture = *state;
    struct ic_operator found;
    assert_int_equal(ic_store_owner_find(&fixture->tx, fixture->arena, &found, &fixture->err), IC_NOT_FOUND);
    struct ic_operator admin = sample("Admin", "admin@team.example");
    struct ic_operator younger = sample("Younger", "younger@team.example");
    struct ic_operator older = sample("Older", "older@team.example");
    younger.role = older.role = IC_ROLE_OWNER;
    admin.created_at = 1;
    older.created_at = 2;
    younger.created_at = 3;
    struct ic_id id;
    fixture->err = IC_ERR_NONE;
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &admin, &fixture->rand, &id, &fixture->err), IC_OK);
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &younger, &fixture->rand, &id, &fixture->err), IC_OK);
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &older, &fixture->rand, &id, &fixture->err), IC_OK);
    assert_int_equal(ic_store_owner_find(&fixture->tx, fixture->arena, &found, &fixture->err), IC_OK);
    assert_true(ic_str_is(found.opr_name, "Older"));
}

static void test_a_drawn_id_that_is_taken_is_drawn_again(void **state)
{
    struct fixture *fixture = *state;
    struct ic_operator first = sample("First", "first@team.example");
    struct ic_operator second = sample("Second", "second@team.example");
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 5);
    struct ic_id first_id;
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &first, &rand, &first_id, &fixture->err), IC_OK);
    rand = ic_rand_seeded(&seed, 5); /* The same first draw again. */
    struct ic_id second_id;
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &second, &rand, &second_id, &fixture->err), IC_OK);
    assert_false(ic_id_equal(&first_id, &second_id));
    struct ic_operator found;
    assert_int_equal(ic_store_operator_get(&fixture->tx, &first_id, fixture->arena, &found, &fixture->err), IC_OK);
    assert_true(ic_str_is(found.opr_name, "First"));
}

static void always_zero(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0, size);
}

static void test_a_broken_random_source_ends_in_an_error(void **state)
{
    struct fixture *fixture = *state;
    struct ic_rand stuck = {.fill = always_zero};
    struct ic_operator first = sample("First", "first@team.example");
    struct ic_operator second = sample("Second", "second@team.example");
    struct ic_id id;
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &first, &stuck, &id, &fixture->err), IC_OK);
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &second, &stuck, &id, &fixture->err), IC_INTERNAL);
}

static void test_what_the_schema_forbids_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id id;
    struct ic_operator nameless = sample("", "a@team.example");
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &nameless, &fixture->rand, &id, &fixture->err),
                     IC_INTERNAL);
    fixture->err = IC_ERR_NONE;
    struct ic_operator longest = sample("12345678901234567890123456789\xC3\xA9\xC3\xA9\xC3\xA9", "b@team.example");
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &longest, &fixture->rand, &id, &fixture->err), IC_OK);
    struct ic_operator too_long = sample("123456789012345678901234567890123", "c@team.example");
    assert_int_equal(ic_store_operator_insert(&fixture->tx, &too_long, &fixture->rand, &id, &fixture->err),
                     IC_INTERNAL);
}

static void test_an_exhausted_arena_is_out_of_memory(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id id = fixture_operator(&fixture->tx, "Maya");
    struct ic_arena *tiny = ic_arena_create(8);
    struct ic_operator found;
    assert_int_equal(ic_store_operator_get(&fixture->tx, &id, tiny, &found, &fixture->err), IC_NOMEM);
    ic_arena_destroy(tiny);
    /* The statement is ready again. */
    fixture->err = IC_ERR_NONE;
    assert_int_equal(ic_store_operator_get(&fixture->tx, &id, fixture->arena, &found, &fixture->err), IC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_operator_comes_back_as_it_was_given, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_name_or_address_is_taken_in_any_case, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_letters_beyond_ascii_are_compared_as_they_are, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_an_operator_is_found_by_name_or_address, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_oldest_owner_is_the_owner, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_drawn_id_that_is_taken_is_drawn_again, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_broken_random_source_ends_in_an_error, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_the_schema_forbids_is_refused, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_an_exhausted_arena_is_out_of_memory, fixture_begin, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
