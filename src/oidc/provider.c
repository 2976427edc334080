#include "oidc/provider.h"

#include "oidc/address.h"
#include "oidc/fetch.h"

#include <assert.h>
#include <string.h>

/* Asks for auth_time to be told; not 0, which glewlwyd takes for an error. What was before the journey is refused. */
#define PROOF_AGE_S "60"

enum { FORM_BYTES_MAX = 16 << 10, ADDRESS_BYTES_MAX = 4 << 10, MS_PER_S = 1000 };

void ic_oidc_provider_init(struct ic_oidc_provider *provider, const struct ic_oidc_settings *settings,
                           const struct ic_clock *clock, const atomic_bool *stops)
{
    *provider = (struct ic_oidc_provider){
        .settings = *settings,
        .clock = clock,
        .stops = stops,
        .may_be_plain = strncmp(settings->issuer, "http:", 5) == 0,
    };
    int failed = pthread_mutex_init(&provider->lock, NULL);
    assert(!failed);
    (void)failed;
}

void ic_oidc_provider_release(struct ic_oidc_provider *provider)
{
    ic_oidc_keys_destroy(provider->keys);
    pthread_mutex_destroy(&provider->lock);
}

/* ---- When to fetch. ---- */

enum turn { TURN_USE, TURN_FETCH, TURN_REFUSE };

/* Whose turn it is to fetch, under the lock. What is there is used while another fetches and after a failure; `wants`
 * says that it does not help this caller. */
static enum turn take_turn(struct ic_oidc_cache *cache, int64_t now, bool wants, enum ic_oidc_reason *ret_reason)
{
    bool is_fresh = cache->was_fetched && now < cache->fresh_until;
    int64_t floor_ms = cache->has_failed ? IC_OIDC_RETRY_MS : IC_OIDC_REFRESH_MS;
    bool is_early = cache->tried_at != 0 && now - cache->tried_at < floor_ms;
    if (is_fresh && !wants) {
        return TURN_USE;
    }
    if (!cache->is_fetching && !is_early) {
        cache->is_fetching = true;
        cache->tried_at = now;
        return TURN_FETCH;
    }
    if (cache->was_fetched) {
        return TURN_USE;
    }
    *ret_reason = cache->is_fetching ? IC_OIDC_BUSY : cache->failure;
    return TURN_REFUSE;
}

/* It was fetched, or was not; under the lock. */
static void end_turn(struct ic_oidc_cache *cache, int64_t now, enum ic_oidc_reason reason, int64_t max_age_s)
{
    int64_t keep_s = max_age_s < 0 ? IC_OIDC_KEEP_S_DEFAULT : max_age_s;
    keep_s = keep_s < IC_OIDC_KEEP_S_MIN ? IC_OIDC_KEEP_S_MIN : keep_s;
    keep_s = keep_s > IC_OIDC_KEEP_S_MAX ? IC_OIDC_KEEP_S_MAX : keep_s;
    cache->is_fetching = false;
    cache->tried_at = now; /* However long it took. */
    cache->has_failed = reason != IC_OIDC_OK;
    cache->failure = reason;
    if (reason == IC_OIDC_OK) {
        cache->was_fetched = true;
        cache->fresh_until = now + keep_s * MS_PER_S;
    }
}

static enum ic_oidc_reason fetch(const struct ic_oidc_provider *provider, const char *address, struct ic_buf *body,
                                 int64_t *ret_max_age_s)
{
    const struct ic_oidc_request request = {
        .address = address, .may_be_plain = provider->may_be_plain, .stops = provider->stops};
    return ic_oidc_fetch(&request, body, ret_max_age_s);
}

/* ---- What it says of itself. ---- */

