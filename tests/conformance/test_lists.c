/* The list of leads: pages, put together, are exactly what is asked for in its order, at any
 * size of a page and however little a page may look at; the truth is a look at every row. */
#include "claims.h"
#include "fixture.h"
#include "people.h"
#include "store/leads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TARGET_COUNT = 84, ROOM = 200 };

/* What the test knows of a target. */
struct known {
    struct ic_target target;
    struct ic_id id;
};

struct team {
    struct ic_rand rand;
    struct people people;
    struct known targets[ROOM];
    size_t target_count;
};

/* ---- What is put in. ---- */

/* Times are few, so that many targets have the same one; some were never contacted. */
static void make_target(struct team *team, size_t index)
{
    static const char *const words[] = {"a_b", "acb", "bistro", "cafe.norte", "x", "bar_", "zz9"};
    struct known *known = &team->targets[index];
    size_t actor = index % 4;
    *known = (struct known){0};
    known->target = (struct ic_target){
        .tar_status = (enum ic_target_status)(index * 5 % IC_TARGET_STATUS_COUNT),
        .first_contacted = index % 5 ? 1000 + (int64_t)(index * 7 % 6) : 0,
        .last_updated = 5000 + (int64_t)(index * 11 % 4),
        .email = {.state = (enum ic_contact_state)(index % IC_CONTACT_STATE_COUNT)},
        .phone_num = {.state = (enum ic_contact_state)(index / 2 % IC_CONTACT_STATE_COUNT)},
    };
    if (known->target.email.state == IC_CONTACT_STATE_FOUND) {
        known->target.email.text = IC_STR("hello@bistro.example");
    }
    if (known->target.phone_num.state == IC_CONTACT_STATE_FOUND) {
        known->target.phone_num.text = IC_STR("+351 21 000 0000");
    }
    if (known->target.first_contacted) {
        known->target.first_act_id = team->people.actors[actor];
        known->target.first_opr_id = team->people.operators[actor % 2];
    }
    (void)snprintf(known->target.tar_username.text, sizeof known->target.tar_username.text, "%s%zu",
                   words[index % (sizeof words / sizeof words[0])], index * 37 % 1000);
}

static enum ic_rc insert_next_target(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct team *team = context;
    struct known *known = &team->targets[team->target_count];
    make_target(team, team->target_count);
    return ic_store_target_insert(tx, &known->target, &team->rand, &known->id, err);
}

static void add_target(struct fixture *fixture, struct team *team)
{
    assert_true(team->target_count < ROOM);
    fixture_write(fixture->store, insert_next_target, team);
    team->target_count++;
}

static enum ic_rc insert_targets(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct team *team = context;
    enum ic_rc rc = IC_OK;
    for (team->target_count = 0; team->target_count < TARGET_COUNT && !rc; team->target_count++) {
        rc = insert_next_target(tx, team, err);
    }
    return rc;
}

static struct team *make_team(struct fixture *fixture)
{
    struct team *team = ic_arena_alloc(fixture->arena, sizeof *team);
    must(team, "memory");
    team->rand = ic_rand_system();
    people_insert(fixture->store, &team->people);
    fixture_write(fixture->store, insert_targets, team);
    return team;
}

/* ---- The truth. ---- */

static bool has_any_status(const struct ic_lead_query *query)
{
    for (int i = 0; i < IC_TARGET_STATUS_COUNT; i++) {
        if (query->has_status[i]) {
            return true;
        }
    }
    return false;
}

static bool holds_folded(const char *text, struct ic_str term)
{
    size_t size = strlen(text);
    for (size_t i = 0; i + term.size <= size; i++) {
        if (ic_str_equal_folded((struct ic_str){text + i, term.size}, term)) {
            return true;
        }
    }
    return false;
}

static bool is_asked_for(const struct known *known, const struct ic_lead_query *query)
{
    const struct ic_target *target = &known->target;
    int64_t contacted = target->first_contacted;
    bool has_window = query->contacted_from || query->contacted_until;
    return (!has_any_status(query) || query->has_status[target->tar_status]) &&
           (!query->has_email_state || target->email.state == query->email_state) &&
           (!query->has_phone_num_state || target->phone_num.state == query->phone_num_state) &&
           (ic_id_is_empty(&query->first_opr_id) || ic_id_equal(&target->first_opr_id, &query->first_opr_id)) &&
           (ic_id_is_empty(&query->first_act_id) || ic_id_equal(&target->first_act_id, &query->first_act_id)) &&
           (!has_window || contacted > 0) && (!query->contacted_from || contacted >= query->contacted_from) &&
           (!query->contacted_until || contacted < query->contacted_until) &&
           holds_folded(target->tar_username.text, query->term);
}

