#include "team.h"

#include "service/devices.h"
#include "service/home.h"
#include "service/pairing.h"
#include "store/sqlite/sqlite_store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ARENA_BYTES_MAX = 4 << 20, READERS = 2 };
#define BEGUN_AT INT64_C(1767225600000) /* 2026-01-01 */

const struct ic_visitor team_visitor = {.address = {"192.0.2.1", 9}, .user_agent = {"Browser/1.0", 11}};

static int64_t read_now(void *context)
{
    const struct team *team = context;
    return team->now;
}

struct team *team_create(void)
{
    struct ic_err err = IC_ERR_NONE;
    char path[128];
    struct team *team = calloc(1, sizeof *team);
    assert(team);
    snprintf(team->folder, sizeof team->folder, "/tmp/instacrm-team-XXXXXX");
    char *made = mkdtemp(team->folder);
    assert(made);
    (void)made;
    team->now = BEGUN_AT;
    struct ic_clock clock = {.now_ms = read_now, .monotonic_ms = read_now, .context = team};
    struct ic_rand rand = ic_rand_seeded(&team->seed, 1);
    snprintf(path, sizeof path, "%s/instacrm.db", team->folder);
    enum ic_rc rc = ic_store_sqlite_open(path, READERS, &clock, &team->store, &err);
    assert(rc == IC_OK);
    (void)rc;
    ic_service_init(&team->service, team->store, &clock, &rand);
    team->arena = ic_arena_create(ARENA_BYTES_MAX);
    assert(team->arena);
    team->owner = (struct ic_asker){.role = IC_ROLE_OWNER, .credential = IC_CREDENTIAL_SESSION, .is_recent = true};
    return team;
}

void team_destroy(struct team *team)
{
    static const char *const files[] = {"instacrm.db", "instacrm.db-wal", "instacrm.db-shm"};
    char path[128];
    ic_store_destroy(team->store);
    ic_service_release(&team->service);
    ic_arena_destroy(team->arena);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", team->folder, files[i]);
        unlink(path);
    }
    rmdir(team->folder);
    free(team);
}

int team_set_up(void **state)
{
    *state = team_create();
    return 0;
}

int team_tear_down(void **state)
{
    team_destroy(*state);
    return 0;
}

struct ic_identity team_join(struct team *team, struct ic_secret *ret_session)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret link, session;
    struct ic_identity identity;
    enum ic_rc rc = ic_identity_create_owner_link(&team->service, &link, &err);
    assert(rc == IC_OK);
    const struct ic_join join = {
        .link = ic_str_from(link.text),
        .opr_name = IC_STR("Anna"),
        .opr_email = IC_STR("anna@example.com"),
        .time_zone = IC_STR("Europe/Berlin"),
    };
    rc = ic_identity_join(&team->service, &join, &team_visitor, team->arena, &identity, &session, &err);
    assert(rc == IC_OK);
    (void)rc;
    team->owner = ic_session_asker(&identity, team_visitor.address, team->now);
    if (ret_session) {
        *ret_session = session;
    }
    return identity;
}

struct adding {
    const struct team *team;
    struct ic_operator operator_;
};

static enum ic_rc run_add(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct adding *adding = context;
    return ic_store_operator_insert(tx, &adding->operator_, &adding->team->service.rand, &adding->operator_.opr_id,
                                    err);
}

struct ic_asker team_add(struct team *team, const char *name, enum ic_role role)
{
    struct ic_err err = IC_ERR_NONE;
    struct adding adding = {
        .team = team,
        .operator_ =
            {
                .opr_name = ic_str_from(name),
                .opr_email = ic_str_from(name),
                .opr_status = IC_OPERATOR_STATUS_OFFLINE,
                .role = role,
                .time_zone = IC_STR("UTC"),
                .created_at = team->now,
                .last_activity = team->now,
            },
    };
    enum ic_rc rc = ic_store_write(team->store, run_add, &adding, &err);
    assert(rc == IC_OK);
    (void)rc;
    return ic_asker_by_session(&adding.operator_, true);
}

struct ic_device team_pair(struct team *team, const struct ic_id *opr_id)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_pairing_started started;
    struct ic_pairing_claimed claimed;
    struct ic_device device;
    struct ic_asker asker = team->owner;
    asker.opr_id = *opr_id;
    enum ic_rc rc =
        ic_pairing_start(&team->service, IC_STR("Laptop"), IC_STR("1.0"), IC_STR("127.0.0.1"), &started, &err);
    assert(rc == IC_OK);
    rc = ic_pairing_approve(&team->service, &asker, ic_str_from(started.pairing_code), team->arena, &device, &err);
    assert(rc == IC_OK);
    rc = ic_pairing_claim(&team->service, ic_str_from(started.pairing_secret.text), IC_STR("192.0.2.7"), team->arena,
                          &claimed, &err);
    assert(rc == IC_OK && claimed.is_approved);
    rc = ic_devices_get_by_token(&team->service, ic_str_from(claimed.device_token.text), team->arena, &device, &err);
    assert(rc == IC_OK);
    (void)rc;
    return device;
}

struct ic_operation team_operation(struct team *team, const char *message_text)
{
    struct ic_operation operation = {
        .op_id = ic_op_id_create(team->now, &team->service.rand),
        .kind = IC_OPERATION_KIND_OUTREACH,
        .thread_id = IC_STR("1001"),
        .message_text = ic_str_from(message_text),
        .sent_at = team->now,
    };
    bool are_handles = ic_handle_parse(IC_STR("studio.north"), &operation.act_username) &&
                       ic_handle_parse(IC_STR("mono.pizza"), &operation.tar_username);
    assert(are_handles);
    (void)are_handles;
    return operation;
}

struct ic_totals team_totals(struct team *team)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_home home;
    enum ic_rc rc = ic_home_get(&team->service, &team->owner, team->arena, &home, &err);
    assert(rc == IC_OK);
    (void)rc;
    return home.totals;
}
