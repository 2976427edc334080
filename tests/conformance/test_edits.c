/* What desktops say of targets: whatever order it comes in, the same is held; nothing that was said is lost; who is
 * excluded stays so under every name until somebody lifts it. */
#include "claims.h"
#include "desks.h"

#include <stdio.h>
#include <string.h>

static void check_whole(const struct desks *desks)
{
    struct picture picture = fixture_look(desks->fixture->store);
    assert_int_equal(picture.mismatch_count, 0);
    assert_int_equal(picture.change_count, picture.cursor);
}

static void check_text(struct ic_str text, const char *expected)
{
    if (!ic_str_is(text, expected)) {
        fail_msg("'%.*s' is not '%s'", (int)text.size, text.data ? text.data : "", expected);
    }
}

/* ---- Any order. ---- */

enum { ROUNDS = 6, ORDERS = 3, SAID = 14 };

static uint32_t drawn(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

/* Draws what was said of a handle; no two by one desktop at one time. */
static void draw(const struct desks *desks, uint64_t *seed, struct ic_edit *ret_said)
{
    static const char *const stages[] = {"Replied", "Warm", "Booked"};
    static const char *const emails[] = {"a@b.example", "c@d.example", ""};
    for (int i = 0; i < SAID; i++) {
        int device = (int)drawn(seed, 3) - 1;
        int64_t time = 100 + i / 2; /* Two edits share a time. */
        device = i % 2 && device == -1 ? 0 : device;
        switch (drawn(seed, 4)) {
        case 0:
            ret_said[i] = desks_exclude(desks, device, "any", time);
            break;
        case 1:
            ret_said[i] = desks_lift(desks, device, "any", time);
            break;
        case 2:
            ret_said[i] = desks_set(desks, device, "any", IC_TARGET_FIELD_EMAIL, emails[drawn(seed, 3)], time);
            break;
        default:
            ret_said[i] = desks_set(desks, device, "any", IC_TARGET_FIELD_TAR_STATUS, stages[drawn(seed, 3)], time);
            break;
        }
        /* Who said two things at one time said them in an order, which arrives so. */
        if (i % 2 && ic_id_equal(&ret_said[i].stamp.device_id, &ret_said[i - 1].stamp.device_id)) {
            ret_said[i].stamp.device_id = desks->devices[device == 0];
        }
    }
}

static void shuffle(uint64_t *seed, struct ic_edit *said)
{
    for (uint32_t i = SAID; i > 1; i--) {
        uint32_t other = drawn(seed, i);
        struct ic_edit kept = said[i - 1];
        said[i - 1] = said[other];
        said[other] = kept;
    }
}

static void test_any_order_of_arrival_leaves_the_same_target(void **state)
{
    struct desks desks = desks_begin(*state);
    uint64_t seed = 7;
    for (int round = 0; round < ROUNDS; round++) {
        struct ic_edit said[SAID];
        struct ic_target first = {.tar_number = 0};
        bool was_excluded = false;
        draw(&desks, &seed, said);
        for (int order = 0; order < ORDERS; order++) {
            char handle[48];
            (void)snprintf(handle, sizeof handle, "round.%d.order.%d", round, order);
            desks_message(&desks, handle, 5000);
            for (int i = 0; i < SAID; i++) {
                said[i].tar_username = desks_handle(handle);
                desks_write(&desks, &said[i]);
            }
            struct ic_target target = desks_target(&desks, handle);
            struct ic_suppression suppression = desks_suppression(&desks, handle);
            assert_int_equal(suppression.exclusion.is_excluded, target.tar_status == IC_TARGET_STATUS_EXCLUDED);
            if (order == 0) {
                first = target;
                was_excluded = suppression.exclusion.is_excluded;
            }
            assert_int_equal(target.tar_status, first.tar_status);
            assert_int_equal(target.stage, first.stage);
            assert_int_equal(target.email.state, first.email.state);
            assert_true(ic_str_equal(target.email.text, first.email.text));
            assert_int_equal(target.hybrid_time, first.hybrid_time);
            assert_int_equal(suppression.exclusion.is_excluded, was_excluded);
            shuffle(&seed, said);
        }
    }
    check_whole(&desks);
}

/* ---- One field. ---- */

static void test_a_later_value_wins_and_the_losing_one_is_in_the_history(void **state)
{
    struct desks desks = desks_begin(*state);
    desks_message(&desks, "anna", 5000);
    struct ic_edit late = desks_set(&desks, 0, "anna", IC_TARGET_FIELD_EMAIL, "late@b.example", 20);
    struct ic_edit early = desks_set(&desks, 1, "anna", IC_TARGET_FIELD_EMAIL, "early@b.example", 10);
    struct ic_outreach_ids late_ids = desks_write(&desks, &late);
    struct ic_outreach_ids early_ids = desks_write(&desks, &early);
    struct ic_target target = desks_target(&desks, "anna");
    check_text(target.email.text, "late@b.example");
    assert_int_equal(target.hybrid_time, 20);
    assert_int_equal(target.last_updated, late.created_at);
    struct ic_field_change won = desks_change(&desks, &late_ids.elg_id);
    struct ic_field_change lost = desks_change(&desks, &early_ids.elg_id);
    assert_true(won.has_won);
    assert_false(lost.has_won);
    assert_int_equal(won.before.state, IC_CONTACT_STATE_NOT_SEARCHED);
    assert_int_equal(won.before.text.size, 0);
    check_text(won.after.text, "late@b.example");
    check_text(lost.before.text, "late@b.example");
    check_text(lost.after.text, "early@b.example");
    assert_string_equal(lost.stamp.device_id.text, desks.devices[1].text);
    check_text(desks_event(&desks, &late_ids.elg_id).details, "email: Not Searched -> Found");
    check_text(desks_event(&desks, &early_ids.elg_id).details, "email: Found (a later value holds)");
    check_whole(&desks);
}

static void test_at_one_time_the_larger_desktop_wins(void **state)
{
    struct desks desks = desks_begin(*state);
    for (int first = 0; first < 2; first++) {
        const char *handle = first ? "two" : "one";
        const char *values[] = {"Warm", "Booked"};
        struct ic_edit edits[2];
        for (int i = 0; i < 2; i++) {
            edits[i] = desks_set(&desks, i, handle, IC_TARGET_FIELD_TAR_STATUS, values[i], 10);
        }
        desks_write(&desks, &edits[first]);
        desks_write(&desks, &edits[!first]);
        assert_int_equal(desks_target(&desks, handle).tar_status, IC_TARGET_STATUS_BOOKED);
    }
    check_whole(&desks);
}

static void test_every_field_keeps_its_own_time_and_the_longest_value(void **state)
{
    struct desks desks = desks_begin(*state);
    static char notes[4 * IC_LIMIT_NOTES_CHARACTERS_MAX + 1];
    for (size_t i = 0; i < IC_LIMIT_NOTES_CHARACTERS_MAX; i++) {
        memcpy(notes + 4 * i, "\xF0\x9F\x91\x8B", 4);
    }
    struct ic_edit edits[] = {
        desks_set(&desks, 0, "anna", IC_TARGET_FIELD_NOTES, notes, 30),
        desks_set(&desks, 0, "anna", IC_TARGET_FIELD_PHONE_NUM, "+351 1", 20),
        desks_set(&desks, 0, "anna", IC_TARGET_FIELD_CONT_SOURCE, "Not Found", 10),
        desks_set(&desks, 0, "anna", IC_TARGET_FIELD_EMAIL, "", 5),
    };
    struct ic_outreach_ids ids = {.elg_id = {{0}}};
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        ids = desks_write(&desks, &edits[i]);
    }
    assert_true(ic_id_is_empty(&ids.act_id));
    assert_true(ic_id_is_empty(&ids.olg_id));
    struct ic_target target = desks_target(&desks, "anna");
    check_text(target.notes, notes);
    check_text(target.phone_num.text, "+351 1");
    check_text(target.cont_source.text, "Not Found");
    assert_int_equal(target.cont_source.state, IC_CONTACT_STATE_FOUND);
    assert_int_equal(target.email.state, IC_CONTACT_STATE_NOT_FOUND);
    assert_int_equal(target.first_contacted, 0);
    struct ic_edit cleared = desks_set(&desks, 1, "anna", IC_TARGET_FIELD_NOTES, "", 31);
    ids = desks_write(&desks, &cleared);
    assert_int_equal(desks_target(&desks, "anna").notes.size, 0);
    check_text(desks_change(&desks, &ids.elg_id).before.text, notes);
    check_whole(&desks);
}

