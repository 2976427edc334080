/* What lets people in: passwords, invitations, e-mail domains, accounts with providers, sessions, tokens of desktops
 * that are replaced, and disabling, on every engine alike. */
#include "claims.h"
#include "fixture.h"
#include "store/access.h"
#include "store/credentials.h"
#include "store/invitations.h"
#include "store/sessions.h"
#include "store/tokens.h"

#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1767225600000)

struct world {
    struct fixture *fixture;
    struct ic_id owner;
    struct ic_id other;
};

static struct ic_hash hash_of(const char *text)
{
    struct ic_hash hash;
    ic_hash_of(ic_str_from(text), &hash);
    return hash;
}

static enum ic_rc run_operators(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct world *world = context;
    const struct ic_rand *rand = &world->fixture->rand;
    enum ic_rc rc = fixture_insert_operator(tx, IC_STR("Owner"), rand, &world->owner, err);
    return rc ? rc : fixture_insert_operator(tx, IC_STR("Other"), rand, &world->other, err);
}

/* Every step fails with what it gives; a wrong value is told as internal, with the line. */
#define must(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            return ic_err_set(err, IC_CODE_INTERNAL, "test", "line %d: %s", __LINE__, #condition); \
        }                                                                                          \
    } while (0)

#define go(call)               \
    do {                       \
        enum ic_rc rc_ = call; \
        if (rc_ != IC_OK) {    \
            return rc_;        \
        }                      \
    } while (0)

/* Fails with that code, and no more than that. */
static bool fails(enum ic_rc rc, struct ic_err *said, enum ic_code code)
{
    bool is_it = rc != IC_OK && said->code == code;
    *said = IC_ERR_NONE;
    return is_it;
}

static void run(struct fixture *fixture, ic_store_run claim)
{
    struct world world = {.fixture = fixture};
    fixture_write(fixture->store, run_operators, &world);
    fixture_write(fixture->store, claim, &world);
}

/* ---- Passwords and accounts with providers. ---- */

static enum ic_rc run_passwords(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_password password = {.hash = {"$argon2id$one"}, .changed_at = NOW};
    const struct ic_password_hash one = password.hash, two = {"$argon2id$two"}, three = {"$argon2id$three"};
    struct ic_password found;
    go(ic_store_password_find(tx, &world->owner, &found, err));
    must(found.hash.text[0] == '\0' && found.changed_at == 0);
    go(ic_store_password_put(tx, &world->owner, &password, err));
    go(ic_store_password_find(tx, &world->owner, &found, err));
    must(strcmp(found.hash.text, one.text) == 0 && found.changed_at == NOW);
    go(ic_store_password_rehash(tx, &world->owner, &two, &three, err)); /* Another was set meanwhile. */
    go(ic_store_password_rehash(tx, &world->owner, &one, &two, err));
    go(ic_store_password_find(tx, &world->owner, &found, err));
    must(strcmp(found.hash.text, two.text) == 0 && found.changed_at == NOW);
    password.hash = three;
    password.changed_at = NOW + 1;
    go(ic_store_password_put(tx, &world->owner, &password, err));
    go(ic_store_password_find(tx, &world->owner, &found, err));
    must(strcmp(found.hash.text, three.text) == 0 && found.changed_at == NOW + 1);
    go(ic_store_password_find(tx, &world->other, &found, err));
    must(found.hash.text[0] == '\0');
    return IC_OK;
}

static void test_a_password_is_set_changed_and_hashed_anew(void **state)
{
    run(*state, run_passwords);
}

static enum ic_rc run_provider_accounts(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_arena *arena = world->fixture->arena;
    struct ic_err said = IC_ERR_NONE;
    struct ic_provider_account found;
    struct ic_provider_account_list list;
    const struct ic_provider_account account = {
        .issuer = IC_STR("https://id.example"), .subject = IC_STR("1001"), .opr_id = world->owner, .created_at = NOW};
    must(fails(ic_store_provider_account_get(tx, account.issuer, account.subject, arena, &found, &said), &said,
               IC_CODE_NOT_FOUND));
    go(ic_store_provider_account_insert(tx, &account, err));
    go(ic_store_provider_account_get(tx, account.issuer, account.subject, arena, &found, err));
    must(ic_id_equal(&found.opr_id, &world->owner) && found.email.size == 0 && found.last_used_at == 0);
    must(fails(ic_store_provider_account_get(tx, IC_STR("https://ID.example"), account.subject, arena, &found, &said),
               &said, IC_CODE_NOT_FOUND));
    found = account;
    found.email = IC_STR("owner@id.example");
    found.last_used_at = NOW + 5;
    go(ic_store_provider_account_touch(tx, &found, err));
    go(ic_store_provider_account_list(tx, &world->owner, arena, &list, err));
    must(list.count == 1 && ic_str_is(list.items[0].email, "owner@id.example") &&
         list.items[0].last_used_at == NOW + 5);
    must(fails(ic_store_provider_account_delete(tx, account.issuer, account.subject, &world->other, &said), &said,
               IC_CODE_NOT_FOUND));
    go(ic_store_provider_account_delete(tx, account.issuer, account.subject, &world->owner, err));
    go(ic_store_provider_account_list(tx, &world->owner, arena, &list, err));
    must(list.count == 0);
    return IC_OK;
}

