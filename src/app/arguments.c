#include "app/arguments.h"

#include <string.h>

static const char operation[] = "app.arguments";

/* The known name that `text` (behind its dashes) begins with, up to its end or a '='. */
static const char *find_known(const char *text, const char *const *known)
{
    size_t size = strcspn(text, "=");
    for (size_t i = 0; known[i]; i++) {
        if (strlen(known[i]) == size && memcmp(known[i], text, size) == 0) {
            return known[i];
        }
    }
    return NULL;
}

static enum ic_rc parse_one(const char *flag, const char *next, const char *const *known,
                            struct ic_arguments *arguments, bool *ret_took_next, struct ic_err *err)
{
    if (strncmp(flag, "--", 2) != 0) {
        return ic_err_set(err, IC_CODE_UNKNOWN_PARAMETER, operation, "'%s' is not a flag; flags begin with --.", flag);
    }
    const char *name = find_known(flag + 2, known);
    if (!name) {
        return ic_err_set(err, IC_CODE_UNKNOWN_PARAMETER, operation, "This command does not know the flag '%s'.", flag);
    }
    if (ic_arguments_find(arguments, name)) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "--%s is given twice.", name);
    }
    const char *equals = strchr(flag, '=');
    const char *value = equals ? equals + 1 : next;
    if (!value || value[0] == '\0') {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "--%s needs a value.", name);
    }
    arguments->items[arguments->count].name = name;
    arguments->items[arguments->count].value = value;
    arguments->count++;
    *ret_took_next = !equals;
    return IC_OK;
}

enum ic_rc ic_arguments_parse(int argc, char **argv, const char *const *known, struct ic_arguments *ret_arguments,
                              struct ic_err *err)
{
    struct ic_arguments arguments = {.count = 0};
    for (int i = 0; i < argc; i++) {
        bool took_next = false;
        enum ic_rc rc = parse_one(argv[i], i + 1 < argc ? argv[i + 1] : NULL, known, &arguments, &took_next, err);
        if (rc != IC_OK) {
            return rc;
        }
        i += took_next ? 1 : 0;
    }
    *ret_arguments = arguments;
    return IC_OK;
}

const char *ic_arguments_find(const struct ic_arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->count; i++) {
        if (strcmp(arguments->items[i].name, name) == 0) {
            return arguments->items[i].value;
        }
    }
    return NULL;
}
