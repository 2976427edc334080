/* The operator's commands, as the real program with a real server. */
#include "agent/device.h"
#include "agent/replica.h"

#include "peer.h"
#include "scratch.h"
#include "toy_center.h"
#include "toy_server.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TOKEN  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFa"
#define SECRET "0123456789abcdefghijklmnopqrstuvwxyzABCDEFs"

/* What the server does with who asks to be paired. */
enum mood { APPROVES, APPROVES_AT_THE_THIRD, STUMBLES_FIRST, EXPIRES, WAS_CLAIMED, IS_FULL, IS_NO_CENTER };

static struct ic_path scratch;
static struct ic_folder folder;
static char data_variable[IC_PATH_SIZE + 32], home_variable[IC_PATH_SIZE + 32], config_variable[IC_PATH_SIZE + 32];
static const char *environment[4];
static struct toy_server server;
static char url[64];
static struct toy_center center;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static enum mood mood; /* This and all below under the mutex. */
static int claims;
static char device_name[128];

static void respond(struct toy_response *response, int status, char *body)
{
    response->status = status;
    response->type = status >= 400 ? "application/problem+json" : NULL;
    response->body = body;
}

static void start_pairing(const struct toy_request *request, struct toy_response *response)
{
    json_t *body = json_loads(request->body, 0, NULL);
    const char *name = json_string_value(json_object_get(body, "device_name"));
    snprintf(device_name, sizeof device_name, "%s", name ? name : "");
    json_decref(body);
    if (mood == IS_FULL) {
        respond(response, 429, toy_problem(429, "too_many_requests", ""));
    } else if (mood == IS_NO_CENTER) {
        response->status = 404;
        response->type = "text/html";
        response->body = strdup("<html>Welcome to nginx!</html>");
    } else {
        respond(response, 201,
                strdup("{\"pairing_code\":\"ABCDEFGH\",\"pairing_secret\":\"" SECRET
                       "\",\"expires_at\":1,\"poll_ms\":100}"));
    }
}

static void claim(const struct toy_request *request, struct toy_response *response)
{
    claims++;
    if (strcmp(request->body, "{\"pairing_secret\":\"" SECRET "\"}") != 0) {
        respond(response, 404, toy_problem(404, "not_found", ""));
    } else if (mood == EXPIRES && claims > 1) {
        respond(response, 404, toy_problem(404, "unknown_pairing", ""));
    } else if (mood == WAS_CLAIMED) {
        respond(response, 409, toy_problem(409, "pairing_claimed", ""));
    } else if (mood == STUMBLES_FIRST && claims == 1) {
        respond(response, 503, toy_problem(503, "busy", ""));
    } else if ((mood == APPROVES_AT_THE_THIRD && claims < 3) || mood == EXPIRES) {
        respond(response, 202, strdup("{\"state\":\"pending\"}"));
    } else {
        respond(response, 200,
                strdup("{\"state\":\"approved\",\"device_id\":\"DEV-0000000A\",\"device_token\":\"" TOKEN
                       "\",\"opr_id\":\"OPR-0123ABCD\",\"opr_name\":\"Ada\"}"));
    }
}

static void answer(void *context, const struct toy_request *request, struct toy_response *response)
{
    (void)context;
    char *body = NULL;
    pthread_mutex_lock(&mutex);
    if (strcmp(request->path, "/api/v1/pairings") == 0) {
        start_pairing(request, response);
    } else if (strcmp(request->path, "/api/v1/pairings/claim") == 0) {
        claim(request, response);
    } else if (strcmp(request->path, "/healthz") == 0) {
        respond(response, 200, strdup("{\"status\":\"ok\",\"version\":\"0.1.0\",\"schema_version\":1}"));
    } else {
        int status = toy_center_take(&center, request->path, request->token, request->body, request->body_size, &body);
        respond(response, status, body);
    }
    pthread_mutex_unlock(&mutex);
}

static int setup(void **state)
{
    (void)state;
    scratch_create(&scratch);
    struct ic_path data = scratch_join(&scratch, "agent");
    scratch_folder(&data, &folder);
    snprintf(data_variable, sizeof data_variable, "INSTACRM_AGENT_DATA=%s", data.text);
    snprintf(home_variable, sizeof home_variable, "HOME=%s", scratch.text);
    snprintf(config_variable, sizeof config_variable, "XDG_CONFIG_HOME=%s/config", scratch.text);
    environment[0] = data_variable;
    environment[1] = home_variable;
    environment[2] = config_variable;
    toy_center_init(&center);
    center.token = TOKEN;
    mood = APPROVES;
    claims = 0;
    toy_server_start(&server, 0, answer, NULL);
    toy_server_url(&server, url);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    toy_server_stop(&server);
    toy_center_release(&center);
    scratch_remove(&scratch);
    return 0;
}

