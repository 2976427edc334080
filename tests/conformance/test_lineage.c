/* Targets that are renamed and merged: every handle that one ever had leads to it, nothing of its history moves, and
 * who was excluded is so under all names. */
#include "claims.h"
#include "desks.h"

static void check_whole(const struct desks *desks)
{
    struct picture picture = fixture_look(desks->fixture->store);
    assert_int_equal(picture.mismatch_count, 0);
    assert_int_equal(picture.change_count, picture.cursor);
}

static void test_a_renamed_target_is_found_by_every_handle_that_it_had(void **state)
{
    struct desks desks = desks_begin(*state);
    struct ic_outreach_ids first = desks_message(&desks, "anna.one", 5000);
    assert_int_equal(desks_rename(&desks, "anna.one", "anna.two"), IC_OK);
    assert_int_equal(desks_rename(&desks, "anna.one", "anna.three"), IC_OK);
    struct ic_edit warm = desks_set(&desks, 0, "anna.two", IC_TARGET_FIELD_TAR_STATUS, "Warm", 10);
    struct ic_outreach_ids edited = desks_write(&desks, &warm);
    struct ic_outreach_ids second = desks_message(&desks, "anna.one", 4000);
    struct ic_outreach_ids third = desks_message(&desks, "anna.three", 6000);
    assert_string_equal(edited.tar_id.text, first.tar_id.text);
    assert_string_equal(second.tar_id.text, first.tar_id.text);
    assert_string_equal(third.tar_id.text, first.tar_id.text);
    struct ic_target target = desks_get(&desks, &first.tar_id);
    assert_string_equal(target.tar_username.text, "anna.three");
    assert_int_equal(target.tar_status, IC_TARGET_STATUS_WARM);
    assert_int_equal(target.first_contacted, 4000);
    assert_int_equal(fixture_look(desks.fixture->store).totals.targets, 1);
    check_whole(&desks);
}

static void test_the_search_finds_a_renamed_target_by_its_handle_alone(void **state)
{
    struct desks desks = desks_begin(*state);
    desks_message(&desks, "anna.one", 5000);
    desks_message(&desks, "somebody", 5000);
    assert_int_equal(desks_search(&desks, "anna"), 1);
    assert_int_equal(desks_rename(&desks, "anna.one", "berta"), IC_OK);
    assert_int_equal(desks_search(&desks, "anna"), 0);
    assert_int_equal(desks_search(&desks, "berta"), 1);
}

/* How many entries a search of the log shows. */
struct searching {
    const struct desks *desks;
    struct ic_log_query query;
    struct ic_log_list list;
};

static enum ic_rc search_log(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct searching *searching = context;
    return ic_store_log_list(tx, &searching->query, searching->desks->fixture->arena, &searching->list, err);
}

static size_t found_in_log(const struct desks *desks, const char *term, const struct ic_id *tar_id)
{
    struct searching searching = {.desks = desks, .query = {.term = ic_str_from(term), .limit = 50}};
    if (tar_id) {
        searching.query.tar_id = *tar_id;
    }
    fixture_read(desks->fixture->store, search_log, &searching);
    return searching.list.count;
}

static void test_the_log_is_searched_by_the_present_handle_and_by_the_one_of_the_time(void **state)
{
    struct desks desks = desks_begin(*state);
    struct ic_outreach_ids anna = desks_message(&desks, "anna.one", 5000);
    desks_message(&desks, "anna.one", 5001);
    desks_message(&desks, "somebody", 5002);
    assert_int_equal(desks_rename(&desks, "anna.one", "berta"), IC_OK);
    desks_message(&desks, "anna.one", 5003); /* From a desktop that does not know yet. */
    assert_int_equal(desks_rename(&desks, "anna.one", "clara"), IC_OK);
    /* Four messages and renamings were Clara's, three before the last renaming Berta's, and two Anna's. */
    const struct ic_id *const filters[] = {NULL, &anna.tar_id};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(found_in_log(&desks, "clara", filters[i]), 5);
        assert_int_equal(found_in_log(&desks, "nobody", filters[i]), 0);
    }
    assert_int_equal(found_in_log(&desks, "berta", NULL), 4);
    assert_int_equal(found_in_log(&desks, "anna.one", NULL), 2);
    assert_int_equal(found_in_log(&desks, "NNA.ON", NULL), 2);
    assert_int_equal(found_in_log(&desks, "somebody", NULL), 1);
    /* What was merged keeps its events, and the handles that they are found by. */
    struct ic_outreach_ids other = desks_message(&desks, "the.other", 6000);
    assert_int_equal(desks_merge(&desks, &anna.tar_id, &other.tar_id), IC_OK);
    assert_int_equal(found_in_log(&desks, "anna.one", NULL), 2);
    assert_true(found_in_log(&desks, "clara", NULL) >= 5);
    check_whole(&desks);
}

