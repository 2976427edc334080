/* What a desktop's replica is filled with: parts by their keys, what events have touched, the ends of the feed, and who
 * is there; on every engine the same. */
#include "claims.h"
#include "desks.h"
#include "store/access.h"
#include "store/feed.h"
#include "store/replica.h"

#include <stdio.h>
#include <string.h>

enum { TARGET_COUNT = 40, STEP = 7, LOOPS_MAX = 100 };

struct reading {
    struct ic_replica replica;
    struct ic_handle behind_handle;
    struct ic_handle behind_alias;
    struct ic_id ids[2];
    size_t ids_count;
    bool is_whole;
    int64_t cursor;
    struct ic_feed_mark end;
    struct ic_feed_mark found;
    struct ic_feed_changes changes;
    struct ic_change_list list;
    int64_t begin;
    bool is_known;
};

static void begin_reading(struct fixture *fixture, struct reading *reading)
{
    struct ic_err err = IC_ERR_NONE;
    *reading = (struct reading){0};
    assert_int_equal(ic_replica_init(&reading->replica, fixture->arena, &err), IC_OK);
}

/* ---- Parts by their keys. ---- */

static enum ic_rc read_targets(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    return ic_store_targets_behind(tx, reading->replica.target_number, STEP, &reading->replica, err);
}

static enum ic_rc read_suppressions(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    return ic_store_suppressions_behind(tx, &reading->behind_handle, STEP, &reading->replica, err);
}

static enum ic_rc read_outreach(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    return ic_store_outreach_behind(tx, reading->replica.log_position, STEP, &reading->replica, err);
}

static enum ic_rc read_people(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    static const struct ic_id none = {0};
    struct reading *reading = context;
    enum ic_rc rc = ic_store_operators_behind(tx, &none, STEP, &reading->replica, err);
    return rc ? rc : ic_store_actors_behind(tx, &none, STEP, &reading->replica, err);
}

static void test_parts_come_step_by_step_in_the_order_of_their_keys_with_every_row_once(void **state)
{
    struct fixture *fixture = *state;
    struct desks desks = desks_begin(fixture);
    struct reading reading;
    for (int i = 0; i < TARGET_COUNT; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "person_%d", i);
        (void)desks_message(&desks, name, 1000 + i);
        (void)snprintf(name, sizeof name, "never.%d", i);
        struct ic_edit edit = desks_exclude(&desks, 0, name, 5000 + i);
        (void)desks_write(&desks, &edit);
    }
    begin_reading(fixture, &reading);
    struct ic_replica *replica = &reading.replica;
    for (size_t i = 0; i <= TARGET_COUNT / STEP; i++) {
        fixture_read(fixture->store, read_targets, &reading);
        fixture_read(fixture->store, read_suppressions, &reading);
        reading.behind_handle = replica->suppressions[replica->suppressions_count - 1].tar_username;
        fixture_read(fixture->store, read_outreach, &reading);
    }
    fixture_read(fixture->store, read_people, &reading);
    assert_int_equal(replica->targets_count, TARGET_COUNT);
    assert_int_equal(replica->suppressions_count, TARGET_COUNT);
    assert_int_equal(replica->outreach_count, TARGET_COUNT);
    assert_int_equal(replica->operators_count, 1);
    assert_int_equal(replica->actors_count, 1);
    assert_true(replica->hybrid_time == 5000 + TARGET_COUNT - 1);
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "person_%zu", i);
        assert_string_equal(replica->targets[i].tar_username.text, name);
        assert_true(replica->outreach[i].created_at == (int64_t)(1000 + i));
        assert_true(i == 0 || strcmp(replica->suppressions[i - 1].tar_username.text,
                                     replica->suppressions[i].tar_username.text) < 0);
    }
}

/* ---- What events have touched. ---- */

static enum ic_rc read_touched(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_replica *replica = &reading->replica;
    enum ic_rc rc =
        ic_store_suppressions_of(tx, reading->ids, reading->ids_count, STEP, replica, &reading->is_whole, err);
    return rc ? rc : ic_store_aliases_of(tx, reading->ids, reading->ids_count, STEP, replica, &reading->is_whole, err);
}