static enum ic_lead_order sorted_order; /* qsort's comparison has no context. */

static int compare(const void *left, const void *right)
{
    const struct known *one = *(const struct known *const *)left;
    const struct known *two = *(const struct known *const *)right;
    int64_t difference = 0;
    bool is_down = sorted_order == IC_LEAD_ORDER_UPDATED_NEWEST || sorted_order == IC_LEAD_ORDER_CONTACTED_NEWEST ||
                   sorted_order == IC_LEAD_ORDER_HANDLE_DESCENDING;
    if (sorted_order == IC_LEAD_ORDER_UPDATED_NEWEST || sorted_order == IC_LEAD_ORDER_UPDATED_OLDEST) {
        difference = one->target.last_updated - two->target.last_updated;
    } else if (sorted_order == IC_LEAD_ORDER_CONTACTED_NEWEST || sorted_order == IC_LEAD_ORDER_CONTACTED_OLDEST) {
        difference = one->target.first_contacted - two->target.first_contacted;
    } else {
        difference = strcmp(one->target.tar_username.text, two->target.tar_username.text);
    }
    difference = difference ? difference : strcmp(one->id.text, two->id.text);
    return (int)(is_down ? -difference : difference);
}

/* The targets asked for, in order. */
static size_t tell_truth(const struct team *team, const struct ic_lead_query *query, const struct known **ret_truth)
{
    size_t count = 0;
    for (size_t i = 0; i < team->target_count; i++) {
        if (is_asked_for(&team->targets[i], query)) {
            ret_truth[count++] = &team->targets[i];
        }
    }
    sorted_order = query->order;
    qsort(ret_truth, count, sizeof ret_truth[0], compare);
    return count;
}

/* ---- Walking. ---- */

struct paging {
    struct ic_arena *arena;
    struct ic_lead_query query;
    struct ic_lead_bounds bounds;
    struct ic_lead_list list;
};

static enum ic_rc read_leads(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct paging *paging = context;
    return ic_store_lead_list(tx, &paging->query, &paging->bounds, paging->arena, &paging->list, err);
}

/* Walks all pages; `between` (NULL: nothing) happens after each. Gives how many ids were met. */
static size_t walk(struct fixture *fixture, const struct ic_lead_query *query, const struct ic_lead_bounds *bounds,
                   void (*between)(struct fixture *fixture, struct team *team), struct team *team,
                   struct ic_id *ret_ids)
{
    struct ic_arena *arena = ic_arena_create(16 << 20);
    struct paging paging = {.arena = arena, .query = *query, .bounds = *bounds};
    struct ic_list_place place;
    size_t count = 0;
    must(arena, "an arena");
    do {
        ic_arena_reset(arena);
        fixture_read(fixture->store, read_leads, &paging);
        assert_true(paging.list.count <= query->limit);
        for (size_t i = 0; i < paging.list.count; i++) {
            assert_true(count < ROOM);
            ret_ids[count++] = paging.list.items[i].tar_id;
        }
        place = paging.list.next;
        paging.query.behind = &place;
        if (between) {
            between(fixture, team);
        }
    } while (paging.list.has_next);
    ic_arena_destroy(arena);
    return count;
}

static void check_walk(struct fixture *fixture, struct team *team, const struct ic_lead_query *query,
                       const struct ic_lead_bounds *bounds)
{
    const struct known *truth[ROOM];
    struct ic_id ids[ROOM];
    size_t truth_count = tell_truth(team, query, truth);
    size_t count = walk(fixture, query, bounds, NULL, team, ids);
    bool is_right = count == truth_count;
    for (size_t i = 0; i < count && is_right; i++) {
        is_right = ic_id_equal(&ids[i], &truth[i]->id);
    }
    if (!is_right) {
        print_message("# order %d, pages of %zu, looks %d, %d of status, found %d, term %.*s: %zu instead of %zu\n",
                      (int)query->order, query->limit, (int)bounds->looks, (int)bounds->looks_of_status,
                      (int)bounds->found_max, (int)query->term.size, query->term.data ? query->term.data : "", count,
                      truth_count);
    }
    assert_true(is_right);
}

