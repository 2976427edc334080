/* A search shows what a look at every event would show, on every engine, however little a page may look at. */
#include "claims.h"
#include "fixture.h"
#include "store/log_search.h"

#include <stdio.h>
#include <string.h>

enum {
    MESSAGE_COUNT = 240,
    TARGET_COUNT = 5,
    PAGE_SIZE = 7,
    PAGES_MAX = 2 * MESSAGE_COUNT + 2,
    RARE = 3,     /* The one message with a rare word; it is among the oldest. */
    SHUFFLE = 77, /* Has no divisor in common with the count. */
    SECOND = 13,  /* Every so many messages are the second operator's. */
};

static const char *const handles[TARGET_COUNT] = {"bistro.alfama", "cafe_norte", "taberna", "osteria_roma", "pizzeria"};

static bool has_word(int message, const char *word)
{
    if (strcmp(word, "rare") == 0) {
        return message == RARE;
    }
    if (strcmp(word, "hello") == 0) {
        return message % 4 != 0;
    }
    return strcmp(word, handles[message % TARGET_COUNT]) == 0; /* "nowhere" is in none. */
}

static int64_t sent_at(int message)
{
    return 1000000 + message * INT64_C(500000); /* Some eight minutes apart. */
}

struct team {
    struct fixture *fixture;
    struct ic_id owner;
    struct ic_id second;
    struct ic_id targets[TARGET_COUNT];
};

static enum ic_rc insert_messages(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    static char texts[MESSAGE_COUNT][64];
    static struct ic_outreach outreach[MESSAGE_COUNT];
    struct ic_outreach_ids ids[MESSAGE_COUNT];
    struct team *team = context;
    enum ic_rc rc = fixture_insert_operator(tx, IC_STR("Second"), &team->fixture->rand, &team->second, err);
    for (int i = 0; i < MESSAGE_COUNT; i++) {
        int message = i * SHUFFLE % MESSAGE_COUNT; /* Desktops report late. */
        const struct ic_id *opr_id = message % SECOND ? &team->owner : &team->second;
        outreach[i] = fixture_outreach(opr_id, handles[message % TARGET_COUNT], sent_at(message));
        (void)snprintf(texts[i], sizeof texts[i], "%s number %d%s", has_word(message, "hello") ? "Hello" : "Good day",
                       message, has_word(message, "rare") ? ", something RARE" : "");
        outreach[i].message_text = ic_str_from(texts[i]);
    }
    return rc ? rc : ic_store_outreach_insert(tx, outreach, MESSAGE_COUNT, &team->fixture->rand, ids, err);
}

struct paging {
    struct ic_arena *arena;
    struct ic_log_query query;
    struct ic_log_search_bounds bounds;
    struct ic_log_list list;
};

static enum ic_rc search_page(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct paging *paging = context;
    paging->list = (struct ic_log_list){
        .items = ic_arena_alloc_array(paging->arena, paging->query.limit + 1, sizeof *paging->list.items)};
    must(paging->list.items, "memory");
    return ic_log_search(tx, &paging->query, &paging->bounds, paging->arena, &paging->list, err);
}

static enum ic_rc read_all(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct paging *paging = context;
    return ic_store_log_list(tx, &paging->query, paging->arena, &paging->list, err);
}

/* Begins with 240 messages by two operators to five targets. */
static struct team make_team(struct fixture *fixture)
{
    struct team team = {.fixture = fixture, .owner = fixture_owner(fixture->store)};
    fixture_write(fixture->store, insert_messages, &team);
    struct paging all = {.arena = fixture->arena, .query = {.limit = MESSAGE_COUNT, .is_oldest_first = true}};
    fixture_read(fixture->store, read_all, &all);
    assert_int_equal(all.list.count, MESSAGE_COUNT);
    for (int i = 0; i < TARGET_COUNT; i++) {
        team.targets[i] = all.list.items[i].tar_id;
    }
    return team;
}

/* Whether a look at the message itself finds it. */
static bool is_wanted(const struct team *team, const struct ic_log_query *query, int message)
{
    const struct ic_id *opr_id = message % SECOND ? &team->owner : &team->second;
    const struct ic_id *tar_id = &team->targets[message % TARGET_COUNT];
    return has_word(message, query->term.data) && (!query->from || sent_at(message) >= query->from) &&
           (!query->until || sent_at(message) < query->until) &&
           (ic_id_is_empty(&query->opr_id) || ic_id_equal(&query->opr_id, opr_id)) &&
           (ic_id_is_empty(&query->tar_id) || ic_id_equal(&query->tar_id, tar_id)) &&
           (!query->has_event_type || query->event_type == IC_EVENT_TYPE_OUTREACH);
}