static enum ic_rc read_feed(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    enum ic_rc rc = ic_store_feed_end(tx, &reading->end, err);
    rc = rc ? rc : ic_store_feed_begin(tx, &reading->begin, err);
    rc = rc ? rc : ic_store_feed_find(tx, reading->cursor, &reading->found, err);
    rc = rc ? rc : ic_store_event_is_known(tx, &reading->end.elg_id, &reading->is_known, err);
    return rc ? rc
              : ic_store_feed_behind(tx, reading->cursor, IC_REPLICA_ROWS_MAX, reading->replica.arena,
                                     &reading->changes, err);
}

static void test_events_lead_to_the_handles_that_they_changed_and_the_targets_that_they_touched(void **state)
{
    struct fixture *fixture = *state;
    struct desks desks = desks_begin(fixture);
    struct reading reading;
    begin_reading(fixture, &reading);
    (void)desks_message(&desks, "a.person", 1000);
    fixture_read(fixture->store, read_feed, &reading);
    reading.cursor = reading.end.cursor;
    struct ic_edit exclude = desks_exclude(&desks, 0, "a.person", 2000);
    (void)desks_write(&desks, &exclude);
    assert_int_equal(desks_rename(&desks, "a.person", "a.new.name"), IC_OK);
    fixture_read(fixture->store, read_feed, &reading);
    assert_int_equal(reading.changes.count, 2);
    assert_true(reading.is_known);
    for (size_t i = 0; i < 2; i++) {
        assert_true(reading.changes.items[i].is_event);
        assert_false(ic_id_is_empty(&reading.changes.items[i].tar_id));
        reading.ids[reading.ids_count++] = reading.changes.items[i].elg_id;
    }
    fixture_read(fixture->store, read_touched, &reading);
    assert_true(reading.is_whole);
    assert_int_equal(reading.replica.aliases_count, 1);
    assert_string_equal(reading.replica.aliases[0].alias_username.text, "a.person");
    assert_int_equal(reading.replica.suppressions_count, 2); /* Under both names. */
}

static enum ic_rc read_one(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    struct ic_replica *replica = &reading->replica;
    const struct ic_id *elg_id = &reading->end.elg_id;
    enum ic_rc rc = ic_store_suppressions_of_one(tx, elg_id, &reading->behind_handle, STEP, replica, err);
    return rc ? rc : ic_store_aliases_of_one(tx, elg_id, &reading->behind_alias, STEP, replica, err);
}

static void test_the_handles_of_one_event_come_step_by_step_with_every_row_once(void **state)
{
    enum { NAMES_COUNT = 3 * STEP + 2 };
    struct fixture *fixture = *state;
    struct desks desks = desks_begin(fixture);
    struct reading reading;
    char name[32] = "many.0", next[32];
    begin_reading(fixture, &reading);
    struct ic_outreach_ids from = desks_message(&desks, name, 1000);
    struct ic_outreach_ids into = desks_message(&desks, "other", 1001);
    for (int i = 1; i <= NAMES_COUNT; i++) {
        (void)snprintf(next, sizeof next, "many.%d", i);
        assert_int_equal(desks_rename(&desks, name, next), IC_OK);
        memcpy(name, next, sizeof name);
    }
    struct ic_edit exclude = desks_exclude(&desks, 0, name, 2000);
    (void)desks_write(&desks, &exclude);
    fixture_read(fixture->store, read_feed, &reading);
    struct ic_replica *replica = &reading.replica;
    for (size_t i = 0; i <= NAMES_COUNT / STEP; i++) {
        fixture_read(fixture->store, read_one, &reading);
        reading.behind_handle = replica->suppressions[replica->suppressions_count - 1].tar_username;
    }
    assert_int_equal(replica->suppressions_count, NAMES_COUNT + 1);
    assert_int_equal(replica->aliases_count, 0);
    assert_int_equal(desks_merge(&desks, &from.tar_id, &into.tar_id), IC_OK);
    reading.cursor = reading.end.cursor;
    fixture_read(fixture->store, read_feed, &reading);
    reading.end.elg_id = reading.changes.items[0].elg_id;
    reading.behind_handle = (struct ic_handle){0};
    fixture_read(fixture->store, read_one, &reading);
    bool has_aliases = replica->aliases_count > 0;
    if (!has_aliases) {
        reading.end.elg_id = reading.changes.items[1].elg_id;
        fixture_read(fixture->store, read_one, &reading);
    }
    for (size_t i = 0; i <= NAMES_COUNT / STEP; i++) {
        reading.behind_alias = replica->aliases[replica->aliases_count - 1].alias_username;
        fixture_read(fixture->store, read_one, &reading);
    }
    assert_int_equal(replica->aliases_count, NAMES_COUNT + 1);
    for (size_t i = 1; i < replica->aliases_count; i++) {
        assert_true(strcmp(replica->aliases[i - 1].alias_username.text, replica->aliases[i].alias_username.text) < 0);
    }
}

