/* Searching the log: what was written is found by any part of it of three characters or more, in any case. */
#include "fixture.h"
#include "store/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void insert(struct fixture *fixture, const struct ic_id *opr_id, const char *handle, const char *text,
                   int64_t at)
{
    struct ic_outreach outreach = fixture_outreach(opr_id, handle, at);
    struct ic_outreach_ids ids;
    outreach.message_text = ic_str_from(text);
    assert_int_equal(ic_store_outreach_insert(&fixture->tx, &outreach, 1, &fixture->rand, &ids, &fixture->err), IC_OK);
}

/* Times of what is found, newest first, as text. */
static const char *find(struct fixture *fixture, const struct ic_log_query *query)
{
    static char times[256];
    struct ic_log_list list;
    assert_int_equal(ic_store_log_list(&fixture->tx, query, fixture->arena, &list, &fixture->err), IC_OK);
    size_t size = 0;
    times[0] = '\0';
    for (size_t i = 0; i < list.count; i++) {
        size +=
            (size_t)snprintf(times + size, sizeof times - size, "%s%d", i ? " " : "", (int)list.items[i].created_at);
    }
    return times;
}

static const char *find_term(struct fixture *fixture, const char *term)
{
    struct ic_log_query query = {.term = ic_str_from(term), .limit = 50};
    return find(fixture, &query);
}

static void test_a_term_is_found_in_handles_and_messages_in_any_case(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    insert(fixture, &maya, "bistro.alfama", "Good MORNING, Sofia!", 1000);
    insert(fixture, &maya, "cafe_norte", "Straße, \xc3\x84rger und na\xc3\xafve \xf0\x9f\x9a\x80\xf0\x9f\x8e\x89",
           2000);
    insert(fixture, &maya, "taberna", "", 3000);
    assert_string_equal(find_term(fixture, "morning"), "1000");
    assert_string_equal(find_term(fixture, "SOFIA"), "1000");
    assert_string_equal(find_term(fixture, "ALFAMA"), "1000");
    assert_string_equal(find_term(fixture, "tabern"), "3000");
    assert_string_equal(find_term(fixture, "\xc3\xa4rger"), "2000");  /* A small letter, composed ... */
    assert_string_equal(find_term(fixture, "A\xcc\x88RGER"), "2000"); /* ... and a capital, decomposed. */
    assert_string_equal(find_term(fixture, "strasse"), "2000");       /* Folding, not only small letters. */
    assert_string_equal(find_term(fixture, "e \xf0\x9f\x9a\x80\xf0\x9f\x8e\x89"), "2000");
    assert_string_equal(find_term(fixture, "nowhere"), "");
}

static void test_every_character_of_a_term_is_a_character(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    insert(fixture, &maya, "one", "50%_off! \"quoted\" it's a*b-c AND", 1000);
    insert(fixture, &maya, "two", "50 is off quoted its abc NEAR(x)", 2000);
    static const char *const terms[] = {"50%_", "%_o", "off!", "\"quoted\"", "it's", "a*b", "b-c", "c and"};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        assert_string_equal(find_term(fixture, terms[i]), "1000");
    }
    assert_string_equal(find_term(fixture, "near(x)"), "2000");
    assert_string_equal(find_term(fixture, "quoted"), "2000 1000");
}

static void test_a_search_goes_by_pages_filters_and_directions(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_id noor = fixture_operator(&fixture->tx, "Noor");
    for (int i = 0; i < 9; i++) {
        insert(fixture, i % 3 ? &maya : &noor, i % 2 ? "odd.one" : "even.one", i == 4 ? "Nothing" : "A hello",
               1000 + i);
    }
    struct ic_log_query query = {.term = IC_STR("HELLO"), .limit = 3};
    assert_string_equal(find(fixture, &query), "1008 1007 1006");
    query.behind = ((int64_t)1006 << IC_STORE_POSITION_BITS);
    assert_string_equal(find(fixture, &query), "1005 1003 1002");
    query = (struct ic_log_query){.term = IC_STR("hello"), .limit = 3, .is_oldest_first = true};
    assert_string_equal(find(fixture, &query), "1000 1001 1002");
    query = (struct ic_log_query){.term = IC_STR("hello"), .limit = 9, .opr_id = noor};
    assert_string_equal(find(fixture, &query), "1006 1003 1000");
    query = (struct ic_log_query){.term = IC_STR("odd.on"), .limit = 9, .opr_id = noor};
    assert_string_equal(find(fixture, &query), "1003");
    query = (struct ic_log_query){.term = IC_STR("hello"), .limit = 9, .from = 1002, .until = 1006};
    assert_string_equal(find(fixture, &query), "1005 1003 1002");
}

