/* The change feed: whoever follows its cursor sees every change exactly once, in the order of commits, whoever wrote
 * it. */
#include "claims.h"
#include "fixture.h"
#include "gate.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    EVENTS_PER_THREAD = 40,
    FAILURES_PER_THREAD = EVENTS_PER_THREAD / 4,
    EVENT_COUNT = THREAD_COUNT * EVENTS_PER_THREAD,
    PAGE_SIZE = 16,
};

/* ---- Writers. ---- */

struct writer {
    struct ic_store *store;
    struct ic_id owner;
    int number;
    int failed_count;
};

struct writing {
    struct writer *writer;
    int index;
};

/* Details tell who wrote it and as which; one in five writes appends and is undone. */
static enum ic_rc append(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct writing *writing = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id elg_id;
    char details[32];
    (void)snprintf(details, sizeof details, "%d %d", writing->writer->number, writing->index);
    struct ic_log_entry entry = {.event_type = IC_EVENT_TYPE_USER,
                                 .opr_id = writing->writer->owner,
                                 .created_at = 1000 - writing->index, /* The time of an event is not its order. */
                                 .details = ic_str_from(details)};
    enum ic_rc rc = ic_store_event_insert(tx, &entry, &rand, &elg_id, err);
    if (!rc && writing->index < 0) {
        rc = ic_err_set(err, IC_CODE_FORBIDDEN, "test", "It was thought better of.");
    }
    return rc;
}

static void *run_writer(void *context)
{
    struct writer *writer = context;
    for (int i = 0; i < EVENTS_PER_THREAD; i++) {
        struct writing writing = {writer, i};
        writer->failed_count += ic_store_write(writer->store, append, &writing, NULL) != IC_OK;
        if (i % 4 == 0) {
            writing.index = -1;
            writer->failed_count += ic_store_write(writer->store, append, &writing, NULL) != IC_FORBIDDEN;
        }
    }
    return NULL;
}

/* ---- The follower. ---- */

struct follower {
    struct ic_store *store;
    struct ic_arena *arena;
    struct gate told; /* By the store's listener. */
    int64_t cursor;
    /* What it has seen. */
    struct ic_id seen[EVENT_COUNT + PAGE_SIZE];
    int seen_count;
    int next_of[THREAD_COUNT]; /* Which event of each writer must come next. */
    bool is_out_of_order;
    struct ic_change_list page;
};

static void tell(void *context)
{
    gate_open(&((struct follower *)context)->told);
}

static enum ic_rc read_page(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct follower *follower = context;
    return ic_store_change_list(tx, follower->cursor, PAGE_SIZE, follower->arena, &follower->page, err);
}

static void note_change(struct follower *follower, const struct ic_change *change)
{
    char details[32];
    (void)snprintf(details, sizeof details, "%.*s", (int)change->entry.details.size, change->entry.details.data);
    char *behind = details;
    long number = strtol(details, &behind, 10);
    long index = strtol(behind, &behind, 10);
    bool is_read = behind > details && *behind == '\0' && number >= 0 && number < THREAD_COUNT;
    follower->is_out_of_order |= !is_read || change->cursor <= follower->cursor || follower->next_of[number] != index;
    if (is_read) {
        follower->next_of[number] = (int)index + 1;
    }
    follower->cursor = change->cursor;
    follower->seen[follower->seen_count++] = change->entry.elg_id;
}

/* Reads what there is; false when it was told of nothing for too long. */
static bool follow(struct follower *follower, int told_count)
{
    if (!gate_wait(&follower->told, told_count)) {
        return false;
    }
    do {
        ic_arena_reset(follower->arena);
        fixture_read(follower->store, read_page, follower);
        for (size_t i = 0; i < follower->page.count && follower->seen_count < EVENT_COUNT + PAGE_SIZE; i++) {
            note_change(follower, &follower->page.items[i]);
        }
    } while (follower->page.count == PAGE_SIZE);
    return true;
}

static int count_told(struct follower *follower)
{
    pthread_mutex_lock(&follower->told.lock);
    int count = follower->told.open_count;
    pthread_mutex_unlock(&follower->told.lock);
    return count;
}

static void test_a_follower_that_only_listens_sees_every_change_of_eight_writers_once_and_in_order(void **state)
{
    static struct follower follower;
    struct fixture *fixture = *state;
    struct writer writers[THREAD_COUNT];
    pthread_t threads[THREAD_COUNT];
    struct ic_id owner = fixture_owner(fixture->store);
    fixture->third = fixture_open_store(fixture); /* A process that only follows. */
    follower = (struct follower){.store = fixture->third, .arena = fixture->arena, .told = GATE_CLOSED};
    ic_store_listen(fixture->third, tell, &follower);
    for (int i = 0; i < THREAD_COUNT; i++) {
        writers[i] = (struct writer){.store = i % 2 ? fixture->other : fixture->store, .owner = owner, .number = i};
        threads[i] = thread_start(run_writer, &writers[i]);
    }
    int told_count = 0;
    while (follower.seen_count < EVENT_COUNT && !follower.is_out_of_order) {
        int next = told_count + 1;
        told_count = count_told(&follower);
        if (!follow(&follower, told_count >= next ? told_count : next)) {
            break;
        }
        told_count = told_count >= next ? told_count : next;
    }
    for (int i = 0; i < THREAD_COUNT; i++) {
        thread_join(threads[i]);
        assert_int_equal(writers[i].failed_count, 0);
    }
    assert_false(follower.is_out_of_order);
    assert_int_equal(follower.seen_count, EVENT_COUNT);

    /* Read again from the beginning, when all is quiet, the feed is what was followed: nothing came in between later.
     */
    static struct follower again;
    again = (struct follower){.store = fixture->store, .arena = fixture->arena, .told = GATE_CLOSED};
    gate_open(&again.told);
    assert_true(follow(&again, 1));
    assert_int_equal(again.seen_count, EVENT_COUNT);
    for (int i = 0; i < EVENT_COUNT; i++) {
        assert_string_equal(again.seen[i].text, follower.seen[i].text);
    }
    assert_true(again.cursor == follower.cursor);
}

static enum ic_rc insert_event(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return fixture_insert_event(tx, context, err);
}

static void open_gate(void *context)
{
    gate_open(context);
}

static void test_listeners_of_both_processes_are_told_of_a_commit(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    static struct gate told = GATE_CLOSED; /* The stores live longer than the test. */
    static struct gate other_told = GATE_CLOSED;
    ic_store_listen(fixture->store, open_gate, &told);
    ic_store_listen(fixture->other, open_gate, &other_told);
    for (int i = 1; i <= 3; i++) {
        pthread_mutex_lock(&other_told.lock);
        int before = other_told.open_count;
        pthread_mutex_unlock(&other_told.lock);
        fixture_write(fixture->store, insert_event, &owner);
        assert_true(gate_wait(&told, i));
        assert_true(gate_wait(&other_told, before + 1));
    }
}

int run_feed(void)
{
    const struct CMUnitTest feed[] = {
        claim(test_a_follower_that_only_listens_sees_every_change_of_eight_writers_once_and_in_order, fixture_two),
        claim(test_listeners_of_both_processes_are_told_of_a_commit, fixture_two),
    };
    return run_claims(feed);
}
