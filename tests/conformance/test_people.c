/* The lists of actors and operators: pages, put together, are what is asked for, once and in its order. */
#include "claims.h"
#include "people.h"
#include "store/actor_list.h"
#include "store/operator_list.h"

#include <string.h>

enum { ROOM = 200 };

struct listing {
    struct ic_arena *arena;
    struct ic_actor_query actors;
    struct ic_operator_query operators;
    struct ic_actor_list actor_list;
    struct ic_operator_list operator_list;
};

static enum ic_rc read_actors(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct listing *listing = context;
    return ic_store_actor_list(tx, &listing->actors, listing->arena, &listing->actor_list, err);
}

static enum ic_rc read_operators(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct listing *listing = context;
    return ic_store_operator_list(tx, &listing->operators, listing->arena, &listing->operator_list, err);
}

/* All of them, page by page. */
static size_t walk_actors(struct fixture *fixture, struct ic_actor_query query, struct ic_actor_entry *ret_entries)
{
    struct listing listing = {.arena = fixture->arena, .actors = query};
    struct ic_list_place place;
    size_t count = 0;
    do {
        fixture_read(fixture->store, read_actors, &listing);
        for (size_t i = 0; i < listing.actor_list.count; i++) {
            assert_true(count < ROOM);
            ret_entries[count++] = listing.actor_list.items[i];
        }
        place = listing.actor_list.next;
        listing.actors.behind = &place;
    } while (listing.actor_list.has_next);
    return count;
}

static size_t walk_operators(struct fixture *fixture, struct ic_operator_query query, struct ic_operator *ret_entries)
{
    struct listing listing = {.arena = fixture->arena, .operators = query};
    struct ic_list_place place;
    size_t count = 0;
    do {
        fixture_read(fixture->store, read_operators, &listing);
        for (size_t i = 0; i < listing.operator_list.count; i++) {
            assert_true(count < ROOM);
            ret_entries[count++] = listing.operator_list.items[i];
        }
        place = listing.operator_list.next;
        listing.operators.behind = &place;
    } while (listing.operator_list.has_next);
    return count;
}

/* Whether the second may stand behind the first. */
static bool is_behind(enum ic_actor_order order, const struct ic_actor_entry *one, const struct ic_actor_entry *two)
{
    int by_handle = strcmp(one->act_username.data, two->act_username.data);
    by_handle = by_handle ? by_handle : strcmp(one->opr_id.text, two->opr_id.text);
    int64_t by_activity = one->last_activity - two->last_activity;
    by_activity = by_activity ? by_activity : strcmp(one->act_id.text, two->act_id.text);
    int64_t by_creation = one->created_at - two->created_at;
    by_creation = by_creation ? by_creation : strcmp(one->act_id.text, two->act_id.text);
    switch (order) {
    case IC_ACTOR_ORDER_HANDLE_ASCENDING:
        return by_handle < 0;
    case IC_ACTOR_ORDER_HANDLE_DESCENDING:
        return by_handle > 0;
    case IC_ACTOR_ORDER_ACTIVE_NEWEST:
        return by_activity > 0;
    case IC_ACTOR_ORDER_ACTIVE_OLDEST:
        return by_activity < 0;
    case IC_ACTOR_ORDER_CREATED_NEWEST:
        return by_creation > 0;
    case IC_ACTOR_ORDER_CREATED_OLDEST:
        return by_creation < 0;
    }
    return false;
}

static void test_pages_of_actors_are_the_whole_list_in_every_order(void **state)
{
    struct fixture *fixture = *state;
    struct ic_actor_entry entries[ROOM];
    struct people people;
    people_insert(fixture->store, &people);
    for (int order = 0; order < IC_ACTOR_ORDER_COUNT; order++) {
        for (size_t limit = 1; limit <= PEOPLE_ACTOR_COUNT + 1; limit++) {
            const struct ic_actor_query query = {.order = (enum ic_actor_order)order, .limit = limit, .looks_max = 100};
            assert_int_equal(walk_actors(fixture, query, entries), PEOPLE_ACTOR_COUNT);
            for (size_t i = 1; i < PEOPLE_ACTOR_COUNT; i++) {
                assert_true(is_behind(query.order, &entries[i - 1], &entries[i]));
            }
        }
    }
}