static void test_an_account_with_a_provider_is_one_operator_s(void **state)
{
    run(*state, run_provider_accounts);
}

static enum ic_rc run_two_accounts(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_provider_account account = {
        .issuer = IC_STR("https://id.example"), .subject = IC_STR("1001"), .opr_id = world->owner, .created_at = NOW};
    go(ic_store_provider_account_insert(tx, &account, err));
    account.opr_id = world->other;
    return ic_store_provider_account_insert(tx, &account, err);
}

static void test_nobody_links_an_account_that_is_another_s(void **state)
{
    struct fixture *fixture = *state;
    struct world world = {.fixture = fixture};
    struct ic_err err = IC_ERR_NONE;
    fixture_write(fixture->store, run_operators, &world);
    assert_int_equal(ic_store_write(fixture->store, run_two_accounts, &world, &err), IC_CONFLICT);
    assert_int_equal(err.code, IC_CODE_CONFLICT);
}

/* ---- Invitations and domains. ---- */

static enum ic_rc run_invitations(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_arena *arena = world->fixture->arena;
    struct ic_err said = IC_ERR_NONE;
    struct ic_invitation found, invitation = {.role = IC_ROLE_VIEWER,
                                              .opr_email = IC_STR("eve@example.com"),
                                              .invited_by = world->owner,
                                              .created_at = NOW,
                                              .expires_at = NOW + 10};
    struct ic_invitation_list list;
    const struct ic_hash one = hash_of("one"), two = hash_of("two");
    struct ic_id first, second;
    go(ic_store_invitation_insert(tx, &invitation, &one, &world->fixture->rand, &first, err));
    go(ic_store_invitation_find_by_secret(tx, &one, NOW + 9, arena, &found, err));
    must(ic_id_equal(&found.invitation_id, &first) && found.role == IC_ROLE_VIEWER);
    must(ic_str_is(found.opr_email, "eve@example.com") && ic_str_is(found.invited_by_name, "Owner"));
    must(fails(ic_store_invitation_find_by_secret(tx, &one, NOW + 10, arena, &found, &said), &said,
               IC_CODE_INVALID_LINK));
    must(fails(ic_store_invitation_find_by_secret(tx, &two, NOW, arena, &found, &said), &said, IC_CODE_INVALID_LINK));
    invitation.opr_email = (struct ic_str){0};
    invitation.invited_by = world->other;
    invitation.created_at = NOW + 1;
    invitation.expires_at = NOW + 11;
    go(ic_store_invitation_insert(tx, &invitation, &two, &world->fixture->rand, &second, err));
    go(ic_store_invitation_list(tx, NOW + 1, arena, &list, err));
    must(list.count == 2 && ic_id_equal(&list.items[0].invitation_id, &second) && list.items[0].opr_email.size == 0);
    go(ic_store_invitations_delete_by(tx, &world->other, err));
    must(fails(ic_store_invitation_get(tx, &second, NOW + 1, arena, &found, &said), &said, IC_CODE_NOT_FOUND));
    go(ic_store_invitation_delete(tx, &first, err));
    must(fails(ic_store_invitation_delete(tx, &first, &said), &said, IC_CODE_INVALID_LINK));
    go(ic_store_invitation_list(tx, NOW + 1, arena, &list, err));
    must(list.count == 0);
    return IC_OK;
}

static void test_an_invitation_is_found_by_its_secret_until_its_end(void **state)
{
    run(*state, run_invitations);
}

