#include "http/assets.h"

#include "http/coding.h"

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

/* RFC 9110, 13.1.2: a list of tags, compared weakly, or "*". */
static bool has_tag(struct ic_str if_none_match, const char *etag)
{
    while (if_none_match.size) {
        struct ic_str item = ic_coding_next_item(&if_none_match);
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
    int best = ic_coding_weigh(accept_encoding, "identity", 1);
    answer->bytes = asset->identity;
    answer->content_encoding = NULL;
    for (size_t i = sizeof coded / sizeof coded[0]; i-- > 0;) {
        int weight = coded[i].bytes.data ? ic_coding_weigh(accept_encoding, coded[i].coding, 0) : 0;
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
