#include "agent/event_reader.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char stream[] =
    ": hello\n\nevent: cursor\nid: 5\ndata: {\"cursor\":5}\n\n: still here\n\n"
    "event: other\ndata: {}\n\nevent:cursor\r\ndata: {\"cursor\":6}\r\n\r\nevent: cursor\ndata: {";

static void test_cursor_events_are_counted_however_the_bytes_are_cut(void **state)
{
    (void)state;
    size_t size = sizeof stream - 1;
    for (size_t cut = 0; cut <= size; cut++) {
        struct ic_event_reader reader = {.count = 0};
        ic_event_reader_take(&reader, (struct ic_str){stream, cut});
        ic_event_reader_take(&reader, (struct ic_str){stream + cut, size - cut});
        /* The last one is not whole. */
        assert_int_equal(reader.count, 2);
    }
}

static void test_a_line_that_is_too_long_is_no_event_and_hides_none(void **state)
{
    (void)state;
    char line[2 * IC_EVENT_LINE_SIZE];
    struct ic_event_reader reader = {.count = 0};
    memset(line, 'x', sizeof line);
    ic_event_reader_take(&reader, IC_STR("event: cursor"));
    ic_event_reader_take(&reader, (struct ic_str){line, sizeof line});
    ic_event_reader_take(&reader, IC_STR("\n\n"));
    assert_int_equal(reader.count, 0);
    ic_event_reader_take(&reader, IC_STR("event: cursor\ndata: "));
    ic_event_reader_take(&reader, (struct ic_str){line, sizeof line});
    ic_event_reader_take(&reader, IC_STR("\n\n"));
    assert_int_equal(reader.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cursor_events_are_counted_however_the_bytes_are_cut),
        cmocka_unit_test(test_a_line_that_is_too_long_is_no_event_and_hides_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
