#include "base/json_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_a_document_is_written_as_it_was_told(void **state)
{
    (void)state;
    struct ic_buf buf;
    struct ic_json_writer writer;
    ic_buf_init(&buf, 4096);
    ic_json_writer_init(&writer, &buf);
    ic_json_object_begin(&writer);
    ic_json_put_text(&writer, "text", IC_STR("a"));
    ic_json_put_int64(&writer, "least", INT64_MIN);
    ic_json_put_bool(&writer, "yes", true);
    ic_json_put_optional_text(&writer, "absent", IC_STR(""));
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    ic_json_int64(&writer, 1);
    ic_json_null(&writer);
    ic_json_object_begin(&writer);
    ic_json_object_end(&writer);
    ic_json_array_begin(&writer);
    ic_json_array_end(&writer);
    ic_json_array_end(&writer);
    ic_json_put_name(&writer, "last", "z");
    ic_json_object_end(&writer);
    assert_true(ic_str_is(ic_buf_view(&buf), "{\"text\":\"a\",\"least\":-9223372036854775808,\"yes\":true,"
                                             "\"items\":[1,null,{},[]],\"last\":\"z\"}"));
    ic_buf_release(&buf);
}

static void test_text_is_escaped_and_otherwise_left_alone(void **state)
{
    (void)state;
    struct ic_buf buf;
    struct ic_json_writer writer;
    ic_buf_init(&buf, 4096);
    ic_json_writer_init(&writer, &buf);
    ic_json_text(&writer, IC_STR("\"\\\b\f\n\r\t\x01\x1F\x7F</script>\xF0\x9F\x98\x80"));
    assert_true(ic_str_is(ic_buf_view(&buf), "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7F</script>\xF0\x9F\x98\x80\""));
    ic_buf_release(&buf);
}

static void test_a_full_buffer_is_found_at_the_end(void **state)
{
    (void)state;
    struct ic_buf buf;
    struct ic_json_writer writer;
    ic_buf_init(&buf, 10);
    ic_json_writer_init(&writer, &buf);
    ic_json_object_begin(&writer);
    ic_json_put_text(&writer, "key", IC_STR("much too long for it"));
    ic_json_object_end(&writer);
    assert_int_equal(ic_buf_check(&buf, "test", NULL), IC_TOO_LARGE);
    ic_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_document_is_written_as_it_was_told),
        cmocka_unit_test(test_text_is_escaped_and_otherwise_left_alone),
        cmocka_unit_test(test_a_full_buffer_is_found_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
