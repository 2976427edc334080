#include "desk.h"

#include "service/devices.h"
#include "service/upkeep.h"
#include "store/targets.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_a_snapshot_comes_in_pages_with_every_row_once_and_suppressions_first(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {.limit = 3};
    for (int i = 0; i < 10; i++) {
        char name[32];
        snprintf(name, sizeof name, "person.%d", i);
        desk_send(&desk, name);
    }
    struct ic_operation exclude = desk_operation(&desk, IC_OPERATION_KIND_EXCLUDE, "never.met");
    desk_push(&desk, &exclude);
    struct ic_pull_page first = desk_pull(&desk, &copy);
    assert_int_equal(first.phase, IC_PULL_PHASE_SNAPSHOT);
    assert_false(first.is_reset);
    assert_true(first.has_more && first.has_progress && first.total == 10);
    assert_int_equal(first.suppressions_count, 1);
    assert_string_equal(first.suppressions[0].tar_username.text, "never.met");
    assert_int_equal(first.suppressions_count + first.operators_count + first.actors_count + first.targets_count, 3);
    int64_t done = first.done;
    struct ic_pull_page page = first;
    while (page.has_more) {
        page = desk_pull(&desk, &copy);
        assert_true(!page.has_progress || page.done >= done);
        done = page.has_progress ? page.done : done;
    }
    assert_int_equal(done, 10);
    assert_int_equal(copy.suppressions, 1);
    assert_int_equal(copy.operators, 1);
    assert_int_equal(copy.actors, 1);
    assert_int_equal(copy.targets, 10);
    assert_int_equal(copy.outreach, 10);
    assert_true(copy.pages >= 8);
}

static void test_nothing_new_is_an_empty_page_and_the_same_place(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {0};
    desk_send(&desk, "a.person");
    desk_catch_up(&desk, &copy);
    char before[sizeof copy.place];
    memcpy(before, copy.place, sizeof before);
    desk_catch_up(&desk, &copy);
    assert_int_equal(copy.pages, 1);
    assert_int_equal(copy.targets + copy.operators + copy.actors + copy.outreach, 0);
    assert_string_equal(copy.place, before);
}

static void test_the_feed_brings_what_changes_have_touched_once_a_page(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {0};
    desk_send(&desk, "a.person");
    desk_send(&desk, "b.person");
    desk_catch_up(&desk, &copy);
    desk_send(&desk, "a.person");
    desk_send(&desk, "a.person");
    struct ic_operation exclude = desk_operation(&desk, IC_OPERATION_KIND_EXCLUDE, "a.person");
    desk_push(&desk, &exclude);
    struct ic_pull_page page = desk_pull(&desk, &copy);
    assert_int_equal(page.phase, IC_PULL_PHASE_FEED);
    assert_false(page.has_more);
    assert_int_equal(page.targets_count, 1);
    assert_int_equal(page.targets[0].tar_status, IC_TARGET_STATUS_EXCLUDED);
    assert_true(page.targets[0].has_stage && page.targets[0].stage == IC_TARGET_STATUS_COLD_NO_REPLY);
    assert_int_equal(page.suppressions_count, 1);
    assert_true(page.suppressions[0].is_suppressed);
    assert_int_equal(page.outreach_count, 2);
    assert_int_equal(page.operators_count, 1);
    assert_int_equal(page.actors_count, 1);
    assert_true(page.hybrid_time == exclude.hybrid_time);

    struct ic_operation lift = desk_operation(&desk, IC_OPERATION_KIND_LIFT, "a.person");
    desk_push(&desk, &lift);
    page = desk_pull(&desk, &copy);
    assert_int_equal(page.suppressions_count, 1);
    assert_false(page.suppressions[0].is_suppressed);
    assert_int_equal(page.targets[0].tar_status, IC_TARGET_STATUS_COLD_NO_REPLY);
}

