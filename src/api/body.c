#include "api/body.h"

#include "base/secret.h"

enum { UTF8_BYTES_MAX = 4 };

static bool is_json(struct ic_str content_type)
{
    const struct ic_str json = IC_STR("application/json");
    if (content_type.size < json.size || !ic_str_equal_folded((struct ic_str){content_type.data, json.size}, json)) {
        return false;
    }
    /* Parameters such as a charset change nothing: JSON is UTF-8. */
    char next = content_type.size == json.size ? ';' : content_type.data[json.size];
    return next == ';' || next == ' ';
}

enum ic_rc ic_body_read(const struct ic_http_request *request, const char *operation, struct ic_json_reader *ret_reader,
                        struct ic_err *err)
{
    json_t *object = NULL;
    if (!is_json(ic_http_header_find(request, "Content-Type"))) {
        return ic_err_set(err, IC_CODE_UNSUPPORTED_MEDIA_TYPE, operation, "Send the body as application/json.");
    }
    enum ic_rc rc = ic_json_parse(request->body, operation, request->arena, &object, err);
    if (rc == IC_OK) {
        ic_json_reader_init(ret_reader, object, operation, err);
    }
    return rc;
}

struct ic_str ic_body_get_text(struct ic_json_reader *reader, const char *key, size_t characters_max)
{
    return ic_json_get_text(reader, key, 1, characters_max * UTF8_BYTES_MAX);
}

struct ic_str ic_body_get_secret(struct ic_json_reader *reader, const char *key)
{
    struct ic_str text = ic_json_get_text(reader, key, IC_SECRET_SIZE, IC_SECRET_SIZE);
    if (ic_json_reader_ok(reader) && !ic_secret_has_form(text)) {
        ic_json_refuse(reader, key, "This is not a secret that was given here.");
    }
    return text;
}
