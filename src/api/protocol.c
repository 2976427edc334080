#include "api/protocol.h"

#include "contract/limits.h"

enum { PROTOCOL_OLDEST = 1 }; /* The one before ours, once there is one. */

enum ic_rc ic_protocol_check(int64_t protocol, const char *field, struct ic_err *err)
{
    if (protocol >= PROTOCOL_OLDEST && protocol <= IC_LIMIT_PROTOCOL_VERSION) {
        return IC_OK;
    }
    return ic_err_set_field(err, IC_CODE_UNSUPPORTED_PROTOCOL, "api.protocol", field,
                            "The desktop speaks protocol %lld, the server %d: update %s. Nothing is lost meanwhile.",
                            (long long)protocol, IC_LIMIT_PROTOCOL_VERSION,
                            protocol > IC_LIMIT_PROTOCOL_VERSION ? "the server" : "instacrm-agent");
}
