#include "http/assets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *key, const void *item)
{
    const struct ic_str *path = key;
    const struct ic_asset *asset = item;
    size_t size = strlen(asset->path);
    int order = memcmp(path->data, asset->path, path->size < size ? path->size : size);
    return order ? order : (path->size > size) - (path->size < size);
}

static const struct ic_asset *look_up(const struct ic_asset *assets, size_t count, struct ic_str path)
{
    return count ? bsearch(&path, assets, count, sizeof assets[0], compare) : NULL;
}

static struct ic_str trimmed(struct ic_str text)
{
    while (text.size && text.data[0] == ' ') {
        text.data++;
        text.size--;
    }
    while (text.size && text.data[text.size - 1] == ' ') {
        text.size--;
    }
    return text;
}

static struct ic_str next_item(struct ic_str *rest)
{
    const char *comma = memchr(rest->data, ',', rest->size);
    size_t size = comma ? (size_t)(comma - rest->data) : rest->size;
    struct ic_str item = {rest->data, size};
    size_t behind = comma ? size + 1 : size;
    rest->data += behind;
    rest->size -= behind;
    return trimmed(item);
}

/* RFC 9110, 12.4.2: "q=" and a weight of up to three decimals, in thousandths; what is none counts as 0. */
static int read_weight(struct ic_str parameters)
{
    enum { WHOLE = 1000, DECIMALS_MAX = 3 };
    parameters = trimmed(parameters);
    if (parameters.size == 0) {
        return WHOLE;
    }
    if (parameters.size < 3 || (parameters.data[0] != 'q' && parameters.data[0] != 'Q') || parameters.data[1] != '=') {
        return 0;
    }
    struct ic_str digits = {parameters.data + 2, parameters.size - 2};
    bool has_decimals = digits.size > 1 && digits.data[1] == '.';
    if ((digits.data[0] != '0' && digits.data[0] != '1') || (digits.size > 1 && !has_decimals) ||
        digits.size > 2 + DECIMALS_MAX) {
        return 0;
    }
    int weight = digits.data[0] == '1' ? WHOLE : 0, place = WHOLE / 10;
    for (size_t i = 2; i < digits.size; i++, place /= 10) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return 0;
        }
        weight += (digits.data[i] - '0') * place;
    }
    return weight <= WHOLE ? weight : 0;
}

/* RFC 9110, 12.5.3: what the client thinks of a coding; `otherwise` when it does not say. */
static int weigh(struct ic_str accept_encoding, const char *coding, int otherwise)
{
    int any = otherwise;
    while (accept_encoding.size) {
        struct ic_str item = next_item(&accept_encoding);
        const char *semicolon = item.size ? memchr(item.data, ';', item.size) : NULL;
        size_t size = semicolon ? (size_t)(semicolon - item.data) : item.size;
        struct ic_str name = trimmed((struct ic_str){item.data, size});
        struct ic_str parameters = semicolon ? (struct ic_str){semicolon + 1, item.size - size - 1} : IC_STR("");
        if (ic_str_equal_folded(name, ic_str_from(coding))) {
            return read_weight(parameters);
        }
        if (ic_str_is(name, "*")) {
            any = read_weight(parameters);
        }
    }
    return any;
}

/* RFC 9110, 13.1.2: a list of tags, compared weakly, or "*". */
static bool has_tag(struct ic_str if_none_match, const char *etag)
{
    while (if_none_match.size) {
        struct ic_str item = next_item(&if_none_match);
        if (ic_str_starts_with(item, IC_STR("W/"))) {
            item.data += 2;
            item.size -= 2;
        }
        if (ic_str_is(item, "*") || ic_str_is(item, etag)) {
            return true;
        }
    }
    return false;
}

/* The variant that the client likes best; among equals the smallest. The identity is sent even where it is refused,
 * when there is nothing else: a client can do more with it than with an error. */
static void choose_variant(const struct ic_asset *asset, struct ic_str accept_encoding, struct ic_asset_answer *answer)
{
    const struct {
        struct ic_asset_bytes bytes;
        const char *coding;
        const char *suffix;
    } coded[] = {{asset->brotli, "br", "-br"}, {asset->gzip, "gzip", "-gz"}};
    const char *suffix = "";
    /* Not named, the identity is acceptable, but a coding that is named is preferred (RFC 9110, 12.5.3). */
    int best = weigh(accept_encoding, "identity", 1);
    answer->bytes = asset->identity;
    answer->content_encoding = NULL;
    for (size_t i = sizeof coded / sizeof coded[0]; i-- > 0;) {
        int weight = coded[i].bytes.data ? weigh(accept_encoding, coded[i].coding, 0) : 0;
        if (weight > 0 && weight >= best) {
            best = weight;
            answer->bytes = coded[i].bytes;
            answer->content_encoding = coded[i].coding;
            suffix = coded[i].suffix;
        }
    }
    /* The table's tag is quoted: the suffix goes before the closing quote. */
    snprintf(answer->etag, sizeof answer->etag, "%.*s%s\"", (int)(strlen(asset->etag) - 1), asset->etag, suffix);
}

bool ic_asset_find(const struct ic_asset *assets, size_t assets_count, struct ic_str path,
                   struct ic_str accept_encoding, struct ic_str if_none_match, struct ic_asset_answer *ret_answer)
{
    const struct ic_asset *asset = look_up(assets, assets_count, path);
    if (!asset && !ic_str_starts_with(path, IC_STR("/assets/"))) {
        asset = look_up(assets, assets_count, IC_STR("/index.html"));
    }
    if (!asset) {
        return false;
    }
    struct ic_asset_answer answer = {.status = 200, .asset = asset};
    choose_variant(asset, accept_encoding, &answer);
    if (has_tag(if_none_match, answer.etag)) {
        answer.status = 304;
    }
    *ret_answer = answer;
    return true;
}
