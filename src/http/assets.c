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

/* Whether ";q=" in `parameters` says zero: the only weight that matters, for we rank the encodings ourselves. */
static bool is_refused(struct ic_str parameters)
{
    const char *at = parameters.size ? memchr(parameters.data, '=', parameters.size) : NULL;
    if (!at) {
        return false;
    }
    struct ic_str weight = trimmed((struct ic_str){at + 1, parameters.size - (size_t)(at + 1 - parameters.data)});
    for (size_t i = 0; i < weight.size; i++) {
        if (weight.data[i] != '0' && weight.data[i] != '.') {
            return false;
        }
    }
    return weight.size > 0;
}

/* RFC 9110, 12.5.3: named and not refused, or covered by "*". */
static bool accepts(struct ic_str accept_encoding, const char *coding)
{
    bool any = false;
    while (accept_encoding.size) {
        struct ic_str item = next_item(&accept_encoding);
        const char *semicolon = item.size ? memchr(item.data, ';', item.size) : NULL;
        size_t size = semicolon ? (size_t)(semicolon - item.data) : item.size;
        struct ic_str name = trimmed((struct ic_str){item.data, size});
        struct ic_str parameters = {item.data + size, item.size - size};
        if (ic_str_equal_folded(name, ic_str_from(coding))) {
            return !is_refused(parameters);
        }
        if (ic_str_is(name, "*")) {
            any = !is_refused(parameters);
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

static void choose_variant(const struct ic_asset *asset, struct ic_str accept_encoding, struct ic_asset_answer *answer)
{
    const char *suffix = "";
    answer->bytes = asset->identity;
    answer->content_encoding = NULL;
    if (asset->brotli.data && accepts(accept_encoding, "br")) {
        answer->bytes = asset->brotli;
        answer->content_encoding = "br";
        suffix = "-br";
    } else if (asset->gzip.data && accepts(accept_encoding, "gzip")) {
        answer->bytes = asset->gzip;
        answer->content_encoding = "gzip";
        suffix = "-gz";
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
