#include "agent/path.h"

#include <stdio.h>
#include <string.h>

enum ic_rc ic_path_parse(const char *text, struct ic_path *ret_path, struct ic_err *err)
{
    size_t size = strlen(text);
    while (size > 1 && text[size - 1] == '/') {
        size--;
    }
    if (text[0] != '/' || size >= IC_PATH_SIZE) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, "agent.path.parse",
                          "A folder is named by an absolute path of at most %d bytes, not by \"%.80s\".",
                          IC_PATH_SIZE - 1, text);
    }
    memcpy(ret_path->text, text, size);
    ret_path->text[size] = '\0';
    return IC_OK;
}

enum ic_rc ic_path_join(const struct ic_path *folder, const char *name, struct ic_path *ret_path, struct ic_err *err)
{
    struct ic_path joined;
    const char *between = strcmp(folder->text, "/") == 0 ? "" : "/";
    int size = snprintf(joined.text, sizeof joined.text, "%s%s%s", folder->text, between, name);
    if (size < 0 || (size_t)size >= sizeof joined.text) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, "agent.path.join", "The path of %.80s is too long.", name);
    }
    *ret_path = joined;
    return IC_OK;
}

bool ic_path_parent(const struct ic_path *path, struct ic_path *ret_parent)
{
    const char *slash = strrchr(path->text, '/');
    if (!slash || path->text[1] == '\0') {
        return false;
    }
    size_t size = slash == path->text ? 1 : (size_t)(slash - path->text);
    struct ic_path parent;
    memcpy(parent.text, path->text, size);
    parent.text[size] = '\0';
    *ret_parent = parent;
    return true;
}
