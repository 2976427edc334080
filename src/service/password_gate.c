#include "service/password_gate.h"

#include <assert.h>

void ic_password_gate_init(struct ic_password_gate *gate)
{
    *gate = (struct ic_password_gate){0};
    int failed = pthread_mutex_init(&gate->lock, NULL) | pthread_mutex_init(&gate->turn, NULL);
    assert(!failed);
    (void)failed;
}

void ic_password_gate_release(struct ic_password_gate *gate)
{
    pthread_mutex_destroy(&gate->lock);
    pthread_mutex_destroy(&gate->turn);
}

static enum ic_rc enter(struct ic_password_gate *gate, struct ic_err *err)
{
    pthread_mutex_lock(&gate->lock);
    bool has_room = gate->count < IC_PASSWORD_GATE_COUNT_MAX;
    gate->count += has_room ? 1 : 0;
    pthread_mutex_unlock(&gate->lock);
    if (!has_room) {
        return ic_err_set(err, IC_CODE_BUSY, "service.password_gate", "Many people sign in just now; try again.");
    }
    pthread_mutex_lock(&gate->turn);
    return IC_OK;
}

static void leave(struct ic_password_gate *gate)
{
    pthread_mutex_unlock(&gate->turn);
    pthread_mutex_lock(&gate->lock);
    gate->count--;
    pthread_mutex_unlock(&gate->lock);
}

enum ic_rc ic_password_gate_match(struct ic_password_gate *gate, const struct ic_password_hash *hash,
                                  struct ic_str password, bool *ret_matches, struct ic_err *err)
{
    enum ic_rc rc = enter(gate, err);
    if (rc == IC_OK) {
        *ret_matches = ic_password_hash_matches(hash, password);
        leave(gate);
    }
    return rc;
}

enum ic_rc ic_password_gate_hash(struct ic_password_gate *gate, struct ic_str password,
                                 struct ic_password_hash *ret_hash, struct ic_err *err)
{
    enum ic_rc rc = enter(gate, err);
    if (rc == IC_OK) {
        rc = ic_password_hash_create(password, ret_hash, err);
        leave(gate);
    }
    return rc;
}
