#include "service/pairing.h"

#include "contract/limits.h"
#include "service/asker.h"
#include "service/audit.h"
#include "service/people_event.h"
#include "service/plain_text.h"
#include "store/operators.h"

/* Digits and letters without those that look alike: 0 O, 1 I, U V. */
static const char code_alphabet[] = "23456789ABCDEFGHJKLMNPQRSTVWXYZ";
enum { CODE_ALPHABET_SIZE = sizeof code_alphabet - 1, CODE_ATTEMPTS_MAX = 8 };

static void make_code(const struct ic_rand *rand, char code[IC_PAIRING_CODE_SIZE + 1])
{
    for (size_t i = 0; i < IC_PAIRING_CODE_SIZE; i++) {
        code[i] = code_alphabet[ic_rand_below(rand, CODE_ALPHABET_SIZE)];
    }
    code[IC_PAIRING_CODE_SIZE] = '\0';
}

struct start_write {
    struct ic_service *service;
    struct ic_pairing pairing;
    char code[IC_PAIRING_CODE_SIZE + 1];
};

/* A code that is taken is drawn again: with a hundred waiting among 10^11 codes, once is enough. */
static enum ic_rc run_start(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct start_write *write = context;
    enum ic_rc rc = IC_CONFLICT;
    struct ic_err last = IC_ERR_NONE;
    for (int attempt = 0; rc == IC_CONFLICT && attempt < CODE_ATTEMPTS_MAX; attempt++) {
        last = IC_ERR_NONE;
        make_code(&write->service->rand, write->code);
        write->pairing.pairing_code = ic_str_from(write->code);
        rc = ic_store_pairing_insert(tx, &write->pairing, write->pairing.created_at, &last);
    }
    if (rc != IC_OK) {
        *err = last;
    }
    return rc;
}

