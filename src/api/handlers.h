/* The handlers of the API: each is named after its operationId in contract/openapi.yaml; routes.c says which path it
 * answers.
 *
 * Promises: each decodes strictly, calls a service and encodes; `context` is the struct ic_service.
 * Memory and threads: as http/router.h#ic_http_handler. */
#ifndef IC_API_HANDLERS_H
#define IC_API_HANDLERS_H

#include "http/router.h"

enum ic_rc ic_api_get_health(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err);
enum ic_rc ic_api_join(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err);
enum ic_rc ic_api_get_session(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err);
enum ic_rc ic_api_sign_in(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                          struct ic_err *err);
enum ic_rc ic_api_sign_out(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err);
enum ic_rc ic_api_start_pairing(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err);
enum ic_rc ic_api_claim_pairing(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err);
enum ic_rc ic_api_get_pairing(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err);
enum ic_rc ic_api_approve_pairing(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_list_devices(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_revoke_device(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err);
enum ic_rc ic_api_push(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err);
enum ic_rc ic_api_pull(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err);
enum ic_rc ic_api_sync_live(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err);
enum ic_rc ic_api_get_home(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err);
enum ic_rc ic_api_list_logs(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err);
enum ic_rc ic_api_get_log(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                          struct ic_err *err);
enum ic_rc ic_api_list_leads(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err);
enum ic_rc ic_api_get_lead(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err);
enum ic_rc ic_api_list_target_history(void *context, const struct ic_http_request *request,
                                      struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_rename_target(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err);
enum ic_rc ic_api_merge_target(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_restore_field(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err);
enum ic_rc ic_api_transfer_actor(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_get_analytics(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err);
enum ic_rc ic_api_get_funnel(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err);
enum ic_rc ic_api_list_openers(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_get_coverage(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_list_figure_rows(void *context, const struct ic_http_request *request,
                                   struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_list_goals(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err);
enum ic_rc ic_api_get_goal(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err);
enum ic_rc ic_api_get_verdict(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err);
enum ic_rc ic_api_list_actors(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err);
enum ic_rc ic_api_list_operators(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_change_role(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err);
enum ic_rc ic_api_hand_over_team(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_create_token(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_list_audit(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err);
enum ic_rc ic_api_list_tokens(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err);
enum ic_rc ic_api_revoke_token(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_sign_in_again(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err);
enum ic_rc ic_api_change_password(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_reset_password(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_give_reset_link(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_list_sessions(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err);
enum ic_rc ic_api_end_session(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err);
enum ic_rc ic_api_end_all_sessions(void *context, const struct ic_http_request *request,
                                   struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_list_invitations(void *context, const struct ic_http_request *request,
                                   struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_invite(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                         struct ic_err *err);
enum ic_rc ic_api_revoke_invitation(void *context, const struct ic_http_request *request,
                                    struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_look_at_invitation(void *context, const struct ic_http_request *request,
                                     struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_list_email_domains(void *context, const struct ic_http_request *request,
                                     struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_allow_email_domain(void *context, const struct ic_http_request *request,
                                     struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_disallow_email_domain(void *context, const struct ic_http_request *request,
                                        struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_disable_operator(void *context, const struct ic_http_request *request,
                                   struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_enable_operator(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_renew_device_token(void *context, const struct ic_http_request *request,
                                     struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_list_providers(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_begin_provider_sign_in(void *context, const struct ic_http_request *request,
                                         struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_begin_provider_link(void *context, const struct ic_http_request *request,
                                      struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_begin_provider_proof(void *context, const struct ic_http_request *request,
                                       struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_finish_provider_sign_in(void *context, const struct ic_http_request *request,
                                          struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_list_provider_accounts(void *context, const struct ic_http_request *request,
                                         struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_unlink_provider_account(void *context, const struct ic_http_request *request,
                                          struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_list_proposals(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_get_proposal(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_list_proposal_history(void *context, const struct ic_http_request *request,
                                        struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_propose_goal(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_propose_rule(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_change_proposed_goal(void *context, const struct ic_http_request *request,
                                       struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_change_proposed_rule(void *context, const struct ic_http_request *request,
                                       struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_archive_goal(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_archive_rule(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_withdraw_proposal(void *context, const struct ic_http_request *request,
                                    struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_vote(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err);
enum ic_rc ic_api_take_vote_back(void *context, const struct ic_http_request *request,
                                 struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_get_settings(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_api_change_settings(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_replay_proposal(void *context, const struct ic_http_request *request,
                                  struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_api_replay_rule(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err);
enum ic_rc ic_api_list_rules(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err);
enum ic_rc ic_api_live(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                       struct ic_err *err);
enum ic_rc ic_api_load_demo(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err);

#endif
