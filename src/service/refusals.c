#include "service/refusals.h"

#include "service/audit.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { WRITTEN_AT_ONCE_MAX = 32 };

void ic_refusals_init(struct ic_refusals *refusals, const struct ic_clock *clock)
{
    memset(refusals, 0, sizeof *refusals);
    refusals->clock = *clock;
    int failed = pthread_mutex_init(&refusals->lock, NULL);
    assert(failed == 0);
    (void)failed;
}

void ic_refusals_release(struct ic_refusals *refusals)
{
    pthread_mutex_destroy(&refusals->lock);
}

/* ---- Counting. ---- */

static bool is_kind(const struct ic_refusal *kind, const struct ic_asker *asker, const char *asked_for,
                    enum ic_code code)
{
    return kind->asked_for && strcmp(kind->asked_for, asked_for) == 0 && kind->code == code &&
           kind->credential == (int)asker->credential && ic_id_equal(&kind->opr_id, &asker->opr_id) &&
           ic_id_equal(&kind->device_id, &asker->device_id) && ic_id_equal(&kind->token_id, &asker->token_id);
}

/* Whether nothing of it is left to be written, now or when its window ends. */
static bool is_over(const struct ic_refusal *kind, int64_t now)
{
    return kind->count == 0 && (!kind->asked_for || now - kind->written_at >= IC_REFUSAL_WINDOW_MS);
}

/* The kind's place, a free one, or the one of what there is no room for. */
static struct ic_refusal *find(struct ic_refusals *refusals, const struct ic_asker *asker, const char *asked_for,
                               enum ic_code code, int64_t now)
{
    struct ic_refusal *free_one = NULL;
    for (size_t i = 0; i < IC_REFUSALS_MAX; i++) {
        struct ic_refusal *kind = &refusals->kinds[i];
        if (is_kind(kind, asker, asked_for, code)) {
            return kind;
        }
        if (!free_one && is_over(kind, now)) {
            free_one = kind;
        }
    }
    if (free_one) {
        *free_one = (struct ic_refusal){
            .asked_for = asked_for,
            .code = code,
            .credential = (int)asker->credential,
            .opr_id = asker->opr_id,
            .device_id = asker->device_id,
            .token_id = asker->token_id,
        };
        return free_one;
    }
    refusals->others.asked_for = "others";
    refusals->others.code = IC_CODE_FORBIDDEN;
    return &refusals->others;
}

void ic_refusals_count(struct ic_refusals *refusals, const struct ic_asker *asker, const char *asked_for,
                       enum ic_code code)
{
    int64_t now = ic_clock_now_ms(&refusals->clock);
    pthread_mutex_lock(&refusals->lock);
    struct ic_refusal *kind = find(refusals, asker, asked_for, code, now);
    kind->first_at = kind->count == 0 ? now : kind->first_at;
    kind->last_at = now;
    kind->count++;
    (void)snprintf(kind->address, sizeof kind->address, "%.*s", (int)asker->address.size,
                   asker->address.size > 0 ? asker->address.data : "");
    pthread_mutex_unlock(&refusals->lock);
}

/* ---- Writing. ---- */

/* What is written in one transaction, and where it was taken from. */
struct batch {
    struct ic_refusal items[WRITTEN_AT_ONCE_MAX];
    struct ic_refusal *places[WRITTEN_AT_ONCE_MAX];
    size_t count;
    int64_t now;
};

static bool is_due(const struct ic_refusal *kind, int64_t now, bool is_last)
{
    return kind->count > 0 && (is_last || kind->written_at == 0 || now - kind->written_at >= IC_REFUSAL_WINDOW_MS);
}

static void take_due(struct ic_refusals *refusals, bool is_last, struct batch *batch)
{
    pthread_mutex_lock(&refusals->lock);
    for (size_t i = 0; i <= IC_REFUSALS_MAX && batch->count < WRITTEN_AT_ONCE_MAX; i++) {
        struct ic_refusal *kind = i < IC_REFUSALS_MAX ? &refusals->kinds[i] : &refusals->others;
        if (is_due(kind, batch->now, is_last)) {
            batch->items[batch->count] = *kind;
            batch->places[batch->count++] = kind;
        }
    }
    pthread_mutex_unlock(&refusals->lock);
}

/* More may have been counted meanwhile; nobody else takes a place that has something to be written. */
static void settle(struct ic_refusals *refusals, const struct batch *batch)
{
    pthread_mutex_lock(&refusals->lock);
    for (size_t i = 0; i < batch->count; i++) {
        struct ic_refusal *kind = batch->places[i];
        kind->count -= batch->items[i].count;
        kind->first_at = kind->last_at;
        kind->written_at = batch->now;
    }
    pthread_mutex_unlock(&refusals->lock);
}

static enum ic_rc record(struct ic_store_tx *tx, const struct ic_refusal *kind, int64_t now, struct ic_err *err)
{
    const struct ic_asker asker = {
        .opr_id = kind->opr_id,
        .credential = (enum ic_credential)kind->credential,
        .device_id = kind->device_id,
        .token_id = kind->token_id,
        .address = ic_str_from(kind->address),
    };
    struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_REFUSED, .object_id = ic_str_from(kind->asked_for)};
    struct ic_audit_value value;
    ic_audit_value_begin(&value);
    ic_json_put_name(&value.writer, "code", ic_code_name(kind->code));
    ic_json_put_int64(&value.writer, "count", kind->count);
    ic_json_put_int64(&value.writer, "first_at", kind->first_at);
    ic_json_put_int64(&value.writer, "last_at", kind->last_at);
    enum ic_rc rc = ic_audit_value_end(&value, &deed.value_after, err);
    if (rc == IC_OK) {
        rc = ic_audit_record(tx, &asker, &deed, now, err);
    }
    ic_audit_value_release(&value);
    return rc;
}

static enum ic_rc run_write(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct batch *batch = context;
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < batch->count && rc == IC_OK; i++) {
        rc = record(tx, &batch->items[i], batch->now, err);
    }
    return rc;
}

enum ic_rc ic_refusals_write(struct ic_refusals *refusals, struct ic_store *store, bool is_last, struct ic_err *err)
{
    struct batch batch = {.count = WRITTEN_AT_ONCE_MAX};
    enum ic_rc rc = IC_OK;
    while (rc == IC_OK && batch.count == WRITTEN_AT_ONCE_MAX) {
        batch = (struct batch){.now = ic_clock_now_ms(&refusals->clock)};
        take_due(refusals, is_last, &batch);
        if (batch.count > 0) {
            rc = ic_store_write(store, run_write, &batch, err);
        }
        if (rc == IC_OK) {
            settle(refusals, &batch);
        }
    }
    return rc;
}
