#include "service/actors.h"

#include "service/asker.h"
#include "service/audit.h"
#include "service/list_term.h"
#include "store/actors.h"
#include "store/events.h"
#include "store/operators.h"

#include <stdio.h>

static const char operation[] = "service.actors.list";

static enum ic_rc hash_question(const struct ic_actor_query *asked, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "actors");
    ic_list_question_put_int64(&question, (int64_t)asked->order);
    for (int i = 0; i < IC_ACTOR_STATUS_COUNT; i++) {
        ic_list_question_put_int64(&question, asked->has_status[i]);
    }
    ic_list_question_put_text(&question, ic_str_from(asked->opr_id.text));
    ic_list_question_put_text(&question, asked->term);
    return ic_list_question_end(&question, ret_hash, err);
}

struct list_read {
    struct ic_actor_query query;
    struct ic_arena *arena;
    struct ic_actor_list list;
    struct ic_totals totals;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    enum ic_rc rc = ic_store_totals_get(tx, &read->totals, err);
    return rc ? rc : ic_store_actor_list(tx, &read->query, read->arena, &read->list, err);
}

enum ic_rc ic_actors_list(struct ic_service *service, const struct ic_asker *asker, const struct ic_actor_query *asked,
                          struct ic_str after, struct ic_arena *arena, struct ic_actor_page *ret_page,
                          struct ic_err *err)
{
    struct list_read read = {.query = *asked, .arena = arena};
    struct ic_list_place place;
    struct ic_hash question;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_TEAM, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_list_term_check(asked->term, operation, err);
    }
    if (rc == IC_OK) {
        rc = hash_question(asked, &question, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
    }
    if (rc == IC_OK) {
        read.query.behind = after.size > 0 ? &place : NULL;
        read.query.looks_max = IC_STORE_ACTOR_LOOKS_MAX;
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_page = (struct ic_actor_page){.list = read.list, .total = read.totals.actors};
    if (read.list.has_next) {
        ic_list_cursor_write(&question, &read.list.next, &ret_page->next);
    }
    return IC_OK;
}

/* ---- Transfers. ---- */

static const char transfer_operation[] = "service.actors.transfer";

struct transfer_write {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_id *act_id;
    const struct ic_id *to_opr_id;
    struct ic_arena *arena;
    int64_t now;
    struct ic_transferred transferred;
};

static enum ic_rc check_transfer(const struct ic_actor *actor, const struct ic_id *to_opr_id, struct ic_err *err)
{
    if (ic_id_equal(&actor->opr_id, to_opr_id)) {
        return ic_err_set(err, IC_CODE_CONFLICT, transfer_operation, "It is this operator's already.");
    }
    if (actor->act_status == IC_ACTOR_STATUS_DISCARDED) {
        return ic_err_set(err, IC_CODE_CONFLICT, transfer_operation, "It was discarded, or transferred before.");
    }
    return IC_OK;
}

/* The new operator's actor takes the former one's status. */
static enum ic_rc hand_over(struct ic_store_tx *tx, const struct transfer_write *write, const struct ic_actor *actor,
                            struct ic_id *ret_act_id, struct ic_err *err)
{
    enum ic_rc rc = ic_store_actor_use(tx, &actor->act_username, write->to_opr_id, write->now, &write->service->rand,
                                       ret_act_id, err);
    if (!rc) {
        rc = ic_store_actor_set_status(tx, ret_act_id, actor->act_status, err);
    }
    return rc ? rc : ic_store_actor_set_status(tx, &actor->act_id, IC_ACTOR_STATUS_DISCARDED, err);
}

static enum ic_rc log_transfer(struct ic_store_tx *tx, const struct transfer_write *write, const struct ic_id *act_id,
                               struct ic_str details, struct ic_id *ret_elg_id, struct ic_err *err)
{
    const struct ic_log_entry entry = {
        .event_type = IC_EVENT_TYPE_USER,
        .created_at = write->now,
        .received_at = write->now,
        .opr_id = write->asker->opr_id,
        .act_id = *act_id,
        .details = details,
    };
    return ic_store_event_insert(tx, &entry, &write->service->rand, ret_elg_id, err);
}

static enum ic_rc run_transfer(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    enum { DETAILS_SIZE = 512 }; /* Two names and a handle. */
    struct transfer_write *write = context;
    struct ic_actor actor;
    struct ic_operator from;
    struct ic_operator to;
    struct ic_id former_elg_id;
    enum ic_rc rc = ic_asker_can(tx, write->asker, IC_ACTION_TRANSFER_ACTOR, IC_WHOSE_THEIRS, err);
    if (!rc) {
        rc = ic_store_actor_get(tx, write->act_id, &actor, err);
    }
    if (!rc) {
        rc = ic_store_operator_get(tx, write->to_opr_id, write->arena, &to, err);
    }
    if (!rc) {
        rc = check_transfer(&actor, write->to_opr_id, err);
    }
    if (!rc) {
        rc = ic_store_operator_get(tx, &actor.opr_id, write->arena, &from, err);
    }
    if (!rc) {
        rc = hand_over(tx, write, &actor, &write->transferred.act_id, err);
    }
    if (!rc) {
        rc = ic_store_operator_touch(tx, &write->asker->opr_id, write->now, err);
    }
    if (rc) {
        return rc;
    }
    char details[DETAILS_SIZE];
    (void)snprintf(details, sizeof details, "%s: %.*s -> %.*s", actor.act_username.text, (int)from.opr_name.size,
                   from.opr_name.data, (int)to.opr_name.size, to.opr_name.data);
    rc = log_transfer(tx, write, &actor.act_id, ic_str_from(details), &former_elg_id, err);
    if (!rc) {
        rc = log_transfer(tx, write, &write->transferred.act_id, ic_str_from(details), &write->transferred.elg_id, err);
    }
    return rc ? rc
              : ic_audit_record_change(tx, write->asker, IC_AUDIT_ACTION_ACTOR_TRANSFERRED, &actor.act_id, "opr_id",
                                       ic_id_text(&actor.opr_id), ic_id_text(write->to_opr_id), write->now, err);
}

enum ic_rc ic_actors_transfer(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *act_id,
                              const struct ic_id *to_opr_id, struct ic_arena *arena,
                              struct ic_transferred *ret_transferred, struct ic_err *err)
{
    struct transfer_write write = {
        .service = service,
        .asker = asker,
        .act_id = act_id,
        .to_opr_id = to_opr_id,
        .arena = arena,
        .now = ic_clock_now_ms(&service->clock),
    };
    enum ic_rc rc = ic_store_write(service->store, run_transfer, &write, err);
    if (rc == IC_OK) {
        *ret_transferred = write.transferred;
    }
    return rc;
}
