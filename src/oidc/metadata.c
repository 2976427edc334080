#include "oidc/metadata.h"

#include "base/json_read.h"
#include "oidc/address.h"

#include <string.h>

static struct ic_str text_of(const json_t *value)
{
    return json_is_string(value) ? (struct ic_str){json_string_value(value), json_string_length(value)}
                                 : (struct ic_str){0};
}

/* Whether the list has the text; one that is missing stands for `otherwise`, one that is no list has nothing. */
static bool lists(const json_t *document, const char *name, const char *text, bool otherwise)
{
    const json_t *list = json_object_get(document, name);
    if (!list) {
        return otherwise;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (ic_str_is(text_of(json_array_get(list, i)), text)) {
            return true;
        }
    }
    return false;
}

static int algorithms_of(const json_t *document)
{
    const json_t *list = json_object_get(document, "id_token_signing_alg_values_supported");
    int algorithms = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        enum ic_oidc_algorithm algorithm;
        algorithms |= ic_oidc_algorithm_parse(text_of(json_array_get(list, i)), &algorithm) ? 1 << algorithm : 0;
    }
    return list ? algorithms : 1 << IC_OIDC_RS256;
}

static bool read_address(const json_t *document, const char *name, bool may_be_plain, char *ret_address)
{
    struct ic_str address = text_of(json_object_get(document, name));
    if (address.size == 0 || address.size >= IC_OIDC_ADDRESS_SIZE) {
        return false;
    }
    memcpy(ret_address, address.data, address.size);
    ret_address[address.size] = '\0';
    return ic_oidc_address_is_safe(ret_address, may_be_plain);
}

enum ic_oidc_reason ic_oidc_metadata_read(struct ic_str text, struct ic_str issuer, struct ic_arena *arena,
                                          struct ic_oidc_metadata *ret_metadata)
{
    json_t *document;
    struct ic_oidc_metadata metadata = {.algorithms = 0};
    if (ic_json_parse(text, "oidc.metadata", arena, &document, NULL) != IC_OK) {
        return IC_OIDC_METADATA_MALFORMED;
    }
    if (!ic_str_equal(text_of(json_object_get(document, "issuer")), issuer)) {
        return IC_OIDC_METADATA_ISSUER;
    }
    /* A provider far away has no business with this machine's own ports. */
    bool may_be_plain = ic_str_starts_with(issuer, IC_STR("http://"));
    if (!read_address(document, "authorization_endpoint", may_be_plain, metadata.authorization_endpoint) ||
        !read_address(document, "token_endpoint", may_be_plain, metadata.token_endpoint) ||
        !read_address(document, "jwks_uri", may_be_plain, metadata.keys_address)) {
        return IC_OIDC_METADATA_ENDPOINT;
    }
    metadata.algorithms = algorithms_of(document);
    metadata.takes_basic = lists(document, "token_endpoint_auth_methods_supported", "client_secret_basic", true);
    metadata.tells_issuer = json_is_true(json_object_get(document, "authorization_response_iss_parameter_supported"));
    bool takes_secret =
        metadata.takes_basic || lists(document, "token_endpoint_auth_methods_supported", "client_secret_post", false);
    if (metadata.algorithms == 0 || !takes_secret || !lists(document, "response_types_supported", "code", true) ||
        !lists(document, "code_challenge_methods_supported", "S256", true)) {
        return IC_OIDC_METADATA_UNSUPPORTED;
    }
    *ret_metadata = metadata;
    return IC_OIDC_OK;
}

enum ic_oidc_reason ic_oidc_answer_read(struct ic_str text, struct ic_arena *arena, struct ic_oidc_answer *ret_answer)
{
    json_t *document;
    if (ic_json_parse(text, "oidc.answer", arena, &document, NULL) != IC_OK) {
        return IC_OIDC_ANSWER_MALFORMED;
    }
    struct ic_oidc_answer answer = {
        .id_token = text_of(json_object_get(document, "id_token")),
        .access_token = text_of(json_object_get(document, "access_token")),
    };
    if (answer.id_token.size == 0) {
        return IC_OIDC_ANSWER_MALFORMED;
    }
    *ret_answer = answer;
    return IC_OIDC_OK;
}