static enum ic_oidc_reason fetch_metadata(const struct ic_oidc_provider *provider, struct ic_arena *arena,
                                          struct ic_oidc_metadata *ret_metadata, int64_t *ret_max_age_s)
{
    struct ic_buf address, body;
    struct ic_str issuer = ic_str_from(provider->settings.issuer);
    ic_buf_init(&address, ADDRESS_BYTES_MAX);
    ic_buf_init(&body, IC_OIDC_ANSWER_BYTES_MAX);
    bool has_slash = issuer.size > 0 && issuer.data[issuer.size - 1] == '/';
    ic_buf_put(&address, (struct ic_str){issuer.data, issuer.size - (has_slash ? 1 : 0)});
    ic_buf_put(&address, IC_STR("/.well-known/openid-configuration"));
    ic_buf_put_char(&address, '\0');
    enum ic_oidc_reason reason = address.failed == IC_CODE_OK ? IC_OIDC_OK : IC_OIDC_ADDRESS;
    if (reason == IC_OIDC_OK) {
        reason = fetch(provider, address.data, &body, ret_max_age_s);
    }
    if (reason == IC_OIDC_OK) {
        reason = ic_oidc_metadata_read(ic_buf_view(&body), issuer, arena, ret_metadata);
    }
    ic_buf_release(&body);
    ic_buf_release(&address);
    return reason;
}

static enum ic_oidc_reason get_metadata(struct ic_oidc_provider *provider, struct ic_arena *arena,
                                        struct ic_oidc_metadata *ret_metadata)
{
    struct ic_oidc_metadata metadata;
    int64_t max_age_s = -1;
    enum ic_oidc_reason reason = IC_OIDC_OK;
    pthread_mutex_lock(&provider->lock);
    enum turn turn = take_turn(&provider->metadata_cache, ic_clock_monotonic_ms(provider->clock), false, &reason);
    if (turn == TURN_USE) {
        *ret_metadata = provider->metadata;
    }
    pthread_mutex_unlock(&provider->lock);
    if (turn != TURN_FETCH) {
        return reason;
    }
    reason = fetch_metadata(provider, arena, &metadata, &max_age_s);
    pthread_mutex_lock(&provider->lock);
    end_turn(&provider->metadata_cache, ic_clock_monotonic_ms(provider->clock), reason, max_age_s);
    if (reason == IC_OIDC_OK) {
        provider->metadata = metadata;
    }
    bool has_any = provider->metadata_cache.was_fetched;
    if (has_any) {
        *ret_metadata = provider->metadata; /* An old one where a new one could not be had. */
    }
    pthread_mutex_unlock(&provider->lock);
    return has_any ? IC_OIDC_OK : reason;
}

/* ---- Its keys. ---- */

static enum ic_oidc_reason fetch_keys(struct ic_oidc_provider *provider, const char *address, struct ic_arena *arena)
{
    struct ic_oidc_keys *keys = NULL;
    struct ic_buf body;
    int64_t max_age_s = -1;
    ic_buf_init(&body, IC_OIDC_ANSWER_BYTES_MAX);
    enum ic_oidc_reason reason = fetch(provider, address, &body, &max_age_s);
    if (reason == IC_OIDC_OK) {
        reason = ic_oidc_keys_create(ic_buf_view(&body), arena, &keys);
    }
    ic_buf_release(&body);
    pthread_mutex_lock(&provider->lock);
    end_turn(&provider->keys_cache, ic_clock_monotonic_ms(provider->clock), reason, max_age_s);
    if (reason == IC_OIDC_OK) {
        struct ic_oidc_keys *former = provider->keys;
        provider->keys = keys;
        keys = former;
    }
    pthread_mutex_unlock(&provider->lock);
    ic_oidc_keys_destroy(keys);
    return reason;
}

/* The key that signed the token. A kid that is unknown may be new: then the keys are fetched once more. */
static enum ic_oidc_reason get_key(struct ic_oidc_provider *provider, const char *address,
                                   const struct ic_oidc_token *token, struct ic_arena *arena, EVP_PKEY **ret_pkey)
{
    bool wants = false;
    enum ic_oidc_reason reason = IC_OIDC_OK;
    for (;;) {
        EVP_PKEY *found = NULL;
        pthread_mutex_lock(&provider->lock);
        enum turn turn = take_turn(&provider->keys_cache, ic_clock_monotonic_ms(provider->clock), wants, &reason);
        if (turn == TURN_USE) {
            found = ic_oidc_keys_find(provider->keys, token->kid, token->algorithm);
        }
        pthread_mutex_unlock(&provider->lock);
        if (found) {
            *ret_pkey = found;
            return IC_OIDC_OK;
        }
        if (turn == TURN_REFUSE || (turn == TURN_USE && wants)) {
            return turn == TURN_REFUSE ? reason : IC_OIDC_KEY_UNKNOWN;
        }
        if (turn == TURN_FETCH) {
            reason = fetch_keys(provider, address, arena);
            if (reason != IC_OIDC_OK) {
                return reason;
            }
        }
        wants = turn == TURN_USE || wants;
    }
}

