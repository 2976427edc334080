#include "agent/pair.h"

#include "agent/bell.h"
#include "agent/device.h"
#include "agent/http_client.h"
#include "agent/ledger_backup.h"
#include "agent/platform.h"
#include "base/utf8.h"

#include <string.h>

enum {
    ARENA_SIZE = 1024 * 1024,
    CODE_SIZE = 8,
    POLL_MS_MIN = 100,
    POLL_MS_MAX = 10 * 1000,
    GRACE_MS = 10 * 1000, /* Beyond the code's lifetime, for the server to say so itself. */
};

static const char operation[] = "agent.pair";

struct pairing {
    const struct ic_pair_options *options;
    struct ic_arena *arena;
    struct ic_device device;
    char code[CODE_SIZE + 1];
    struct ic_secret secret;
    int64_t poll_ms;
};

/* What an answer that is none of the expected ones says. */
static enum ic_rc refused(const struct ic_exchange_answer *answer, json_t *object, struct ic_err *err)
{
    struct ic_problem problem;
    struct ic_err unreadable = IC_ERR_NONE;
    if (!object || !answer->is_problem || ic_problem_decode(object, &problem, &unreadable) != IC_OK) {
        return ic_err_set(err, IC_CODE_UNAVAILABLE, operation,
                          "That address does not answer as a Command Center (status %d).", answer->status);
    }
    enum ic_code code = ic_problem_is(&problem, IC_CODE_UNKNOWN_PAIRING)   ? IC_CODE_UNKNOWN_PAIRING
                        : ic_problem_is(&problem, IC_CODE_PAIRING_CLAIMED) ? IC_CODE_PAIRING_CLAIMED
                                                                           : IC_CODE_UNAVAILABLE;
    return ic_err_set(err, code, operation, "The server refused: %.*s", (int)problem.detail.size, problem.detail.data);
}

/* Posts `body`; the parsed answer, NULL when it is no JSON, lives in the arena. */
static enum ic_rc post(struct pairing *pairing, const char *path, const struct ic_buf *body,
                       struct ic_exchange_answer *answer, json_t **ret_object, struct ic_err *err)
{
    const struct ic_exchange *exchange = &pairing->options->exchange;
    enum ic_rc rc = ic_buf_check(body, operation, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_exchange_request request = {
        .server_url = pairing->device.server_url, .path = path, .body = ic_buf_view(body)};
    rc = exchange->run(exchange->context, &request, answer, err);
    if (rc == IC_OK &&
        ic_json_parse(ic_buf_view(&answer->body), operation, pairing->arena, ret_object, NULL) != IC_OK) {
        *ret_object = NULL;
    }
    return rc;
}

static bool is_code(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '2' && c <= '9'))) {
            return false;
        }
    }
    return text.size == CODE_SIZE;
}

static void take(struct ic_str text, char *ret_text)
{
    memcpy(ret_text, text.data, text.size);
    ret_text[text.size] = '\0';
}

static enum ic_rc read_start(struct pairing *pairing, json_t *object, struct ic_err *err)
{
    struct ic_json_reader reader;
    ic_json_reader_init(&reader, object, operation, err);
    struct ic_str code = ic_json_get_text(&reader, "pairing_code", CODE_SIZE, CODE_SIZE);
    struct ic_str secret = ic_json_get_text(&reader, "pairing_secret", IC_SECRET_SIZE, IC_SECRET_SIZE);
    int64_t poll_ms = ic_json_get_int64(&reader, "poll_ms", POLL_MS_MIN, INT32_MAX);
    if (!ic_json_reader_ok(&reader)) {
        return ic_err_rc(err);
    }
    if (!is_code(code) || !ic_secret_has_form(secret)) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The server's pairing code is not one.");
    }
    take(code, pairing->code);
    take(secret, pairing->secret.text);
    pairing->poll_ms = poll_ms < POLL_MS_MAX ? poll_ms : POLL_MS_MAX;
    return IC_OK;
}

