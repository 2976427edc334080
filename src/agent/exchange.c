#include "agent/exchange.h"

void ic_exchange_answer_init(struct ic_exchange_answer *answer)
{
    *answer = (struct ic_exchange_answer){.status = 0};
    ic_buf_init(&answer->body, IC_EXCHANGE_ANSWER_BYTES_MAX);
}

void ic_exchange_answer_release(struct ic_exchange_answer *answer)
{
    ic_buf_release(&answer->body);
}