static void set_mood(enum mood new_mood)
{
    pthread_mutex_lock(&mutex);
    mood = new_mood;
    pthread_mutex_unlock(&mutex);
}

static int read_claims(void)
{
    pthread_mutex_lock(&mutex);
    int count = claims;
    pthread_mutex_unlock(&mutex);
    return count;
}

/* Runs the program and wants `exit_status` and `text` in what it says. */
static void expect(int exit_status, const char *text, const char *const *arguments)
{
    char *output;
    int found = peer_run(arguments, environment, &output);
    if (found != exit_status || !strstr(output, text)) {
        print_error("status %d, wanted %d and \"%s\" in:\n%s", found, exit_status, text, output);
        free(output);
        fail();
    }
    assert_null(strstr(output, TOKEN));
    free(output);
}

#define EXPECT(exit_status, text, ...) expect(exit_status, text, (const char *const[]){__VA_ARGS__, NULL})

static bool is_paired(void)
{
    struct ic_device device;
    return ic_device_read(&folder.path, &device, NULL) == IC_OK;
}

static void test_pairing_shows_the_code_waits_and_keeps_the_token(void **state)
{
    (void)state;
    char said[128];
    set_mood(APPROVES_AT_THE_THIRD);
    snprintf(said, sizeof said, "Open %s/pair and type ABCD-EFGH.", url);
    EXPECT(0, said, "pair", url, "--name", "Ada's laptop");
    assert_int_equal(read_claims(), 3);
    assert_string_equal(device_name, "Ada's laptop");
    struct ic_device device;
    assert_int_equal(ic_device_read(&folder.path, &device, NULL), IC_OK);
    assert_string_equal(device.server_url, url);
    assert_string_equal(device.device_id.text, "DEV-0000000A");
    assert_string_equal(device.device_token.text, TOKEN);
    assert_string_equal(device.opr_name, "Ada");
}

static void test_a_server_that_stumbles_while_we_wait_is_asked_again(void **state)
{
    (void)state;
    set_mood(STUMBLES_FIRST);
    EXPECT(0, "as Ada.", "pair", url);
    assert_int_equal(read_claims(), 2);
    assert_true(is_paired());
}

static void test_a_pairing_that_fails_says_why_in_a_sentence(void **state)
{
    (void)state;
    set_mood(EXPIRES);
    EXPECT(1, "The code has expired before anybody approved it", "pair", url);
    set_mood(WAS_CLAIMED);
    EXPECT(1, "The server refused: The toy says so.", "pair", url);
    set_mood(IS_FULL);
    EXPECT(1, "The server refused: The toy says so.", "pair", url);
    set_mood(IS_NO_CENTER);
    EXPECT(1, "does not answer as a Command Center (status 404)", "pair", url);
    EXPECT(1, "The server cannot be reached", "pair", "http://127.0.0.1:1");
    EXPECT(2, "A server's address is like", "pair", "http://crm.example.org");
    EXPECT(2, "A desktop's name has", "pair", url, "--name", "");
    assert_false(is_paired());
}

static void test_a_running_host_takes_up_a_pairing(void **state)
{
    (void)state;
    struct peer peer;
    json_decref(peer_start_greeted(&peer, &folder.path));
    peer_send(&peer, "{\"type\":\"capture\",\"operation\":{\"op_id\":\"0190a5e0-7c00-7abc-8def-000000000001\","
                     "\"kind\":\"outreach\",\"act_username\":\"a\",\"tar_username\":\"b\",\"thread_id\":\"1\","
                     "\"sent_at\":5}}");
    peer_await_status(&peer, "pending", 1);
    EXPECT(0, "Messages that wait to be sent as Ada: 1.", "pair", url);
    peer_await_status(&peer, "pending", 0);
    pthread_mutex_lock(&mutex);
    assert_int_equal(center.count, 1);
    pthread_mutex_unlock(&mutex);
    assert_int_equal(peer_finish(&peer), 0);
}

