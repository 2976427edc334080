#include "fixture.h"
#include "store/actors.h"
#include "store/targets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ic_outreach_ids insert(struct fixture *fixture, const struct ic_outreach *outreach)
{
    struct ic_outreach_ids ids;
    assert_int_equal(ic_store_outreach_insert(&fixture->tx, outreach, 1, &fixture->rand, &ids, &fixture->err), IC_OK);
    return ids;
}

static struct ic_log_entry get(struct fixture *fixture, const struct ic_id *elg_id, struct ic_str *ret_text)
{
    struct ic_log_entry entry;
    assert_int_equal(ic_store_log_get(&fixture->tx, elg_id, fixture->arena, &entry, ret_text, &fixture->err), IC_OK);
    return entry;
}

static void test_an_outreach_is_written_whole(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id opr_id = fixture_operator(&fixture->tx, "Maya");
    struct ic_outreach outreach = fixture_outreach(&opr_id, "bistro.alfama", 5000);
    struct ic_outreach_ids ids = insert(fixture, &outreach);
    struct ic_id parsed;
    assert_true(ic_id_parse(IC_ID_EVENT, ic_id_text(&ids.elg_id), &parsed));
    assert_true(ic_id_parse(IC_ID_OUTREACH, ic_id_text(&ids.olg_id), &parsed));
    assert_true(ic_id_parse(IC_ID_ACTOR, ic_id_text(&ids.act_id), &parsed));
    assert_true(ic_id_parse(IC_ID_TARGET, ic_id_text(&ids.tar_id), &parsed));

    struct ic_str text;
    struct ic_log_entry entry = get(fixture, &ids.elg_id, &text);
    assert_int_equal(entry.event_type, IC_EVENT_TYPE_OUTREACH);
    assert_int_equal(entry.created_at, 5000);
    assert_int_equal(entry.received_at, 5007);
    assert_int_equal(entry.sent_at, 4995);
    assert_true(ic_id_equal(&entry.olg_id, &ids.olg_id));
    assert_true(ic_id_equal(&entry.opr_id, &opr_id));
    assert_true(ic_str_is(entry.opr_name, "Maya"));
    assert_true(ic_str_is(entry.act_username, "tableturnerr"));
    assert_true(ic_str_is(entry.tar_username, "bistro.alfama"));
    assert_int_equal(entry.tar_status, IC_TARGET_STATUS_COLD_NO_REPLY);
    assert_true(ic_str_is(text, "Hello!"));
    assert_true(ic_str_is(entry.message_preview, "Hello!"));
    assert_int_equal(entry.message_characters, 6);
    assert_int_equal(entry.details.size, 0);
}

static void test_actor_and_target_are_made_once(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_id jonas = fixture_operator(&fixture->tx, "Jonas");
    struct ic_outreach first = fixture_outreach(&maya, "bistro.alfama", 5000);
    struct ic_outreach again = fixture_outreach(&maya, "bistro.alfama", 6000);
    struct ic_outreach other = fixture_outreach(&jonas, "bistro.alfama", 7000);
    struct ic_outreach_ids first_ids = insert(fixture, &first);
    struct ic_outreach_ids again_ids = insert(fixture, &again);
    struct ic_outreach_ids other_ids = insert(fixture, &other);
    assert_true(ic_id_equal(&first_ids.act_id, &again_ids.act_id));
    assert_true(ic_id_equal(&first_ids.tar_id, &again_ids.tar_id));
    assert_false(ic_id_equal(&first_ids.elg_id, &again_ids.elg_id));
    /* One handle of two operators is two actors, writing to one target. */
    assert_false(ic_id_equal(&first_ids.act_id, &other_ids.act_id));
    assert_true(ic_id_equal(&first_ids.tar_id, &other_ids.tar_id));
    struct ic_totals totals;
    assert_int_equal(ic_store_totals_get(&fixture->tx, &totals, &fixture->err), IC_OK);
    assert_int_equal(totals.targets, 1);
    assert_int_equal(totals.actors, 2);
    assert_int_equal(totals.operators, 2);
    assert_int_equal(totals.logs, 3);
}

