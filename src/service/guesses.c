#include "service/guesses.h"

#include "base/hash.h"
#include "contract/limits.h"
#include "service/can.h"

#include <string.h>

enum { ACCOUNT_BYTES_MAX = 4 * IC_LIMIT_EMAIL_CHARACTERS_MAX };

/* Accounts are told apart by a hash of what was typed, in lower case as far as that is ASCII: whoever varies the case
 * of other letters has that many more guesses, at a name that few people have. */
static struct ic_hash account_key(struct ic_str account)
{
    char folded[ACCOUNT_BYTES_MAX];
    struct ic_hash key;
    size_t size = account.size < sizeof folded ? account.size : sizeof folded;
    for (size_t i = 0; i < size; i++) {
        char c = account.data[i];
        folded[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    ic_hash_of((struct ic_str){folded, size}, &key);
    return key;
}

static void count_refusal(struct ic_service *service, struct ic_str address, const char *asked_for, enum ic_code code)
{
    const struct ic_asker visitor = {.address = address};
    ic_refusals_count(&service->refusals, &visitor, asked_for, code);
}

enum ic_rc ic_guesses_check(struct ic_service *service, struct ic_str account, struct ic_str address,
                            const char *asked_for, struct ic_err *err)
{
    int64_t monotonic = ic_clock_monotonic_ms(&service->clock);
    int wait_s = ic_throttle_wait_s(&service->address_failures, address, monotonic);
    if (wait_s == 0 && account.size > 0) {
        const struct ic_hash key = account_key(account);
        wait_s = ic_throttle_wait_s(&service->account_failures, ic_str_from(key.text), monotonic);
    }
    if (wait_s == 0) {
        return IC_OK;
    }
    count_refusal(service, address, asked_for, IC_CODE_TOO_MANY_REQUESTS);
    ic_err_set(err, IC_CODE_TOO_MANY_REQUESTS, "service.guesses", "Too many wrong tries; try again in some minutes.");
    return ic_err_set_wait(err, wait_s);
}

void ic_guesses_count(struct ic_service *service, struct ic_str account, struct ic_str address, const char *asked_for,
                      enum ic_code code)
{
    int64_t monotonic = ic_clock_monotonic_ms(&service->clock);
    ic_throttle_count(&service->address_failures, address, monotonic);
    if (account.size > 0) {
        const struct ic_hash key = account_key(account);
        ic_throttle_count(&service->account_failures, ic_str_from(key.text), monotonic);
    }
    count_refusal(service, address, asked_for, code);
}