enum ic_rc ic_pairing_start(struct ic_service *service, struct ic_str device_name, struct ic_str agent_version,
                            struct ic_str address, struct ic_pairing_started *ret_started, struct ic_err *err)
{
    static const char operation[] = "service.pairing.start";
    int64_t now = ic_clock_now_ms(&service->clock);
    struct start_write write = {
        .service = service,
        .pairing = {.address = address, .created_at = now, .expires_at = now + IC_LIMIT_PAIRING_LIFETIME_MS},
    };
    enum ic_rc rc = ic_plain_text_check(device_name, IC_LIMIT_DEVICE_NAME_CHARACTERS_MAX, "/device_name",
                                        &write.pairing.device_name, err);
    if (rc == IC_OK) {
        rc = ic_plain_text_check(agent_version, IC_LIMIT_VERSION_CHARACTERS_MAX, "/agent_version",
                                 &write.pairing.agent_version, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    int64_t monotonic = ic_clock_monotonic_ms(&service->clock);
    int wait_s = ic_throttle_wait_s(&service->pairing_starts, address, monotonic);
    if (wait_s > 0) {
        ic_err_set(err, IC_CODE_TOO_MANY_REQUESTS, operation,
                   "Too many pairings were started from this address; try again in some minutes.");
        return ic_err_set_wait(err, wait_s);
    }
    ic_throttle_count(&service->pairing_starts, address, monotonic);

    struct ic_secret secret;
    ic_secret_create(&service->rand, &secret);
    ic_hash_of(ic_str_from(secret.text), &write.pairing.secret_hash);
    rc = ic_store_write(service->store, run_start, &write, err);
    if (rc == IC_OK) {
        *ret_started = (struct ic_pairing_started){.pairing_secret = secret, .expires_at = write.pairing.expires_at};
        for (size_t i = 0; i < sizeof write.code; i++) {
            ret_started->pairing_code[i] = write.code[i];
        }
    }
    ic_secret_wipe(&secret, sizeof secret);
    return rc;
}

/* Looking for a code and approving one, with what both need. */
struct code_work {
    struct ic_service *service;
    const struct ic_asker *asker;
    struct ic_str pairing_code;
    const struct ic_id *opr_id;
    int64_t now;
    struct ic_arena *arena;
    struct ic_pairing pairing;
    struct ic_device device;
};

/* Runs `run` by `run_in` (reading or writing) unless this operator has guessed too often; counts a wrong guess. */
static enum ic_rc run_guarded(struct code_work *work,
                              enum ic_rc (*run_in)(struct ic_store *, ic_store_run, void *, struct ic_err *),
                              ic_store_run run, struct ic_err *err)
{
    struct ic_service *service = work->service;
    struct ic_str key = ic_id_text(work->opr_id);
    int64_t monotonic = ic_clock_monotonic_ms(&service->clock);
    enum ic_rc rc = ic_can_check(work->asker, IC_ACTION_PAIR_DEVICE, IC_WHOSE_THEIRS, err);
    if (rc != IC_OK) {
        return rc;
    }
    int wait_s = ic_throttle_wait_s(&service->code_guesses, key, monotonic);
    if (wait_s > 0) {
        ic_err_set(err, IC_CODE_TOO_MANY_REQUESTS, "service.pairing.find",
                   "Too many wrong codes; try again in some minutes.");
        return ic_err_set_wait(err, wait_s);
    }
    rc = run_in(service->store, run, work, err);
    if (rc == IC_NOT_FOUND) {
        ic_throttle_count(&service->code_guesses, key, monotonic);
    }
    return rc;
}

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct code_work *work = context;
    return ic_store_pairing_get(tx, work->pairing_code, work->now, work->arena, &work->pairing, err);
}

enum ic_rc ic_pairing_get(struct ic_service *service, const struct ic_asker *asker, struct ic_str pairing_code,
                          struct ic_arena *arena, struct ic_pairing *ret_pairing, struct ic_err *err)
{
    struct code_work work = {.service = service,
                             .pairing_code = pairing_code,
                             .asker = asker,
                             .opr_id = &asker->opr_id,
                             .now = ic_clock_now_ms(&service->clock),
                             .arena = arena};
    enum ic_rc rc = run_guarded(&work, ic_store_read, run_get, err);
    if (rc == IC_OK) {
        *ret_pairing = work.pairing;
    }
    return rc;
}

static enum ic_rc record_approved(struct ic_store_tx *tx, const struct code_work *work, struct ic_err *err)
{
    struct ic_audit_deed deed = {.action = IC_AUDIT_ACTION_DEVICE_PAIRED,
                                 .object_id = ic_id_text(&work->device.device_id)};
    struct ic_audit_value value;
    ic_audit_value_begin(&value);
    ic_json_put_text(&value.writer, "device_name", work->device.device_name);
    ic_json_put_text(&value.writer, "address", work->pairing.address);
    enum ic_rc rc = ic_audit_value_end(&value, &deed.value_after, err);
    if (rc == IC_OK) {
        rc = ic_audit_record(tx, work->asker, &deed, work->now, err);
    }
    ic_audit_value_release(&value);
    return rc;
}

static enum ic_rc run_approve(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct code_work *work = context;
    enum ic_rc rc = ic_asker_can(tx, work->asker, IC_ACTION_PAIR_DEVICE, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = run_get(tx, work, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    work->device = (struct ic_device){
        .opr_id = *work->opr_id,
        .device_name = work->pairing.device_name,
        .agent_version = work->pairing.agent_version,
        .created_at = work->now,
    };
    rc = ic_store_device_insert(tx, &work->device, &work->service->rand, &work->device.device_id, err);
    if (rc == IC_OK) {
        rc = ic_store_pairing_approve(tx, work->pairing_code, work->opr_id, &work->device.device_id, err);
    }
    if (rc == IC_OK) {
        rc = ic_people_event_log(tx, work->service, work->opr_id, "paired desktop", work->device.device_name, work->now,
                                 err);
    }
    return rc == IC_OK ? record_approved(tx, work, err) : rc;
}

enum ic_rc ic_pairing_approve(struct ic_service *service, const struct ic_asker *asker, struct ic_str pairing_code,
                              struct ic_arena *arena, struct ic_device *ret_device, struct ic_err *err)
{
    struct code_work work = {.service = service,
                             .pairing_code = pairing_code,
                             .asker = asker,
                             .opr_id = &asker->opr_id,
                             .now = ic_clock_now_ms(&service->clock),
                             .arena = arena};
    enum ic_rc rc = run_guarded(&work, ic_store_write, run_approve, err);
    if (rc == IC_OK) {
        *ret_device = work.device;
    }
    return rc;
}

struct claim_work {
    struct ic_hash secret_hash;
    struct ic_hash token_hash;
    struct ic_str address;
    int64_t now;
    struct ic_arena *arena;
    struct ic_pairing pairing;
    struct ic_operator operator_;
};

static enum ic_rc run_find_claim(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct claim_work *work = context;
    return ic_store_pairing_find_by_secret(tx, &work->secret_hash, work->now, work->arena, &work->pairing, err);
}

static enum ic_rc run_claim(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct claim_work *work = context;
    enum ic_rc rc = run_find_claim(tx, work, err);
    if (rc == IC_OK) {
        rc = ic_store_device_set_token(tx, &work->pairing.device_id, &work->token_hash, work->now, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_pairing_delete(tx, &work->secret_hash, err);
    }
    if (rc == IC_OK) {
        rc = ic_store_operator_get(tx, &work->pairing.opr_id, work->arena, &work->operator_, err);
    }
    const struct ic_asker asker = {
        .opr_id = work->pairing.opr_id,
        .credential = IC_CREDENTIAL_DEVICE,
        .device_id = work->pairing.device_id,
        .address = work->address,
    };
    return rc == IC_OK ? ic_audit_record_change(tx, &asker, IC_AUDIT_ACTION_DEVICE_CONNECTED, &work->pairing.device_id,
                                                "device_name", IC_STR(""), work->pairing.device_name, work->now, err)
                       : rc;
}

enum ic_rc ic_pairing_claim(struct ic_service *service, struct ic_str pairing_secret, struct ic_str address,
                            struct ic_arena *arena, struct ic_pairing_claimed *ret_claimed, struct ic_err *err)
{
    struct claim_work work = {.address = address, .now = ic_clock_now_ms(&service->clock), .arena = arena};
    ic_hash_of(pairing_secret, &work.secret_hash);
    /* A desktop asks every second until a person has acted: those questions only read. */
    enum ic_rc rc = ic_store_read(service->store, run_find_claim, &work, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (ic_id_is_empty(&work.pairing.opr_id)) {
        *ret_claimed = (struct ic_pairing_claimed){.is_approved = false};
        return IC_OK;
    }
    struct ic_secret token;
    ic_secret_create(&service->rand, &token);
    ic_hash_of(ic_str_from(token.text), &work.token_hash);
    rc = ic_store_write(service->store, run_claim, &work, err);
    if (rc == IC_OK) {
        *ret_claimed = (struct ic_pairing_claimed){
            .is_approved = true,
            .device_id = work.pairing.device_id,
            .device_token = token,
            .opr_id = work.operator_.opr_id,
            .opr_name = work.operator_.opr_name,
        };
    }
    ic_secret_wipe(&token, sizeof token);
    return rc;
}