static void test_what_changes_during_a_snapshot_comes_behind_it(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {.limit = 2};
    for (int i = 0; i < 6; i++) {
        char name[32];
        snprintf(name, sizeof name, "person.%d", i);
        desk_send(&desk, name);
    }
    while (desk_pull(&desk, &copy).targets_count == 0) {
    }
    struct ic_operation exclude = desk_operation(&desk, IC_OPERATION_KIND_EXCLUDE, "person.0");
    desk_push(&desk, &exclude);
    desk_send(&desk, "a.late.one");
    copy.suppressions = copy.targets = 0;
    while (desk_pull(&desk, &copy).has_more) {
    }
    assert_int_equal(copy.suppressions, 1);
    assert_true(copy.targets >= 6); /* The others, the late one, and the excluded one again. */
}

static void test_a_place_of_another_version_begins_anew(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {.place = "bm90LW91cnM"};
    desk_send(&desk, "a.person");
    desk_catch_up(&desk, &copy);
    assert_true(copy.was_reset && !copy.has_lost_past);
    assert_int_equal(copy.targets, 1);
}

/* Places of a team that has gone further, or another way. */
static void test_a_past_that_the_server_has_lost_is_found_out_from_every_place(void **state)
{
    struct team *other_team = team_create();
    void *other_state = other_team;
    struct desk desk = desk_begin(state), other = desk_begin(&other_state);
    struct copy in_feed = {0}, in_snapshot = {.limit = 1}, behind = {0};
    other_team->now += 5;
    desk_send(&other, "a.person");
    desk_catch_up(&other, &behind);
    behind.limit = 1;
    other_team->now += 5;
    for (int i = 0; i < 4; i++) {
        desk_send(&other, "b.person");
    }
    desk_catch_up(&other, &in_feed);
    (void)desk_pull(&other, &in_snapshot);
    (void)desk_pull(&other, &behind);
    /* Ours goes on in another way, and further. */
    for (int i = 0; i < 8; i++) {
        desk.team->now += 7;
        desk_send(&desk, "c.person");
    }
    struct copy *copies[] = {&in_feed, &in_snapshot, &behind};
    for (size_t i = 0; i < 3; i++) {
        struct ic_pull_page page = desk_pull(&desk, copies[i]);
        assert_true(page.is_reset && page.has_lost_past);
        assert_int_equal(page.phase, IC_PULL_PHASE_SNAPSHOT);
    }
    team_destroy(other_team);
}

static void test_an_acknowledged_event_that_is_unknown_is_a_lost_past_whatever_the_place_says(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {0};
    copy.seen = desk_send(&desk, "a.person");
    desk_catch_up(&desk, &copy);
    assert_false(copy.has_lost_past);
    copy.seen = (struct ic_id){"ELG-0000000000"};
    struct ic_pull_page page = desk_pull(&desk, &copy);
    assert_true(page.is_reset && page.has_lost_past);
    /* Without a place, too: the operations are to be sent again. */
    struct copy fresh = {.seen = copy.seen};
    page = desk_pull(&desk, &fresh);
    assert_true(page.has_lost_past && !page.is_reset);
}

static size_t cut(struct desk *desk)
{
    struct ic_err err = IC_ERR_NONE;
    size_t count = 0;
    assert_int_equal(ic_upkeep_cut_feed(&desk->team->service, &count, &err), IC_OK);
    return count;
}

static void test_the_feed_is_cut_behind_its_lifetime_and_a_place_behind_that_begins_anew(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy old = {0}, fresh = {0};
    desk_send(&desk, "a.person");
    desk_catch_up(&desk, &old);
    desk_send(&desk, "b.person");
    assert_int_equal(cut(&desk), 0);
    desk.team->now += IC_LIMIT_FEED_LIFETIME_MS + 1;
    /* The newest change stays, whatever its age. */
    desk_catch_up(&desk, &fresh);
    assert_true(cut(&desk) > 0);
    assert_int_equal(cut(&desk), 0);
    desk_catch_up(&desk, &fresh);
    assert_false(fresh.was_reset);
    desk_catch_up(&desk, &old);
    assert_true(old.was_reset && !old.has_lost_past);
    assert_int_equal(old.targets, 2);
    desk_send(&desk, "c.person");
    desk_catch_up(&desk, &fresh);
    assert_false(fresh.was_reset);
    assert_int_equal(fresh.targets, 1);
}

