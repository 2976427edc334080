#include "base/log.h"

#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Runs `write_lines` with stderr going into a pipe and returns what came, NUL-terminated. */
static const char *captured(void (*write_lines)(void))
{
    static char text[4 * IC_LOG_LINE_SIZE];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int kept = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    write_lines();
    dup2(kept, STDERR_FILENO);
    close(kept);
    ssize_t size = read(ends[0], text, sizeof text - 1);
    close(ends[0]);
    text[size > 0 ? size : 0] = '\0';
    return text;
}

static void write_forged(void)
{
    const struct ic_log_field fields[] = {
        IC_LOG_TEXT("path", IC_STR("/a\n2026 error forged \"x\" \x1b[31m\xE2\x80\xAE")),
        IC_LOG_NUMBER("status", -404),
        {.key = NULL},
    };
    ic_log(IC_LOG_INFO, "request", fields);
}

static void test_what_a_visitor_types_cannot_forge_a_line(void **state)
{
    (void)state;
    const char *text = captured(write_forged);
    const char *end = strchr(text, '\n');
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_non_null(strstr(text, "Z info request path=\"/a\\x0a2026 error forged \\\"x\\\" \\x1b[31m\\xe2\\x80\\xae\" "
                                 "status=-404\n"));
}

static void write_long(void)
{
    static char value[2 * IC_LOG_LINE_SIZE];
    memset(value, 'v', sizeof value);
    const struct ic_log_field fields[] = {IC_LOG_TEXT("value", ((struct ic_str){value, sizeof value})), {.key = NULL}};
    ic_log(IC_LOG_WARN, "long", fields);
}

static void test_a_long_line_is_cut_and_still_ends(void **state)
{
    (void)state;
    const char *text = captured(write_long);
    assert_int_equal(strlen(text), IC_LOG_LINE_SIZE);
    assert_int_equal(text[IC_LOG_LINE_SIZE - 1], '\n');
}

static void write_levels(void)
{
    ic_log(IC_LOG_DEBUG, "hidden", NULL);
    struct ic_err err = IC_ERR_NONE;
    ic_err_set_native(&err, IC_CODE_UNAVAILABLE, "uplink.push", 111, true, "Nobody listens.");
    ic_log_err(IC_LOG_ERROR, "shown", &err);
}

static void test_levels_below_the_least_are_left_out(void **state)
{
    (void)state;
    const char *text = captured(write_levels);
    assert_null(strstr(text, "hidden"));
    assert_non_null(strstr(text, "error shown code=\"unavailable\" operation=\"uplink.push\" field=\"\" "
                                 "detail=\"Nobody listens.\" native=111\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_visitor_types_cannot_forge_a_line),
        cmocka_unit_test(test_a_long_line_is_cut_and_still_ends),
        cmocka_unit_test(test_levels_below_the_least_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
