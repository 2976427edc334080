/* What is compared and sorted is so in the same way on every engine: letters fold where we fold them and nowhere else,
 * order is that of code points, absent values have one place, and a search takes % and _ as characters. */
#include "claims.h"
#include "fixture.h"
#include "store/rollup.h"
#include "store/search.h"
#include "store/targets.h"

#include <stdio.h>
#include <string.h>

/* ---- Folding. ---- */

struct naming {
    struct ic_str name;
    struct ic_id id;
};

static enum ic_rc insert_named(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct naming *naming = context;
    struct ic_rand rand = ic_rand_system();
    return fixture_insert_operator(tx, naming->name, &rand, &naming->id, err);
}

static enum ic_code try_name(struct fixture *fixture, const char *name)
{
    struct naming naming = {.name = ic_str_from(name)};
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_store_write(fixture->store, insert_named, &naming, &err);
    assert_int_equal(rc, ic_err_rc(&err));
    return err.code;
}

static void test_names_and_addresses_are_equal_in_whatever_case_of_ascii(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(try_name(fixture, "ABCDEFGHIJKLM nopqrstuvwxyz"), IC_CODE_OK);
    assert_int_equal(try_name(fixture, "abcdefghijklm NOPQRSTUVWXYZ"), IC_CODE_NAME_TAKEN);
    assert_int_equal(try_name(fixture, "abcdefghijklm nopqrstuvwxyz"), IC_CODE_NAME_TAKEN);
    assert_int_equal(try_name(fixture, "ABCDEFGHIJKLM NOPQRSTUVWXYZ"), IC_CODE_NAME_TAKEN);
    assert_int_equal(fixture_look(fixture->store).totals.operators, 1);
}

static void test_names_that_no_case_of_ascii_makes_equal_are_different(void **state)
{
    static const char *const names[] = {
        "\xC3\x84nne",
        "\xC3\xA4nne", /* A letter with a mark, upper and lower. */
        "Anne",
        "A\xCC\x88nne", /* Without the mark; with it apart. */
        "Stra\xC3\x9F"
        "e",
        "Strasse", /* What Unicode folds to two letters. */
        "I",
        "\xC4\xB0",
        "\xC4\xB1", /* Turkish. */
        "k",
        "\xE2\x84\xAA", /* The sign of Kelvin. */
        "a",
        "a ",
        " a",
        "a\xC2\xA0", /* Spaces count. */
        "\xF0\x9F\x8D\x95",
        "\xF0\x9F\x8D\x94", /* Characters that some collations ignore. */
        "\xE2\x80\x8B"
        "b",
        "b", /* A space of no width. */
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(try_name(fixture, names[i]), IC_CODE_OK);
    }
}

struct search_for {
    struct ic_arena *arena;
    struct ic_str text;
    struct ic_operator found;
};

static enum ic_rc find_operator(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct search_for *search = context;
    return ic_store_operator_find(tx, search->text, search->arena, &search->found, err);
}

static void test_an_operator_is_found_by_name_or_address_in_whatever_case(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    const char *const spellings[] = {"Owner", "OWNER", "owner@team.example", "oWNER@TEAM.example"};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        struct search_for search = {.arena = fixture->arena, .text = ic_str_from(spellings[i])};
        fixture_read(fixture->store, find_operator, &search);
        assert_true(ic_id_equal(&search.found.opr_id, &owner));
    }
    /* Not as a pattern, and not because trailing spaces do not count. */
    const char *const others[] = {"Owne_", "%", "Owner ", "Own"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct search_for search = {.arena = fixture->arena, .text = ic_str_from(others[i])};
        assert_int_equal(ic_store_read(fixture->store, find_operator, &search, NULL), IC_NOT_FOUND);
    }
}

struct contacting {
    const char *handle;
    struct ic_id tar_id;
};

static enum ic_rc contact(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct contacting *contacting = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_contacted contacted = {.at = 5};
    must(ic_handle_parse(ic_str_from(contacting->handle), &contacted.tar_username), "a handle");
    enum ic_rc rc = ic_store_targets_contact(tx, &contacted, 1, &rand, err);
    contacting->tar_id = contacted.tar_id;
    return rc;
}

static void test_two_spellings_of_a_handle_are_one_target(void **state)
{
    struct fixture *fixture = *state;
    struct contacting first = {.handle = "Bistro_Alfama"};
    struct contacting again = {.handle = "bistro_alfama"};
    struct contacting other = {.handle = "bistro.alfama"};
    fixture_write(fixture->store, contact, &first);
    fixture_write(fixture->store, contact, &again);
    fixture_write(fixture->store, contact, &other);
    assert_true(ic_id_equal(&first.tar_id, &again.tar_id));
    assert_false(ic_id_equal(&first.tar_id, &other.tar_id));
    assert_int_equal(fixture_look(fixture->store).totals.targets, 2);
}

