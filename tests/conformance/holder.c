#include "holder.h"

static enum ic_rc hold(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)tx;
    struct holder *holder = context;
    gate_open(&holder->entered);
    if (!gate_wait(&holder->leave, 1)) {
        return ic_err_set(err, IC_CODE_TIMEOUT, "test", "Nobody has let it go.");
    }
    return IC_OK;
}

void *holder_write(void *context)
{
    struct holder *holder = context;
    holder->rc = ic_store_write(holder->store, hold, holder, NULL);
    return NULL;
}

void *holder_read(void *context)
{
    struct holder *holder = context;
    holder->rc = ic_store_read(holder->store, hold, holder, NULL);
    return NULL;
}