/* Targets with as many notes as there can be, written past the service. */
static enum ic_rc insert_long_targets(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    static char notes[IC_LIMIT_NOTES_CHARACTERS_MAX];
    struct desk *desk = context;
    memset(notes, 1, sizeof notes);
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < 200 && !rc; i++) {
        char name[32];
        struct ic_id id;
        snprintf(name, sizeof name, "long.%d", i);
        struct ic_target target = {
            .tar_username = desk_handle(name), .notes = {notes, sizeof notes}, .last_updated = 1};
        rc = ic_store_target_insert(tx, &target, &desk->team->service.rand, &id, err);
    }
    return rc;
}

static void test_a_page_never_has_more_bytes_than_it_may(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {0};
    struct ic_err err = IC_ERR_NONE;
    ic_arena_destroy(desk.team->arena);
    desk.team->arena = ic_arena_create(32 << 20);
    assert_int_equal(ic_store_write(desk.team->store, insert_long_targets, &desk, &err), IC_OK);
    struct ic_pull_page page;
    do {
        struct ic_json_writer writer;
        struct ic_buf buf;
        page = desk_pull(&desk, &copy);
        ic_buf_init(&buf, IC_LIMIT_PULL_BYTES_MAX);
        ic_json_writer_init(&writer, &buf);
        ic_pull_page_encode(&page, &writer);
        assert_int_equal(buf.failed, IC_CODE_OK);
        ic_buf_release(&buf);
    } while (page.has_more);
    assert_int_equal(copy.targets, 200);
    assert_true(copy.pages >= 2);
}

/* ---- Presence. ---- */

static int64_t newest_cursor(struct desk *desk)
{
    struct copy copy = {0};
    struct ic_place place;
    desk_catch_up(desk, &copy);
    assert_true(ic_place_read(ic_str_from(copy.place), &place));
    return place.cursor;
}

static struct ic_device get_device(struct desk *desk)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_device_list list;
    ic_arena_reset(desk->team->arena);
    assert_int_equal(ic_devices_list(&desk->team->service, &desk->team->owner, desk->team->arena, &list, &err), IC_OK);
    assert_int_equal(list.count, 1);
    return list.items[0];
}

static void write_presence(struct desk *desk)
{
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_presence_write(&desk->team->service, &err), IC_OK);
}

static void test_a_desktop_that_is_heard_of_makes_its_operator_online_and_silence_offline(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {0};
    desk_catch_up(&desk, &copy);
    write_presence(&desk);
    assert_true(ic_device_is_online(&(struct ic_device){.last_seen_at = desk.team->now}, desk.team->now));
    struct ic_pull_page page = desk_pull(&desk, &copy);
    assert_int_equal(page.operators_count, 1);
    assert_int_equal(page.operators[0].opr_status, IC_OPERATOR_STATUS_ONLINE);
    assert_int_equal(page.targets_count + page.outreach_count, 0);
    assert_true(get_device(&desk).last_synced_at == desk.team->now);

    desk.team->now += IC_LIMIT_DEVICE_ONLINE_MS;
    write_presence(&desk);
    page = desk_pull(&desk, &copy);
    assert_int_equal(page.operators_count, 1);
    assert_int_equal(page.operators[0].opr_status, IC_OPERATOR_STATUS_OFFLINE);
}