/* Asks for a code. */
static enum ic_rc start(struct pairing *pairing, struct ic_err *err)
{
    char machine[256];
    struct ic_buf body;
    struct ic_json_writer writer;
    struct ic_exchange_answer answer;
    json_t *object = NULL;
    const char *name = pairing->options->name;
    if (!name) {
        ic_platform_host_name(machine, sizeof machine);
        name = machine;
    }
    struct ic_str text = ic_str_from(name);
    if (text.size == 0 || !ic_utf8_valid(text) || ic_utf8_count(text) > IC_LIMIT_DEVICE_NAME_CHARACTERS_MAX) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "A desktop's name has 1 to %d characters.",
                          IC_LIMIT_DEVICE_NAME_CHARACTERS_MAX);
    }
    ic_buf_init(&body, IC_LIMIT_BODY_BYTES_MAX);
    ic_exchange_answer_init(&answer);
    ic_json_writer_init(&writer, &body);
    ic_json_object_begin(&writer);
    ic_json_put_text(&writer, "device_name", text);
    ic_json_put_name(&writer, "agent_version", IC_VERSION);
    ic_json_object_end(&writer);
    enum ic_rc rc = post(pairing, "/api/v1/pairings", &body, &answer, &object, err);
    if (rc == IC_OK) {
        bool started = answer.status == 201 && object;
        rc = started ? read_start(pairing, object, err) : refused(&answer, object, err);
    }
    ic_exchange_answer_release(&answer);
    ic_buf_release(&body);
    return rc;
}

static enum ic_rc read_claim(struct pairing *pairing, json_t *object, struct ic_err *err)
{
    struct ic_json_reader reader;
    struct ic_device *device = &pairing->device;
    ic_json_reader_init(&reader, object, operation, err);
    struct ic_str device_id = ic_json_get_text(&reader, "device_id", 1, IC_ID_SIZE);
    struct ic_str token = ic_json_get_text(&reader, "device_token", IC_SECRET_SIZE, IC_SECRET_SIZE);
    struct ic_str name = ic_json_get_text(&reader, "opr_name", 1, sizeof device->opr_name - 1);
    if (!ic_json_reader_ok(&reader)) {
        return ic_err_rc(err);
    }
    if (!ic_id_parse(IC_ID_DEVICE, device_id, &device->device_id) || !ic_secret_has_form(token)) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The server's token is not one.");
    }
    take(token, device->device_token.text);
    device->token_created_at = ic_clock_now_ms(&pairing->options->clock);
    take(name, device->opr_name);
    return IC_OK;
}

/* Asks once whether a person has approved; `ret_done` says so. A server that cannot be reached just now is asked again.
 */
static enum ic_rc claim(struct pairing *pairing, bool *ret_done, struct ic_err *err)
{
    struct ic_buf body;
    struct ic_json_writer writer;
    struct ic_exchange_answer answer;
    json_t *object = NULL;
    struct ic_err unreached = IC_ERR_NONE;
    enum ic_rc rc = IC_OK;
    ic_buf_init(&body, IC_LIMIT_BODY_BYTES_MAX);
    ic_exchange_answer_init(&answer);
    ic_json_writer_init(&writer, &body);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "pairing_secret", pairing->secret.text);
    ic_json_object_end(&writer);
    if (post(pairing, "/api/v1/pairings/claim", &body, &answer, &object, &unreached) == IC_OK) {
        if (answer.status == 200 && object) {
            rc = read_claim(pairing, object, err);
            *ret_done = rc == IC_OK;
        } else if (answer.status != 202 && answer.status != 429 && answer.status < 500) {
            rc = refused(&answer, object, err);
        }
    }
    if (body.data) {
        ic_secret_wipe(body.data, body.size);
    }
    if (answer.body.data) {
        ic_secret_wipe(answer.body.data, answer.body.size);
    }
    ic_exchange_answer_release(&answer);
    ic_buf_release(&body);
    return rc;
}

