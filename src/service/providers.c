#include "service/providers.h"

#include "base/utf8.h"
#include "service/asker.h"
#include "service/audit.h"
#include "service/guesses.h"
#include "service/joining.h"
#include "service/people_event.h"
#include "service/plain_text.h"

#include <string.h>

static const char operation[] = "service.providers";

struct provider_work {
    struct ic_service *service;
    const struct ic_asker *asker;
    const struct ic_provider_person *person;
    int64_t now;
    struct ic_arena *arena;
    bool is_known;
    struct ic_joining joining;
    struct ic_provider_account account;
    struct ic_provider_account_list list;
    struct ic_session_opening opening;
    struct ic_identity identity;
};

/* Whose account it is; `work->is_known` is false when it is nobody's. */
static enum ic_rc find_account(struct ic_store_tx *tx, struct provider_work *work, struct ic_err *err)
{
    struct ic_err missing = IC_ERR_NONE;
    enum ic_rc rc = ic_store_provider_account_get(tx, work->person->issuer, work->person->subject, work->arena,
                                                  &work->account, &missing);
    work->is_known = rc == IC_OK;
    if (rc != IC_OK && rc != IC_NOT_FOUND) {
        *err = missing;
        return rc;
    }
    return IC_OK;
}

static enum ic_rc touch_account(struct ic_store_tx *tx, struct provider_work *work, struct ic_err *err)
{
    work->account.email = work->person->email;
    work->account.last_used_at = work->now;
    return ic_store_provider_account_touch(tx, &work->account, err);
}

static enum ic_rc insert_account(struct ic_store_tx *tx, const struct provider_work *work, const struct ic_id *opr_id,
                                 struct ic_err *err)
{
    const struct ic_provider_account account = {
        .issuer = work->person->issuer,
        .subject = work->person->subject,
        .opr_id = *opr_id,
        .email = work->person->email,
        .created_at = work->now,
        .last_used_at = work->now,
    };
    return ic_store_provider_account_insert(tx, &account, err);
}

/* ---- Coming in. ---- */

enum ic_rc ic_providers_check_wish(const struct ic_provider_wish *wish, struct ic_err *err)
{
    struct ic_str name;
    enum ic_rc rc = IC_OK;
    if (wish->opr_name.size > 0) {
        rc = ic_plain_text_check(wish->opr_name, IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX, "/opr_name", &name, err);
    }
    if (rc == IC_OK && wish->time_zone.size > 0) {
        rc = ic_plain_text_check_time_zone(wish->time_zone, "/time_zone", err);
    }
    return rc;
}

static struct ic_str choose_name(const struct ic_provider_person *person, struct ic_str wished)
{
    struct ic_str name = wished.size > 0 ? wished : person->name;
    const char *at = person->email.size > 0 ? memchr(person->email.data, '@', person->email.size) : NULL;
    if (name.size == 0 && at) {
        name = (struct ic_str){person->email.data, (size_t)(at - person->email.data)};
    }
    /* A name that was typed is refused when it is too long; one that a provider gives is cut. */
    return wished.size > 0 ? name : ic_utf8_prefix(name, IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX);
}

/* What they would join with; told only when they turn out to be unknown. */
static enum ic_rc prepare_joining(struct provider_work *work, const struct ic_provider_wish *wish,
                                  struct ic_str address, struct ic_err *err)
{
    const struct ic_provider_person *person = work->person;
    struct ic_joining joining = {
        .has_link = wish->link.size > 0,
        .verified_email = person->email_is_verified ? person->email : (struct ic_str){0},
        .address = address,
    };
    if (joining.has_link) {
        ic_hash_of(wish->link, &joining.link_hash);
    }
    enum ic_rc rc = ic_joining_check(choose_name(person, wish->opr_name), person->email,
                                     wish->time_zone.size > 0 ? wish->time_zone : IC_STR("UTC"), work->now,
                                     &joining.operator_, err);
    if (rc == IC_OK) {
        work->joining = joining;
    }
    return rc;
}

static enum ic_rc run_look(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return find_account(tx, context, err);
}

static enum ic_rc run_enter(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct provider_work *work = context;
    bool was_known = work->is_known;
    enum ic_rc rc = find_account(tx, work, err);
    if (rc == IC_OK && work->is_known != was_known) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "The account was linked or unlinked meanwhile.");
    }
    if (rc == IC_OK && work->is_known) {
        rc = touch_account(tx, work, err);
    } else if (rc == IC_OK) {
        rc = ic_joining_run(tx, work->service, &work->joining, work->arena, &work->account.opr_id, err);
        if (rc == IC_OK) {
            rc = insert_account(tx, work, &work->account.opr_id, err);
        }
    }
    return rc == IC_OK ? ic_session_open(tx, work->service, &work->account.opr_id, &work->opening, "provider",
                                         work->arena, &work->identity, err)
                       : rc;
}

