#include "oidc/reason.h"

static const char *const names[IC_OIDC_REASON_COUNT] = {
    [IC_OIDC_OK] = "ok",
    [IC_OIDC_CALLBACK_MALFORMED] = "callback_malformed",
    [IC_OIDC_JOURNEY_MISSING] = "journey_missing",
    [IC_OIDC_JOURNEY_EXPIRED] = "journey_expired",
    [IC_OIDC_JOURNEY_SPENT] = "journey_spent",
    [IC_OIDC_OTHER_PROVIDER] = "other_provider",
    [IC_OIDC_OTHER_SESSION] = "other_session",
    [IC_OIDC_STATE] = "state",
    [IC_OIDC_ISSUER_PARAMETER] = "issuer_parameter",
    [IC_OIDC_PROVIDER_REFUSED] = "provider_refused",
    [IC_OIDC_BUSY] = "busy",
    [IC_OIDC_STOPPED] = "stopped",
    [IC_OIDC_ADDRESS] = "address",
    [IC_OIDC_UNREACHABLE] = "unreachable",
    [IC_OIDC_TIMEOUT] = "timeout",
    [IC_OIDC_REDIRECT] = "redirect",
    [IC_OIDC_STATUS] = "status",
    [IC_OIDC_ANSWER_TOO_LARGE] = "answer_too_large",
    [IC_OIDC_METADATA_MALFORMED] = "metadata_malformed",
    [IC_OIDC_METADATA_ISSUER] = "metadata_issuer",
    [IC_OIDC_METADATA_ENDPOINT] = "metadata_endpoint",
    [IC_OIDC_METADATA_UNSUPPORTED] = "metadata_unsupported",
    [IC_OIDC_KEYS_MALFORMED] = "keys_malformed",
    [IC_OIDC_ANSWER_MALFORMED] = "answer_malformed",
    [IC_OIDC_TOKEN_TOO_LARGE] = "token_too_large",
    [IC_OIDC_TOKEN_MALFORMED] = "token_malformed",
    [IC_OIDC_TOKEN_HEADER] = "token_header",
    [IC_OIDC_ALGORITHM] = "algorithm",
    [IC_OIDC_KEY_UNKNOWN] = "key_unknown",
    [IC_OIDC_SIGNATURE] = "signature",
    [IC_OIDC_CLAIMS_MALFORMED] = "claims_malformed",
    [IC_OIDC_ISSUER] = "issuer",
    [IC_OIDC_AUDIENCE] = "audience",
    [IC_OIDC_AUTHORIZED_PARTY] = "authorized_party",
    [IC_OIDC_EXPIRED] = "expired",
    [IC_OIDC_ISSUED_AT] = "issued_at",
    [IC_OIDC_NOT_BEFORE] = "not_before",
    [IC_OIDC_AUTH_TIME] = "auth_time",
    [IC_OIDC_NONCE] = "nonce",
    [IC_OIDC_SUBJECT] = "subject",
    [IC_OIDC_ACCESS_TOKEN_HASH] = "access_token_hash",
    [IC_OIDC_EMAIL_UNVERIFIED] = "email_unverified",
    [IC_OIDC_HOSTED_DOMAIN] = "hosted_domain",
    [IC_OIDC_OUT_OF_MEMORY] = "out_of_memory",
};

const char *ic_oidc_reason_name(enum ic_oidc_reason reason)
{
    return names[reason];
}

bool ic_oidc_reason_passes(enum ic_oidc_reason reason)
{
    switch (reason) {
    case IC_OIDC_BUSY:
    case IC_OIDC_STOPPED:
    case IC_OIDC_UNREACHABLE:
    case IC_OIDC_TIMEOUT:
    case IC_OIDC_OUT_OF_MEMORY:
        return true;
    default:
        return false;
    }
}