static void test_a_target_may_have_its_former_handle_again_and_nobody_elses(void **state)
{
    struct desks desks = desks_begin(*state);
    struct ic_outreach_ids anna = desks_message(&desks, "anna.one", 5000);
    desks_message(&desks, "berta", 5000);
    assert_int_equal(desks_rename(&desks, "anna.one", "anna.one"), IC_CONFLICT);
    assert_int_equal(desks_rename(&desks, "anna.one", "berta"), IC_CONFLICT);
    assert_int_equal(desks_rename(&desks, "anna.one", "anna.two"), IC_OK);
    assert_int_equal(desks_rename(&desks, "berta", "anna.one"), IC_CONFLICT);
    assert_int_equal(desks_rename(&desks, "anna.two", "anna.one"), IC_OK);
    assert_string_equal(desks_target(&desks, "anna.two").tar_id.text, anna.tar_id.text);
    assert_string_equal(desks_target(&desks, "anna.one").tar_username.text, "anna.one");
    check_whole(&desks);
}

static void test_an_excluded_target_is_excluded_under_all_its_handles(void **state)
{
    struct desks desks = desks_begin(*state);
    static const char *const handles[] = {"anna.one", "anna.two", "anna.three"};
    desks_message(&desks, "anna.one", 5000);
    assert_int_equal(desks_rename(&desks, "anna.one", "anna.two"), IC_OK);
    struct ic_edit exclude = desks_exclude(&desks, 0, "anna.one", 10);
    desks_write(&desks, &exclude);
    assert_int_equal(desks_rename(&desks, "anna.two", "anna.three"), IC_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_true(desks_suppression(&desks, handles[i]).exclusion.is_excluded);
    }
    struct ic_edit lift = desks_lift(&desks, 1, "anna.two", 11);
    desks_write(&desks, &lift);
    for (size_t i = 0; i < 3; i++) {
        struct ic_suppression suppression = desks_suppression(&desks, handles[i]);
        assert_true(suppression.is_there);
        assert_false(suppression.exclusion.is_excluded);
        assert_int_equal(suppression.exclusion.stamp.hybrid_time, 11);
    }
    assert_int_equal(desks_target(&desks, "anna.one").tar_status, IC_TARGET_STATUS_COLD_NO_REPLY);
    check_whole(&desks);
}

static void test_a_target_that_takes_an_excluded_handle_is_excluded(void **state)
{
    struct desks desks = desks_begin(*state);
    struct ic_edit exclude = desks_exclude(&desks, 0, "anna.two", 10);
    desks_message(&desks, "anna.one", 5000);
    desks_write(&desks, &exclude);
    assert_int_equal(desks_rename(&desks, "anna.one", "anna.two"), IC_OK);
    assert_int_equal(desks_target(&desks, "anna.one").tar_status, IC_TARGET_STATUS_EXCLUDED);
    assert_true(desks_suppression(&desks, "anna.one").exclusion.is_excluded);
    check_whole(&desks);
}

/* ---- Merging. ---- */

static void test_what_is_left_of_a_merge_has_the_later_values_and_the_first_contact(void **state)
{
    struct desks desks = desks_begin(*state);
    struct ic_outreach_ids from = desks_message(&desks, "anna.old", 4000);
    struct ic_outreach_ids into = desks_message(&desks, "anna.new", 5000);
    struct ic_edit edits[] = {
        desks_set(&desks, 0, "anna.old", IC_TARGET_FIELD_EMAIL, "old@b.example", 20),
        desks_set(&desks, 1, "anna.new", IC_TARGET_FIELD_EMAIL, "new@b.example", 10),
        desks_set(&desks, 0, "anna.old", IC_TARGET_FIELD_TAR_STATUS, "Warm", 11),
        desks_set(&desks, 1, "anna.new", IC_TARGET_FIELD_TAR_STATUS, "Booked", 12),
        desks_set(&desks, 0, "anna.old", IC_TARGET_FIELD_NOTES, "Likes tea.", 5),
    };
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        desks_write(&desks, &edits[i]);
    }
    assert_int_equal(desks_merge(&desks, &from.tar_id, &into.tar_id), IC_OK);
    struct ic_target target = desks_target(&desks, "anna.old");
    assert_string_equal(target.tar_id.text, into.tar_id.text);
    assert_string_equal(target.tar_username.text, "anna.new");
    assert_true(ic_str_is(target.email.text, "old@b.example"));
    assert_true(ic_str_is(target.notes, "Likes tea."));
    assert_int_equal(target.tar_status, IC_TARGET_STATUS_BOOKED);
    assert_int_equal(target.first_contacted, 4000);
    assert_int_equal(target.hybrid_time, 20);
    struct ic_target gone = desks_get(&desks, &from.tar_id);
    assert_string_equal(gone.merged_into.text, into.tar_id.text);
    assert_string_equal(gone.tar_username.text, "anna.old");
    /* What is said of it later is of the one that is left, and merges with what that one took over. */
    struct ic_edit late = desks_set(&desks, 1, "anna.old", IC_TARGET_FIELD_EMAIL, "later@b.example", 19);
    struct ic_outreach_ids ids = desks_write(&desks, &late);
    assert_string_equal(ids.tar_id.text, into.tar_id.text);
    assert_true(ic_str_is(desks_target(&desks, "anna.new").email.text, "old@b.example"));
    check_whole(&desks);
}