/* ---- Setting out. ---- */

enum ic_oidc_reason ic_oidc_provider_begin(struct ic_oidc_provider *provider, const struct ic_oidc_journey *journey,
                                           bool proves, struct ic_str redirect_address, struct ic_arena *arena,
                                           struct ic_str *ret_address)
{
    struct ic_oidc_metadata metadata;
    struct ic_buf address;
    char challenge[IC_SECRET_SIZE + 1];
    enum ic_oidc_reason reason = get_metadata(provider, arena, &metadata);
    if (reason != IC_OIDC_OK) {
        return reason;
    }
    ic_oidc_journey_challenge(journey, challenge);
    ic_buf_init(&address, ADDRESS_BYTES_MAX);
    ic_buf_put(&address, ic_str_from(metadata.authorization_endpoint));
    ic_oidc_address_put_parameter(&address, "response_type", IC_STR("code"));
    ic_oidc_address_put_parameter(&address, "client_id", ic_str_from(provider->settings.client_id));
    ic_oidc_address_put_parameter(&address, "redirect_uri", redirect_address);
    ic_oidc_address_put_parameter(&address, "scope", IC_STR("openid email profile"));
    ic_oidc_address_put_parameter(&address, "state", ic_str_from(journey->state.text));
    ic_oidc_address_put_parameter(&address, "nonce", ic_str_from(journey->nonce.text));
    ic_oidc_address_put_parameter(&address, "code_challenge", ic_str_from(challenge));
    ic_oidc_address_put_parameter(&address, "code_challenge_method", IC_STR("S256"));
    if (provider->settings.hosted_domain[0]) {
        ic_oidc_address_put_parameter(&address, "hd", ic_str_from(provider->settings.hosted_domain));
    }
    if (proves) {
        ic_oidc_address_put_parameter(&address, "prompt", IC_STR("login"));
        ic_oidc_address_put_parameter(&address, "max_age", IC_STR(PROOF_AGE_S));
    }
    bool is_made = address.failed == IC_CODE_OK && ic_arena_copy(arena, ic_buf_view(&address), ret_address);
    ic_buf_release(&address);
    return is_made ? IC_OIDC_OK : IC_OIDC_OUT_OF_MEMORY;
}

/* ---- Coming back. ---- */

static void put_secret(struct ic_oidc_request *request, const struct ic_oidc_provider *provider, bool takes_basic,
                       struct ic_buf *form, struct ic_buf *basic)
{
    const struct ic_oidc_settings *settings = &provider->settings;
    if (takes_basic) {
        ic_oidc_address_put_escaped(basic, ic_str_from(settings->client_id));
        ic_buf_put_char(basic, ':');
        ic_oidc_address_put_escaped(basic, ic_str_from(settings->client_secret));
        ic_buf_put_char(basic, '\0');
        request->basic = basic->data;
    } else {
        ic_oidc_form_put(form, "client_id", ic_str_from(settings->client_id));
        ic_oidc_form_put(form, "client_secret", ic_str_from(settings->client_secret));
    }
}

static void wipe(struct ic_buf *buf)
{
    if (buf->data) {
        ic_secret_wipe(buf->data, buf->size);
    }
    ic_buf_release(buf);
}

