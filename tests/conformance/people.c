#include "people.h"

#include "store/actors.h"

#include <stdio.h>

const char *const people_operator_names[PEOPLE_OPERATOR_COUNT] = {"\xC3\x84nne Maier", "anna", "ZO\xC3\x8B 100%"};

static enum ic_rc insert_actor(struct ic_store_tx *tx, struct people *people, int index, struct ic_err *err)
{
    struct ic_rand rand = ic_rand_system();
    struct ic_actor actor = {
        .opr_id = people->operators[index % PEOPLE_OPERATOR_COUNT],
        .act_status = index % 2 ? IC_ACTOR_STATUS_SUSPENDED_BY_TEAM : IC_ACTOR_STATUS_ACTIVE,
        .created_at = 100 + index / 3,
        .last_activity = 900 - index / 2,
    };
    (void)snprintf(actor.act_username.text, sizeof actor.act_username.text, "studio_%d", index / 2);
    return ic_store_actor_insert(tx, &actor, &rand, &people->actors[index], err);
}

static enum ic_rc insert(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct people *people = context;
    struct ic_rand rand = ic_rand_system();
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < PEOPLE_OPERATOR_COUNT && !rc; i++) {
        struct ic_str name = ic_str_from(people_operator_names[i]);
        rc = fixture_insert_operator(tx, name, &rand, &people->operators[i], err);
    }
    for (int i = 0; i < PEOPLE_ACTOR_COUNT && !rc; i++) {
        rc = insert_actor(tx, people, i, err);
    }
    return rc;
}

void people_insert(struct ic_store *store, struct people *ret_people)
{
    fixture_write(store, insert, ret_people);
}