/* Asks until there is an answer, or the code has lived. */
static enum ic_rc wait_for_approval(struct pairing *pairing, struct ic_err *err)
{
    const struct ic_clock *clock = &pairing->options->clock;
    int64_t until_ms = ic_clock_monotonic_ms(clock) + IC_LIMIT_PAIRING_LIFETIME_MS + GRACE_MS;
    bool done = false;
    enum ic_rc rc = IC_OK;
    while (rc == IC_OK && !done) {
        ic_platform_pause_ms(pairing->poll_ms);
        rc = claim(pairing, &done, err);
        ic_arena_reset(pairing->arena);
        if (rc == IC_OK && !done && ic_clock_monotonic_ms(clock) > until_ms) {
            rc = ic_err_set(err, IC_CODE_UNKNOWN_PAIRING, operation, "Nobody has approved the code.");
        }
    }
    if (rc == IC_NOT_FOUND) {
        *err = IC_ERR_NONE;
        return ic_err_set(err, IC_CODE_UNKNOWN_PAIRING, operation,
                          "The code has expired before anybody approved it; run the command again.");
    }
    return rc;
}

/* Writes the pairing down and tells the running hosts. */
static enum ic_rc store(struct pairing *pairing, FILE *out, struct ic_err *err)
{
    const struct ic_pair_options *options = pairing->options;
    const struct ic_folder *folder = &options->folder;
    struct ic_ledger *ledger = NULL;
    struct ic_ledger_summary summary;
    bool is_in_keyring = false;
    enum ic_rc rc = ic_device_keep(&folder->path, &pairing->device, &is_in_keyring, err);
    if (rc != IC_OK) {
        return rc;
    }
    fprintf(out, "Paired with %s as %s.\nThe token is kept in %s.\n", pairing->device.server_url,
            pairing->device.opr_name, is_in_keyring ? "the keyring" : "a file for this user only");
    rc = ic_ledger_open(folder, &options->clock, false, &ledger, err);
    if (rc == IC_OK) {
        rc = ic_ledger_get_summary(ledger, &summary, err);
    }
    if (rc == IC_OK) {
        struct ic_link link = {.state = IC_LINK_ONLINE,
                               .device_id = pairing->device.device_id,
                               .changed_at = ic_clock_now_ms(&options->clock),
                               .last_push_at = summary.link.last_push_at};
        rc = ic_ledger_put_link(ledger, &link, err);
    }
    if (rc == IC_OK && summary.pending > 0) {
        fprintf(out, "Messages that wait to be sent as %s: %lld.\n", pairing->device.opr_name,
                (long long)summary.pending);
    }
    ic_ledger_destroy(ledger);
    ic_bell_ring(&folder->bells);
    return rc;
}

enum ic_rc ic_pair(const struct ic_pair_options *options, FILE *out, struct ic_err *err)
{
    struct pairing pairing = {.options = options, .arena = ic_arena_create(ARENA_SIZE)};
    enum ic_rc rc = pairing.arena ? IC_OK : ic_arena_failed(operation, err);
    if (rc == IC_OK) {
        rc = ic_http_client_url_check(options->url, pairing.device.server_url, err);
    }
    if (rc == IC_OK) {
        /* Before anybody is troubled: the token must have a place to go to. */
        rc = ic_folder_make(&options->folder, err);
    }
    if (rc == IC_OK) {
        rc = start(&pairing, err);
    }
    if (rc == IC_OK) {
        fprintf(out, "Open %s/pair and type %.4s-%.4s.\n", pairing.device.server_url, pairing.code, pairing.code + 4);
        fprintf(out, "Waiting for the approval.\n");
        fflush(out);
        rc = wait_for_approval(&pairing, err);
    }
    if (rc == IC_OK) {
        rc = store(&pairing, out, err);
    }
    ic_arena_destroy(pairing.arena);
    ic_device_wipe(&pairing.device);
    ic_secret_wipe(&pairing.secret, sizeof pairing.secret);
    return rc;
}
