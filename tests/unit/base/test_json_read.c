#include "base/json_read.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
    struct ic_arena *arena;
    struct ic_err err;
    struct ic_json_reader reader;
};

static struct fixture begin(struct ic_str text)
{
    struct fixture fixture = {.arena = ic_arena_create(1 << 20), .err = IC_ERR_NONE};
    json_t *object = NULL;
    assert_int_equal(ic_json_parse(text, "test", fixture.arena, &object, &fixture.err), IC_OK);
    fixture.reader = (struct ic_json_reader){.object = object};
    return fixture;
}

/* The reader keeps a pointer to the error, so it is set up where the fixture finally lives. */
static void start(struct fixture *fixture)
{
    ic_json_reader_init(&fixture->reader, fixture->reader.object, "test", &fixture->err);
}

static void test_what_is_asked_for_is_read(void **state)
{
    (void)state;
    struct fixture f = begin(IC_STR("{\"text\":\"a\\u00e9\",\"number\":-5,\"yes\":true,\"list\":[1,2],\"object\":{}}"));
    start(&f);
    assert_true(ic_str_is(ic_json_get_text(&f.reader, "text", 1, 10), "a\xC3\xA9"));
    assert_int_equal(ic_json_get_int64(&f.reader, "number", -10, 10), -5);
    assert_true(ic_json_get_bool(&f.reader, "yes"));
    assert_int_equal(json_array_size(ic_json_get_array(&f.reader, "list", 0, 2)), 2);
    assert_non_null(ic_json_get_object(&f.reader, "object"));
    assert_int_equal(ic_json_find_text(&f.reader, "absent", 1, 10).size, 0);
    assert_int_equal(ic_json_reader_finish(&f.reader), IC_OK);
    ic_arena_destroy(f.arena);
}

static void test_an_unknown_field_is_refused(void **state)
{
    (void)state;
    struct fixture f = begin(IC_STR("{\"known\":1,\"other\":2}"));
    start(&f);
    ic_json_get_int64(&f.reader, "known", 0, 9);
    assert_int_equal(ic_json_reader_finish(&f.reader), IC_INVALID);
    assert_int_equal(f.err.code, IC_CODE_UNKNOWN_FIELD);
    assert_string_equal(f.err.field, "/other");
    ic_arena_destroy(f.arena);
}

static void assert_refused(struct ic_str text, void (*read)(struct ic_json_reader *), enum ic_code code)
{
    struct fixture f = begin(text);
    start(&f);
    read(&f.reader);
    assert_int_equal(ic_json_reader_finish(&f.reader), IC_INVALID);
    assert_int_equal(f.err.code, code);
    assert_string_equal(f.err.field, "/key");
    ic_arena_destroy(f.arena);
}

static void read_text(struct ic_json_reader *reader)
{
    ic_json_get_text(reader, "key", 2, 4);
}

static void read_number(struct ic_json_reader *reader)
{
    ic_json_get_int64(reader, "key", 0, 10);
}

static void read_bool(struct ic_json_reader *reader)
{
    ic_json_get_bool(reader, "key");
}

static void read_array(struct ic_json_reader *reader)
{
    ic_json_get_array(reader, "key", 1, 2);
}

static void read_object(struct ic_json_reader *reader)
{
    ic_json_get_object(reader, "key");
}

static void test_each_type_and_range_is_checked(void **state)
{
    (void)state;
    assert_refused(IC_STR("{}"), read_text, IC_CODE_MISSING_FIELD);
    assert_refused(IC_STR("{\"key\":1}"), read_text, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":null}"), read_text, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":\"a\"}"), read_text, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":\"abcde\"}"), read_text, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{}"), read_number, IC_CODE_MISSING_FIELD);
    assert_refused(IC_STR("{\"key\":\"1\"}"), read_number, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":1.0}"), read_number, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":-1}"), read_number, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":11}"), read_number, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":0}"), read_bool, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":{}}"), read_array, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":[]}"), read_array, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":[1,2,3]}"), read_array, IC_CODE_INVALID_FIELD);
    assert_refused(IC_STR("{\"key\":[]}"), read_object, IC_CODE_INVALID_FIELD);
}

static void test_a_document_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct ic_str cases[] = {
        {"", 0},
        {"{\"a\":1", 6},
        {"{\"a\":1}x", 8},
        {"{\"a\":1}\0", 8},
        {"{\"a\":1,\"a\":2}", 13},
        {"[1]", 3},
        {"\"text\"", 6},
        {"{'a':1}", 7},
        {"{\"a\":\"\\u0000\"}", 14},
        {"{\"a\":\"\xC3\"}", 8},
        {"{\"a\":99999999999999999999}", 26},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_arena *arena = ic_arena_create(1 << 16);
        struct ic_err err = IC_ERR_NONE;
        json_t *object = NULL;
        assert_int_equal(ic_json_parse(cases[i], "test", arena, &object, &err), IC_INVALID);
        assert_int_equal(err.code, IC_CODE_MALFORMED_JSON);
        assert_null(object);
        ic_arena_destroy(arena);
    }
}

static void test_nesting_is_bounded_and_brackets_in_text_do_not_count(void **state)
{
    (void)state;
    char deep[200] = "{\"a\":";
    size_t size = strlen(deep);
    memset(deep + size, '[', IC_JSON_READ_DEPTH_MAX);
    memset(deep + size + IC_JSON_READ_DEPTH_MAX, ']', IC_JSON_READ_DEPTH_MAX);
    size += 2 * IC_JSON_READ_DEPTH_MAX;
    deep[size++] = '}';
    struct ic_arena *arena = ic_arena_create(1 << 16);
    struct ic_err err = IC_ERR_NONE;
    json_t *object = NULL;
    assert_int_equal(ic_json_parse((struct ic_str){deep, size}, "test", arena, &object, &err), IC_INVALID);
    assert_int_equal(err.code, IC_CODE_MALFORMED_JSON);
    err = IC_ERR_NONE;
    assert_int_equal(ic_json_parse(IC_STR("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"}"), "test", arena, &object, &err),
                     IC_OK);
    ic_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_asked_for_is_read),
        cmocka_unit_test(test_an_unknown_field_is_refused),
        cmocka_unit_test(test_each_type_and_range_is_checked),
        cmocka_unit_test(test_a_document_that_is_none_is_refused),
        cmocka_unit_test(test_nesting_is_bounded_and_brackets_in_text_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