/* ---- The feed's ends, and who is there. ---- */

struct writing {
    struct ic_id opr_id;
    enum ic_operator_status opr_status;
    int64_t horizon;
    size_t limit;
    size_t count;
    struct ic_heartbeat heartbeats[2];
    struct ic_operator_switch switches[4];
    size_t switches_count;
};

static enum ic_rc set_status(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct writing *writing = context;
    return ic_store_operator_set_status(tx, &writing->opr_id, writing->opr_status, 777, err);
}

static enum ic_rc cut(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct writing *writing = context;
    return ic_store_feed_cut(tx, writing->horizon, writing->limit, &writing->count, err);
}

static enum ic_rc touch(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct writing *writing = context;
    enum ic_rc rc = ic_store_devices_touch(tx, writing->heartbeats, 2, err);
    return rc ? rc
              : ic_store_operators_to_switch(tx, writing->horizon, 4, writing->switches, &writing->switches_count, err);
}

static void test_an_operator_who_comes_is_one_change_and_whoever_stays_is_none(void **state)
{
    struct fixture *fixture = *state;
    struct desks desks = desks_begin(fixture);
    struct reading reading;
    struct writing writing = {.opr_id = desks.owner, .opr_status = IC_OPERATOR_STATUS_ONLINE};
    begin_reading(fixture, &reading);
    (void)desks_message(&desks, "a.person", 1000);
    fixture_read(fixture->store, read_feed, &reading);
    reading.cursor = reading.end.cursor;
    fixture_write(fixture->store, set_status, &writing);
    fixture_write(fixture->store, set_status, &writing);
    fixture_read(fixture->store, read_feed, &reading);
    assert_int_equal(reading.changes.count, 1);
    assert_false(reading.changes.items[0].is_event);
    assert_true(ic_id_equal(&reading.changes.items[0].opr_id, &desks.owner));
    assert_true(reading.end.changed_at == 777 && reading.end.cursor == reading.cursor + 1);
    assert_true(ic_id_equal(&reading.end.elg_id, &reading.found.elg_id)); /* The newest event is still the message. */
    fixture_read(fixture->store, read_people, &reading);
    assert_int_equal(reading.replica.operators[0].opr_status, IC_OPERATOR_STATUS_ONLINE);
    /* Events go on behind it. */
    (void)desks_message(&desks, "b.person", 1001);
    fixture_read(fixture->store, read_feed, &reading);
    assert_int_equal(reading.changes.count, 2);
    assert_true(reading.changes.items[1].is_event);
}

static enum ic_rc read_changes(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct reading *reading = context;
    enum ic_rc rc = ic_store_change_list(tx, reading->cursor, STEP, reading->replica.arena, &reading->list, err);
    return rc ? rc : ic_store_feed_behind(tx, reading->cursor, STEP, reading->replica.arena, &reading->changes, err);
}

