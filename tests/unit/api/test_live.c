#include "api/routes.h"

#include "team.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Reads the feed behind `cursor` into a text of the test's own. */
static int64_t read_feed(struct team *team, int64_t cursor, char *text, size_t size)
{
    struct ic_http_feed feed = ic_api_feed(&team->service);
    struct ic_err err = IC_ERR_NONE;
    struct ic_buf frames;
    int64_t reached = -1;
    ic_buf_init(&frames, IC_HTTP_FEED_BYTES_MAX);
    assert_int_equal(feed.read(feed.context, cursor, &frames, &reached, &err), IC_OK);
    snprintf(text, size, "%.*s", (int)frames.size, frames.data ? frames.data : "");
    ic_buf_release(&frames);
    return reached;
}

static int64_t newest(struct team *team)
{
    struct ic_http_feed feed = ic_api_feed(&team->service);
    struct ic_err err = IC_ERR_NONE;
    int64_t cursor = -1;
    assert_int_equal(feed.newest(feed.context, &cursor, &err), IC_OK);
    return cursor;
}

static void test_a_change_is_one_frame_on_one_line(void **state)
{
    struct team *team = *state;
    char text[4096], begin[64];
    int64_t before = newest(team);
    (void)team_join(team, NULL);
    int64_t reached = read_feed(team, before, text, sizeof text);
    assert_int_equal(reached, newest(team));
    snprintf(begin, sizeof begin, "id: %lld\nevent: change\ndata: {\"entry\":{\"elg_id\":\"ELG-", (long long)reached);
    assert_memory_equal(text, begin, strlen(begin));
    assert_non_null(strstr(text, "\"details\":\"joined the team\""));
    assert_non_null(strstr(text, "\"totals\":{\"targets\":0,\"logs\":1,\"actors\":0,\"operators\":1}}\n\n"));
    const char *data = strstr(text, "data: ");
    assert_int_equal(strlen(data), (size_t)(strchr(data, '\n') - data) + 2);
}

static void test_a_message_of_several_lines_stays_on_one(void **state)
{
    struct team *team = *state;
    char text[4096];
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity anna = team_join(team, NULL);
    struct ic_device device = team_pair(team, &anna.operator_.opr_id);
    struct ic_operation operation = team_operation(team, "One\n\ndata: two\r\nevent: reset");
    const struct ic_push_batch batch = {.device = &device, .operations = &operation, .count = 1};
    struct ic_push_outcome *outcomes;
    int64_t server_time, before = newest(team);
    assert_int_equal(ic_push_apply(&team->service, &batch, team->arena, &outcomes, &server_time, &err), IC_OK);
    assert_int_equal(read_feed(team, before, text, sizeof text), before + 1);
    assert_non_null(strstr(text, "One\\n\\ndata: two\\r\\nevent: reset"));
    assert_null(strstr(text, "\nevent: reset"));
}

static void test_nothing_new_is_no_frame(void **state)
{
    struct team *team = *state;
    char text[64];
    (void)team_join(team, NULL);
    assert_int_equal(read_feed(team, newest(team), text, sizeof text), newest(team));
    assert_string_equal(text, "");
}

static void test_a_foreign_cursor_is_one_reset_frame(void **state)
{
    struct team *team = *state;
    char text[128], expected[128];
    (void)team_join(team, NULL);
    int64_t cursor = newest(team);
    assert_int_equal(read_feed(team, cursor + 7, text, sizeof text), cursor);
    snprintf(expected, sizeof expected, "id: %lld\nevent: reset\ndata: {}\n\n", (long long)cursor);
    assert_string_equal(text, expected);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_change_is_one_frame_on_one_line),
        TEST(test_a_message_of_several_lines_stays_on_one),
        TEST(test_nothing_new_is_no_frame),
        TEST(test_a_foreign_cursor_is_one_reset_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