static void test_the_status_tells_what_is_pending_and_what_was_rejected_and_why(void **state)
{
    (void)state;
    EXPECT(0, "This desktop is not paired with a server.", "status");
    EXPECT(0, "as Ada.", "pair", url);
    struct ic_clock clock = ic_clock_system();
    struct ic_ledger *ledger;
    struct ic_operation pending = scratch_operation(1, "hello"), rejected = scratch_operation(2, "hello");
    bool duplicate;
    assert_int_equal(ic_ledger_create(&folder.ledger, &clock, &ledger, NULL), IC_OK);
    assert_int_equal(ic_ledger_put(ledger, &pending, &duplicate, NULL), IC_OK);
    assert_int_equal(ic_ledger_put(ledger, &rejected, &duplicate, NULL), IC_OK);
    struct ic_push_result result = {.op_id = rejected.op_id,
                                    .outcome = IC_OPERATION_OUTCOME_REJECTED,
                                    .problem = {.code = IC_STR("op_conflict"), .detail = IC_STR("It stands already.")}};
    struct ic_link link = {
        .state = IC_LINK_ONLINE, .device_id = {.text = "DEV-0000000A"}, .last_push_at = INT64_C(1800000000123)};
    struct ic_ledger_settlement settlement = {.results = &result, .count = 1, .link = &link};
    assert_int_equal(ic_ledger_settle(ledger, &settlement, NULL), IC_OK);
    ic_ledger_destroy(ledger);
    EXPECT(0, "Pending   1\nRejected  1\n", "status");
    EXPECT(0, "to a_prospect: It stands already. (op_conflict)", "status");

    char *output;
    assert_int_equal(peer_run((const char *const[]){"status", "--json", NULL}, environment, &output), 0);
    json_t *report = json_loads(output, JSON_REJECT_DUPLICATES, NULL);
    free(output);
    assert_true(json_is_true(json_object_get(report, "paired")));
    assert_true(json_is_true(json_object_get(report, "online")));
    assert_string_equal(json_string_value(json_object_get(report, "opr_name")), "Ada");
    assert_string_equal(json_string_value(json_object_get(report, "server_url")), url);
    assert_int_equal(json_integer_value(json_object_get(report, "pending")), 1);
    assert_int_equal(json_integer_value(json_object_get(report, "rejected")), 1);
    assert_int_equal(json_integer_value(json_object_get(report, "last_push_at")), 1800000000123);
    json_t *first = json_array_get(json_object_get(report, "rejections"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "tar_username")), "a_prospect");
    assert_string_equal(json_string_value(json_object_get(first, "code")), "op_conflict");
    json_decref(report);
}

static void test_the_status_counts_what_the_team_has_agreed_on(void **state)
{
    (void)state;
    EXPECT(0, "Agreed    goals: 0, rules: 0, yet to be decided: 0\n", "status");
    struct ic_clock clock = ic_clock_system();
    struct ic_ledger *ledger;
    struct ic_pulled_rule rules[2] = {{.rule_id = {.text = "RUL-00000001"}}, {.rule_id = {.text = "RUL-00000002"}}};
    for (size_t i = 0; i < 2; i++) {
        rules[i].type = rules[i].metric = rules[i].severity = IC_STR("Soft");
        rules[i].status = i == 0 ? IC_STR("Active") : IC_STR("Pending Suggestion");
        rules[i].suggested_by = (struct ic_id){"OPR-0123ABCD"};
    }
    struct ic_pull_page page = {.has_goals_and_rules = true, .rules = rules, .rules_count = 2, .next = IC_STR("here")};
    struct ic_link link = {.state = IC_LINK_ONLINE};
    struct ic_heard heard = {.server_time = 0};
    struct ic_replica_pull pull = {.server_url = url, .from_the_beginning = true, .link = &link, .heard = &heard};
    assert_int_equal(ic_ledger_create(&folder.ledger, &clock, &ledger, NULL), IC_OK);
    assert_int_equal(ic_replica_take(ledger, &pull, &page, NULL), IC_OK);
    ic_ledger_destroy(ledger);
    EXPECT(0, "Agreed    goals: 0, rules: 1, yet to be decided: 1\n", "status");
    EXPECT(0, "\"goals\":0,\"rules\":1,\"suggestions\":1", "status", "--json");
}

static void test_the_doctor_finds_nothing_wrong_with_a_whole_installation(void **state)
{
    (void)state;
    EXPECT(0, "written", "install");
    EXPECT(0, "as Ada.", "pair", url);
    EXPECT(0, "The server knows this desktop, as Ada.", "doctor");
}

