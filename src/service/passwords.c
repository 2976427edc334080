#include "service/passwords.h"

#include "service/asker.h"
#include "service/audit.h"
#include "service/guesses.h"
#include "service/identity.h"
#include "service/password_policy.h"
#include "service/people_event.h"
#include "store/credentials.h"

static const char operation[] = "service.passwords";

/* What every piece of work on a password needs and gives. */
struct password_work {
    struct ic_service *service;
    const struct ic_asker *asker; /* NULL: nobody is signed in yet. */
    struct ic_str account;
    struct ic_str address;
    struct ic_hash link_hash;
    int64_t now;
    struct ic_arena *arena;
    bool is_found;
    struct ic_operator operator_;
    struct ic_password present;
    struct ic_password next;
    struct ic_session_opening opening;
    struct ic_identity identity;
};

/* ---- Checking one. ---- */

/* Whoever does not exist, or may not come in, has no password; the store is asked for it all the same. */
static enum ic_rc run_find(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct password_work *work = context;
    struct ic_err missing = IC_ERR_NONE;
    enum ic_rc rc = work->asker
                        ? ic_store_operator_get(tx, &work->asker->opr_id, work->arena, &work->operator_, &missing)
                        : ic_store_operator_find(tx, work->account, work->arena, &work->operator_, &missing);
    if (rc != IC_OK && rc != IC_NOT_FOUND) {
        *err = missing;
        return rc;
    }
    work->is_found = rc == IC_OK && work->operator_.disabled_at == 0;
    if (rc == IC_NOT_FOUND) {
        work->operator_ = (struct ic_operator){.opr_id = {"-"}};
    }
    rc = ic_store_password_find(tx, &work->operator_.opr_id, &work->present, err);
    if (rc == IC_OK && !work->is_found) {
        work->present = (struct ic_password){0};
    }
    return rc;
}

/* Holds the password against what is known of the account or the asker; fails with wrong_password. */
static enum ic_rc check(struct password_work *work, struct ic_str password, struct ic_err *err)
{
    struct ic_service *service = work->service;
    bool matches = false;
    enum ic_rc rc = ic_guesses_check(service, work->account, work->address, "sign_in", err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_find, work, err);
    }
    if (rc == IC_OK) {
        rc = ic_password_gate_match(&service->password_gate, &work->present.hash, password, &matches, err);
    }
    if (rc == IC_OK && !matches) {
        ic_guesses_count(service, work->account, work->address, "sign_in", IC_CODE_WRONG_PASSWORD);
        rc = ic_err_set(err, IC_CODE_WRONG_PASSWORD, operation, "The name or the password is wrong.");
    }
    return rc;
}

/* The costs have risen since the password was set: its hash is made again while it is at hand. */
static enum ic_rc renew_hash(struct password_work *work, struct ic_str password, struct ic_err *err)
{
    if (!ic_password_hash_is_outdated(&work->present.hash)) {
        return IC_OK;
    }
    return ic_password_gate_hash(&work->service->password_gate, password, &work->next.hash, err);
}

/* The password that was checked must still be theirs. */
static enum ic_rc check_unchanged(struct ic_store_tx *tx, const struct password_work *work, struct ic_err *err)
{
    struct ic_password now;
    enum ic_rc rc = ic_store_password_find(tx, &work->operator_.opr_id, &now, err);
    if (rc == IC_OK && !ic_str_is(ic_str_from(now.hash.text), work->present.hash.text)) {
        rc = ic_err_set(err, IC_CODE_WRONG_PASSWORD, operation, "The password was changed meanwhile.");
    }
    return rc;
}

/* ---- Signing in. ---- */

static enum ic_rc run_sign_in(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct password_work *work = context;
    const struct ic_id *opr_id = &work->operator_.opr_id;
    enum ic_rc rc = check_unchanged(tx, work, err);
    if (rc == IC_OK && work->next.hash.text[0]) {
        rc = ic_store_password_rehash(tx, opr_id, &work->present.hash, &work->next.hash, err);
    }
    return rc == IC_OK ? ic_session_open(tx, work->service, opr_id, &work->opening, "password", work->arena,
                                         &work->identity, err)
                       : rc;
}