static void test_filters_without_a_term_bound_the_same_log(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_id noor = fixture_operator(&fixture->tx, "Noor");
    for (int i = 0; i < 8; i++) {
        insert(fixture, i % 3 ? &maya : &noor, i % 2 ? "odd.one" : "even.one", "Hello", 1000 + i);
    }
    struct ic_log_entry joined = {.event_type = IC_EVENT_TYPE_USER, .opr_id = noor, .created_at = 2000};
    struct ic_id elg_id;
    assert_int_equal(ic_store_event_insert(&fixture->tx, &joined, &fixture->rand, &elg_id, &fixture->err), IC_OK);
    struct ic_log_query query = {.opr_id = noor, .limit = 9};
    assert_string_equal(find(fixture, &query), "2000 1006 1003 1000");
    query.has_event_type = true;
    query.event_type = IC_EVENT_TYPE_USER;
    assert_string_equal(find(fixture, &query), "2000");
    query.opr_id = (struct ic_id){0};
    assert_string_equal(find(fixture, &query), "2000");
    query = (struct ic_log_query){.from = 1002, .until = 1005, .limit = 9, .is_oldest_first = true};
    assert_string_equal(find(fixture, &query), "1002 1003 1004");
    struct ic_log_list list;
    query = (struct ic_log_query){.limit = 1, .opr_id = maya};
    assert_int_equal(ic_store_log_list(&fixture->tx, &query, fixture->arena, &list, &fixture->err), IC_OK);
    query = (struct ic_log_query){.limit = 9, .tar_id = list.items[0].tar_id, .opr_id = maya};
    assert_string_equal(find(fixture, &query), "1007 1005 1001");
    query = (struct ic_log_query){.limit = 9, .act_id = list.items[0].act_id, .until = 1005};
    assert_string_equal(find(fixture, &query), "1004 1002 1001");
}

static void expect_trigrams(const char *term, const char *expected)
{
    struct ic_buf buf;
    ic_buf_init(&buf, 200);
    ic_search_put_trigrams(&buf, ic_str_from(term));
    ic_buf_put_char(&buf, '\0');
    assert_string_equal(buf.data, expected);
    ic_buf_release(&buf);
}

static void test_trigrams_are_spread_over_the_term_and_few(void **state)
{
    (void)state;
    expect_trigrams("abc", "\"abc\"");
    expect_trigrams("abcd", "\"abc\" AND \"bcd\"");
    expect_trigrams("abcdefg", "\"abc\" AND \"cde\" AND \"efg\"");
    expect_trigrams("a\"c\"", "\"a\"\"c\" AND \"\"\"c\"\"\"");
    expect_trigrams("\xc3\xa4\xf0\x9f\x8d\x95z\xc3\xb6",
                    "\"\xc3\xa4\xf0\x9f\x8d\x95z\" AND \"\xf0\x9f\x8d\x95z\xc3\xb6\"");
    expect_trigrams("abcdefghijklmnopqrstuvwxyz",
                    "\"abc\" AND \"efg\" AND \"jkl\" AND \"nop\" AND \"stu\" AND \"xyz\"");
    expect_trigrams("ab", "\"ab\""); /* Nothing has it: a trigram has three characters. */
}

static void test_a_pattern_is_escaped_for_its_engine(void **state)
{
    (void)state;
    struct ic_buf buf;
    ic_buf_init(&buf, 100);
    ic_search_put_pattern(&buf, IC_SEARCH_LIKE, IC_STR("50%_!\"A"));
    ic_search_put_pattern(&buf, IC_SEARCH_PHRASE, IC_STR("50%_!\"A"));
    assert_true(ic_str_is(ic_buf_view(&buf), "%50!%!_!!\"a%\"50%_!\"\"a\""));
    ic_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_term_is_found_in_handles_and_messages_in_any_case, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_every_character_of_a_term_is_a_character, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_search_goes_by_pages_filters_and_directions, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_filters_without_a_term_bound_the_same_log, fixture_begin, fixture_end),
        cmocka_unit_test(test_trigrams_are_spread_over_the_term_and_few),
        cmocka_unit_test(test_a_pattern_is_escaped_for_its_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
