#include "service/email_domains.h"
#include "service/invitations.h"
#include "service/passwords.h"
#include "service/providers.h"
#include "team.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char good[] = "a good long secret";

static enum ic_code invite(struct team *team, const struct ic_asker *asker, enum ic_role role, const char *opr_email,
                           struct ic_invitation *ret_invitation, struct ic_secret *ret_link)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_invitations_create(&team->service, asker, role, ic_str_from(opr_email), ret_invitation, ret_link, &err);
    return err.code;
}

static enum ic_code join_by(struct team *team, const struct ic_secret *link, const char *opr_name,
                            const char *opr_email, const char *password, struct ic_identity *ret_identity)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret session;
    const struct ic_join join = {
        .link = ic_str_from(link->text),
        .opr_name = ic_str_from(opr_name),
        .opr_email = ic_str_from(opr_email),
        .time_zone = IC_STR("Europe/Berlin"),
        .password = ic_str_from(password),
    };
    (void)!ic_identity_join(&team->service, &join, &team_visitor, team->arena, ret_identity, &session, &err);
    return err.code;
}

/* ---- Invitations. ---- */

static void test_an_invitation_lets_one_person_in_with_its_role(void **state)
{
    struct team *team = *state;
    struct ic_invitation invitation;
    struct ic_identity identity;
    struct ic_secret link;
    (void)team_join(team, NULL);
    assert_int_equal(invite(team, &team->owner, IC_ROLE_VIEWER, "", &invitation, &link), IC_CODE_OK);
    assert_int_equal(join_by(team, &link, "Jonas", "jonas@example.com", good, &identity), IC_CODE_OK);
    assert_int_equal(identity.operator_.role, IC_ROLE_VIEWER);
    assert_int_equal(join_by(team, &link, "Eve", "eve@example.com", good, &identity), IC_CODE_INVALID_LINK);
}

static void test_what_is_refused_leaves_the_invitation_usable(void **state)
{
    struct team *team = *state;
    struct ic_invitation invitation;
    struct ic_identity identity;
    struct ic_secret link;
    (void)team_join(team, NULL);
    assert_int_equal(invite(team, &team->owner, IC_ROLE_OPERATOR, "Jonas@Example.com", &invitation, &link), IC_CODE_OK);
    assert_int_equal(join_by(team, &link, "ANNA", "jonas@example.com", good, &identity), IC_CODE_NAME_TAKEN);
    assert_int_equal(join_by(team, &link, "Jonas", "eve@example.com", good, &identity), IC_CODE_INVALID_FIELD);
    assert_int_equal(join_by(team, &link, "Jonas", "jonas@example.com", "", &identity), IC_CODE_MISSING_FIELD);
    assert_int_equal(join_by(team, &link, "Jonas", "jonas@example.com", "password1", &identity),
                     IC_CODE_PASSWORD_REFUSED);
    assert_int_equal(join_by(team, &link, "Jonas", "jonas@example.com", good, &identity), IC_CODE_OK);
}

static void test_an_invitation_ends_with_its_time_and_when_it_is_taken_back(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_invitation invitation;
    struct ic_invitation_list list;
    struct ic_identity identity;
    struct ic_secret late, back;
    (void)team_join(team, NULL);
    assert_int_equal(invite(team, &team->owner, IC_ROLE_OPERATOR, "", &invitation, &late), IC_CODE_OK);
    team->now += IC_LIMIT_INVITATION_LIFETIME_MS;
    assert_int_equal(join_by(team, &late, "Jonas", "jonas@example.com", good, &identity), IC_CODE_INVALID_LINK);

    assert_int_equal(invite(team, &team->owner, IC_ROLE_OPERATOR, "", &invitation, &back), IC_CODE_OK);
    assert_int_equal(ic_invitations_list(&team->service, &team->owner, team->arena, &list, &err), IC_OK);
    assert_int_equal(list.count, 1);
    assert_true(ic_str_is(list.items[0].invited_by_name, "Anna"));
    assert_int_equal(ic_invitations_revoke(&team->service, &team->owner, &invitation.invitation_id, team->arena, &err),
                     IC_OK);
    assert_int_equal(join_by(team, &back, "Jonas", "jonas@example.com", good, &identity), IC_CODE_INVALID_LINK);
    assert_int_equal(ic_invitations_revoke(&team->service, &team->owner, &invitation.invitation_id, team->arena, &err),
                     IC_NOT_FOUND);
}