/* All orders, sizes of pages, and from looking at a handful to looking at everything. */
static void check_everywhere(struct fixture *fixture, struct team *team, const struct ic_lead_query *filters)
{
    static const size_t limits[] = {1, 7, 200};
    static const struct ic_lead_bounds bounds[] = {{3, 5, 2, 0}, {10, 20, 4, 12}, {10000, 10000, 10000, 10000}};
    for (int order = 0; order < IC_LEAD_ORDER_COUNT; order++) {
        for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
            struct ic_lead_query query = *filters;
            query.order = (enum ic_lead_order)order;
            query.limit = limits[i];
            /* The smallest pages with the smallest looks, and so on; all of them would only take longer. */
            check_walk(fixture, team, &query, &bounds[i]);
            check_walk(fixture, team, &query, &bounds[(i + 1) % 3]);
        }
    }
}

static void test_pages_of_leads_are_the_whole_list_in_every_order(void **state)
{
    struct fixture *fixture = *state;
    struct team *team = make_team(fixture);
    check_everywhere(fixture, team, &(struct ic_lead_query){0});
}

static void test_pages_of_leads_are_what_each_filter_leaves(void **state)
{
    struct fixture *fixture = *state;
    struct team *team = make_team(fixture);
    const struct ic_lead_query filters[] = {
        {.has_status = {[IC_TARGET_STATUS_WARM] = true}},
        {.has_status =
             {[IC_TARGET_STATUS_WARM] = true, [IC_TARGET_STATUS_PAID] = true, [IC_TARGET_STATUS_BOOKED] = true}},
        {.has_status = {true, true, true, true, true, true, true}},
        {.has_email_state = true, .email_state = IC_CONTACT_STATE_FOUND},
        {.has_phone_num_state = true, .phone_num_state = IC_CONTACT_STATE_NOT_SEARCHED},
        {.first_opr_id = team->people.operators[1]},
        {.first_opr_id = team->people.operators[2]}, /* Nobody's. */
        {.first_act_id = team->people.actors[3]},
        {.contacted_from = 1002},
        {.contacted_until = 1003},
        {.contacted_from = 1001, .contacted_until = 1004},
        {.contacted_from = 2000},
    };
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        check_everywhere(fixture, team, &filters[i]);
    }
}

static void test_pages_of_leads_are_what_filters_leave_together(void **state)
{
    struct fixture *fixture = *state;
    struct team *team = make_team(fixture);
    const struct ic_lead_query filters[] = {
        {.has_status = {[IC_TARGET_STATUS_WARM] = true, [IC_TARGET_STATUS_REPLIED] = true},
         .has_email_state = true,
         .email_state = IC_CONTACT_STATE_FOUND},
        {.has_status = {[IC_TARGET_STATUS_COLD_NO_REPLY] = true, [IC_TARGET_STATUS_PAID] = true},
         .contacted_from = 1001,
         .contacted_until = 1005,
         .first_opr_id = team->people.operators[0]},
        {.has_status = {[IC_TARGET_STATUS_WARM] = true}, .term = IC_STR("bistro")},
        {.has_email_state = true,
         .email_state = IC_CONTACT_STATE_NOT_FOUND,
         .has_phone_num_state = true,
         .phone_num_state = IC_CONTACT_STATE_FOUND,
         .first_act_id = team->people.actors[1],
         .term = IC_STR("b")},
    };
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        check_everywhere(fixture, team, &filters[i]);
    }
}

static void test_a_term_is_found_in_handles_and_is_no_pattern(void **state)
{
    static const char *const terms[] = {
        "bistro", "BISTRO",      "istr",
        "a_b",    "acb",         "a_",
        "_",      "%",           "_b",
        "a%b",    "9",           "r_",
        "r.",     ".",           "\\",
        "!",      "!_",          "\"a_b",
        "a_b\"",  "' OR 1=1 --", "zz9",
        "z9",     "\xC3\xA9",    "\xF0\x9F\x8D\x95",
        "BAR_",   "notthere",    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    };
    struct fixture *fixture = *state;
    struct team *team = make_team(fixture);
    static const struct ic_lead_bounds bounds[] = {{10, 20, 4, 0}, {10000, 10000, 4, 10000}};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct ic_lead_query query = {
            .order = (enum ic_lead_order)(i % IC_LEAD_ORDER_COUNT), .term = ic_str_from(terms[i]), .limit = 5};
        check_walk(fixture, team, &query, &bounds[0]);
        check_walk(fixture, team, &query, &bounds[1]);
    }
}

