#include "network.h"

#include "witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LATENCY_MS_MAX = 120, REFUSED_MS = 3, TIMEOUT_MS = 30000 };

struct message {
    struct message *next;
    int64_t at;
    int64_t number;
    int desk;
    int64_t flight;
    bool is_answer;
    struct ask ask;
    struct reply reply;
    /* Of a request: what is going to happen to its answer. */
    enum mishap mishap;
    int64_t mishap_ms;
};

static void release(struct message *message)
{
    bytes_release(&message->ask.body);
    bytes_release(&message->reply.body);
    free(message);
}

/* Puts a copy of `message` on its way; takes over its bytes. */
static void put(struct world *world, const struct message *message, int64_t delay_ms)
{
    struct message *own = malloc(sizeof *own);
    if (!own) {
        abort();
    }
    *own = *message;
    own->at = world->trace.now + delay_ms;
    own->number = world->messages_count++;
    struct message **at = &world->messages;
    while (*at && (*at)->at <= own->at) {
        at = &(*at)->next;
    }
    own->next = *at;
    *at = own;
}

static void put_nobody(struct world *world, int desk, int64_t flight, int64_t delay_ms)
{
    put(world, &(struct message){.desk = desk, .flight = flight, .is_answer = true}, delay_ms);
}

static int64_t latency_of(const struct world *world, int desk, int64_t flight, bool is_answer)
{
    /* Most take as long back as forth, so that a desktop can learn the time exactly, and two have the same. */
    struct draw draw = draw_of(world->plan->seed ^ (uint64_t)desk << 32, (uint64_t)(2 * flight));
    if (draw_chance(&draw, 20) && is_answer) {
        draw = draw_of(draw.state, 1);
    }
    return draw_magnitude(&draw, LATENCY_MS_MAX);
}

/* Has a pull ask for a page of the plan's size: what the agent asks for would have room for all. */
static void ask_for_less(const struct world *world, struct ask *ask)
{
    char *limit = strstr(ask->path, "limit=");
    if (limit) {
        char rest[WIRE_PATH_SIZE];
        (void)snprintf(rest, sizeof rest, "%s", limit + strcspn(limit, "&"));
        (void)snprintf(limit, sizeof ask->path - (size_t)(limit - ask->path), "limit=%d%s", world->plan->page_rows,
                       rest);
    }
}

void network_send(struct world *world, int desk, struct ask *ask, int64_t flight)
{
    struct place *place = &world->places[desk];
    ask_for_less(world, ask);
    witness_asked(world, desk, ask);
    place->last_flight = flight;
    struct message message = {.desk = desk, .flight = flight, .ask = *ask};
    int64_t delay_ms = latency_of(world, desk, flight, false);
    if (place->alone_until > world->trace.now) {
        place->unreached_count++;
        bytes_release(&ask->body);
        put_nobody(world, desk, flight, REFUSED_MS);
        return;
    }
    message.mishap = place->mishap;
    message.mishap_ms = place->mishap_ms;
    place->mishap = MISHAP_NONE;
    put_nobody(world, desk, flight, TIMEOUT_MS);
    switch (message.mishap) {
    case MISHAP_LOSE_REQUEST:
        bytes_release(&ask->body);
        return;
    case MISHAP_GATEWAY:
        bytes_release(&message.ask.body);
        message.is_answer = true;
        message.reply = (struct reply){.status = 502, .body = bytes_copy("<html>", 6)};
        break;
    case MISHAP_DOUBLE: {
        struct message second = message;
        second.ask.body = bytes_copy(ask->body.data, ask->body.size);
        second.mishap = MISHAP_LOSE_ANSWER;
        put(world, &second, delay_ms + message.mishap_ms);
        break;
    }
    case MISHAP_DELAY_REQUEST:
        delay_ms += message.mishap_ms;
        break;
    case MISHAP_NONE:
    case MISHAP_LOSE_ANSWER:
    case MISHAP_DELAY_ANSWER:
    case MISHAP_CUT_ANSWER:
    case MISHAP_BREAK_ANSWER:
    case MISHAPS_COUNT:
        break;
    }
    put(world, &message, delay_ms);
}

int64_t network_due_at(const struct world *world)
{
    return world->messages ? world->messages->at : DESK_NEVER;
}

/* Lets the server answer, and sends the answer back. */
static void arrive(struct world *world, struct message *request)
{
    struct message answer = {.desk = request->desk, .flight = request->flight, .is_answer = true};
    answer.reply = center_handle(world->center, &request->ask);
    trace_say(&world->trace, "server", "answers desk %d's request %lld with %d, %zu bytes", request->desk,
              (long long)request->flight, answer.reply.status, answer.reply.body.size);
    trace_mix(&world->trace, answer.reply.body.data, answer.reply.body.size);
    bool is_awaited =
        request->flight == world->places[request->desk].last_flight && request->mishap != MISHAP_LOSE_ANSWER;
    witness_exchange(world, request->desk, &request->ask, &answer.reply, is_awaited);
    int64_t delay_ms = latency_of(world, request->desk, request->flight, true);
    switch (request->mishap) {
    case MISHAP_LOSE_ANSWER:
        bytes_release(&answer.reply.body);
        return;
    case MISHAP_DELAY_ANSWER:
        delay_ms += request->mishap_ms;
        break;
    case MISHAP_CUT_ANSWER:
        answer.reply.body.size = answer.reply.body.size * (size_t)(request->mishap_ms % 100) / 100;
        break;
    case MISHAP_BREAK_ANSWER:
        answer.reply.status = 0;
        break;
    case MISHAP_NONE:
    case MISHAP_LOSE_REQUEST:
    case MISHAP_DOUBLE:
    case MISHAP_DELAY_REQUEST:
    case MISHAP_GATEWAY:
    case MISHAPS_COUNT:
        break;
    }
    put(world, &answer, delay_ms);
}

static void come_back(struct world *world, const struct message *answer)
{
    struct place *place = &world->places[answer->desk];
    bool is_lost = answer->reply.status != 0 && place->alone_until > world->trace.now;
    if (!is_lost) {
        desk_take(place->desk, answer->flight, &answer->reply);
        witness_taken(world, answer->desk, &answer->reply);
    }
}

void network_deliver(struct world *world)
{
    struct message *message = world->messages;
    world->messages = message->next;
    if (message->is_answer) {
        come_back(world, message);
    } else {
        arrive(world, message);
    }
    release(message);
}

void network_release(struct world *world)
{
    while (world->messages) {
        struct message *message = world->messages;
        world->messages = message->next;
        release(message);
    }
}
