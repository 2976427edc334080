#include "api/routes.h"

#include "api/handlers.h"
#include "contract/limits.h"

enum {
    SMALL_BODY_BYTES_MAX = 8192, /* A form's fields. */
    /* A message whose every byte may be escaped, and what else is asked with it. */
    VERDICT_BODY_BYTES_MAX = 6 * IC_LIMIT_MESSAGE_BYTES_MAX + 1024,
};

static const struct ic_http_route routes[] = {
    {IC_HTTP_GET, "/healthz", ic_api_get_health, 0, false},
    {IC_HTTP_POST, "/api/v1/join", ic_api_join, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/session", ic_api_get_session, 0, false},
    {IC_HTTP_POST, "/api/v1/session", ic_api_sign_in, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_DELETE, "/api/v1/session", ic_api_sign_out, 0, false},
    {IC_HTTP_POST, "/api/v1/session/proof", ic_api_sign_in_again, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/sessions", ic_api_list_sessions, 0, false},
    {IC_HTTP_DELETE, "/api/v1/sessions", ic_api_end_all_sessions, 0, false},
    {IC_HTTP_DELETE, "/api/v1/sessions/{session_id}", ic_api_end_session, 0, false},
    {IC_HTTP_PUT, "/api/v1/password", ic_api_change_password, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/password/reset", ic_api_reset_password, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/providers", ic_api_list_providers, 0, false},
    {IC_HTTP_POST, "/api/v1/providers/{provider_name}/sign-in", ic_api_begin_provider_sign_in, SMALL_BODY_BYTES_MAX,
     false},
    {IC_HTTP_POST, "/api/v1/providers/{provider_name}/link", ic_api_begin_provider_link, 0, false},
    {IC_HTTP_POST, "/api/v1/providers/{provider_name}/proof", ic_api_begin_provider_proof, 0, false},
    {IC_HTTP_GET, "/api/v1/providers/{provider_name}/callback", ic_api_finish_provider_sign_in, 0, true},
    {IC_HTTP_GET, "/api/v1/provider-accounts", ic_api_list_provider_accounts, 0, false},
    {IC_HTTP_POST, "/api/v1/provider-accounts/unlink", ic_api_unlink_provider_account, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/invitations", ic_api_list_invitations, 0, false},
    {IC_HTTP_POST, "/api/v1/invitations", ic_api_invite, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/invitations/look", ic_api_look_at_invitation, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_DELETE, "/api/v1/invitations/{invitation_id}", ic_api_revoke_invitation, 0, false},
    {IC_HTTP_GET, "/api/v1/email-domains", ic_api_list_email_domains, 0, false},
    {IC_HTTP_POST, "/api/v1/email-domains", ic_api_allow_email_domain, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_DELETE, "/api/v1/email-domains/{email_domain}", ic_api_disallow_email_domain, 0, false},
    {IC_HTTP_POST, "/api/v1/pairings", ic_api_start_pairing, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/pairings/claim", ic_api_claim_pairing, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/pairings/{pairing_code}", ic_api_get_pairing, 0, false},
    {IC_HTTP_POST, "/api/v1/pairings/{pairing_code}/approval", ic_api_approve_pairing, 0, false},
    {IC_HTTP_GET, "/api/v1/devices", ic_api_list_devices, 0, false},
    {IC_HTTP_POST, "/api/v1/devices/token", ic_api_renew_device_token, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_DELETE, "/api/v1/devices/{device_id}", ic_api_revoke_device, 0, false},
    {IC_HTTP_POST, "/api/v1/sync/push", ic_api_push, IC_LIMIT_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/sync/pull", ic_api_pull, 0, true},
    {IC_HTTP_GET, "/api/v1/sync/live", ic_api_sync_live, 0, true},
    {IC_HTTP_GET, "/api/v1/home", ic_api_get_home, 0, false},
    {IC_HTTP_GET, "/api/v1/logs", ic_api_list_logs, 0, true},
    {IC_HTTP_GET, "/api/v1/logs/{elg_id}", ic_api_get_log, 0, false},
    {IC_HTTP_GET, "/api/v1/leads", ic_api_list_leads, 0, true},
    {IC_HTTP_GET, "/api/v1/leads/{tar_id}", ic_api_get_lead, 0, false},
    {IC_HTTP_GET, "/api/v1/targets/{tar_id}/history", ic_api_list_target_history, 0, true},
    {IC_HTTP_POST, "/api/v1/targets/{tar_id}/rename", ic_api_rename_target, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/targets/{tar_id}/merge", ic_api_merge_target, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/targets/{tar_id}/fields/restore", ic_api_restore_field, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/verdict", ic_api_get_verdict, VERDICT_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/actors", ic_api_list_actors, 0, true},
    {IC_HTTP_POST, "/api/v1/actors/{act_id}/transfer", ic_api_transfer_actor, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/operators", ic_api_list_operators, 0, true},
    {IC_HTTP_PUT, "/api/v1/operators/{opr_id}/role", ic_api_change_role, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/operators/{opr_id}/ownership", ic_api_hand_over_team, 0, false},
    {IC_HTTP_POST, "/api/v1/operators/{opr_id}/password-link", ic_api_give_reset_link, 0, false},
    {IC_HTTP_PUT, "/api/v1/operators/{opr_id}/disabling", ic_api_disable_operator, 0, false},
    {IC_HTTP_DELETE, "/api/v1/operators/{opr_id}/disabling", ic_api_enable_operator, 0, false},
    {IC_HTTP_GET, "/api/v1/tokens", ic_api_list_tokens, 0, false},
    {IC_HTTP_POST, "/api/v1/tokens", ic_api_create_token, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_DELETE, "/api/v1/tokens/{token_id}", ic_api_revoke_token, 0, false},
    {IC_HTTP_POST, "/api/v1/goals", ic_api_propose_goal, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/goals/{goal_id}/archiving", ic_api_archive_goal, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/rules", ic_api_propose_rule, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_POST, "/api/v1/rules/{rule_id}/archiving", ic_api_archive_rule, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/proposals", ic_api_list_proposals, 0, true},
    {IC_HTTP_GET, "/api/v1/proposals/{proposal_id}", ic_api_get_proposal, 0, false},
    {IC_HTTP_DELETE, "/api/v1/proposals/{proposal_id}", ic_api_withdraw_proposal, 0, false},
    {IC_HTTP_PUT, "/api/v1/proposals/{proposal_id}/goal", ic_api_change_proposed_goal, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_PUT, "/api/v1/proposals/{proposal_id}/rule", ic_api_change_proposed_rule, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_PUT, "/api/v1/proposals/{proposal_id}/vote", ic_api_vote, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_DELETE, "/api/v1/proposals/{proposal_id}/vote", ic_api_take_vote_back, 0, false},
    {IC_HTTP_GET, "/api/v1/proposals/{proposal_id}/history", ic_api_list_proposal_history, 0, true},
    {IC_HTTP_GET, "/api/v1/settings", ic_api_get_settings, 0, false},
    {IC_HTTP_PUT, "/api/v1/settings", ic_api_change_settings, SMALL_BODY_BYTES_MAX, false},
    {IC_HTTP_GET, "/api/v1/audit", ic_api_list_audit, 0, true},
    {IC_HTTP_GET, "/api/v1/live", ic_api_live, 0, true},
    {IC_HTTP_POST, "/api/v1/demo", ic_api_load_demo, 0, false},
};

struct ic_http_router ic_api_router(struct ic_service *service)
{
    return (struct ic_http_router){
        .routes = routes, .routes_count = sizeof routes / sizeof routes[0], .context = service};
}