static void test_requests_cost_no_write_but_one_in_half_a_minute(void **state)
{
    struct desk desk = desk_begin(state);
    struct copy copy = {0};
    desk_catch_up(&desk, &copy);
    write_presence(&desk);
    int64_t written_at = get_device(&desk).last_seen_at;
    int64_t cursor = newest_cursor(&desk);
    for (int i = 0; i < 29; i++) {
        desk.team->now += 1000;
        desk.device = get_device(&desk);
        (void)desk_pull(&desk, &copy);
        write_presence(&desk);
        assert_true(get_device(&desk).last_seen_at == written_at);
    }
    desk.team->now += 1000;
    desk.device = get_device(&desk);
    (void)desk_pull(&desk, &copy);
    write_presence(&desk);
    assert_true(get_device(&desk).last_seen_at == desk.team->now);
    /* Who stays online is no change. */
    assert_true(newest_cursor(&desk) == cursor);
}

static void test_who_is_woken_while_it_writes_does_not_wait_afterwards(void **state)
{
    struct desk desk = desk_begin(state);
    ic_presence_wake(&desk.team->service);
    write_presence(&desk);
    alarm(60); /* Without the wake-up it waits for an hour. */
    ic_presence_wait(&desk.team->service, 60 * 60 * 1000);
    alarm(0);
}

static void test_an_open_stream_keeps_a_desktop_online_and_a_revocation_ends_it(void **state)
{
    struct desk desk = desk_begin(state);
    struct ic_presence_stream stream;
    ic_presence_open(&desk.team->service, &desk.device, &stream);
    for (int i = 0; i < 10; i++) {
        desk.team->now += 40000;
        write_presence(&desk);
        struct ic_device device = get_device(&desk);
        assert_true(ic_device_is_online(&device, desk.team->now));
    }
    assert_false(atomic_load(&stream.is_over));
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(
        ic_devices_revoke(&desk.team->service, &desk.team->owner, &desk.device.device_id, desk.team->arena, &err),
        IC_OK);
    assert_true(atomic_load(&stream.is_over));
    ic_presence_close(&desk.team->service, &stream);
}

static void test_a_revocation_by_another_server_ends_the_stream_with_the_next_writing(void **state)
{
    struct desk desk = desk_begin(state);
    struct ic_presence_stream stream;
    struct ic_service other;
    struct ic_err err = IC_ERR_NONE;
    ic_service_init(&other, desk.team->store, &desk.team->service.clock, &desk.team->service.rand);
    ic_presence_open(&desk.team->service, &desk.device, &stream);
    write_presence(&desk);
    assert_int_equal(ic_devices_revoke(&other, &desk.team->owner, &desk.device.device_id, desk.team->arena, &err),
                     IC_OK);
    assert_false(atomic_load(&stream.is_over));
    desk.team->now += IC_PRESENCE_WRITE_MS;
    write_presence(&desk);
    assert_true(atomic_load(&stream.is_over));
    ic_presence_close(&desk.team->service, &stream);
    ic_service_release(&other);
}

#define on_a_team(test) cmocka_unit_test_setup_teardown(test, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_a_team(test_a_snapshot_comes_in_pages_with_every_row_once_and_suppressions_first),
        on_a_team(test_nothing_new_is_an_empty_page_and_the_same_place),
        on_a_team(test_the_feed_brings_what_changes_have_touched_once_a_page),
        on_a_team(test_what_changes_during_a_snapshot_comes_behind_it),
        on_a_team(test_a_place_of_another_version_begins_anew),
        on_a_team(test_a_past_that_the_server_has_lost_is_found_out_from_every_place),
        on_a_team(test_an_acknowledged_event_that_is_unknown_is_a_lost_past_whatever_the_place_says),
        on_a_team(test_the_feed_is_cut_behind_its_lifetime_and_a_place_behind_that_begins_anew),
        on_a_team(test_a_page_never_has_more_bytes_than_it_may),
        on_a_team(test_a_desktop_that_is_heard_of_makes_its_operator_online_and_silence_offline),
        on_a_team(test_requests_cost_no_write_but_one_in_half_a_minute),
        on_a_team(test_who_is_woken_while_it_writes_does_not_wait_afterwards),
        on_a_team(test_an_open_stream_keeps_a_desktop_online_and_a_revocation_ends_it),
        on_a_team(test_a_revocation_by_another_server_ends_the_stream_with_the_next_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