static void end_work(struct password_work *work, enum ic_rc rc, struct ic_identity *ret_identity,
                     struct ic_secret *ret_session)
{
    if (rc == IC_OK) {
        *ret_session = work->opening.secret;
        if (ret_identity) {
            *ret_identity = work->identity;
        }
    }
    ic_secret_wipe(work, sizeof *work);
}

enum ic_rc ic_passwords_sign_in(struct ic_service *service, struct ic_str account, struct ic_str password,
                                const struct ic_visitor *visitor, struct ic_arena *arena,
                                struct ic_identity *ret_identity, struct ic_secret *ret_session, struct ic_err *err)
{
    struct password_work work = {
        .service = service,
        .account = account,
        .address = visitor->address,
        .now = ic_clock_now_ms(&service->clock),
        .arena = arena,
    };
    ic_session_opening_init(&work.opening, service, visitor);
    enum ic_rc rc = check(&work, password, err);
    if (rc == IC_OK) {
        rc = renew_hash(&work, password, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_write(service->store, run_sign_in, &work, err);
    }
    end_work(&work, rc, ret_identity, ret_session);
    return rc;
}

/* ---- Showing again who one is. ---- */

static void begin_of_asker(struct password_work *work, struct ic_service *service, const struct ic_asker *asker,
                           struct ic_arena *arena)
{
    const struct ic_visitor visitor = {.address = asker->address};
    *work = (struct password_work){
        .service = service,
        .asker = asker,
        .account = ic_id_text(&asker->opr_id),
        .address = asker->address,
        .now = ic_clock_now_ms(&service->clock),
        .arena = arena,
    };
    ic_session_opening_init(&work->opening, service, &visitor);
}

static enum ic_rc run_prove(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct password_work *work = context;
    enum ic_rc rc = check_unchanged(tx, work, err);
    if (rc == IC_OK) {
        rc = ic_session_prove(tx, work->asker, &work->opening, err);
    }
    return rc == IC_OK
               ? ic_audit_record_change(tx, work->asker, IC_AUDIT_ACTION_SIGNED_IN_AGAIN, &work->asker->session_id,
                                        "by", (struct ic_str){0}, IC_STR("password"), work->now, err)
               : rc;
}

enum ic_rc ic_passwords_prove(struct ic_service *service, const struct ic_asker *asker, struct ic_str password,
                              struct ic_arena *arena, struct ic_secret *ret_session, struct ic_err *err)
{
    struct password_work work;
    begin_of_asker(&work, service, asker, arena);
    enum ic_rc rc = check(&work, password, err);
    if (rc == IC_OK) {
        rc = ic_store_write(service->store, run_prove, &work, err);
    }
    end_work(&work, rc, NULL, ret_session);
    return rc;
}

/* ---- Setting and changing one. ---- */

/* Whoever had a session or a link of theirs has none any more. */
static enum ic_rc put_password(struct ic_store_tx *tx, const struct password_work *work, const struct ic_id *opr_id,
                               const struct ic_id *but_session_id, struct ic_err *err)
{
    enum ic_rc rc = ic_store_password_put(tx, opr_id, &work->next, err);
    if (rc == IC_OK) {
        rc = ic_store_links_delete(tx, opr_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_sessions_end_all(tx, opr_id, but_session_id, err);
    }
    return rc == IC_OK ? ic_people_event_log(tx, work->service, opr_id, "set a new password", (struct ic_str){0},
                                             work->now, err)
                       : rc;
}

static enum ic_rc run_change(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct password_work *work = context;
    const struct ic_asker *asker = work->asker;
    bool is_first = work->present.hash.text[0] == '\0';
    enum ic_rc rc = ic_asker_can(tx, asker, is_first ? IC_ACTION_SET_FIRST_PASSWORD : IC_ACTION_CHANGE_PASSWORD,
                                 IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = check_unchanged(tx, work, err);
    }
    if (rc == IC_OK) {
        rc = ic_session_prove(tx, asker, &work->opening, err);
    }
    if (rc == IC_OK) {
        rc = put_password(tx, work, &asker->opr_id, &asker->session_id, err);
    }
    const struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_PASSWORD_SET, .object_id = ic_id_text(&asker->opr_id)};
    return rc == IC_OK ? ic_audit_record(tx, asker, &deed, work->now, err) : rc;
}

/* Either they know the password that they have, or they have none and came in lately by something else. */
static enum ic_rc check_present(struct password_work *work, struct ic_str present, struct ic_err *err)
{
    enum ic_rc rc = ic_store_read(work->service->store, run_find, work, err);
    if (rc == IC_OK && work->present.hash.text[0]) {
        rc = check(work, present, err);
    } else if (rc == IC_OK) {
        rc = ic_can_check(work->asker, IC_ACTION_SET_FIRST_PASSWORD, IC_WHOSE_THEIRS, err);
    }
    return rc;
}

enum ic_rc ic_passwords_change(struct ic_service *service, const struct ic_asker *asker, struct ic_str present,
                               struct ic_str password, struct ic_arena *arena, struct ic_secret *ret_session,
                               struct ic_err *err)
{
    struct password_work work;
    begin_of_asker(&work, service, asker, arena);
    work.next.changed_at = work.now;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_CHANGE_PASSWORD, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = check_present(&work, present, err);
    }
    if (rc == IC_OK) {
        rc = ic_password_check(password, work.operator_.opr_name, work.operator_.opr_email, err);
    }
    if (rc == IC_OK) {
        rc = ic_password_gate_hash(&service->password_gate, password, &work.next.hash, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_write(service->store, run_change, &work, err);
    }
    if (rc == IC_OK) {
        ic_stream_watch_end_all(&service->stream_watch, &asker->opr_id, &asker->session_id);
    }
    end_work(&work, rc, NULL, ret_session);
    return rc;
}

enum ic_rc ic_passwords_has(struct ic_service *service, const struct ic_asker *asker, bool *ret_has, struct ic_err *err)
{
    struct password_work work = {.service = service, .asker = asker, .arena = ic_arena_create(1 << 16)};
    if (!work.arena) {
        return ic_arena_failed(operation, err);
    }
    enum ic_rc rc = ic_store_read(service->store, run_find, &work, err);
    if (rc == IC_OK) {
        *ret_has = work.present.hash.text[0] != '\0';
    }
    ic_arena_destroy(work.arena);
    return rc;
}

/* ---- Those who forgot theirs. ---- */

struct link_write {
    struct ic_service *service;
    const struct ic_asker *asker;
    struct ic_link link;
    struct ic_arena *arena;
};

static enum ic_action giving_to(enum ic_role role)
{
    if (role == IC_ROLE_OWNER) {
        return IC_ACTION_GIVE_OWNER_LINK;
    }
    return role == IC_ROLE_ADMIN ? IC_ACTION_GIVE_ADMIN_LINK : IC_ACTION_GIVE_RESET_LINK;
}

static enum ic_rc run_give_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct link_write *write = context;
    const struct ic_id *opr_id = &write->link.opr_id;
    struct ic_operator operator_;
    int64_t now = write->link.created_at;
    enum ic_rc rc = ic_store_operator_get(tx, opr_id, write->arena, &operator_, err);
    if (rc == IC_OK) {
        rc = ic_asker_can(tx, write->asker, giving_to(operator_.role), ic_whose_is(write->asker, opr_id), err);
    }
    if (rc == IC_OK && operator_.disabled_at > 0) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "They are disabled.");
    }
    if (rc == IC_OK) {
        rc = ic_store_links_delete(tx, opr_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_link_insert(tx, &write->link, err);
    }
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, write->service, &write->asker->opr_id, "gave a link for a new password to",
                                 operator_.opr_name, now, err);
    }
    const struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_RESET_LINK_GIVEN, .object_id = ic_id_text(opr_id)};
    return rc == IC_OK ? ic_audit_record(tx, write->asker, &deed, now, err) : rc;
}