/* ---- Searching. ---- */

struct searching {
    struct ic_arena *arena;
    struct ic_id owner;
    const char *text; /* The message, or the term. */
    struct ic_log_list list;
};

static enum ic_rc insert_message(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct searching *searching = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_outreach_ids ids;
    struct ic_outreach outreach = fixture_outreach(&searching->owner, "pizzeria_roma", 5000);
    outreach.message_text = ic_str_from(searching->text);
    return ic_store_outreach_insert(tx, &outreach, 1, &rand, &ids, err);
}

static enum ic_rc search_log(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct searching *searching = context;
    struct ic_log_query query = {.term = ic_str_from(searching->text), .limit = 50};
    return ic_store_log_list(tx, &query, searching->arena, &searching->list, err);
}

static void test_a_search_finds_a_substring_in_whatever_case_and_no_pattern(void **state)
{
    static const struct {
        const char *term;
        size_t count;
    } searches[] = {
        {"Desconto de 100%", 1},
        {"100%", 1},
        {"100_", 0},
        {"1%0", 0},
        {"a_b", 1}, /* Not the message with acb. */
        {"acb", 1},
        {"pizzeria_", 5},
        {"pizzeria.", 0},
        {"caf\xC3\x89", 2},  /* Upper case, ... */
        {"cafe\xCC\x81", 2}, /* ... and composed of two: both messages with a cafe, however written. */
        {"cafe", 0},
        {"say \"hi\"", 1},
        {"it's!", 1},
        {"!!!", 0},
        {"c:\\temp", 1},
        {"\xF0\x9F\x8D\x95\xF0\x9F\x8D\x95\xF0\x9F\x8D\x95", 1},
        {"OR NOT", 0},
        {"key\" \"is a", 0},
        {"key* OR", 0},
        {"***", 0},
    };
    static const char *const messages[] = {
        "Ol\xC3\xA1! Desconto de 100% hoje \xF0\x9F\x8D\x95\xF0\x9F\x8D\x95\xF0\x9F\x8D\x95",
        "The key is a_b, I say \"hi\".",
        "The key is acb, at C:\\temp",
        "Um caf\xC3\xA9? It's!",
        "Um CAFE\xCC\x81!",
    };
    struct fixture *fixture = *state;
    struct searching searching = {.arena = fixture->arena, .owner = fixture_owner(fixture->store)};
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        searching.text = messages[i];
        fixture_write(fixture->store, insert_message, &searching);
    }
    for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
        searching.text = searches[i].term;
        fixture_read(fixture->store, search_log, &searching);
        if (searching.list.count != searches[i].count) {
            print_message("# %s was found %zu times.\n", searches[i].term, searching.list.count);
        }
        assert_int_equal(searching.list.count, searches[i].count);
    }
}

/* ---- Sorting. ---- */

struct batch {
    struct ic_id owner;
    int count;
};

/* Messages to many targets, whose ids have letters of both cases, by many actors; and events without either. */
static enum ic_rc insert_batch(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct batch *batch = context;
    struct ic_rand rand = ic_rand_system();
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < batch->count && !rc; i++) {
        char handle[16];
        struct ic_outreach_ids ids;
        (void)snprintf(handle, sizeof handle, "%c%c%d", i % 2 ? '_' : 'z', i % 3 ? '.' : 'a', i);
        struct ic_outreach outreach = fixture_outreach(&batch->owner, handle, 5000);
        (void)snprintf(outreach.act_username.text, sizeof outreach.act_username.text, "actor%d", i % 20);
        rc = ic_store_outreach_insert(tx, &outreach, 1, &rand, &ids, err);
    }
    return rc ? rc : fixture_insert_event(tx, &batch->owner, err);
}

static enum ic_rc check_rollup(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_rollup_check(tx, context, err);
}

enum { FALSE_REACH_COUNT = 4 };

/* Notes that targets which are not there were reached, in a quarter of their own. */
static enum ic_rc reach_falsely(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    static const char *const tar_ids[FALSE_REACH_COUNT] = {"TAR-00000000", "TAR-ZZZZZZZZ", "TAR-aaaaaaaa",
                                                           "TAR-mMmMmMmM"};
    const struct batch *batch = context;
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < FALSE_REACH_COUNT && !rc; i++) {
        struct ic_rollup_event event = {
            .event_type = IC_EVENT_TYPE_OUTREACH,
            .created_at = INT64_C(10) * IC_ROLLUP_QUARTER_MS,
            .log_position = 1,
            .elg_id = {"ELG-0000000000"},
            .opr_id = batch->owner,
            .milestone = ic_rollup_first_contact,
        };
        must(ic_id_parse(IC_ID_TARGET, ic_str_from(tar_ids[i]), &event.tar_id), "an id");
        rc = ic_rollup_add(tx, &event, err);
    }
    return rc;
}