static enum ic_rc run_email_domains(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_arena *arena = world->fixture->arena;
    struct ic_err said = IC_ERR_NONE;
    struct ic_email_domain found,
        allowed = {
            .email_domain = IC_STR("example.com"), .role = IC_ROLE_OPERATOR, .opr_id = world->owner, .created_at = NOW};
    struct ic_email_domain_list list;
    go(ic_store_email_domain_insert(tx, &allowed, err));
    must(fails(ic_store_email_domain_insert(tx, &allowed, &said), &said, IC_CODE_CONFLICT));
    allowed.email_domain = IC_STR("an.example");
    allowed.role = IC_ROLE_VIEWER;
    go(ic_store_email_domain_insert(tx, &allowed, err));
    go(ic_store_email_domain_find(tx, IC_STR("example.com"), arena, &found, err));
    must(found.role == IC_ROLE_OPERATOR && ic_str_is(found.opr_name, "Owner"));
    must(fails(ic_store_email_domain_find(tx, IC_STR("xample.com"), arena, &found, &said), &said, IC_CODE_NOT_FOUND));
    go(ic_store_email_domain_list(tx, arena, &list, err));
    must(list.count == 2 && ic_str_is(list.items[0].email_domain, "an.example"));
    go(ic_store_email_domain_delete(tx, IC_STR("example.com"), err));
    must(fails(ic_store_email_domain_delete(tx, IC_STR("example.com"), &said), &said, IC_CODE_NOT_FOUND));
    return IC_OK;
}

static void test_a_domain_is_allowed_and_no_longer(void **state)
{
    run(*state, run_email_domains);
}

/* ---- Sessions. ---- */

static enum ic_rc insert_session(struct ic_store_tx *tx, const struct world *world, const struct ic_id *opr_id,
                                 const char *secret, int64_t at, struct ic_id *ret_id, struct ic_err *err)
{
    const struct ic_session session = {
        .secret_hash = hash_of(secret),
        .opr_id = *opr_id,
        .address = IC_STR("192.0.2.1"),
        .created_at = at,
        .proven_at = at,
        .last_seen_at = at,
        .expires_at = NOW + 1000,
    };
    return ic_store_session_insert(tx, &session, &world->fixture->rand, ret_id, err);
}

static enum ic_rc run_sessions(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_arena *arena = world->fixture->arena;
    struct ic_err said = IC_ERR_NONE;
    struct ic_session found;
    struct ic_session_list list;
    struct ic_id one, two, three;
    const struct ic_hash first = hash_of("one"), second = hash_of("two"), renewed = hash_of("renewed");
    const struct ic_id none = {0};
    go(insert_session(tx, world, &world->owner, "one", NOW, &one, err));
    go(insert_session(tx, world, &world->owner, "two", NOW + 1, &two, err));
    go(insert_session(tx, world, &world->other, "three", NOW + 2, &three, err));
    go(ic_store_session_list(tx, &world->owner, NOW + 2, arena, &list, err));
    must(list.count == 2 && ic_id_equal(&list.items[0].session_id, &two) && list.items[0].user_agent.size == 0);
    go(ic_store_session_touch(tx, &first, IC_STR("198.51.100.7"), NOW + 5, err));
    go(ic_store_session_touch(tx, &first, (struct ic_str){0}, NOW + 6, err));
    go(ic_store_session_get(tx, &first, NOW + 6, arena, &found, err));
    must(ic_str_is(found.address, "198.51.100.7") && found.last_seen_at == NOW + 6 && found.proven_at == NOW);
    go(ic_store_session_prove(tx, &one, &renewed, NOW + 7, err));
    must(fails(ic_store_session_get(tx, &first, NOW + 7, arena, &found, &said), &said, IC_CODE_UNAUTHENTICATED));
    go(ic_store_session_get(tx, &renewed, NOW + 7, arena, &found, err));
    must(ic_id_equal(&found.session_id, &one) && found.proven_at == NOW + 7);
    must(fails(ic_store_session_end(tx, &one, &world->other, &said), &said, IC_CODE_NOT_FOUND));
    go(ic_store_sessions_end_all(tx, &world->owner, &one, err));
    must(fails(ic_store_session_get(tx, &second, NOW + 7, arena, &found, &said), &said, IC_CODE_UNAUTHENTICATED));
    go(ic_store_session_get(tx, &renewed, NOW + 7, arena, &found, err));
    go(ic_store_sessions_end_all(tx, &world->owner, &none, err));
    must(fails(ic_store_session_get(tx, &renewed, NOW + 7, arena, &found, &said), &said, IC_CODE_UNAUTHENTICATED));
    go(ic_store_session_list(tx, &world->other, NOW + 7, arena, &list, err));
    must(list.count == 1);
    go(ic_store_session_end(tx, &three, &world->other, err));
    must(fails(ic_store_session_prove(tx, &three, &renewed, NOW + 8, &said), &said, IC_CODE_UNAUTHENTICATED));
    return IC_OK;
}

static void test_sessions_are_listed_proven_and_ended(void **state)
{
    run(*state, run_sessions);
}

