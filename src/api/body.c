#include "api/body.h"

#include "base/gzip.h"
#include "base/secret.h"
#include "contract/limits.h"

enum { UTF8_BYTES_MAX = 4 };

/* The limit of a body is on both sizes: what came was held against it by the server. */
static enum ic_rc unpack(const struct ic_http_request *request, struct ic_str *ret_body, struct ic_err *err)
{
    struct ic_buf plain;
    ic_buf_init(&plain, IC_LIMIT_BODY_BYTES_MAX);
    enum ic_rc rc = ic_gzip_unpack(request->body, &plain, err);
    if (rc == IC_OK && !ic_arena_copy(request->arena, ic_buf_view(&plain), ret_body)) {
        rc = ic_arena_failed("api.body", err);
    }
    ic_buf_release(&plain);
    return rc;
}

enum ic_rc ic_body_read(const struct ic_http_request *request, const char *operation, struct ic_json_reader *ret_reader,
                        struct ic_err *err)
{
    json_t *object = NULL;
    struct ic_str body = request->body;
    enum ic_rc rc = IC_OK;
    if (ic_str_equal_folded(ic_http_header_find(request, "Content-Encoding"), IC_STR("gzip"))) {
        rc = unpack(request, &body, err);
    }
    if (rc == IC_OK) {
        rc = ic_json_parse(body, operation, request->arena, &object, err);
    }
    if (rc == IC_OK) {
        ic_json_reader_init(ret_reader, object, operation, err);
    }
    return rc;
}

struct ic_str ic_body_get_text(struct ic_json_reader *reader, const char *key, size_t characters_max)
{
    return ic_json_get_text(reader, key, 1, characters_max * UTF8_BYTES_MAX);
}

struct ic_str ic_body_find_text(struct ic_json_reader *reader, const char *key, size_t characters_max)
{
    return ic_json_find_text(reader, key, 1, characters_max * UTF8_BYTES_MAX);
}

void ic_body_get_id(struct ic_json_reader *reader, const char *key, enum ic_id_kind kind, struct ic_id *ret_id)
{
    struct ic_str text = ic_json_get_text(reader, key, 1, IC_ID_SIZE);
    if (ic_json_reader_ok(reader) && !ic_id_parse(kind, text, ret_id)) {
        ic_json_refuse(reader, key, "This is not an id of what is asked for.");
    }
}

static struct ic_str check_secret(struct ic_json_reader *reader, const char *key, struct ic_str text)
{
    if (ic_json_reader_ok(reader) && !ic_secret_has_form(text)) {
        ic_json_refuse(reader, key, "This is not a secret that was given here.");
    }
    return text;
}

struct ic_str ic_body_get_secret(struct ic_json_reader *reader, const char *key)
{
    return check_secret(reader, key, ic_json_get_text(reader, key, IC_SECRET_SIZE, IC_SECRET_SIZE));
}

struct ic_str ic_body_find_secret(struct ic_json_reader *reader, const char *key)
{
    struct ic_str text = ic_json_find_text(reader, key, IC_SECRET_SIZE, IC_SECRET_SIZE);
    return text.size > 0 ? check_secret(reader, key, text) : text;
}