/* Its row names the newest event, so that a place in the feed belongs to a past. */
static void test_who_came_or_went_does_not_bring_the_newest_event_again(void **state)
{
    struct fixture *fixture = *state;
    struct desks desks = desks_begin(fixture);
    struct reading reading;
    struct writing writing = {.opr_id = desks.owner, .opr_status = IC_OPERATOR_STATUS_ONLINE};
    begin_reading(fixture, &reading);
    (void)desks_message(&desks, "a.person", 1000);
    fixture_write(fixture->store, set_status, &writing);
    writing.opr_status = IC_OPERATOR_STATUS_OFFLINE;
    fixture_write(fixture->store, set_status, &writing);
    fixture_read(fixture->store, read_changes, &reading);
    assert_int_equal(reading.list.count, reading.changes.count);
    size_t events_count = 0;
    for (size_t i = 0; i < reading.list.count; i++) {
        const struct ic_change *shown = &reading.list.items[i];
        const struct ic_feed_change *pulled = &reading.changes.items[i];
        assert_int_equal(shown->is_event, pulled->is_event);
        assert_int_equal(shown->is_event, !ic_id_is_empty(&shown->entry.elg_id));
        assert_int_equal(pulled->is_event, !ic_id_is_empty(&pulled->elg_id));
        assert_true(pulled->is_event || (ic_id_is_empty(&pulled->tar_id) && ic_id_is_empty(&pulled->act_id)));
        events_count += shown->is_event;
    }
    assert_int_equal(events_count, 1);
    assert_int_equal(reading.list.count, 3);
}

static void test_heartbeats_tell_who_was_revoked_and_who_is_to_be_online(void **state)
{
    struct fixture *fixture = *state;
    struct desks desks = desks_begin(fixture);
    struct writing writing = {
        .horizon = 4000,
        .heartbeats = {{.device_id = desks.devices[0], .last_seen_at = 5000, .last_synced_at = 4999},
                       {.device_id = {"DEV-00000000"}, .last_seen_at = 5000, .agent_version = IC_STR("9.9")}},
    };
    fixture_write(fixture->store, touch, &writing);
    assert_false(writing.heartbeats[0].is_revoked);
    assert_true(writing.heartbeats[1].is_revoked);
    assert_int_equal(writing.switches_count, 1);
    assert_int_equal(writing.switches[0].opr_status, IC_OPERATOR_STATUS_ONLINE);
    writing.horizon = 5000; /* Nobody was seen since. */
    fixture_write(fixture->store, touch, &writing);
    assert_int_equal(writing.switches_count, 0);
}

static void test_the_feed_is_cut_in_steps_and_its_newest_change_stays(void **state)
{
    struct fixture *fixture = *state;
    struct desks desks = desks_begin(fixture);
    struct reading reading;
    struct writing writing = {.horizon = INT64_MAX, .limit = STEP};
    int loops = 0;
    begin_reading(fixture, &reading);
    for (int i = 0; i < TARGET_COUNT; i++) {
        (void)desks_message(&desks, "a.person", 1000 + i);
    }
    fixture_read(fixture->store, read_feed, &reading);
    int64_t newest = reading.end.cursor;
    do {
        fixture_write(fixture->store, cut, &writing);
        assert_true(writing.count <= STEP && ++loops < LOOPS_MAX);
    } while (writing.count > 0);
    fixture_read(fixture->store, read_feed, &reading);
    assert_true(reading.begin == newest && reading.end.cursor == newest);
    assert_true(loops > TARGET_COUNT / STEP);
    (void)desks_message(&desks, "a.person", 5000);
    fixture_read(fixture->store, read_feed, &reading);
    assert_true(reading.end.cursor == newest + 1);
    writing.horizon = 0; /* What the server learned of later stays. */
    fixture_write(fixture->store, cut, &writing);
    assert_int_equal(writing.count, 0);
}

int run_replica(void)
{
    const struct CMUnitTest replica[] = {
        claim(test_parts_come_step_by_step_in_the_order_of_their_keys_with_every_row_once, fixture_one),
        claim(test_events_lead_to_the_handles_that_they_changed_and_the_targets_that_they_touched, fixture_one),
        claim(test_the_handles_of_one_event_come_step_by_step_with_every_row_once, fixture_one),
        claim(test_an_operator_who_comes_is_one_change_and_whoever_stays_is_none, fixture_one),
        claim(test_who_came_or_went_does_not_bring_the_newest_event_again, fixture_one),
        claim(test_heartbeats_tell_who_was_revoked_and_who_is_to_be_online, fixture_one),
        claim(test_the_feed_is_cut_in_steps_and_its_newest_change_stays, fixture_one),
    };
    return run_claims(replica);
}