static enum ic_oidc_reason exchange(struct ic_oidc_provider *provider, const struct ic_oidc_metadata *metadata,
                                    const struct ic_oidc_journey *journey, const struct ic_oidc_return *came,
                                    struct ic_arena *arena, struct ic_oidc_answer *ret_answer)
{
    struct ic_buf form, basic, body;
    struct ic_oidc_request request = {
        .address = metadata->token_endpoint, .may_be_plain = provider->may_be_plain, .stops = provider->stops};
    int64_t max_age_s;
    ic_buf_init(&form, FORM_BYTES_MAX);
    ic_buf_init(&basic, FORM_BYTES_MAX);
    ic_buf_init(&body, IC_OIDC_ANSWER_BYTES_MAX);
    ic_oidc_form_put(&form, "grant_type", IC_STR("authorization_code"));
    ic_oidc_form_put(&form, "code", came->code);
    ic_oidc_form_put(&form, "redirect_uri", came->redirect_address);
    ic_oidc_form_put(&form, "code_verifier", ic_str_from(journey->verifier.text));
    put_secret(&request, provider, metadata->takes_basic, &form, &basic);
    ic_buf_put_char(&form, '\0');
    request.form = form.data;
    enum ic_oidc_reason reason = IC_OIDC_CALLBACK_MALFORMED; /* A code that does not fit. */
    if (form.failed == IC_CODE_OK && basic.failed == IC_CODE_OK) {
        reason = ic_oidc_fetch(&request, &body, &max_age_s);
    }
    if (reason == IC_OIDC_OK) {
        reason = ic_oidc_answer_read(ic_buf_view(&body), arena, ret_answer);
    }
    wipe(&body);
    wipe(&basic);
    wipe(&form);
    return reason;
}

static enum ic_oidc_reason verify(struct ic_oidc_provider *provider, const struct ic_oidc_metadata *metadata,
                                  const struct ic_oidc_token *token, struct ic_arena *arena, json_t **ret_claims)
{
    EVP_PKEY *pkey = NULL;
    enum ic_oidc_reason reason = get_key(provider, metadata->keys_address, token, arena, &pkey);
    if (reason == IC_OIDC_OK) {
        reason = ic_oidc_token_verify(token, pkey);
    }
    EVP_PKEY_free(pkey);
    return reason == IC_OIDC_OK ? ic_oidc_token_read_claims(token, arena, ret_claims) : reason;
}

enum ic_oidc_reason ic_oidc_provider_finish(struct ic_oidc_provider *provider, const struct ic_oidc_journey *journey,
                                            bool proves, const struct ic_oidc_return *came, struct ic_arena *arena,
                                            struct ic_oidc_person *ret_person)
{
    const struct ic_oidc_settings *settings = &provider->settings;
    struct ic_oidc_metadata metadata;
    struct ic_oidc_answer answer;
    struct ic_oidc_token token;
    json_t *claims = NULL;
    enum ic_oidc_reason reason = get_metadata(provider, arena, &metadata);
    if (reason == IC_OIDC_OK &&
        (came->has_issuer ? !ic_str_is(came->issuer, settings->issuer) : metadata.tells_issuer)) {
        reason = IC_OIDC_ISSUER_PARAMETER;
    }
    if (reason == IC_OIDC_OK) {
        reason = exchange(provider, &metadata, journey, came, arena, &answer);
    }
    if (reason == IC_OIDC_OK) {
        reason = ic_oidc_token_parse(answer.id_token, metadata.algorithms, arena, &token);
    }
    if (reason == IC_OIDC_OK) {
        reason = verify(provider, &metadata, &token, arena, &claims);
    }
    if (reason != IC_OIDC_OK) {
        return reason;
    }
    const struct ic_oidc_expected expected = {
        .issuer = ic_str_from(settings->issuer),
        .client_id = ic_str_from(settings->client_id),
        .hosted_domain = ic_str_from(settings->hosted_domain),
        .nonce = ic_str_from(journey->nonce.text),
        .access_token = answer.access_token,
        .algorithm = token.algorithm,
        .now_s = ic_clock_now_ms(provider->clock) / MS_PER_S,
        .authenticated_from_s = proves ? journey->began_at / MS_PER_S : 0,
    };
    return ic_oidc_claims_check(claims, &expected, ret_person);
}