static void test_admins_invite_below_themselves_and_nobody_invites_an_owner(void **state)
{
    struct team *team = *state;
    struct ic_invitation invitation;
    struct ic_secret link;
    (void)team_join(team, NULL);
    struct ic_asker admin = team_add(team, "admin", IC_ROLE_ADMIN);
    struct ic_asker jonas = team_add(team, "jonas", IC_ROLE_OPERATOR);
    assert_int_equal(invite(team, &jonas, IC_ROLE_VIEWER, "", &invitation, &link), IC_CODE_FORBIDDEN);
    assert_int_equal(invite(team, &admin, IC_ROLE_OPERATOR, "", &invitation, &link), IC_CODE_OK);
    assert_int_equal(invite(team, &admin, IC_ROLE_ADMIN, "", &invitation, &link), IC_CODE_FORBIDDEN);
    assert_int_equal(invite(team, &team->owner, IC_ROLE_ADMIN, "", &invitation, &link), IC_CODE_OK);
    assert_int_equal(invite(team, &team->owner, IC_ROLE_OWNER, "", &invitation, &link), IC_CODE_INVALID_FIELD);
    team->owner.is_recent = false;
    assert_int_equal(invite(team, &team->owner, IC_ROLE_ADMIN, "", &invitation, &link), IC_CODE_SIGN_IN_AGAIN);
}

static void test_there_are_only_so_many_invitations(void **state)
{
    struct team *team = *state;
    struct ic_invitation invitation;
    struct ic_secret link;
    (void)team_join(team, NULL);
    for (int i = 0; i < IC_LIMIT_INVITATIONS_MAX; i++) {
        assert_int_equal(invite(team, &team->owner, IC_ROLE_VIEWER, "", &invitation, &link), IC_CODE_OK);
    }
    assert_int_equal(invite(team, &team->owner, IC_ROLE_VIEWER, "", &invitation, &link), IC_CODE_CONFLICT);
}

/* ---- Providers and domains. ---- */

static enum ic_code enter(struct team *team, const struct ic_provider_person *person,
                          const struct ic_provider_wish *wish, struct ic_identity *ret_identity)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_secret session;
    (void)!ic_providers_enter(&team->service, person, wish, &team_visitor, team->arena, ret_identity, &session, &err);
    return err.code;
}

static const struct ic_provider_person jonas = {
    .issuer = {"https://id.example", 18},
    .subject = {"1001", 4},
    .email = {"jonas@example.com", 17},
    .email_is_verified = true,
    .name = {"Jonas", 5},
};

static enum ic_code allow(struct team *team, const char *email_domain)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_email_domains_allow(&team->service, &team->owner, ic_str_from(email_domain), IC_ROLE_VIEWER, &err);
    return err.code;
}

static void test_who_is_unknown_joins_by_a_verified_address_of_an_allowed_domain_alone(void **state)
{
    struct team *team = *state;
    struct ic_identity identity, again;
    const struct ic_provider_wish no_wish = {0};
    (void)team_join(team, NULL);
    assert_int_equal(enter(team, &jonas, &no_wish, &identity), IC_CODE_NOT_INVITED);
    assert_int_equal(allow(team, "Example.com"), IC_CODE_OK);
    struct ic_provider_person person = jonas;
    person.email_is_verified = false;
    assert_int_equal(enter(team, &person, &no_wish, &identity), IC_CODE_NOT_INVITED);
    person = jonas;
    person.email = IC_STR("jonas@sub.example.com");
    assert_int_equal(enter(team, &person, &no_wish, &identity), IC_CODE_NOT_INVITED);
    person.email = IC_STR("jonas@example.com.evil.example");
    assert_int_equal(enter(team, &person, &no_wish, &identity), IC_CODE_NOT_INVITED);

    assert_int_equal(enter(team, &jonas, &no_wish, &identity), IC_CODE_OK);
    assert_int_equal(identity.operator_.role, IC_ROLE_VIEWER);
    assert_int_equal(enter(team, &jonas, &no_wish, &again), IC_CODE_OK);
    assert_true(ic_id_equal(&again.operator_.opr_id, &identity.operator_.opr_id));
}

static void test_an_address_or_a_name_gives_nobody_another_s_place(void **state)
{
    struct team *team = *state;
    struct ic_identity identity;
    const struct ic_provider_wish no_wish = {0};
    (void)team_join(team, NULL); /* Anna, anna@example.com. */
    assert_int_equal(allow(team, "example.com"), IC_CODE_OK);
    struct ic_provider_person person = jonas;
    person.email = IC_STR("anna@example.com");
    assert_int_equal(enter(team, &person, &no_wish, &identity), IC_CODE_NAME_TAKEN);
    person = jonas;
    person.name = IC_STR("anna");
    assert_int_equal(enter(team, &person, &no_wish, &identity), IC_CODE_NAME_TAKEN);
    const struct ic_provider_wish wish = {.opr_name = IC_STR("Anna B")};
    assert_int_equal(enter(team, &person, &wish, &identity), IC_CODE_OK);
}