enum ic_rc ic_providers_enter(struct ic_service *service, const struct ic_provider_person *person,
                              const struct ic_provider_wish *wish, const struct ic_visitor *visitor,
                              struct ic_arena *arena, struct ic_identity *ret_identity, struct ic_secret *ret_session,
                              struct ic_err *err)
{
    struct provider_work work = {
        .service = service, .person = person, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    ic_session_opening_init(&work.opening, service, visitor);
    enum ic_rc rc = ic_guesses_check(service, (struct ic_str){0}, visitor->address, "provider_sign_in", err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_look, &work, err);
    }
    if (rc == IC_OK && !work.is_known) {
        rc = prepare_joining(&work, wish, visitor->address, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_write(service->store, run_enter, &work, err);
        if (rc == IC_UNAUTHENTICATED) {
            ic_guesses_count(service, (struct ic_str){0}, visitor->address, "provider_sign_in", err->code);
        }
    }
    if (rc == IC_OK) {
        *ret_identity = work.identity;
        *ret_session = work.opening.secret;
    }
    ic_secret_wipe(&work, sizeof work);
    return rc;
}

/* ---- Showing again who one is. ---- */

static enum ic_rc run_prove(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct provider_work *work = context;
    const struct ic_asker *asker = work->asker;
    enum ic_rc rc = find_account(tx, work, err);
    if (rc == IC_OK && !(work->is_known && ic_id_equal(&work->account.opr_id, &asker->opr_id))) {
        rc = ic_err_set(err, IC_CODE_FORBIDDEN, operation, "This account is not linked to you.");
    }
    if (rc == IC_OK) {
        rc = touch_account(tx, work, err);
    }
    if (rc == IC_OK) {
        rc = ic_session_prove(tx, asker, &work->opening, err);
    }
    return rc == IC_OK ? ic_audit_record_change(tx, asker, IC_AUDIT_ACTION_SIGNED_IN_AGAIN, &asker->session_id, "by",
                                                (struct ic_str){0}, IC_STR("provider"), work->now, err)
                       : rc;
}

enum ic_rc ic_providers_prove(struct ic_service *service, const struct ic_asker *asker,
                              const struct ic_provider_person *person, struct ic_arena *arena,
                              struct ic_secret *ret_session, struct ic_err *err)
{
    const struct ic_visitor visitor = {.address = asker->address};
    struct provider_work work = {
        .service = service, .asker = asker, .person = person, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    ic_session_opening_init(&work.opening, service, &visitor);
    enum ic_rc rc = ic_store_write(service->store, run_prove, &work, err);
    if (rc == IC_OK) {
        *ret_session = work.opening.secret;
    }
    ic_secret_wipe(&work, sizeof work);
    return rc;
}

/* ---- Linking. ---- */

static enum ic_rc log_change(struct ic_store_tx *tx, const struct provider_work *work, enum ic_audit_action action,
                             const char *deed_text, struct ic_err *err)
{
    const struct ic_asker *asker = work->asker;
    struct ic_str issuer = work->person->issuer;
    bool is_linked = action == IC_AUDIT_ACTION_PROVIDER_ACCOUNT_LINKED;
    enum ic_rc rc = ic_people_event_log(tx, work->service, &asker->opr_id, deed_text, issuer, work->now, err);
    return rc == IC_OK ? ic_audit_record_change(tx, asker, action, &asker->opr_id, "issuer",
                                                is_linked ? (struct ic_str){0} : issuer,
                                                is_linked ? issuer : (struct ic_str){0}, work->now, err)
                       : rc;
}

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct provider_work *work = context;
    return ic_store_provider_account_list(tx, &work->asker->opr_id, work->arena, &work->list, err);
}

static enum ic_rc run_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct provider_work *work = context;
    enum ic_rc rc = ic_asker_can(tx, work->asker, IC_ACTION_LINK_PROVIDER, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = run_list(tx, work, err);
    }
    if (rc == IC_OK && work->list.count >= IC_PROVIDER_ACCOUNTS_MAX) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "There are %d linked accounts already.",
                        IC_PROVIDER_ACCOUNTS_MAX);
    }
    if (rc == IC_OK) {
        rc = insert_account(tx, work, &work->asker->opr_id, err);
    }
    return rc == IC_OK ? log_change(tx, work, IC_AUDIT_ACTION_PROVIDER_ACCOUNT_LINKED, "linked an account of", err)
                       : rc;
}

enum ic_rc ic_providers_link(struct ic_service *service, const struct ic_asker *asker,
                             const struct ic_provider_person *person, struct ic_arena *arena, struct ic_err *err)
{
    struct provider_work work = {
        .service = service, .asker = asker, .person = person, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    return ic_store_write(service->store, run_link, &work, err);
}

/* Who unlinks their last account needs a password to come back with. */
static enum ic_rc check_way_in(struct ic_store_tx *tx, const struct provider_work *work, struct ic_err *err)
{
    struct ic_password password;
    enum ic_rc rc = ic_store_password_find(tx, &work->asker->opr_id, &password, err);
    if (rc == IC_OK && work->list.count == 1 && !password.hash.text[0]) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "Set a password first: this is your only way in.");
    }
    return rc;
}

static enum ic_rc run_unlink(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct provider_work *work = context;
    const struct ic_provider_person *person = work->person;
    const struct ic_id *opr_id = &work->asker->opr_id;
    enum ic_rc rc = ic_asker_can(tx, work->asker, IC_ACTION_UNLINK_PROVIDER, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = run_list(tx, work, err);
    }
    if (rc == IC_OK) {
        rc = check_way_in(tx, work, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_provider_account_delete(tx, person->issuer, person->subject, opr_id, err);
    }
    return rc == IC_OK ? log_change(tx, work, IC_AUDIT_ACTION_PROVIDER_ACCOUNT_UNLINKED, "unlinked an account of", err)
                       : rc;
}

enum ic_rc ic_providers_unlink(struct ic_service *service, const struct ic_asker *asker, struct ic_str issuer,
                               struct ic_str subject, struct ic_arena *arena, struct ic_err *err)
{
    const struct ic_provider_person person = {.issuer = issuer, .subject = subject};
    struct provider_work work = {
        .service = service, .asker = asker, .person = &person, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    return ic_store_write(service->store, run_unlink, &work, err);
}

enum ic_rc ic_providers_list(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                             struct ic_provider_account_list *ret_list, struct ic_err *err)
{
    struct provider_work work = {.asker = asker, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_PROVIDERS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_list, &work, err);
    }
    if (rc == IC_OK) {
        *ret_list = work.list;
    }
    return rc;
}
