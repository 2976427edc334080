#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_a_buffer_keeps_what_was_put(void **state)
{
    (void)state;
    struct ic_buf buf;
    ic_buf_init(&buf, 1 << 20);
    for (int i = 0; i < 2000; i++) {
        ic_buf_put(&buf, IC_STR("ab"));
        ic_buf_put_char(&buf, '-');
        ic_buf_put_int64(&buf, i % 10);
        ic_buf_put_format(&buf, "%s", ";");
    }
    assert_int_equal(buf.failed, IC_CODE_OK);
    assert_int_equal(buf.size, 10000);
    assert_memory_equal(buf.data, "ab-0;ab-1;", 10);
    ic_buf_release(&buf);
    assert_int_equal(buf.size, 0);
}

static void test_a_buffer_never_grows_past_its_ceiling(void **state)
{
    (void)state;
    struct ic_buf buf;
    ic_buf_init(&buf, 5);
    ic_buf_put(&buf, IC_STR("12345"));
    assert_int_equal(buf.failed, IC_CODE_OK);
    ic_buf_put_char(&buf, '6');
    assert_int_equal(buf.failed, IC_CODE_BODY_TOO_LARGE);
    assert_int_equal(buf.size, 5);
    assert_true(buf.capacity <= 5);
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_buf_check(&buf, "test", &err), IC_TOO_LARGE);
    assert_int_equal(err.code, IC_CODE_BODY_TOO_LARGE);
    ic_buf_release(&buf);
}

static void test_a_failed_buffer_takes_nothing_until_reset(void **state)
{
    (void)state;
    struct ic_buf buf;
    ic_buf_init(&buf, 4);
    ic_buf_put(&buf, IC_STR("too long"));
    ic_buf_put(&buf, IC_STR("ok"));
    assert_int_equal(buf.size, 0);
    ic_buf_reset(&buf);
    ic_buf_put(&buf, IC_STR("ok"));
    assert_true(ic_str_is(ic_buf_view(&buf), "ok"));
    ic_buf_release(&buf);
}

static void test_taking_hands_the_bytes_over(void **state)
{
    (void)state;
    struct ic_buf buf;
    ic_buf_init(&buf, 100);
    ic_buf_put(&buf, IC_STR("mine"));
    size_t size = 0;
    char *data = ic_buf_take(&buf, &size);
    assert_int_equal(size, 4);
    assert_memory_equal(data, "mine", 4);
    assert_null(buf.data);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_buffer_keeps_what_was_put),
        cmocka_unit_test(test_a_buffer_never_grows_past_its_ceiling),
        cmocka_unit_test(test_a_failed_buffer_takes_nothing_until_reset),
        cmocka_unit_test(test_taking_hands_the_bytes_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
