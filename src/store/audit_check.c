#include "store/audit_check.h"

#include "store/audit_digest.h"
#include "store/audit_events.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char operation[] = "store.audit.check";

enum { PAGE_COUNT = 100, ARENA_BYTES_MAX = 64 << 20, FAULT_SIZE = 256 };

/* A check on its way. */
struct run {
    struct ic_store_tx *tx;
    const struct ic_audit_check *check;
    struct ic_arena *arena;       /* Of a page of entries. */
    struct ic_arena *group_arena; /* Of a group of events. */
    struct ic_buf scratch;
    struct ic_audit_report report;
    struct ic_audit_events events;
};

__attribute__((format(printf, 2, 3))) static void tell(struct run *run, const char *format, ...)
{
    char fault[FAULT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(fault, sizeof fault, format, arguments);
    va_end(arguments);
    run->report.fault_count++;
    run->check->tell(run->check->context, fault);
}

/* ---- The chain. ---- */

static void check_place(struct run *run, const struct ic_audit_entry *entry)
{
    const struct ic_audit_head *last = &run->report.head;
    if (entry->audit_number == last->audit_number + 2) {
        tell(run, "Entry %" PRId64 " was removed.", last->audit_number + 1);
    } else if (entry->audit_number > last->audit_number + 2) {
        tell(run, "Entries %" PRId64 " to %" PRId64 " were removed.", last->audit_number + 1, entry->audit_number - 1);
    } else if (last->audit_number > 0 && !ic_hash_equal(&entry->previous_hash, &last->entry_hash)) {
        tell(run, "Entry %" PRId64 " does not follow from entry %" PRId64 ": one of the two was altered or exchanged.",
             entry->audit_number, last->audit_number);
    } else if (last->audit_number == 0 &&
               !ic_str_is(entry->action, ic_audit_action_name(IC_AUDIT_ACTION_CHAIN_BEGAN))) {
        tell(run, "The chain does not begin with its first entry.");
    }
}

static void check_heads(struct run *run, const struct ic_audit_entry *entry)
{
    for (size_t i = 0; i < run->check->head_count; i++) {
        const struct ic_audit_head *head = &run->check->heads[i];
        if (head->audit_number == entry->audit_number && !ic_hash_equal(&head->entry_hash, &entry->entry_hash)) {
            tell(run, "Entry %" PRId64 " is not the one that was kept: it, or one before it, was altered.",
                 entry->audit_number);
        }
    }
}

static enum ic_rc check_entry(struct run *run, const struct ic_audit_entry *entry, struct ic_err *err)
{
    struct ic_hash hash;
    enum ic_rc rc = ic_audit_hash_entry(entry, &run->scratch, &hash, err);
    if (rc != IC_OK) {
        return rc;
    }
    check_place(run, entry);
    if (!ic_hash_equal(&hash, &entry->entry_hash)) {
        tell(run, "Entry %" PRId64 " was altered.", entry->audit_number);
    }
    check_heads(run, entry);
    run->report.head = (struct ic_audit_head){entry->audit_number, entry->entry_hash};
    run->report.entry_count++;
    run->report.unsealed_count += entry->unsealed_count;
    return IC_OK;
}

/* ---- The events of an entry. ---- */

/* Takes the next line of a seal: false at its end or where it is none. */
static bool next_sealed(struct ic_str *seal, struct ic_audit_sealed *ret_sealed)
{
    enum { LINE_SIZE = IC_ID_SIZE + 1 + IC_HASH_SIZE + 1 };
    if (seal->size < LINE_SIZE || seal->data[LINE_SIZE - 1] != '\n') {
        return false;
    }
    struct ic_audit_sealed sealed = {.digest = {{0}}};
    struct ic_str elg_id = {seal->data, IC_ID_SIZE};
    if (!ic_id_parse(IC_ID_EVENT, elg_id, &sealed.elg_id)) {
        return false;
    }
    memcpy(sealed.digest.text, seal->data + IC_ID_SIZE + 1, IC_HASH_SIZE);
    *ret_sealed = sealed;
    seal->data += LINE_SIZE;
    seal->size -= LINE_SIZE;
    return true;
}

static enum ic_rc check_group(struct run *run, const struct ic_audit_entry *entry, struct ic_audit_sealed *group,
                              size_t count, struct ic_err *err)
{
    enum ic_rc rc = ic_audit_events_compare(&run->events, run->tx, group, count, run->group_arena, &run->scratch, err);
    ic_arena_reset(run->group_arena);
    for (size_t i = 0; i < count && rc == IC_OK; i++) {
        if (!group[i].is_there) {
            tell(run, "Event %s of entry %" PRId64 " was removed.", group[i].elg_id.text, entry->audit_number);
        } else if (!group[i].is_same) {
            tell(run, "Event %s of entry %" PRId64 " was altered.", group[i].elg_id.text, entry->audit_number);
        }
    }
    return rc;
}

static enum ic_rc check_events(struct run *run, const struct ic_audit_entry *entry, struct ic_err *err)
{
    struct ic_audit_sealed group[IC_AUDIT_GROUP_COUNT];
    struct ic_str seal = entry->sealed_events;
    size_t count = 0;
    enum ic_rc rc = IC_OK;
    while (rc == IC_OK && next_sealed(&seal, &group[count])) {
        run->report.sealed_count++;
        if (++count == IC_AUDIT_GROUP_COUNT) {
            rc = check_group(run, entry, group, count, err);
            count = 0;
        }
    }
    if (rc == IC_OK && seal.size > 0) {
        tell(run, "The seal of entry %" PRId64 " cannot be read.", entry->audit_number);
    }
    return rc == IC_OK && count > 0 ? check_group(run, entry, group, count, err) : rc;
}

/* ---- The whole. ---- */

static enum ic_rc check_page(struct run *run, size_t *ret_count, struct ic_err *err)
{
    const struct ic_audit_query asked = {
        .is_oldest_first = true, .behind = run->report.head.audit_number, .limit = PAGE_COUNT};
    struct ic_audit_list list;
    enum ic_rc rc = ic_store_audit_list(run->tx, &asked, run->arena, &list, err);
    if (rc != IC_OK) {
        return rc;
    }
    for (size_t i = 0; i < list.count && rc == IC_OK; i++) {
        rc = check_entry(run, &list.items[i], err);
        if (rc == IC_OK) {
            rc = check_events(run, &list.items[i], err);
        }
    }
    *ret_count = list.count;
    ic_arena_reset(run->arena);
    return rc;
}

static void check_end(struct run *run)
{
    for (size_t i = 0; i < run->check->head_count; i++) {
        int64_t kept = run->check->heads[i].audit_number;
        if (kept > run->report.head.audit_number) {
            tell(run, "Entries %" PRId64 " to %" PRId64 " were removed from the end.",
                 run->report.head.audit_number + 1, kept);
        }
    }
}

/* An event that no entry tells of was added past the program, or its entry is gone. */
static void tell_stranger(void *context, const struct ic_id *elg_id)
{
    tell(context, "Event %s is in no entry.", elg_id->text);
}

static enum ic_rc check_strangers(struct run *run, struct ic_err *err)
{
    int64_t count = 0;
    bool is_each_told = run->report.unsealed_count == 0;
    enum ic_rc rc =
        ic_audit_events_strangers(&run->events, run->tx, is_each_told ? tell_stranger : NULL, run, &count, err);
    if (rc == IC_OK && !is_each_told && count != run->report.unsealed_count) {
        tell(run, "%" PRId64 " events are in no entry; there should be %" PRId64 ".", count,
             run->report.unsealed_count);
    }
    return rc;
}

enum ic_rc ic_store_audit_check(struct ic_store_tx *tx, const struct ic_audit_check *check,
                                struct ic_audit_report *ret_report, struct ic_err *err)
{
    struct run run = {.tx = tx, .check = check};
    size_t count = PAGE_COUNT;
    ic_buf_init(&run.scratch, IC_AUDIT_ENCODING_BYTES_MAX);
    run.arena = ic_arena_create(ARENA_BYTES_MAX);
    run.group_arena = ic_arena_create(ARENA_BYTES_MAX);
    enum ic_rc rc = run.arena && run.group_arena ? IC_OK : ic_arena_failed(operation, err);
    while (rc == IC_OK && count == PAGE_COUNT) {
        rc = check_page(&run, &count, err);
    }
    if (rc == IC_OK) {
        check_end(&run);
        rc = check_strangers(&run, err);
    }
    if (rc == IC_OK) {
        *ret_report = run.report;
    }
    ic_audit_events_release(&run.events);
    ic_buf_release(&run.scratch);
    ic_arena_destroy(run.group_arena);
    ic_arena_destroy(run.arena);
    return rc;
}
