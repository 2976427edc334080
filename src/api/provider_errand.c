#include "api/provider_errand.h"

/* The purpose's digit, then each text with a NUL behind it: none of them has one inside. */
void ic_provider_errand_pack(const struct ic_provider_errand *errand, struct ic_buf *buf)
{
    const struct ic_str texts[] = {ic_str_from(errand->session_id.text), errand->link, errand->opr_name,
                                   errand->time_zone};
    ic_buf_put_char(buf, (char)('0' + (int)errand->purpose));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ic_buf_put(buf, texts[i]);
        ic_buf_put_char(buf, '\0');
    }
}

static bool cut_text(struct ic_str *rest, struct ic_str *ret_text)
{
    for (size_t i = 0; i < rest->size; i++) {
        if (rest->data[i] == '\0') {
            *ret_text = (struct ic_str){rest->data, i};
            *rest = (struct ic_str){rest->data + i + 1, rest->size - i - 1};
            return true;
        }
    }
    return false;
}

bool ic_provider_errand_unpack(const struct ic_oidc_journey *journey, struct ic_provider_errand *ret_errand)
{
    struct ic_provider_errand errand = {.purpose = IC_PROVIDER_SIGN_IN};
    struct ic_str rest = {journey->errand, (size_t)journey->errand_size};
    struct ic_str session;
    if (rest.size == 0 || rest.data[0] < '0' || rest.data[0] > '0' + (int)IC_PROVIDER_PROVE) {
        return false;
    }
    errand.purpose = (enum ic_provider_purpose)(rest.data[0] - '0');
    rest = (struct ic_str){rest.data + 1, rest.size - 1};
    if (!cut_text(&rest, &session) || !cut_text(&rest, &errand.link) || !cut_text(&rest, &errand.opr_name) ||
        !cut_text(&rest, &errand.time_zone) || rest.size > 0) {
        return false;
    }
    if (session.size > 0 && !ic_id_parse(IC_ID_SESSION, session, &errand.session_id)) {
        return false;
    }
    *ret_errand = errand;
    return true;
}
