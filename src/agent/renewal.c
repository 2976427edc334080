#include "agent/renewal.h"

#include "agent/device.h"
#include "base/json_read.h"

#include <stdio.h>
#include <string.h>

static const char operation[] = "agent.renewal";

enum { ARENA_SIZE = 16 * 1024 };

/* The token of the server's answer. */
static enum ic_rc read_token(const struct ic_exchange_answer *answer, struct ic_secret *ret_token, struct ic_err *err)
{
    json_t *object;
    struct ic_json_reader reader;
    struct ic_str token = {0};
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    if (!arena) {
        return ic_arena_failed(operation, err);
    }
    enum ic_rc rc = ic_json_parse(ic_buf_view(&answer->body), operation, arena, &object, err);
    if (rc == IC_OK) {
        ic_json_reader_init(&reader, object, operation, err);
        token = ic_json_get_text(&reader, "device_token", IC_SECRET_SIZE, IC_SECRET_SIZE);
        rc = ic_json_reader_finish(&reader);
    }
    if (rc == IC_OK && !ic_secret_has_form(token)) {
        rc = ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The server's token is not one.");
    }
    if (rc == IC_OK) {
        memcpy(ret_token->text, token.data, token.size);
        ret_token->text[token.size] = '\0';
    }
    ic_arena_destroy(arena);
    return rc;
}

static enum ic_rc ask(const struct ic_device *device, const struct ic_exchange *exchange, struct ic_secret *ret_token,
                      struct ic_err *err)
{
    char body[32];
    struct ic_exchange_answer answer;
    int size = snprintf(body, sizeof body, "{\"protocol\":%d}", IC_LIMIT_PROTOCOL_VERSION);
    const struct ic_exchange_request request = {
        .server_url = device->server_url,
        .path = "/api/v1/devices/token",
        .token = device->device_token.text,
        .body = {body, (size_t)size},
    };
    ic_exchange_answer_init(&answer);
    enum ic_rc rc = exchange->run(exchange->context, &request, &answer, err);
    if (rc == IC_OK && answer.status == 201) {
        rc = read_token(&answer, ret_token, err);
    } else if (rc == IC_OK) {
        enum ic_code code = answer.status == 401 ? IC_CODE_INVALID_TOKEN : IC_CODE_UNAVAILABLE;
        rc = ic_err_set(err, code, operation, "The server answers %d.", answer.status);
    }
    if (answer.body.data) {
        ic_secret_wipe(answer.body.data, answer.body.size);
    }
    ic_exchange_answer_release(&answer);
    return rc;
}

/* Puts the token in the place of the one that was asked with, if that is still the one. */
static enum ic_rc keep(const struct ic_path *folder, const struct ic_device *asked, const struct ic_device *next,
                       bool *ret_is_renewed, struct ic_err *err)
{
    struct ic_device now;
    bool is_in_keyring;
    enum ic_rc rc = ic_device_read(folder, &now, err);
    if (rc != IC_OK) {
        return rc;
    }
    bool is_same = strcmp(now.device_token.text, asked->device_token.text) == 0;
    ic_device_wipe(&now);
    if (is_same) {
        rc = ic_device_keep(folder, next, &is_in_keyring, err);
        *ret_is_renewed = rc == IC_OK;
    }
    return rc;
}

enum ic_rc ic_renewal_run(const struct ic_path *folder, const struct ic_exchange *exchange, int64_t now,
                          bool *ret_is_renewed, struct ic_err *err)
{
    struct ic_device device;
    struct ic_err unpaired = IC_ERR_NONE;
    *ret_is_renewed = false;
    /* Without the token first: the keyring is asked once in a while, not once an hour. */
    enum ic_rc rc = ic_device_find(folder, &device, &unpaired);
    if (rc != IC_OK || now - device.token_created_at < IC_LIMIT_DEVICE_TOKEN_LIFETIME_MS) {
        ic_device_wipe(&device);
        return IC_OK;
    }
    ic_device_wipe(&device);
    rc = ic_device_read(folder, &device, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_device next = device;
    next.token_created_at = now;
    rc = ask(&device, exchange, &next.device_token, err);
    if (rc == IC_OK) {
        rc = keep(folder, &device, &next, ret_is_renewed, err);
    }
    ic_device_wipe(&device);
    ic_device_wipe(&next);
    return rc;
}
