#include "oidc/algorithm.h"

static const struct {
    const char *name;
    enum ic_oidc_key_kind key_kind;
} algorithms[IC_OIDC_ALGORITHM_COUNT] = {
    [IC_OIDC_RS256] = {"RS256", IC_OIDC_KEY_RSA},
    [IC_OIDC_PS256] = {"PS256", IC_OIDC_KEY_RSA},
    [IC_OIDC_ES256] = {"ES256", IC_OIDC_KEY_P256},
    [IC_OIDC_EDDSA] = {"EdDSA", IC_OIDC_KEY_ED25519},
};

bool ic_oidc_algorithm_parse(struct ic_str name, enum ic_oidc_algorithm *ret_algorithm)
{
    for (int i = 0; i < IC_OIDC_ALGORITHM_COUNT; i++) {
        if (ic_str_is(name, algorithms[i].name)) {
            *ret_algorithm = (enum ic_oidc_algorithm)i;
            return true;
        }
    }
    return false;
}

enum ic_oidc_key_kind ic_oidc_algorithm_key_kind(enum ic_oidc_algorithm algorithm)
{
    return algorithms[algorithm].key_kind;
}