static void test_an_edit_as_an_actor_is_the_actors(void **state)
{
    struct desks desks = desks_begin(*state);
    struct ic_outreach_ids message = desks_message(&desks, "anna", 5000);
    struct ic_outreach outreach = fixture_outreach(&desks.owner, "anna", 5000);
    struct ic_edit edit = desks_set(&desks, 0, "anna", IC_TARGET_FIELD_TAR_STATUS, "Warm", 10);
    edit.act_username = outreach.act_username;
    struct ic_outreach_ids ids = desks_write(&desks, &edit);
    assert_string_equal(ids.act_id.text, message.act_id.text);
    struct ic_log_entry entry = desks_event(&desks, &ids.elg_id);
    assert_string_equal(entry.act_id.text, message.act_id.text);
    check_text(entry.details, "Cold No Reply -> Warm");
    check_whole(&desks);
}

/* ---- Exclusions. ---- */

static void test_the_stage_beneath_an_exclusion_is_there_when_it_is_lifted(void **state)
{
    struct desks desks = desks_begin(*state);
    desks_message(&desks, "anna", 5000);
    struct ic_edit warm = desks_set(&desks, 0, "anna", IC_TARGET_FIELD_TAR_STATUS, "Warm", 10);
    struct ic_edit exclude = desks_exclude(&desks, 1, "anna", 20);
    struct ic_edit booked = desks_set(&desks, 0, "anna", IC_TARGET_FIELD_TAR_STATUS, "Booked", 30);
    struct ic_edit lift = desks_lift(&desks, 0, "anna", 40);
    exclude.reason = IC_STR("Asked us to stop.");
    desks_write(&desks, &warm);
    struct ic_outreach_ids ids = desks_write(&desks, &exclude);
    check_text(desks_event(&desks, &ids.elg_id).details, "Warm -> Excluded: Asked us to stop.");
    assert_int_equal(desks_event(&desks, &ids.elg_id).event_type, IC_EVENT_TYPE_TAR_EXCEPTION_TOGGLE);
    check_text(desks_suppression(&desks, "anna").reason, "Asked us to stop.");
    assert_string_equal(desks_suppression(&desks, "anna").elg_id.text, ids.elg_id.text);
    ids = desks_write(&desks, &booked);
    check_text(desks_event(&desks, &ids.elg_id).details, "tar_status: Warm -> Booked");
    struct ic_target target = desks_target(&desks, "anna");
    assert_int_equal(target.tar_status, IC_TARGET_STATUS_EXCLUDED);
    assert_int_equal(target.stage, IC_TARGET_STATUS_BOOKED);
    ids = desks_write(&desks, &lift);
    check_text(desks_event(&desks, &ids.elg_id).details, "Excluded -> Booked");
    assert_int_equal(desks_target(&desks, "anna").tar_status, IC_TARGET_STATUS_BOOKED);
    assert_false(desks_suppression(&desks, "anna").exclusion.is_excluded);
    check_whole(&desks);
}