static enum ic_rc count_alive(struct ic_store_tx *tx, const struct world *world, int64_t now, size_t *ret_count,
                              struct ic_err *err)
{
    struct ic_id *ids = ic_arena_alloc_array(world->fixture->arena, IC_CREDENTIAL_IDS_COUNT_MAX, sizeof(struct ic_id));
    const struct ic_id none = {0};
    go(ic_store_credential_ids(tx, &none, now, ids, ret_count, err));
    for (size_t i = 1; i < *ret_count; i++) {
        must(strcmp(ids[i - 1].text, ids[i].text) < 0);
    }
    if (*ret_count > 1) {
        size_t behind_count;
        const struct ic_id first = ids[0];
        go(ic_store_credential_ids(tx, &first, now, ids, &behind_count, err));
        must(behind_count == *ret_count - 1);
    }
    return IC_OK;
}

static enum ic_rc run_alive(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_id id;
    size_t count;
    struct ic_token token = {.opr_id = world->owner,
                             .token_name = IC_STR("Sheet"),
                             .has_scope = {[IC_TOKEN_SCOPE_READ_LOGS] = true},
                             .created_at = NOW,
                             .expires_at = NOW + 500};
    const struct ic_hash hash = hash_of("token");
    go(insert_session(tx, world, &world->owner, "one", NOW, &id, err));
    go(insert_session(tx, world, &world->other, "two", NOW, &id, err));
    go(ic_store_token_insert(tx, &token, &hash, &world->fixture->rand, &token.token_id, err));
    go(count_alive(tx, world, NOW + 499, &count, err));
    must(count == 3);
    go(count_alive(tx, world, NOW + 500, &count, err));
    must(count == 2);
    go(count_alive(tx, world, NOW + 1000, &count, err));
    must(count == 0);
    go(ic_store_operator_disable(tx, &world->other, NOW, err));
    go(count_alive(tx, world, NOW + 499, &count, err));
    must(count == 2);
    go(ic_store_tokens_revoke_all(tx, &world->owner, NOW, err));
    go(count_alive(tx, world, NOW + 499, &count, err));
    must(count == 1);
    return IC_OK;
}

static void test_what_is_alive_is_told_in_order_and_page_by_page(void **state)
{
    run(*state, run_alive);
}

/* ---- Disabling, and tokens of desktops. ---- */

static enum ic_rc run_disabling(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_arena *arena = world->fixture->arena;
    struct ic_err said = IC_ERR_NONE;
    struct ic_device device = {
        .opr_id = world->other, .device_name = IC_STR("Laptop"), .agent_version = IC_STR("1"), .created_at = NOW};
    struct ic_operator operator_;
    struct ic_session session;
    enum ic_role role;
    struct ic_id id;
    const struct ic_hash secret = hash_of("two"), token = hash_of("token");
    go(insert_session(tx, world, &world->other, "two", NOW, &id, err));
    go(ic_store_device_insert(tx, &device, &world->fixture->rand, &device.device_id, err));
    go(ic_store_device_set_token(tx, &device.device_id, &token, NOW, err));
    go(ic_store_operator_disable(tx, &world->other, NOW + 1, err));
    must(fails(ic_store_operator_disable(tx, &world->other, NOW + 2, &said), &said, IC_CODE_CONFLICT));
    must(fails(ic_store_operator_standing(tx, &world->other, &role, &said), &said, IC_CODE_UNAUTHENTICATED));
    must(fails(ic_store_session_get(tx, &secret, NOW + 1, arena, &session, &said), &said, IC_CODE_UNAUTHENTICATED));
    must(fails(ic_store_device_get_by_token(tx, &token, arena, &device, &said), &said, IC_CODE_INVALID_TOKEN));
    go(ic_store_operator_get(tx, &world->other, arena, &operator_, err));
    must(operator_.disabled_at == NOW + 1);
    go(ic_store_operator_enable(tx, &world->other, err));
    must(fails(ic_store_operator_enable(tx, &world->other, &said), &said, IC_CODE_CONFLICT));
    go(ic_store_operator_standing(tx, &world->other, &role, err));
    go(ic_store_operator_get(tx, &world->other, arena, &operator_, err));
    must(operator_.disabled_at == 0);
    return IC_OK;
}

static void test_who_is_disabled_is_known_by_nothing(void **state)
{
    run(*state, run_disabling);
}