static void test_actors_are_filtered_and_searched(void **state)
{
    struct fixture *fixture = *state;
    struct people people;
    people_insert(fixture->store, &people);
    struct ic_actor_entry entries[ROOM];
    const struct {
        struct ic_actor_query query;
        size_t count;
    } cases[] = {
        {{.opr_id = people.operators[0]}, 2},
        {{.has_status = {[IC_ACTOR_STATUS_ACTIVE] = true}}, 3},
        {{.has_status = {[IC_ACTOR_STATUS_DISCARDED] = true}}, 0},
        {{.has_status = {true, true}}, 6},
        {{.has_status = {[IC_ACTOR_STATUS_ACTIVE] = true}, .opr_id = people.operators[0]}, 1},
        {{.term = IC_STR("STUDIO_")}, 6},
        {{.term = IC_STR("o_1")}, 2},
        {{.term = IC_STR("_")}, 6},
        {{.term = IC_STR("%")}, 0},
        {{.term = IC_STR("studio.")}, 0},
        {{.term = IC_STR("2"), .opr_id = people.operators[2]}, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_actor_query query = cases[i].query;
        for (query.limit = 1; query.limit <= PEOPLE_ACTOR_COUNT + 1; query.limit++) {
            query.looks_max = 1 + (int64_t)(query.limit + i) % 4;
            assert_int_equal(walk_actors(fixture, query, entries), cases[i].count);
        }
    }
}

static void test_pages_of_operators_are_the_whole_list_in_every_order(void **state)
{
    struct fixture *fixture = *state;
    struct ic_operator entries[ROOM];
    struct people people;
    people_insert(fixture->store, &people);
    for (int order = 0; order < IC_OPERATOR_ORDER_COUNT; order++) {
        for (size_t limit = 1; limit <= PEOPLE_OPERATOR_COUNT + 1; limit++) {
            const struct ic_operator_query query = {
                .order = (enum ic_operator_order)order, .limit = limit, .looks_max = 100};
            assert_int_equal(walk_operators(fixture, query, entries), PEOPLE_OPERATOR_COUNT);
            /* All were made at one time: the ids decide, and by name the code points of ASCII's small letters. */
            for (size_t i = 1; i < PEOPLE_OPERATOR_COUNT; i++) {
                int by_id = strcmp(entries[i - 1].opr_id.text, entries[i].opr_id.text);
                bool is_newest =
                    query.order == IC_OPERATOR_ORDER_ACTIVE_NEWEST || query.order == IC_OPERATOR_ORDER_CREATED_NEWEST;
                bool is_named =
                    query.order == IC_OPERATOR_ORDER_NAME_ASCENDING || query.order == IC_OPERATOR_ORDER_NAME_DESCENDING;
                assert_true(is_named || (is_newest ? by_id > 0 : by_id < 0));
            }
            bool is_down = query.order == IC_OPERATOR_ORDER_NAME_DESCENDING;
            if (is_down || query.order == IC_OPERATOR_ORDER_NAME_ASCENDING) {
                assert_true(ic_str_is(entries[is_down ? 2 : 0].opr_name, "anna"));
                assert_true(ic_str_is(entries[1].opr_name, people_operator_names[2]));
                assert_true(ic_str_is(entries[is_down ? 0 : 2].opr_name, people_operator_names[0]));
            }
        }
    }
}

static void test_operators_are_filtered_and_searched(void **state)
{
    struct fixture *fixture = *state;
    struct ic_operator entries[ROOM];
    struct people people;
    people_insert(fixture->store, &people);
    const struct {
        struct ic_operator_query query;
        size_t count;
    } cases[] = {
        {{.has_role = {[IC_ROLE_OWNER] = true}}, 3},
        {{.has_role = {[IC_ROLE_ADMIN] = true, [IC_ROLE_VIEWER] = true}}, 0},
        {{.has_status = {[IC_OPERATOR_STATUS_OFFLINE] = true}}, 3},
        {{.has_status = {[IC_OPERATOR_STATUS_ONLINE] = true}}, 0},
        {{.term = IC_STR("\xC3\xA4NNE")}, 1},  /* A letter with a mark, in the other case, ... */
        {{.term = IC_STR("a\xCC\x88nne")}, 1}, /* ... and composed of two. */
        {{.term = IC_STR("nn")}, 2},
        {{.term = IC_STR("%")}, 1},
        {{.term = IC_STR("_")}, 0},
        {{.term = IC_STR("zo\xC3\xAB"), .has_role = {[IC_ROLE_OWNER] = true}}, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_operator_query query = cases[i].query;
        for (query.limit = 1; query.limit <= PEOPLE_OPERATOR_COUNT + 1; query.limit++) {
            query.looks_max = 1 + (int64_t)(query.limit + i) % 4;
            assert_int_equal(walk_operators(fixture, query, entries), cases[i].count);
        }
    }
}

int run_people(void)
{
    const struct CMUnitTest people[] = {
        claim(test_pages_of_actors_are_the_whole_list_in_every_order, fixture_one),
        claim(test_actors_are_filtered_and_searched, fixture_one),
        claim(test_pages_of_operators_are_the_whole_list_in_every_order, fixture_one),
        claim(test_operators_are_filtered_and_searched, fixture_one),
    };
    return run_claims(people);
}
