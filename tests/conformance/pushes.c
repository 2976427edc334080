#include "pushes.h"

#include <stdio.h>

void push_init(struct push *push, struct ic_store *store, const struct ic_id *owner, int number)
{
    *push = (struct push){.store = store};
    for (int i = 0; i < PUSH_COUNT; i++) {
        char handle[32];
        (void)snprintf(handle, sizeof handle, "target.%d.%d", number, i);
        push->outreach[i] = fixture_outreach(owner, handle, 5000 + number);
    }
}

enum ic_rc push_write(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct push *push = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_op_id op_ids[PUSH_COUNT];
    struct ic_known_operation known[PUSH_COUNT];
    struct ic_outreach fresh[PUSH_COUNT];
    struct ic_outreach_ids ids[PUSH_COUNT];
    size_t fresh_count = 0;
    for (int i = 0; i < PUSH_COUNT; i++) {
        op_ids[i] = push->outreach[i].op_id;
    }
    enum ic_rc rc = ic_store_operations_find(tx, op_ids, PUSH_COUNT, known, err);
    for (int i = 0; i < PUSH_COUNT && !rc; i++) {
        if (!known[i].is_known) {
            fresh[fresh_count++] = push->outreach[i];
        }
    }
    return rc ? rc : ic_store_outreach_insert(tx, fresh, fresh_count, &rand, ids, err);
}

void *push_run(void *context)
{
    struct push *push = context;
    int64_t begin_ms = fixture_now_ms();
    push->err = IC_ERR_NONE;
    push->rc = ic_store_write(push->store, push_write, push, &push->err);
    push->took_ms = fixture_now_ms() - begin_ms;
    return NULL;
}

struct counting {
    const struct push *push;
    int count;
};

static enum ic_rc count_kept(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct counting *counting = context;
    struct ic_op_id op_ids[PUSH_COUNT];
    struct ic_known_operation known[PUSH_COUNT] = {0};
    for (int i = 0; i < PUSH_COUNT; i++) {
        op_ids[i] = counting->push->outreach[i].op_id;
    }
    enum ic_rc rc = ic_store_operations_find(tx, op_ids, PUSH_COUNT, known, err);
    counting->count = 0;
    for (int i = 0; i < PUSH_COUNT; i++) {
        counting->count += known[i].is_known;
    }
    return rc;
}

int push_count_kept(struct ic_store *store, const struct push *push)
{
    struct counting counting = {.push = push};
    fixture_read_patiently(store, count_kept, &counting);
    return counting.count;
}