static enum ic_rc insert_kiosk(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct team *team = context;
    const struct ic_target kiosk = {.tar_username = {"kiosk"}, .last_updated = 1};
    struct ic_id id;
    return ic_store_target_insert(tx, &kiosk, &team->rand, &id, err);
}

static void test_a_term_is_folded_as_unicode_is(void **state)
{
    struct fixture *fixture = *state;
    struct team *team = make_team(fixture);
    struct ic_id ids[ROOM];
    const struct ic_lead_query kelvin = {.term = IC_STR("\xE2\x84\xAAIOS\xE2\x84\xAA"), .limit = 50};
    const struct ic_lead_query wide = {.term = IC_STR("\xEF\xBD\x8Biosk"), .limit = 50};
    fixture_write(fixture->store, insert_kiosk, team);
    assert_int_equal(walk(fixture, &kelvin, &ic_lead_bounds, NULL, team, ids), 1); /* The sign of Kelvin is a k ... */
    assert_int_equal(walk(fixture, &wide, &ic_lead_bounds, NULL, team, ids), 0);   /* ... and a wide k is another. */
}

/* ---- While somebody writes. ---- */

static void add_some(struct fixture *fixture, struct team *team)
{
    for (int i = 0; i < 3 && team->target_count < ROOM; i++) {
        add_target(fixture, team);
    }
}

/* How often an id was met, and where last. */
static size_t count_met(const struct ic_id *ids, size_t count, const struct ic_id *id, size_t *ret_place)
{
    size_t times = 0;
    for (size_t i = 0; i < count; i++) {
        if (ic_id_equal(&ids[i], id)) {
            times++;
            *ret_place = i;
        }
    }
    return times;
}

static void check_writing(struct fixture *fixture, struct team *team, enum ic_lead_order order)
{
    const struct known *before[ROOM];
    struct ic_id ids[ROOM];
    const struct ic_lead_query query = {.order = order, .limit = 21};
    size_t before_count = tell_truth(team, &query, before);
    size_t count = walk(fixture, &query, &ic_lead_bounds, add_some, team, ids);
    size_t place_before = 0;
    for (size_t i = 0; i < before_count; i++) {
        size_t place = 0;
        assert_int_equal(count_met(ids, count, &before[i]->id, &place), 1);
        assert_true(i == 0 || place > place_before);
        place_before = place;
    }
    for (size_t i = 0; i < count; i++) {
        size_t place;
        assert_int_equal(count_met(ids, count, &ids[i], &place), 1);
    }
}

static void test_targets_that_come_between_pages_repeat_and_hide_none(void **state)
{
    struct fixture *fixture = *state;
    struct team *team = make_team(fixture);
    for (int order = 0; order < IC_LEAD_ORDER_COUNT; order++) {
        check_writing(fixture, team, (enum ic_lead_order)order);
    }
    assert_true(team->target_count > TARGET_COUNT);
}

/* ---- What a lead shows. ---- */

struct message {
    struct team *team;
    int operator_;
    const char *act_username;
    int64_t at;
    struct ic_outreach_ids ids;
};

static enum ic_rc insert_message(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct message *message = context;
    struct ic_outreach outreach =
        fixture_outreach(&message->team->people.operators[message->operator_], "kiosk", message->at);
    (void)snprintf(outreach.act_username.text, sizeof outreach.act_username.text, "%s", message->act_username);
    return ic_store_outreach_insert(tx, &outreach, 1, &message->team->rand, &message->ids, err);
}

struct getting {
    struct ic_arena *arena;
    struct ic_id tar_id;
    struct ic_lead lead;
    struct ic_str notes;
};

static enum ic_rc get_lead(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct getting *getting = context;
    return ic_store_lead_get(tx, &getting->tar_id, getting->arena, &getting->lead, &getting->notes, err);
}