static void test_an_exclusion_and_a_lift_of_one_time_exclude(void **state)
{
    struct desks desks = desks_begin(*state);
    for (int order = 0; order < 2; order++) {
        const char *handle = order ? "two" : "one";
        struct ic_edit edits[] = {desks_exclude(&desks, 0, handle, 10), desks_lift(&desks, 1, handle, 10)};
        desks_message(&desks, handle, 5000);
        desks_write(&desks, &edits[order]);
        desks_write(&desks, &edits[!order]);
        assert_int_equal(desks_target(&desks, handle).tar_status, IC_TARGET_STATUS_EXCLUDED);
    }
    check_whole(&desks);
}

static void test_a_handle_that_nobody_contacted_is_excluded_when_it_becomes_a_target(void **state)
{
    struct desks desks = desks_begin(*state);
    struct ic_edit excluded[] = {desks_exclude(&desks, 0, "written.to", 10), desks_exclude(&desks, 0, "noted", 11)};
    struct ic_outreach_ids ids = desks_write(&desks, &excluded[0]);
    assert_true(ic_id_is_empty(&ids.tar_id));
    check_text(desks_event(&desks, &ids.elg_id).details, "written.to: Excluded");
    desks_write(&desks, &excluded[1]);
    assert_int_equal(fixture_look(desks.fixture->store).totals.targets, 0);
    desks_message(&desks, "written.to", 5000);
    struct ic_edit warm = desks_set(&desks, 1, "noted", IC_TARGET_FIELD_TAR_STATUS, "Warm", 12);
    desks_write(&desks, &warm);
    assert_int_equal(desks_target(&desks, "written.to").tar_status, IC_TARGET_STATUS_EXCLUDED);
    assert_int_equal(desks_target(&desks, "noted").tar_status, IC_TARGET_STATUS_EXCLUDED);
    struct ic_edit lift = desks_lift(&desks, 1, "noted", 13);
    desks_write(&desks, &lift);
    assert_int_equal(desks_target(&desks, "noted").tar_status, IC_TARGET_STATUS_WARM);
    assert_int_equal(fixture_look(desks.fixture->store).totals.targets, 2);
    check_whole(&desks);
}

int run_edits(void)
{
    const struct CMUnitTest edits[] = {
        claim(test_any_order_of_arrival_leaves_the_same_target, fixture_one),
        claim(test_a_later_value_wins_and_the_losing_one_is_in_the_history, fixture_one),
        claim(test_at_one_time_the_larger_desktop_wins, fixture_one),
        claim(test_every_field_keeps_its_own_time_and_the_longest_value, fixture_one),
        claim(test_an_edit_as_an_actor_is_the_actors, fixture_one),
        claim(test_the_stage_beneath_an_exclusion_is_there_when_it_is_lifted, fixture_one),
        claim(test_an_exclusion_and_a_lift_of_one_time_exclude, fixture_one),
        claim(test_a_handle_that_nobody_contacted_is_excluded_when_it_becomes_a_target, fixture_one),
    };
    return run_claims(edits);
}