static void test_the_doctor_names_each_broken_link_and_mends_what_it_can(void **state)
{
    (void)state;
    EXPECT(1, "run `instacrm-agent install`", "doctor");
    EXPECT(1, "run `instacrm-agent pair URL`", "doctor");
    EXPECT(0, "written", "install");
    EXPECT(0, "as Ada.", "pair", url);

    struct ic_path manifest = scratch_join(&scratch, "config/chromium/NativeMessagingHosts/com.instacrm.agent.json");
    struct ic_path device = scratch_join(&folder.path, "device.json");
    scratch_write(&manifest, "{}");
    assert_int_equal(chmod(device.text, 0644), 0);
    assert_int_equal(chmod(folder.path.text, 0755), 0);
    EXPECT(1, "names another program or extension", "doctor");
    EXPECT(1, "Other users may use", "doctor");
    EXPECT(0, "mended", "doctor", "--fix");
    assert_int_equal(scratch_mode(&device), 0600);
    assert_int_equal(scratch_mode(&folder.path), 0700);
    EXPECT(0, "Chromium finds this program.", "doctor");

    pthread_mutex_lock(&mutex);
    center.token = "another";
    pthread_mutex_unlock(&mutex);
    EXPECT(1, "The server does not know this desktop", "doctor");
    toy_server_stop(&server);
    EXPECT(1, "The server cannot be reached", "doctor");
    toy_server_start(&server, 0, answer, NULL);

    scratch_write(&folder.ledger, "This is no ledger, and long enough to be looked at as the header of one, or more: "
                                  "a hundred bytes.");
    EXPECT(1, "The ledger is damaged", "doctor");
    EXPECT(1, "The ledger was damaged and is restored", "doctor", "--fix");
    EXPECT(0, "Restored  ", "status");
}

static void test_the_doctor_removes_what_a_killed_process_left(void **state)
{
    (void)state;
    EXPECT(0, "written", "install");
    EXPECT(0, "as Ada.", "pair", url);
    scratch_write(&folder.draft, "half a backup");
    assert_int_equal(chmod(folder.draft.text, 0600), 0);
    EXPECT(1, "A backup was never finished.", "doctor");
    EXPECT(0, "A backup that was never finished is removed.", "doctor", "--fix");
    EXPECT(0, "The ledger is sound", "doctor");
}

static void capture(unsigned number, const char *text)
{
    struct ic_clock clock = ic_clock_system();
    struct ic_ledger *ledger;
    struct ic_operation operation = scratch_operation(number, text);
    bool duplicate;
    assert_int_equal(ic_ledger_create(&folder.ledger, &clock, &ledger, NULL), IC_OK);
    assert_int_equal(ic_ledger_put(ledger, &operation, &duplicate, NULL), IC_OK);
    ic_ledger_destroy(ledger);
}

static void test_sync_pushes_now_and_what_was_rejected_is_tried_again_or_dismissed(void **state)
{
    (void)state;
    EXPECT(1, "not paired", "sync");
    EXPECT(0, "as Ada.", "pair", url);
    capture(1, "hello");
    capture(2, "please reject");
    EXPECT(0, "nobody is unknown\n  The team's history is not on this desktop yet", "look-up", "nobody");
    EXPECT(0, "a_prospect is contacted", "look-up", "A_Prospect");
    EXPECT(0, "Pending   0\nRejected  1\n", "sync");
    EXPECT(0, "Retried   1\nPending   0\nRejected  1\n", "sync", "--retry");
    EXPECT(0, "\"state\":\"rejected\"", "export");
    EXPECT(2, "A handle has letters", "look-up", "no handle");
    EXPECT(0, "Rejected  1\n", "status", "--dismiss");
    EXPECT(0, "Rejected  0\n", "status");
    toy_server_stop(&server);
    EXPECT(1, "The server cannot be reached", "sync");
    toy_server_start(&server, 0, answer, NULL);
}

static void test_what_is_asked_wrongly_is_told_and_changes_nothing(void **state)
{
    (void)state;
    EXPECT(2, "there is no command launch", "launch");
    EXPECT(2, "status does not take --fix like that", "status", "--fix");
    EXPECT(2, "install does not take extra like that", "install", "extra");
    EXPECT(2, "pair needs the server's address", "pair");
    EXPECT(2, "pair does not take --name like that", "pair", url, "--name");
    EXPECT(2, "absolute path", "install", "--profile", "relative");
    EXPECT(0, "instacrm-agent " IC_VERSION, "--version");
    EXPECT(0, "instacrm-agent pair URL", "--help");
    assert_int_equal(read_claims(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pairing_shows_the_code_waits_and_keeps_the_token, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_server_that_stumbles_while_we_wait_is_asked_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_pairing_that_fails_says_why_in_a_sentence, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_running_host_takes_up_a_pairing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_status_tells_what_is_pending_and_what_was_rejected_and_why, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_status_counts_what_the_team_has_agreed_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_doctor_finds_nothing_wrong_with_a_whole_installation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_doctor_names_each_broken_link_and_mends_what_it_can, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_doctor_removes_what_a_killed_process_left, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sync_pushes_now_and_what_was_rejected_is_tried_again_or_dismissed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_is_asked_wrongly_is_told_and_changes_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
