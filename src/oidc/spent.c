#include "oidc/spent.h"

#include "base/base64url.h"

#include <assert.h>
#include <string.h>

enum { STATE_BYTES = 32 };

void ic_oidc_spent_init(struct ic_oidc_spent *spent)
{
    memset(spent, 0, sizeof *spent);
    int failed = pthread_mutex_init(&spent->lock, NULL);
    assert(!failed);
    (void)failed;
}

void ic_oidc_spent_release(struct ic_oidc_spent *spent)
{
    pthread_mutex_destroy(&spent->lock);
}

bool ic_oidc_spent_put(struct ic_oidc_spent *spent, const struct ic_secret *state)
{
    char bytes[STATE_BYTES];
    size_t size;
    uint64_t beginning = 0;
    if (!ic_base64url_read(ic_str_from(state->text), bytes, sizeof bytes, &size) || size != sizeof bytes) {
        return false;
    }
    memcpy(&beginning, bytes, sizeof beginning);
    bool is_new = true;
    pthread_mutex_lock(&spent->lock);
    for (size_t i = 0; is_new && i < IC_OIDC_SPENT_MAX; i++) {
        is_new = spent->states[i] != beginning;
    }
    if (is_new) {
        spent->states[spent->next] = beginning;
        spent->next = (spent->next + 1) % IC_OIDC_SPENT_MAX;
    }
    pthread_mutex_unlock(&spent->lock);
    return is_new;
}
