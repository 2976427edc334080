#include "service/service.h"

#include "contract/limits.h"

void ic_service_init(struct ic_service *service, struct ic_store *store, const struct ic_clock *clock,
                     const struct ic_rand *rand)
{
    service->store = store;
    service->oidc = NULL;
    service->clock = *clock;
    service->rand = *rand;
    ic_pace_init(&service->requests, IC_LIMIT_REQUESTS_OF_ONE_PER_S);
    ic_throttle_init(&service->code_guesses, IC_CODE_GUESSES_MAX, IC_CODE_GUESS_WINDOW_MS);
    ic_throttle_init(&service->pairing_starts, IC_PAIRING_STARTS_MAX, IC_PAIRING_START_WINDOW_MS);
    ic_throttle_init(&service->account_failures, IC_ACCOUNT_FAILURES_MAX, IC_FAILURE_WINDOW_MS);
    ic_throttle_init(&service->address_failures, IC_ADDRESS_FAILURES_MAX, IC_FAILURE_WINDOW_MS);
    ic_password_gate_init(&service->password_gate);
    ic_stream_watch_init(&service->stream_watch);
    ic_presence_init(&service->presence);
    ic_refusals_init(&service->refusals, clock);
    atomic_init(&service->replays, 0);
    atomic_init(&service->goals_looked_cursor, 0);
    ic_zones_init(&service->zones);
    ic_cache_init(&service->cache, rand);
}

void ic_service_release(struct ic_service *service)
{
    ic_pace_release(&service->requests);
    ic_throttle_release(&service->code_guesses);
    ic_throttle_release(&service->pairing_starts);
    ic_throttle_release(&service->account_failures);
    ic_throttle_release(&service->address_failures);
    ic_password_gate_release(&service->password_gate);
    ic_stream_watch_release(&service->stream_watch);
    ic_presence_release(&service->presence);
    ic_refusals_release(&service->refusals);
    ic_zones_release(&service->zones);
    ic_cache_release(&service->cache);
}
