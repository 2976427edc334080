#include "service/list_cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct ic_hash question_of(const char *list, const char *one, const char *two, int64_t number)
{
    struct ic_list_question question;
    struct ic_hash hash;
    ic_list_question_init(&question, list);
    ic_list_question_put_text(&question, ic_str_from(one));
    ic_list_question_put_text(&question, ic_str_from(two));
    ic_list_question_put_int64(&question, number);
    assert_int_equal(ic_list_question_end(&question, &hash, NULL), IC_OK);
    return hash;
}

static bool is_read(const char *text, const struct ic_hash *question, struct ic_list_place *ret_place)
{
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_list_cursor_read(ic_str_from(text), question, ret_place, &err);
    if (rc) {
        assert_int_equal(err.code, IC_CODE_INVALID_PARAMETER);
        assert_string_equal(err.field, "after");
    }
    return !rc;
}

static void test_a_place_comes_back_whatever_keys_it_has(void **state)
{
    static const struct ic_list_place places[] = {
        {.number = 0},
        {.number = INT64_MAX},
        {.number = INT64_C(1795440125065), .id = {"TAR-0aZ9bY8c"}},
        {.text = "bistro.alfama"},
        {.text = "a:b:\xF0\x9F\x8D\x95\xC3\xA4 %_'\"\\", .id = {"OPR-0123ABCD"}},
    };
    struct ic_hash question = question_of("list", "", "", 0);
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct ic_list_cursor cursor;
        struct ic_list_place place;
        ic_list_cursor_write(&question, &places[i], &cursor);
        assert_int_equal(strspn(cursor.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
                         strlen(cursor.text));
        assert_true(is_read(cursor.text, &question, &place));
        assert_memory_equal(&place, &places[i], sizeof place);
    }
}

static void test_the_longest_place_has_room(void **state)
{
    struct ic_hash question = question_of("list", "", "", 0);
    struct ic_list_place longest = {.number = INT64_MAX, .id = {"ELG-0123456789"}};
    struct ic_list_cursor cursor;
    struct ic_list_place place;
    (void)state;
    memset(longest.text, 'x', IC_LIST_KEY_BYTES_MAX);
    ic_list_cursor_write(&question, &longest, &cursor);
    assert_true(strlen(cursor.text) <= IC_LIST_CURSOR_SIZE_MAX);
    assert_true(is_read(cursor.text, &question, &place));
    assert_memory_equal(&place, &longest, sizeof place);
}

static void test_a_cursor_is_refused_by_another_question(void **state)
{
    const struct ic_hash questions[] = {
        question_of("leads", "a", "b", 1), question_of("actors", "a", "b", 1), question_of("leads", "ab", "", 1),
        question_of("leads", "", "ab", 1), question_of("leads", "a", "b", 2),  question_of("leads", "1:a", "b", 1),
    };
    const struct ic_list_place place = {.number = 5, .id = {"TAR-00000000"}};
    (void)state;
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        struct ic_list_cursor cursor;
        ic_list_cursor_write(&questions[i], &place, &cursor);
        for (size_t j = 0; j < sizeof questions / sizeof questions[0]; j++) {
            struct ic_list_place read;
            assert_int_equal(is_read(cursor.text, &questions[j], &read), i == j);
        }
    }
}

/* A cursor of these bytes, whether good or not. */
static bool is_read_of_bytes(const char *bytes, const struct ic_hash *question)
{
    char text[1024];
    struct ic_list_place place;
    ic_base64url_write(ic_str_from(bytes), text);
    return is_read(text, question, &place);
}

static void test_a_cursor_that_was_cut_or_altered_is_refused(void **state)
{
    struct ic_hash question = question_of("leads", "", "", 0);
    const struct ic_list_place made = {.number = INT64_C(1795440125065), .id = {"TAR-0aZ9bY8c"}, .text = "key"};
    struct ic_list_cursor cursor;
    struct ic_list_place place;
    (void)state;
    ic_list_cursor_write(&question, &made, &cursor);
    size_t size = strlen(cursor.text);
    for (size_t i = 0; i < size; i++) {
        struct ic_list_cursor cut = cursor;
        cut.text[i] = '\0';
        /* Cutting the end of the last key gives a shorter key; everything before is not to be read. */
        if (i < size - 4) {
            assert_false(is_read(cut.text, &question, &place));
        }
    }
    assert_false(is_read("", &question, &place));
    assert_true(is_read(cursor.text, &question, &place));
    char longer[IC_LIST_CURSOR_SIZE_MAX + 8];
    (void)snprintf(longer, sizeof longer, "%s=", cursor.text);
    assert_false(is_read(longer, &question, &place));
}

static void test_a_cursor_that_was_made_up_is_refused(void **state)
{
    struct ic_hash question = question_of("leads", "", "", 0);
    static const char *const tails[] = {
        "",
        ":",
        "::",
        ":1",
        ":1:",
        ":-1::",
        ":01::",
        ":+1::",
        ": 1::",
        ":1 ::",
        ":x::",
        ":1:TAR_1:",
        ":1:a b:",
        ":1:'--:",
        ":1:TAR-0123456789ABC:",
        ":1::\x01",
        ":1::a\nb",
        ":1::\xFF",
        ":1::\xC0\xAF",
        ":1::\xED\xA0\x80",
        ":9223372036854775808::",
    };
    (void)state;
    char bytes[512];
    (void)snprintf(bytes, sizeof bytes, "1%.16s:1::", question.text);
    assert_true(is_read_of_bytes(bytes, &question));
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        (void)snprintf(bytes, sizeof bytes, "1%.16s%s", question.text, tails[i]);
        assert_false(is_read_of_bytes(bytes, &question));
    }
    (void)snprintf(bytes, sizeof bytes, "2%.16s:1::", question.text); /* Another version. */
    assert_false(is_read_of_bytes(bytes, &question));
    (void)snprintf(bytes, sizeof bytes, "1%.15s:1::", question.text);
    assert_false(is_read_of_bytes(bytes, &question));
    (void)snprintf(bytes, sizeof bytes, "1%.16s:1::%0129d", question.text, 0); /* A key that is too long. */
    assert_false(is_read_of_bytes(bytes, &question));
}

static void test_random_texts_are_refused_and_nothing_breaks(void **state)
{
    enum { COUNT = 20000 };
    struct ic_hash question = question_of("leads", "", "", 0);
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 7);
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        char bytes[IC_LIST_CURSOR_SIZE_MAX + 4];
        char text[IC_BASE64URL_SIZE(sizeof bytes) + 1];
        struct ic_list_place place;
        size_t size = ic_rand_below(&rand, sizeof bytes);
        ic_rand_fill(&rand, bytes, size);
        struct ic_err err = IC_ERR_NONE;
        /* As it is, and so that it can be decoded. */
        assert_int_equal(ic_list_cursor_read((struct ic_str){bytes, size}, &question, &place, &err), IC_INVALID);
        ic_base64url_write((struct ic_str){bytes, size}, text);
        assert_int_equal(ic_list_cursor_read(ic_str_from(text), &question, &place, &err), IC_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_place_comes_back_whatever_keys_it_has),
        cmocka_unit_test(test_the_longest_place_has_room),
        cmocka_unit_test(test_a_cursor_is_refused_by_another_question),
        cmocka_unit_test(test_a_cursor_that_was_cut_or_altered_is_refused),
        cmocka_unit_test(test_a_cursor_that_was_made_up_is_refused),
        cmocka_unit_test(test_random_texts_are_refused_and_nothing_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
