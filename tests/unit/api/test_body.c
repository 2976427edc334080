#include "api/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum ic_code read_body(const char *body)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_json_reader reader;
    struct ic_http_request request = {.body = ic_str_from(body)};
    request.arena = ic_arena_create(1 << 16);
    assert_non_null(request.arena);
    if (ic_body_read(&request, "test.body", &reader, &err) == IC_OK) {
        (void)ic_body_get_text(&reader, "name", 2);
        (void)!ic_json_reader_finish(&reader);
    }
    ic_arena_destroy(request.arena);
    return err.code;
}

static void test_only_an_object_is_read(void **state)
{
    (void)state;
    static const char *const other[] = {"", "[]", "7", "\"name\"", "{\"name\":\"a\"} {}", "{\"name\":\"a\",}"};
    assert_int_equal(read_body("{\"name\":\"a\"}"), IC_CODE_OK);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        assert_int_equal(read_body(other[i]), IC_CODE_MALFORMED_JSON);
    }
}

static void test_a_text_has_room_for_the_longest_characters(void **state)
{
    (void)state;
    assert_int_equal(read_body("{\"name\":\"\xF0\x9F\xA6\x8A\xF0\x9F\xA6\x8A\"}"), IC_CODE_OK);
    assert_int_equal(read_body("{\"name\":\"123456789\"}"), IC_CODE_INVALID_FIELD);
    assert_int_equal(read_body("{\"name\":\"\"}"), IC_CODE_INVALID_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_an_object_is_read),
        cmocka_unit_test(test_a_text_has_room_for_the_longest_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