static void test_totals_are_the_same_after_the_commit(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_outreach outreach = fixture_outreach(&maya, "bistro.alfama", 5000);
    insert(fixture, &outreach);
    struct ic_totals before;
    assert_int_equal(ic_store_totals_get(&fixture->tx, &before, &fixture->err), IC_OK);
    fixture_commit(fixture);
    struct ic_totals after;
    assert_int_equal(ic_store_totals_get(&fixture->tx, &after, &fixture->err), IC_OK);
    assert_memory_equal(&before, &after, sizeof after);
    assert_int_equal(after.logs, fixture_sql(fixture, "SELECT COUNT(*) FROM event_logs"));
    assert_int_equal(after.targets, fixture_sql(fixture, "SELECT COUNT(*) FROM targets"));
}

static void test_late_reports_move_first_contact_back_and_activity_not(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_outreach first = fixture_outreach(&maya, "bistro.alfama", 5000);
    struct ic_outreach late = fixture_outreach(&maya, "bistro.alfama", 3000);
    insert(fixture, &first);
    insert(fixture, &late);
    fixture_commit(fixture);
    assert_int_equal(fixture_sql(fixture, "SELECT first_contacted FROM targets"), 3000);
    assert_int_equal(fixture_sql(fixture, "SELECT last_activity FROM actors"), 5000);
    assert_int_equal(fixture_sql(fixture, "SELECT last_activity FROM operators"), 5000);
    struct ic_outreach newer = fixture_outreach(&maya, "bistro.alfama", 9000);
    insert(fixture, &newer);
    fixture_commit(fixture);
    assert_int_equal(fixture_sql(fixture, "SELECT first_contacted FROM targets"), 3000);
    assert_int_equal(fixture_sql(fixture, "SELECT last_activity FROM actors"), 9000);
    assert_int_equal(fixture_sql(fixture, "SELECT last_activity FROM operators"), 9000);
}

static void test_an_operation_stands_for_its_event(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_outreach outreach = fixture_outreach(&maya, "bistro.alfama", 5000);
    struct ic_known_operation known;
    assert_int_equal(ic_store_operations_find(&fixture->tx, &outreach.op_id, 1, &known, &fixture->err), IC_OK);
    assert_false(known.is_known);
    struct ic_outreach_ids ids = insert(fixture, &outreach);
    assert_int_equal(ic_store_operations_find(&fixture->tx, &outreach.op_id, 1, &known, &fixture->err), IC_OK);
    assert_true(known.is_known);
    assert_true(ic_hash_equal(&known.op_hash, &outreach.op_hash));
    assert_memory_equal(&known.ids, &ids, sizeof ids);
    /* The constraint stands behind the look; whoever runs into it runs again, and looks. */
    assert_int_equal(ic_store_outreach_insert(&fixture->tx, &outreach, 1, &fixture->rand, &ids, &fixture->err),
                     IC_BUSY);
    assert_int_equal(fixture->tx.failed, IC_DRIVER_RETRY);
}

static void test_many_operations_are_told_apart(void **state)
{
    enum { COUNT = 40 }; /* More than a look-up has places. */
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_op_id op_ids[COUNT];
    struct ic_outreach_ids ids[COUNT];
    struct ic_known_operation known[COUNT];
    for (int i = 0; i < COUNT; i++) {
        char handle[32];
        (void)snprintf(handle, sizeof handle, "target.%d", i);
        struct ic_outreach outreach = fixture_outreach(&maya, handle, 5000 + i);
        op_ids[i] = outreach.op_id;
        if (i % 3) {
            ids[i] = insert(fixture, &outreach);
        }
    }
    assert_int_equal(ic_store_operations_find(&fixture->tx, op_ids, COUNT, known, &fixture->err), IC_OK);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(known[i].is_known, i % 3 != 0);
        assert_true(i % 3 == 0 || ic_id_equal(&known[i].ids.elg_id, &ids[i].elg_id));
    }
}

/* Inserts outreach with ids from a source that gave the same ones before, and goes on from there when it runs again. */
struct repeated {
    struct ic_outreach outreach;
    struct ic_rand rand;
    struct ic_outreach_ids ids;
    int runs;
};

static enum ic_rc run_repeated(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct repeated *repeated = context;
    repeated->runs++;
    return ic_store_outreach_insert(tx, &repeated->outreach, 1, &repeated->rand, &repeated->ids, err);
}

