#include "oidc/oidc.h"

#include "oidc/address.h"
#include "oidc/spent.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

static const char operation[] = "oidc";

struct ic_oidc {
    struct ic_clock clock;
    struct ic_rand rand;
    unsigned char key[IC_OIDC_SEAL_KEY_SIZE];
    struct ic_oidc_provider providers[IC_OIDC_PROVIDERS_MAX];
    size_t providers_count;
    struct ic_oidc_spent spent;
    atomic_int waiting;
    atomic_bool stops;
};

static enum ic_rc check_options(const struct ic_oidc_options *options, struct ic_err *err)
{
    for (size_t i = 0; i < options->providers_count; i++) {
        const char *issuer = options->providers[i].issuer;
        if (strlen(issuer) > IC_OIDC_ISSUER_BYTES_MAX || !ic_oidc_address_is_safe(issuer, true)) {
            return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                              "The issuer of '%s' must be an https address (http only on this machine).",
                              options->providers[i].name);
        }
    }
    return IC_OK;
}

enum ic_rc ic_oidc_create(const struct ic_oidc_options *options, struct ic_oidc **ret_oidc, struct ic_err *err)
{
    assert(options->providers_count <= IC_OIDC_PROVIDERS_MAX);
    enum ic_rc rc = check_options(options, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_oidc *oidc = calloc(1, sizeof *oidc);
    if (!oidc || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(oidc);
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for signing in by a provider.");
    }
    oidc->clock = options->clock;
    oidc->rand = options->rand;
    oidc->providers_count = options->providers_count;
    if (options->secret[0]) {
        ic_oidc_seal_key_derive(ic_str_from(options->secret), oidc->key);
    } else {
        ic_rand_fill(&oidc->rand, oidc->key, sizeof oidc->key);
    }
    ic_oidc_spent_init(&oidc->spent);
    for (size_t i = 0; i < oidc->providers_count; i++) {
        ic_oidc_provider_init(&oidc->providers[i], &options->providers[i], &oidc->clock, &oidc->stops);
    }
    *ret_oidc = oidc;
    return IC_OK;
}

void ic_oidc_stop(struct ic_oidc *oidc)
{
    if (oidc) {
        atomic_store(&oidc->stops, true);
    }
}

void ic_oidc_destroy(struct ic_oidc *oidc)
{
    if (!oidc) {
        return;
    }
    for (size_t i = 0; i < oidc->providers_count; i++) {
        ic_oidc_provider_release(&oidc->providers[i]);
    }
    ic_oidc_spent_release(&oidc->spent);
    ic_secret_wipe(oidc, sizeof *oidc);
    free(oidc);
    curl_global_cleanup();
}

size_t ic_oidc_count(const struct ic_oidc *oidc)
{
    return oidc ? oidc->providers_count : 0;
}

const struct ic_oidc_settings *ic_oidc_settings_of(const struct ic_oidc *oidc, size_t index)
{
    assert(index < oidc->providers_count);
    return &oidc->providers[index].settings;
}

bool ic_oidc_find(const struct ic_oidc *oidc, struct ic_str name, size_t *ret_index)
{
    for (size_t i = 0; i < ic_oidc_count(oidc); i++) {
        if (ic_str_is(name, oidc->providers[i].settings.name)) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

/* ---- How many may wait. ---- */

static enum ic_oidc_reason enter(struct ic_oidc *oidc)
{
    if (atomic_load(&oidc->stops)) {
        return IC_OIDC_STOPPED;
    }
    if (atomic_fetch_add(&oidc->waiting, 1) >= IC_OIDC_WAITING_MAX) {
        atomic_fetch_sub(&oidc->waiting, 1);
        return IC_OIDC_BUSY;
    }
    return IC_OIDC_OK;
}

static void leave(struct ic_oidc *oidc)
{
    atomic_fetch_sub(&oidc->waiting, 1);
}

/* ---- There and back. ---- */

enum ic_oidc_reason ic_oidc_begin(struct ic_oidc *oidc, size_t index, bool proves, struct ic_str redirect_address,
                                  struct ic_str errand, struct ic_arena *arena, struct ic_oidc_departure *ret_departure)
{
    assert(index < oidc->providers_count && errand.size <= IC_OIDC_ERRAND_SIZE);
    struct ic_oidc_journey journey;
    struct ic_str address;
    enum ic_oidc_reason reason = enter(oidc);
    if (reason != IC_OIDC_OK) {
        return reason;
    }
    ic_oidc_journey_init(&journey, &oidc->rand, (int)index, ic_clock_now_ms(&oidc->clock));
    memcpy(journey.errand, errand.data, errand.size);
    journey.errand_size = (int32_t)errand.size;
    reason = ic_oidc_provider_begin(&oidc->providers[index], &journey, proves, redirect_address, arena, &address);
    if (reason == IC_OIDC_OK) {
        ret_departure->address = address;
        ic_oidc_journey_seal(&journey, oidc->key, &oidc->rand, ret_departure->kept);
    }
    ic_secret_wipe(&journey, sizeof journey);
    leave(oidc);
    return reason;
}

enum ic_oidc_reason ic_oidc_open(struct ic_oidc *oidc, const struct ic_oidc_callback *callback,
                                 struct ic_oidc_journey *ret_journey)
{
    struct ic_oidc_journey journey;
    enum ic_oidc_reason reason =
        ic_oidc_journey_open(callback->kept, oidc->key, ic_clock_now_ms(&oidc->clock), &journey);
    if (reason != IC_OIDC_OK) {
        return reason;
    }
    if ((size_t)journey.provider_index != callback->index) {
        reason = IC_OIDC_OTHER_PROVIDER;
    } else if (!ic_oidc_journey_has_state(&journey, callback->state)) {
        reason = IC_OIDC_STATE;
    } else if (!ic_oidc_spent_put(&oidc->spent, &journey.state)) {
        reason = IC_OIDC_JOURNEY_SPENT;
    } else {
        *ret_journey = journey;
    }
    ic_secret_wipe(&journey, sizeof journey);
    return reason;
}

enum ic_oidc_reason ic_oidc_finish(struct ic_oidc *oidc, const struct ic_oidc_journey *journey, bool proves,
                                   const struct ic_oidc_return *came, struct ic_arena *arena,
                                   struct ic_oidc_person *ret_person)
{
    enum ic_oidc_reason reason = enter(oidc);
    if (reason == IC_OIDC_OK) {
        reason = ic_oidc_provider_finish(&oidc->providers[journey->provider_index], journey, proves, came, arena,
                                         ret_person);
        leave(oidc);
    }
    return reason;
}