static enum ic_rc run_turns(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_arena *arena = world->fixture->arena;
    struct ic_err said = IC_ERR_NONE;
    struct ic_device found,
        device = {
            .opr_id = world->owner, .device_name = IC_STR("Laptop"), .agent_version = IC_STR("1"), .created_at = NOW};
    enum ic_token_turn turn;
    const struct ic_hash one = hash_of("one"), two = hash_of("two"), lost = hash_of("lost");
    go(ic_store_device_insert(tx, &device, &world->fixture->rand, &device.device_id, err));
    go(ic_store_device_set_token(tx, &device.device_id, &one, NOW, err));
    go(ic_store_device_set_next_token(tx, &device.device_id, &lost, err));
    go(ic_store_device_set_next_token(tx, &device.device_id, &two, err));
    go(ic_store_device_get_by_token(tx, &one, arena, &found, err));
    must(found.token_created_at == NOW);
    go(ic_store_device_find_by_turn(tx, &lost, arena, &turn, &found, err));
    must(turn == IC_TOKEN_TURN_NONE);
    go(ic_store_device_find_by_turn(tx, &two, arena, &turn, &found, err));
    must(turn == IC_TOKEN_TURN_NEXT && ic_id_equal(&found.device_id, &device.device_id));
    go(ic_store_device_turn_token(tx, &device.device_id, &two, NOW + 9, err));
    go(ic_store_device_turn_token(tx, &device.device_id, &two, NOW + 10, err)); /* It has happened. */
    go(ic_store_device_get_by_token(tx, &two, arena, &found, err));
    must(found.token_created_at == NOW + 9);
    go(ic_store_device_find_by_turn(tx, &two, arena, &turn, &found, err));
    must(turn == IC_TOKEN_TURN_PRESENT);
    must(fails(ic_store_device_get_by_token(tx, &one, arena, &found, &said), &said, IC_CODE_INVALID_TOKEN));
    go(ic_store_device_find_by_turn(tx, &one, arena, &turn, &found, err));
    must(turn == IC_TOKEN_TURN_FORMER && found.token_created_at == NOW + 9);
    go(ic_store_devices_revoke_all(tx, &world->owner, NOW + 20, err));
    go(ic_store_device_find_by_turn(tx, &one, arena, &turn, &found, err));
    must(turn == IC_TOKEN_TURN_NONE);
    must(fails(ic_store_device_set_next_token(tx, &device.device_id, &lost, &said), &said, IC_CODE_NOT_FOUND));
    return IC_OK;
}

static void test_a_desktop_s_token_gives_way_to_the_next(void **state)
{
    run(*state, run_turns);
}

static enum ic_rc run_links(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct world *world = context;
    struct ic_err said = IC_ERR_NONE;
    struct ic_link found, link = {.secret_hash = hash_of("reset"),
                                  .opr_id = world->owner,
                                  .purpose = IC_LINK_RESET,
                                  .created_at = NOW,
                                  .expires_at = NOW + 10};
    const struct ic_hash one = hash_of("reset"), two = hash_of("sign in");
    go(ic_store_link_insert(tx, &link, err));
    link.secret_hash = two;
    link.purpose = IC_LINK_SIGN_IN;
    go(ic_store_link_insert(tx, &link, err));
    go(ic_store_link_find(tx, &one, NOW, &found, err));
    must(found.purpose == IC_LINK_RESET && ic_id_equal(&found.opr_id, &world->owner));
    go(ic_store_link_take(tx, &two, NOW, &found, err));
    must(found.purpose == IC_LINK_SIGN_IN);
    go(ic_store_links_delete(tx, &world->owner, err));
    must(fails(ic_store_link_find(tx, &one, NOW, &found, &said), &said, IC_CODE_INVALID_LINK));
    return IC_OK;
}

static void test_a_link_is_for_its_purpose(void **state)
{
    run(*state, run_links);
}

int run_accounts(void)
{
    const struct CMUnitTest tests[] = {
        claim(test_a_password_is_set_changed_and_hashed_anew, fixture_one),
        claim(test_an_account_with_a_provider_is_one_operator_s, fixture_one),
        claim(test_nobody_links_an_account_that_is_another_s, fixture_one),
        claim(test_an_invitation_is_found_by_its_secret_until_its_end, fixture_one),
        claim(test_a_domain_is_allowed_and_no_longer, fixture_one),
        claim(test_sessions_are_listed_proven_and_ended, fixture_one),
        claim(test_what_is_alive_is_told_in_order_and_page_by_page, fixture_one),
        claim(test_who_is_disabled_is_known_by_nothing, fixture_one),
        claim(test_a_desktop_s_token_gives_way_to_the_next, fixture_one),
        claim(test_a_link_is_for_its_purpose, fixture_one),
    };
    return run_claims(tests);
}