static void test_a_lead_tells_who_contacted_it_first_in_whatever_order_messages_come(void **state)
{
    struct fixture *fixture = *state;
    struct team *team = make_team(fixture);
    struct message late = {.team = team, .operator_ = 0, .act_username = "late", .at = 5000};
    struct message early = {.team = team, .operator_ = 1, .act_username = "early", .at = 3000};
    struct message middle = {.team = team, .operator_ = 2, .act_username = "middle", .at = 4000};
    struct getting getting = {.arena = fixture->arena};
    fixture_write(fixture->store, insert_message, &late);
    getting.tar_id = late.ids.tar_id;
    fixture_read(fixture->store, get_lead, &getting);
    assert_true(ic_id_equal(&getting.lead.first_opr_id, &team->people.operators[0]));
    assert_true(ic_str_is(getting.lead.first_act_username, "late"));
    fixture_write(fixture->store, insert_message, &early);
    fixture_write(fixture->store, insert_message, &middle);
    fixture_read(fixture->store, get_lead, &getting);
    assert_int_equal(getting.lead.first_contacted, 3000);
    assert_true(ic_id_equal(&getting.lead.first_opr_id, &team->people.operators[1]));
    assert_true(ic_str_is(getting.lead.first_opr_name, "anna"));
    assert_true(ic_id_equal(&getting.lead.first_act_id, &early.ids.act_id));
    assert_true(ic_str_is(getting.lead.first_act_username, "early"));
    assert_int_equal(fixture_look(fixture->store).mismatch_count, 0); /* The roll-ups say the same. */
}

struct noting {
    struct team *team;
    struct ic_str notes;
    const char *handle;
    struct ic_id tar_id;
};

static enum ic_rc insert_noted(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct noting *noting = context;
    struct ic_target target = {.notes = noting->notes, .last_updated = 1};
    must(ic_handle_parse(ic_str_from(noting->handle), &target.tar_username), "a handle");
    return ic_store_target_insert(tx, &target, &noting->team->rand, &noting->tar_id, err);
}

static void test_a_lead_shows_the_beginning_of_its_notes_and_tells_them_whole(void **state)
{
    enum { COUNT = IC_LIMIT_NOTES_PREVIEW_CHARACTERS + 1 };
    struct fixture *fixture = *state;
    struct team *team = make_team(fixture);
    char text[4 * COUNT];
    for (int i = 0; i < COUNT; i++) {
        memcpy(text + (ptrdiff_t)4 * i, "\xF0\x9F\x8D\x95", 4);
    }
    struct noting longer = {.team = team, .notes = {text, sizeof text}, .handle = "longer"};
    struct noting whole = {.team = team, .notes = {text, sizeof text - 4}, .handle = "whole"};
    struct getting getting = {.arena = fixture->arena};
    fixture_write(fixture->store, insert_noted, &longer);
    fixture_write(fixture->store, insert_noted, &whole);
    getting.tar_id = longer.tar_id;
    fixture_read(fixture->store, get_lead, &getting);
    assert_true(ic_str_equal(getting.lead.notes_preview, whole.notes));
    assert_true(getting.lead.has_more_notes);
    assert_true(ic_str_equal(getting.notes, longer.notes));
    getting.tar_id = whole.tar_id;
    fixture_read(fixture->store, get_lead, &getting);
    assert_true(ic_str_equal(getting.lead.notes_preview, whole.notes));
    assert_false(getting.lead.has_more_notes);
    assert_true(ic_str_equal(getting.notes, whole.notes));
    struct getting missing = {.arena = fixture->arena, .tar_id = {"TAR-00000000"}};
    assert_int_equal(ic_store_read(fixture->store, get_lead, &missing, NULL), IC_NOT_FOUND);
}

int run_lists(void)
{
    const struct CMUnitTest lists[] = {
        claim(test_pages_of_leads_are_the_whole_list_in_every_order, fixture_one),
        claim(test_pages_of_leads_are_what_each_filter_leaves, fixture_one),
        claim(test_pages_of_leads_are_what_filters_leave_together, fixture_one),
        claim(test_a_term_is_found_in_handles_and_is_no_pattern, fixture_one),
        claim(test_a_term_is_folded_as_unicode_is, fixture_one),
        claim(test_targets_that_come_between_pages_repeat_and_hide_none, fixture_one),
        claim(test_a_lead_tells_who_contacted_it_first_in_whatever_order_messages_come, fixture_one),
        claim(test_a_lead_shows_the_beginning_of_its_notes_and_tells_them_whole, fixture_one),
    };
    return run_claims(lists);
}