static void test_an_issuer_s_subject_is_nobody_at_another_issuer(void **state)
{
    struct team *team = *state;
    struct ic_identity identity;
    struct ic_invitation invitation;
    struct ic_secret link;
    (void)team_join(team, NULL);
    assert_int_equal(invite(team, &team->owner, IC_ROLE_OPERATOR, "", &invitation, &link), IC_CODE_OK);
    const struct ic_provider_wish wish = {.link = ic_str_from(link.text)}, no_wish = {0};
    assert_int_equal(enter(team, &jonas, &wish, &identity), IC_CODE_OK);
    struct ic_provider_person person = jonas;
    person.issuer = IC_STR("https://other.example");
    assert_int_equal(enter(team, &person, &no_wish, &identity), IC_CODE_NOT_INVITED);
    assert_int_equal(enter(team, &person, &wish, &identity), IC_CODE_INVALID_LINK); /* It was used. */
}

static void test_accounts_are_linked_once_and_the_last_way_in_stays(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_provider_account_list list;
    struct ic_identity identity;
    const struct ic_provider_wish no_wish = {0};
    struct ic_secret session;
    (void)team_join(team, NULL);
    struct ic_asker admin = team_add(team, "admin", IC_ROLE_ADMIN);
    struct ic_asker late = team->owner;
    late.is_recent = false;
    assert_int_equal(ic_providers_link(&team->service, &late, &jonas, team->arena, &err), IC_FORBIDDEN);
    err = IC_ERR_NONE;
    assert_int_equal(ic_providers_link(&team->service, &team->owner, &jonas, team->arena, &err), IC_OK);
    assert_int_equal(ic_providers_link(&team->service, &admin, &jonas, team->arena, &err), IC_CONFLICT);
    assert_int_equal(enter(team, &jonas, &no_wish, &identity), IC_CODE_OK);
    assert_true(ic_id_equal(&identity.operator_.opr_id, &team->owner.opr_id));
    assert_int_equal(ic_providers_list(&team->service, &team->owner, team->arena, &list, &err), IC_OK);
    assert_int_equal(list.count, 1);

    assert_int_equal(ic_providers_unlink(&team->service, &admin, jonas.issuer, jonas.subject, team->arena, &err),
                     IC_NOT_FOUND);
    assert_int_equal(ic_providers_unlink(&team->service, &team->owner, jonas.issuer, jonas.subject, team->arena, &err),
                     IC_CONFLICT);
    err = IC_ERR_NONE;
    assert_int_equal(ic_passwords_change(&team->service, &team->owner, (struct ic_str){0}, ic_str_from(good),
                                         team->arena, &session, &err),
                     IC_OK);
    assert_int_equal(ic_providers_unlink(&team->service, &team->owner, jonas.issuer, jonas.subject, team->arena, &err),
                     IC_OK);
    assert_int_equal(enter(team, &jonas, &no_wish, &identity), IC_CODE_NOT_INVITED);
}

static void test_only_domains_are_allowed_and_each_once(void **state)
{
    struct team *team = *state;
    struct ic_err err = IC_ERR_NONE;
    static const char *const none[] = {"",       "com",    ".example.com",  "example.com.",       "exa mple.com",
                                       "-a.com", "a-.com", "a@example.com", "ex\xc3\xa4mple.com", "a..com"};
    (void)team_join(team, NULL);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_int_equal(allow(team, none[i]), IC_CODE_INVALID_FIELD);
    }
    assert_int_equal(allow(team, "example.com"), IC_CODE_OK);
    assert_int_equal(allow(team, "EXAMPLE.COM"), IC_CODE_CONFLICT);
    assert_int_equal(ic_email_domains_disallow(&team->service, &team->owner, IC_STR("Example.Com"), &err), IC_OK);
    assert_int_equal(ic_email_domains_disallow(&team->service, &team->owner, IC_STR("example.com"), &err),
                     IC_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, team_set_up, team_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_invitation_lets_one_person_in_with_its_role),
        TEST(test_what_is_refused_leaves_the_invitation_usable),
        TEST(test_an_invitation_ends_with_its_time_and_when_it_is_taken_back),
        TEST(test_admins_invite_below_themselves_and_nobody_invites_an_owner),
        TEST(test_there_are_only_so_many_invitations),
        TEST(test_who_is_unknown_joins_by_a_verified_address_of_an_allowed_domain_alone),
        TEST(test_an_address_or_a_name_gives_nobody_another_s_place),
        TEST(test_an_issuer_s_subject_is_nobody_at_another_issuer),
        TEST(test_accounts_are_linked_once_and_the_last_way_in_stays),
        TEST(test_only_domains_are_allowed_and_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