enum ic_rc ic_passwords_give_link(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *opr_id,
                                  struct ic_arena *arena, struct ic_secret *ret_link, int64_t *ret_expires_at,
                                  struct ic_err *err)
{
    struct link_write write = {.service = service, .asker = asker, .arena = arena};
    struct ic_secret secret;
    ic_identity_make_link(service, IC_LINK_RESET, &secret, &write.link);
    write.link.opr_id = *opr_id;
    enum ic_rc rc = ic_store_write(service->store, run_give_link, &write, err);
    if (rc == IC_OK) {
        *ret_link = secret;
        *ret_expires_at = write.link.expires_at;
    }
    ic_secret_wipe(&secret, sizeof secret);
    return rc;
}

/* Whose link it is, before anything is hashed. */
static enum ic_rc run_look_at_link(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct password_work *work = context;
    struct ic_link link;
    enum ic_rc rc = ic_store_link_find(tx, &work->link_hash, work->now, &link, err);
    if (rc == IC_OK && ic_id_is_empty(&link.opr_id)) {
        rc = ic_err_set(err, IC_CODE_INVALID_LINK, operation, "This link is for joining.");
    }
    return rc == IC_OK ? ic_store_operator_get(tx, &link.opr_id, work->arena, &work->operator_, err) : rc;
}