/* The message that an entry is. */
static int message_of(const struct ic_log_entry *entry)
{
    int message = -1;
    const char *number = strstr(entry->message_preview.data, "number ");
    assert_non_null(number);
    for (number += strlen("number "); *number >= '0' && *number <= '9'; number++) {
        message = (message < 0 ? 0 : message * 10) + (*number - '0');
    }
    return message;
}

/* Walks all pages of a search and compares them with what they should show; counts the pages. */
static int walk(const struct team *team, const struct ic_log_query *query, const struct ic_log_search_bounds *bounds)
{
    struct paging paging = {.arena = team->fixture->arena, .query = *query, .bounds = *bounds};
    int next = query->is_oldest_first ? 0 : MESSAGE_COUNT - 1;
    int step = query->is_oldest_first ? 1 : -1;
    int page_count = 0;
    do {
        fixture_read(team->fixture->store, search_page, &paging);
        assert_true(paging.list.count <= query->limit);
        assert_true(++page_count <= PAGES_MAX);
        for (size_t i = 0; i < paging.list.count; i++, next += step) {
            while (next >= 0 && next < MESSAGE_COUNT && !is_wanted(team, query, next)) {
                next += step;
            }
            assert_int_equal(message_of(&paging.list.items[i]), next);
        }
        paging.query.behind = paging.list.next;
    } while (paging.list.next);
    for (; next >= 0 && next < MESSAGE_COUNT; next += step) {
        assert_false(is_wanted(team, query, next));
    }
    return page_count;
}

static const struct ic_log_search_bounds tiny = {
    .looks_first = 2, .looks_last = 2, .looks_last_of_target = 2, .found_max = 3, .candidates_max = 2, .texts_max = 2};

static void test_a_search_meets_every_match_once_however_little_a_page_may_look_at(void **state)
{
    static const struct ic_log_search_bounds small = {.looks_first = 3,
                                                      .looks_last = 12,
                                                      .looks_last_of_target = 3,
                                                      .found_max = 1000,
                                                      .candidates_max = 20,
                                                      .texts_max = 9};
    const struct ic_log_search_bounds *const all_bounds[] = {&tiny, &small, &ic_log_search_bounds};
    static const char *const terms[] = {"hello", "rare", "nowhere", "cafe_norte"};
    struct team team = make_team(*state);
    const struct ic_log_query filters[] = {
        {.limit = PAGE_SIZE},
        {.limit = PAGE_SIZE, .opr_id = team.second},
        {.limit = PAGE_SIZE, .tar_id = team.targets[1]},
        {.limit = PAGE_SIZE, .tar_id = team.targets[RARE], .opr_id = team.owner},
        {.limit = PAGE_SIZE, .from = sent_at(10), .until = sent_at(90)},
        {.limit = PAGE_SIZE, .has_event_type = true, .event_type = IC_EVENT_TYPE_SYSTEM},
        {.limit = PAGE_SIZE, .has_event_type = true, .event_type = IC_EVENT_TYPE_OUTREACH},
    };
    for (size_t i = 0; i < 2 * sizeof filters / sizeof filters[0]; i++) {
        for (size_t j = 0; j < sizeof terms / sizeof terms[0]; j++) {
            struct ic_log_query query = filters[i / 2];
            query.term = ic_str_from(terms[j]);
            query.is_oldest_first = i % 2;
            for (size_t k = 0; k < sizeof all_bounds / sizeof all_bounds[0]; k++) {
                (void)walk(&team, &query, all_bounds[k]);
            }
        }
    }
}

static void test_a_page_that_looked_at_enough_ends_and_says_where(void **state)
{
    struct team team = make_team(*state);
    struct ic_log_query query = {.limit = PAGE_SIZE, .term = IC_STR("hello"), .opr_id = team.second};
    assert_int_equal(walk(&team, &query, &ic_log_search_bounds), 2);
    assert_true(walk(&team, &query, &tiny) > 20);
    query.opr_id = (struct ic_id){0};
    query.tar_id = team.targets[0];
    assert_true(walk(&team, &query, &tiny) > 20);
}

int run_search(void)
{
    const struct CMUnitTest search[] = {
        claim(test_a_search_meets_every_match_once_however_little_a_page_may_look_at, fixture_one),
        claim(test_a_page_that_looked_at_enough_ends_and_says_where, fixture_one),
    };
    return run_claims(search);
}