static void test_ids_that_are_taken_are_drawn_again(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner;
    fixture_write(fixture, fixture_insert_owner, &owner);
    struct ic_rand_seed seed;
    /* Actor and target are there from here on, so that only the ids of event and outreach are drawn. */
    struct repeated before = {.outreach = fixture_outreach(&owner, "one", 4000), .rand = fixture->rand};
    fixture_write(fixture, run_repeated, &before);
    struct repeated first = {.outreach = fixture_outreach(&owner, "one", 5000), .rand = ic_rand_seeded(&seed, 3)};
    fixture_write(fixture, run_repeated, &first);
    struct repeated second = {.outreach = fixture_outreach(&owner, "one", 6000), .rand = ic_rand_seeded(&seed, 3)};
    fixture_write(fixture, run_repeated, &second);
    assert_int_equal(first.runs, 1);
    assert_int_equal(second.runs, 2);
    assert_false(ic_id_equal(&first.ids.elg_id, &second.ids.elg_id));
    assert_false(ic_id_equal(&first.ids.olg_id, &second.ids.olg_id));
    assert_int_equal(fixture_sql(fixture, "SELECT COUNT(*) FROM event_logs"), 3);
    assert_int_equal(fixture_sql(fixture, "SELECT total_value FROM totals WHERE total_name = 'logs'"), 3);
}

static void test_an_actor_id_that_is_taken_is_drawn_again(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_rand_seed seed;
    struct ic_handle handles[2] = {{"one"}, {"two"}};
    struct ic_id actors[2];
    for (int i = 0; i < 2; i++) {
        struct ic_rand rand = ic_rand_seeded(&seed, 9);
        assert_int_equal(ic_store_actor_use(&fixture->tx, &handles[i], &maya, 1, &rand, &actors[i], &fixture->err),
                         IC_OK);
    }
    assert_false(ic_id_equal(&actors[0], &actors[1]));
}

static void test_an_actor_or_target_is_not_inserted_twice(void **state)
{
    struct fixture *fixture = *state;
    struct ic_actor actor = {.act_username = {"tables"}, .opr_id = fixture_operator(&fixture->tx, "Maya")};
    struct ic_target target = {.tar_username = {"bistro"}, .email = {IC_CONTACT_STATE_FOUND, IC_STR("a@b.example")}};
    struct ic_id id;
    assert_int_equal(ic_store_actor_insert(&fixture->tx, &actor, &fixture->rand, &id, &fixture->err), IC_OK);
    assert_int_equal(ic_store_actor_insert(&fixture->tx, &actor, &fixture->rand, &id, &fixture->err), IC_CONFLICT);
    fixture->err = IC_ERR_NONE;
    assert_int_equal(ic_store_target_insert(&fixture->tx, &target, &fixture->rand, &id, &fixture->err), IC_OK);
    assert_int_equal(ic_store_target_insert(&fixture->tx, &target, &fixture->rand, &id, &fixture->err), IC_CONFLICT);
}

static void test_a_contact_field_that_was_not_found_has_no_text(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id id;
    struct ic_target wrong = {.tar_username = {"one"}, .email = {IC_CONTACT_STATE_NOT_FOUND, IC_STR("a@b.example")}};
    assert_int_equal(ic_store_target_insert(&fixture->tx, &wrong, &fixture->rand, &id, &fixture->err), IC_INTERNAL);
    fixture->err = IC_ERR_NONE;
    struct ic_target empty = {.tar_username = {"two"}, .email = {IC_CONTACT_STATE_FOUND, IC_STR("")}};
    assert_int_equal(ic_store_target_insert(&fixture->tx, &empty, &fixture->rand, &id, &fixture->err), IC_INTERNAL);
}

static void test_an_event_of_nobody_is_refused_and_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER, .opr_id = {"OPR-00000000"}, .created_at = 1};
    struct ic_id elg_id = {"kept"};
    assert_int_equal(ic_store_event_insert(&fixture->tx, &entry, &fixture->rand, &elg_id, &fixture->err), IC_INTERNAL);
    assert_string_equal(elg_id.text, "kept");
    struct ic_totals totals;
    fixture->err = IC_ERR_NONE;
    assert_int_equal(ic_store_totals_get(&fixture->tx, &totals, &fixture->err), IC_OK);
    assert_int_equal(totals.logs, 0);
}