static enum ic_rc run_reset(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct password_work *work = context;
    struct ic_link link;
    const struct ic_id none = {0};
    enum ic_rc rc = ic_store_link_take(tx, &work->link_hash, work->now, &link, err);
    if (rc == IC_OK) {
        rc = put_password(tx, work, &link.opr_id, &none, err);
    }
    if (rc == IC_OK) {
        struct ic_asker asker = ic_asker_by_session(&work->operator_, false);
        asker.address = work->address;
        const struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_PASSWORD_SET,
                                           .object_id = ic_id_text(&link.opr_id)};
        rc = ic_audit_record(tx, &asker, &deed, work->now, err);
    }
    return rc == IC_OK ? ic_session_open(tx, work->service, &link.opr_id, &work->opening, "new password", work->arena,
                                         &work->identity, err)
                       : rc;
}

enum ic_rc ic_passwords_reset(struct ic_service *service, struct ic_str link, struct ic_str password,
                              const struct ic_visitor *visitor, struct ic_arena *arena,
                              struct ic_identity *ret_identity, struct ic_secret *ret_session, struct ic_err *err)
{
    struct password_work work = {
        .service = service,
        .address = visitor->address,
        .now = ic_clock_now_ms(&service->clock),
        .arena = arena,
    };
    work.next.changed_at = work.now;
    ic_hash_of(link, &work.link_hash);
    ic_session_opening_init(&work.opening, service, visitor);
    enum ic_rc rc = ic_guesses_check(service, (struct ic_str){0}, visitor->address, "reset_password", err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_look_at_link, &work, err);
        if (rc == IC_UNAUTHENTICATED) {
            ic_guesses_count(service, (struct ic_str){0}, visitor->address, "reset_password", err->code);
        }
    }
    if (rc == IC_OK) {
        rc = ic_password_check(password, work.operator_.opr_name, work.operator_.opr_email, err);
    }
    if (rc == IC_OK) {
        rc = ic_password_gate_hash(&service->password_gate, password, &work.next.hash, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_write(service->store, run_reset, &work, err);
    }
    if (rc == IC_OK) {
        ic_stream_watch_end_all(&service->stream_watch, &work.operator_.opr_id, &(const struct ic_id){0});
    }
    end_work(&work, rc, ret_identity, ret_session);
    return rc;
}