/* The check walks what is kept and what is counted side by side in the order of code points. */
static void test_ids_and_types_are_sorted_by_code_point_and_absent_ones_have_one_place(void **state)
{
    struct fixture *fixture = *state;
    struct batch batch = {.owner = fixture_owner(fixture->store), .count = 120};
    struct ic_rollup_report report = {0};
    fixture_write(fixture->store, insert_batch, &batch);
    fixture_read(fixture->store, check_rollup, &report);
    assert_string_equal(report.first_mismatch, "");
    assert_int_equal(report.row_count, 120 + 21 + 1 + 21);
    /* Rows that should not be there are found as what they are only where both sides are in that order. */
    fixture_write(fixture->store, reach_falsely, &batch);
    fixture_read(fixture->store, check_rollup, &report);
    assert_int_equal(report.mismatch_count, FALSE_REACH_COUNT + 1 + 1 + 1);
}

static enum ic_rc rebuild_rollup(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)context;
    return ic_rollup_rebuild(tx, err);
}

static void test_roll_ups_that_are_made_anew_are_the_same(void **state)
{
    struct fixture *fixture = *state;
    struct batch batch = {.owner = fixture_owner(fixture->store), .count = 40};
    struct ic_rollup_report before = {0};
    struct ic_rollup_report after = {0};
    fixture_write(fixture->store, insert_batch, &batch);
    fixture_read(fixture->store, check_rollup, &before);
    fixture_write(fixture->store, rebuild_rollup, NULL);
    fixture_read(fixture->store, check_rollup, &after);
    assert_int_equal(after.mismatch_count, 0);
    assert_int_equal(after.row_count, before.row_count);
}

struct paging {
    struct ic_arena *arena;
    struct ic_log_query query;
    struct ic_log_list list;
};

static enum ic_rc read_page(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct paging *paging = context;
    return ic_store_log_list(tx, &paging->query, paging->arena, &paging->list, err);
}

/* Walks the whole log in pages of seven, and counts what it meets; each entry must lie behind the one before. */
static int64_t walk_log(struct fixture *fixture, struct ic_log_query query)
{
    struct paging paging = {.arena = fixture->arena, .query = query};
    int64_t count = 0;
    do {
        fixture_read(fixture->store, read_page, &paging);
        for (size_t i = 0; i < paging.list.count; i++) {
            int64_t position = paging.list.items[i].log_position;
            if (paging.query.behind) {
                assert_true(query.is_oldest_first ? position > paging.query.behind : position < paging.query.behind);
            }
            paging.query.behind = position;
            count++;
        }
    } while (paging.list.count == query.limit);
    return count;
}

static void test_pages_of_the_log_meet_every_event_once_in_both_orders(void **state)
{
    struct fixture *fixture = *state;
    struct batch batch = {.owner = fixture_owner(fixture->store), .count = 60};
    fixture_write(fixture->store, insert_batch, &batch);
    assert_int_equal(walk_log(fixture, (struct ic_log_query){.limit = 7}), 61);
    assert_int_equal(walk_log(fixture, (struct ic_log_query){.limit = 7, .is_oldest_first = true}), 61);
    assert_int_equal(walk_log(fixture, (struct ic_log_query){.limit = 7, .opr_id = batch.owner}), 61);
    assert_int_equal(
        walk_log(fixture,
                 (struct ic_log_query){.limit = 7, .has_event_type = true, .event_type = IC_EVENT_TYPE_OUTREACH}),
        60);
    /* Absent values are equal to nothing: an event without an actor is in no actor's list. */
    assert_int_equal(walk_log(fixture, (struct ic_log_query){.limit = 7, .act_id = {"ACT-00000000"}}), 0);
    assert_int_equal(walk_log(fixture, (struct ic_log_query){.limit = 7, .from = 2, .until = 5001}), 60);
}

int run_order(void)
{
    const struct CMUnitTest order[] = {
        claim(test_names_and_addresses_are_equal_in_whatever_case_of_ascii, fixture_one),
        claim(test_names_that_no_case_of_ascii_makes_equal_are_different, fixture_one),
        claim(test_an_operator_is_found_by_name_or_address_in_whatever_case, fixture_one),
        claim(test_two_spellings_of_a_handle_are_one_target, fixture_one),
        claim(test_a_search_finds_a_substring_in_whatever_case_and_no_pattern, fixture_one),
        claim(test_ids_and_types_are_sorted_by_code_point_and_absent_ones_have_one_place, fixture_one),
        claim(test_roll_ups_that_are_made_anew_are_the_same, fixture_one),
        claim(test_pages_of_the_log_meet_every_event_once_in_both_orders, fixture_one),
    };
    return run_claims(order);
}