static void test_a_merge_leaves_history_where_it_was_and_the_counts_right(void **state)
{
    struct desks desks = desks_begin(*state);
    struct ic_outreach_ids from = desks_message(&desks, "anna.old", 4000);
    struct ic_edit made = desks_set(&desks, 0, "anna.new", IC_TARGET_FIELD_NOTES, "No message yet.", 5);
    struct ic_outreach_ids into = desks_write(&desks, &made);
    int64_t cursor = fixture_look(desks.fixture->store).cursor;
    assert_int_equal(desks_merge(&desks, &from.tar_id, &into.tar_id), IC_OK);
    struct picture picture = fixture_look(desks.fixture->store);
    assert_int_equal(picture.totals.targets, 1);
    assert_int_equal(picture.cursor, cursor + 2);
    assert_string_equal(desks_event(&desks, &from.elg_id).tar_id.text, from.tar_id.text);
    assert_int_equal(desks_search(&desks, "anna"), 1);
    /* Its own first message comes after the first contact that it took over: the roll-ups count both. */
    desks_message(&desks, "anna.old", 6000);
    desks_message(&desks, "anna.new", 5000);
    check_whole(&desks);
}

static void test_merges_follow_each_other(void **state)
{
    struct desks desks = desks_begin(*state);
    struct ic_outreach_ids one = desks_message(&desks, "one", 4000);
    struct ic_outreach_ids two = desks_message(&desks, "two", 5000);
    struct ic_outreach_ids three = desks_message(&desks, "three", 6000);
    assert_int_equal(desks_merge(&desks, &one.tar_id, &one.tar_id), IC_CONFLICT);
    assert_int_equal(desks_merge(&desks, &one.tar_id, &two.tar_id), IC_OK);
    assert_int_equal(desks_merge(&desks, &one.tar_id, &three.tar_id), IC_CONFLICT);
    assert_int_equal(desks_merge(&desks, &three.tar_id, &one.tar_id), IC_CONFLICT);
    assert_int_equal(desks_merge(&desks, &two.tar_id, &three.tar_id), IC_OK);
    assert_string_equal(desks_message(&desks, "one", 7000).tar_id.text, three.tar_id.text);
    assert_string_equal(desks_message(&desks, "two", 7001).tar_id.text, three.tar_id.text);
    assert_int_equal(desks_target(&desks, "one").first_contacted, 4000);
    assert_int_equal(fixture_look(desks.fixture->store).totals.targets, 1);
    check_whole(&desks);
}

static void test_of_two_that_are_merged_an_exclusion_holds_for_both_handles(void **state)
{
    struct desks desks = desks_begin(*state);
    for (int which = 0; which < 2; which++) {
        const char *names[] = {which ? "b.from" : "a.from", which ? "b.into" : "a.into"};
        struct ic_outreach_ids from = desks_message(&desks, names[0], 4000);
        struct ic_outreach_ids into = desks_message(&desks, names[1], 5000);
        struct ic_edit exclude = desks_exclude(&desks, 0, names[which], 10);
        desks_write(&desks, &exclude);
        assert_int_equal(desks_merge(&desks, &from.tar_id, &into.tar_id), IC_OK);
        assert_int_equal(desks_target(&desks, names[0]).tar_status, IC_TARGET_STATUS_EXCLUDED);
        for (int i = 0; i < 2; i++) {
            assert_true(desks_suppression(&desks, names[i]).exclusion.is_excluded);
        }
        struct ic_edit lift = desks_lift(&desks, 0, names[0], 11);
        desks_write(&desks, &lift);
        for (int i = 0; i < 2; i++) {
            assert_false(desks_suppression(&desks, names[i]).exclusion.is_excluded);
        }
    }
    check_whole(&desks);
}

int run_lineage(void)
{
    const struct CMUnitTest lineage[] = {
        claim(test_a_renamed_target_is_found_by_every_handle_that_it_had, fixture_one),
        claim(test_the_search_finds_a_renamed_target_by_its_handle_alone, fixture_one),
        claim(test_the_log_is_searched_by_the_present_handle_and_by_the_one_of_the_time, fixture_one),
        claim(test_a_target_may_have_its_former_handle_again_and_nobody_elses, fixture_one),
        claim(test_an_excluded_target_is_excluded_under_all_its_handles, fixture_one),
        claim(test_a_target_that_takes_an_excluded_handle_is_excluded, fixture_one),
        claim(test_what_is_left_of_a_merge_has_the_later_values_and_the_first_contact, fixture_one),
        claim(test_a_merge_leaves_history_where_it_was_and_the_counts_right, fixture_one),
        claim(test_merges_follow_each_other, fixture_one),
        claim(test_of_two_that_are_merged_an_exclusion_holds_for_both_handles, fixture_one),
    };
    return run_claims(lineage);
}
