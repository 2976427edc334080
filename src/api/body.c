#include "api/body.h"

#include "base/secret.h"

enum { UTF8_BYTES_MAX = 4 };

enum ic_rc ic_body_read(const struct ic_http_request *request, const char *operation, struct ic_json_reader *ret_reader,
                        struct ic_err *err)
{
    json_t *object = NULL;
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
