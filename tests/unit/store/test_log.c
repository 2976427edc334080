#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { EVENT_COUNT = 37 };

/* Events whose times come in fives, so that pages end inside a tie. */
static void insert_events(struct fixture *fixture, struct ic_id *ids)
{
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    for (int i = 0; i < EVENT_COUNT; i++) {
        char details[32];
        (void)snprintf(details, sizeof details, "event %d", i);
        struct ic_log_entry entry = {
            .event_type = IC_EVENT_TYPE_USER,
            .opr_id = maya,
            .created_at = 1000 + i / 5,
            .received_at = 2000 + i,
            .details = ic_str_from(details),
        };
        assert_int_equal(ic_store_event_insert(&fixture->tx, &entry, &fixture->rand, &ids[i], &fixture->err), IC_OK);
    }
}

static void test_pages_walk_through_everything_once_newest_first(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id ids[EVENT_COUNT];
    insert_events(fixture, ids);
    for (size_t limit = 1; limit <= EVENT_COUNT + 1; limit += 3) {
        struct ic_log_query query = {.limit = limit};
        int64_t created_at = INT64_MAX;
        int seen_count = 0;
        for (;;) {
            struct ic_log_list list;
            assert_int_equal(ic_store_log_list(&fixture->tx, &query, fixture->arena, &list, &fixture->err), IC_OK);
            assert_true(list.count <= limit);
            for (size_t i = 0; i < list.count; i++) {
                const struct ic_log_entry *entry = &list.items[i];
                assert_true(query.behind == 0 || entry->log_position < query.behind);
                assert_true(entry->created_at <= created_at);
                query.behind = entry->log_position;
                created_at = entry->created_at;
                seen_count++;
            }
            if (list.count < limit) {
                break;
            }
        }
        assert_int_equal(seen_count, EVENT_COUNT);
        ic_arena_reset(fixture->arena);
    }
}

static void test_a_page_of_none_is_empty(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id ids[EVENT_COUNT];
    struct ic_log_query newest = {.limit = 10};
    struct ic_log_list list;
    assert_int_equal(ic_store_log_list(&fixture->tx, &newest, fixture->arena, &list, &fixture->err), IC_OK);
    assert_int_equal(list.count, 0);
    insert_events(fixture, ids);
    newest.limit = 0;
    assert_int_equal(ic_store_log_list(&fixture->tx, &newest, fixture->arena, &list, &fixture->err), IC_OK);
    assert_int_equal(list.count, 0);
}

static void test_an_unknown_event_is_not_found(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id id = {"ELG-0000000000"};
    struct ic_log_entry entry;
    struct ic_str text;
    assert_int_equal(ic_store_log_get(&fixture->tx, &id, fixture->arena, &entry, &text, &fixture->err), IC_NOT_FOUND);
}

static void test_the_feed_tells_every_change_once_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id ids[EVENT_COUNT];
    int64_t cursor = -1;
    assert_int_equal(ic_store_cursor_get(&fixture->tx, &cursor, &fixture->err), IC_OK);
    assert_int_equal(cursor, 0);
    insert_events(fixture, ids);
    fixture_commit(fixture);
    int64_t newest;
    assert_int_equal(ic_store_cursor_get(&fixture->tx, &newest, &fixture->err), IC_OK);
    assert_int_equal(newest, EVENT_COUNT);
    int seen_count = 0;
    for (;;) {
        struct ic_change_list list;
        assert_int_equal(ic_store_change_list(&fixture->tx, cursor, 10, fixture->arena, &list, &fixture->err), IC_OK);
        for (size_t i = 0; i < list.count; i++) {
            assert_true(list.items[i].cursor == cursor + 1);
            cursor = list.items[i].cursor;
            assert_true(ic_id_equal(&list.items[i].entry.elg_id, &ids[seen_count++]));
            assert_true(ic_str_is(list.items[i].entry.opr_name, "Maya"));
        }
        if (list.count < 10) {
            break;
        }
    }
    assert_int_equal(seen_count, EVENT_COUNT);
}

static void test_the_feed_shows_short_and_long_messages(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    char text[1000];
    memset(text, 'x', sizeof text);
    struct ic_outreach brief = fixture_outreach(&maya, "bistro.alfama", 5000);
    struct ic_outreach lengthy = fixture_outreach(&maya, "bistro.alfama", 6000);
    lengthy.message_text = (struct ic_str){text, sizeof text};
    struct ic_outreach_ids ids;
    assert_int_equal(ic_store_outreach_insert(&fixture->tx, &brief, 1, &fixture->rand, &ids, &fixture->err), IC_OK);
    assert_int_equal(ic_store_outreach_insert(&fixture->tx, &lengthy, 1, &fixture->rand, &ids, &fixture->err), IC_OK);
    struct ic_change_list changes;
    assert_int_equal(ic_store_change_list(&fixture->tx, 0, 10, fixture->arena, &changes, &fixture->err), IC_OK);
    assert_int_equal(changes.count, 2);
    assert_true(ic_str_is(changes.items[0].entry.message_preview, "Hello!"));
    assert_int_equal(changes.items[1].entry.message_preview.size, IC_LIMIT_MESSAGE_PREVIEW_CHARACTERS);
    assert_int_equal(changes.items[1].entry.message_characters, sizeof text);
    struct ic_log_query newest = {.limit = 10};
    struct ic_log_list list;
    assert_int_equal(ic_store_log_list(&fixture->tx, &newest, fixture->arena, &list, &fixture->err), IC_OK);
    assert_int_equal(list.items[0].message_preview.size, IC_LIMIT_MESSAGE_PREVIEW_CHARACTERS);
    assert_true(ic_str_is(list.items[1].message_preview, "Hello!"));
}

static void test_an_exhausted_arena_fails_a_list_and_not_the_next(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id ids[EVENT_COUNT];
    insert_events(fixture, ids);
    struct ic_log_query newest = {.limit = EVENT_COUNT};
    struct ic_log_list list;
    struct ic_arena *tiny = ic_arena_create(EVENT_COUNT * sizeof *list.items + 64);
    assert_int_equal(ic_store_log_list(&fixture->tx, &newest, tiny, &list, &fixture->err), IC_NOMEM);
    fixture->err = IC_ERR_NONE;
    newest.limit = 2 * EVENT_COUNT;
    assert_int_equal(ic_store_log_list(&fixture->tx, &newest, tiny, &list, &fixture->err), IC_NOMEM);
    fixture->err = IC_ERR_NONE;
    struct ic_change_list changes;
    assert_int_equal(ic_store_change_list(&fixture->tx, 0, 2 * EVENT_COUNT, tiny, &changes, &fixture->err), IC_NOMEM);
    ic_arena_destroy(tiny);
    fixture->err = IC_ERR_NONE;
    assert_int_equal(ic_store_log_list(&fixture->tx, &newest, fixture->arena, &list, &fixture->err), IC_OK);
    assert_int_equal(list.count, EVENT_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pages_walk_through_everything_once_newest_first, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_a_page_of_none_is_empty, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_an_unknown_event_is_not_found, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_feed_tells_every_change_once_in_order, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_the_feed_shows_short_and_long_messages, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_an_exhausted_arena_fails_a_list_and_not_the_next, fixture_begin,
                                        fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