static void test_an_event_without_a_message_has_no_outreach(void **state)
{
    struct fixture *fixture = *state;
    struct ic_log_entry given = {
        .event_type = IC_EVENT_TYPE_SYSTEM,
        .opr_id = fixture_operator(&fixture->tx, "Maya"),
        .created_at = 3,
        .received_at = 4,
        .details = IC_STR("A \"quoted\" <detail> \xF0\x9F\x98\x80"),
    };
    struct ic_id elg_id;
    assert_int_equal(ic_store_event_insert(&fixture->tx, &given, &fixture->rand, &elg_id, &fixture->err), IC_OK);
    struct ic_str text;
    struct ic_log_entry entry = get(fixture, &elg_id, &text);
    assert_int_equal(entry.event_type, IC_EVENT_TYPE_SYSTEM);
    assert_true(ic_str_equal(entry.details, given.details));
    assert_true(ic_id_is_empty(&entry.olg_id) && ic_id_is_empty(&entry.act_id) && ic_id_is_empty(&entry.tar_id));
    assert_int_equal(text.size + entry.message_preview.size + entry.act_username.size + entry.tar_username.size, 0);
    assert_int_equal(entry.message_characters, 0);
}

static void check_text(struct fixture *fixture, const struct ic_id *opr_id, struct ic_str given, int64_t characters,
                       size_t preview_size)
{
    struct ic_outreach outreach = fixture_outreach(opr_id, "bistro.alfama", 5000);
    outreach.message_text = given;
    struct ic_outreach_ids ids = insert(fixture, &outreach);
    struct ic_str text;
    struct ic_log_entry entry = get(fixture, &ids.elg_id, &text);
    assert_true(ic_str_equal(text, given));
    assert_int_equal(entry.message_characters, characters);
    assert_true(ic_str_equal(entry.message_preview, (struct ic_str){given.data, preview_size}));
}

static void test_texts_come_back_exactly(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    check_text(fixture, &maya,
               IC_STR("'; DROP TABLE targets; -- \"<b>\" %s \\ \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x8D\xB3"), 40, 48);
    check_text(fixture, &maya, IC_STR(""), 0, 0);
    check_text(fixture, &maya, IC_STR("\n"), 1, 1);
    size_t size = IC_LIMIT_MESSAGE_BYTES_MAX;
    char *longest = malloc(size);
    assert_non_null(longest);
    for (size_t i = 0; i < size; i += 4) {
        memcpy(longest + i, "\xF0\x9F\x8D\x95", 4);
    }
    check_text(fixture, &maya, (struct ic_str){longest, size}, IC_LIMIT_MESSAGE_BYTES_MAX / 4,
               4 * IC_LIMIT_MESSAGE_PREVIEW_CHARACTERS);
    /* At the preview's limit, and one beyond. */
    size_t limit = 4 * IC_LIMIT_MESSAGE_PREVIEW_CHARACTERS;
    check_text(fixture, &maya, (struct ic_str){longest, limit}, IC_LIMIT_MESSAGE_PREVIEW_CHARACTERS, limit);
    check_text(fixture, &maya, (struct ic_str){longest, limit + 4}, IC_LIMIT_MESSAGE_PREVIEW_CHARACTERS + 1, limit);
    free(longest);
}

static void test_an_empty_text_is_stored_as_null(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id maya = fixture_operator(&fixture->tx, "Maya");
    struct ic_outreach outreach = fixture_outreach(&maya, "bistro.alfama", 5000);
    outreach.message_text = IC_STR("");
    outreach.thread_id = IC_STR("");
    insert(fixture, &outreach);
    fixture_commit(fixture);
    assert_int_equal(fixture_sql(fixture,
                                 "SELECT message_text IS NULL AND thread_id IS NULL AND message_preview IS NULL "
                                 "FROM outreach_logs"),
                     1);
    assert_int_equal(fixture_sql(fixture, "SELECT details IS NULL FROM event_logs"), 1);
    assert_int_equal(fixture_sql(fixture, "SELECT notes IS NULL AND email IS NULL FROM targets"), 1);
    assert_int_equal(fixture_sql(fixture, "SELECT device_id IS NULL FROM operations"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_outreach_is_written_whole, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_actor_and_target_are_made_once, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_totals_are_the_same_after_the_commit, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_late_reports_move_first_contact_back_and_activity_not, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_an_operation_stands_for_its_event, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_many_operations_are_told_apart, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_ids_that_are_taken_are_drawn_again, fixture_open, fixture_end),
        cmocka_unit_test_setup_teardown(test_an_actor_id_that_is_taken_is_drawn_again, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_an_actor_or_target_is_not_inserted_twice, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_contact_field_that_was_not_found_has_no_text, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_an_event_of_nobody_is_refused_and_leaves_nothing, fixture_begin,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(test_an_event_without_a_message_has_no_outreach, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_texts_come_back_exactly, fixture_begin, fixture_end),
        cmocka_unit_test_setup_teardown(test_an_empty_text_is_stored_as_null, fixture_begin, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
