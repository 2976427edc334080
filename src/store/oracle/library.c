#include "store/oracle/library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static const char operation[] = "store.oracle.library";
static const char advice[] = "install unixODBC (Debian: libodbc2) and Oracle's driver, see docs/oracle.md";

static const char *library_name(void)
{
    const char *name = getenv("INSTACRM_ODBC_LIBRARY");
    return name && *name ? name : "libodbc.so.2";
}

static enum ic_rc no_memory(struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the ODBC driver manager.");
}

/* Fills one pointer; C has no conversion from data to function, POSIX has. */
static bool find_function(void *handle, const char *name, void *ret_function)
{
    void *symbol = dlsym(handle, name);
    memcpy(ret_function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static enum ic_rc find_functions(void *handle, const char *library, struct ic_oracle_library *self, struct ic_err *err)
{
#define FIND(name, parameters)                                                                                   \
    if (!find_function(handle, #name, &self->name)) {                                                            \
        return ic_err_set(err, IC_CODE_UNAVAILABLE, operation, "%s is no ODBC driver manager: it lacks %s; %s.", \
                          library, #name, advice);                                                               \
    }
    IC_ODBC_FUNCTIONS(FIND)
#undef FIND
    return IC_OK;
}

static enum ic_rc make_env(struct ic_oracle_library *self, const char *library, struct ic_err *err)
{
    void *version = (void *)(uintptr_t)IC_ODBC_OV_ODBC3;
    if (!ic_odbc_is_good(self->SQLAllocHandle(IC_ODBC_HANDLE_ENV, NULL, &self->env))) {
        return no_memory(err);
    }
    if (!ic_odbc_is_good(self->SQLSetEnvAttr(self->env, IC_ODBC_ATTR_ODBC_VERSION, version, 0))) {
        (void)self->SQLFreeHandle(IC_ODBC_HANDLE_ENV, self->env);
        return ic_err_set(err, IC_CODE_UNAVAILABLE, operation, "%s does not speak ODBC 3; %s.", library, advice);
    }
    return IC_OK;
}

enum ic_rc ic_oracle_library_load(struct ic_oracle_library **ret_library, struct ic_err *err)
{
    const char *library = library_name();
    (void)setenv("NLS_LANG", ".AL32UTF8", 0);
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *why = dlerror(); /* It begins with the name. */
        return ic_err_set(err, IC_CODE_UNAVAILABLE, operation, "There is no ODBC driver manager: %.120s; %s.",
                          why ? why : library, advice);
    }
    struct ic_oracle_library *self = calloc(1, sizeof *self);
    if (!self) {
        return no_memory(err);
    }
    atomic_init(&self->use_count, 1);
    enum ic_rc rc = find_functions(handle, library, self, err);
    if (!rc) {
        rc = make_env(self, library, err);
    }
    if (rc) {
        free(self);
        return rc;
    }
    *ret_library = self;
    return IC_OK;
}

struct ic_oracle_library *ic_oracle_library_share(struct ic_oracle_library *library)
{
    atomic_fetch_add(&library->use_count, 1);
    return library;
}

void ic_oracle_library_release(struct ic_oracle_library *library)
{
    if (library && atomic_fetch_sub(&library->use_count, 1) == 1) {
        (void)library->SQLFreeHandle(IC_ODBC_HANDLE_ENV, library->env);
        free(library);
    }
}

bool ic_oracle_library_find_driver(struct ic_oracle_library *library, char *ret_name, size_t room)
{
    enum { ATTRIBUTES_ROOM = 256 };
    static const char beginning[] = "Oracle";
    ic_odbc_usmall direction = IC_ODBC_FETCH_FIRST;
    for (;;) {
        unsigned char attributes[ATTRIBUTES_ROOM];
        ic_odbc_small name_size = 0;
        ic_odbc_small attributes_size = 0;
        if (!ic_odbc_is_good(library->SQLDrivers(library->env, direction, (unsigned char *)ret_name,
                                                 (ic_odbc_small)room, &name_size, attributes, ATTRIBUTES_ROOM,
                                                 &attributes_size))) {
            return false;
        }
        if (strncmp(ret_name, beginning, sizeof beginning - 1) == 0) {
            return true;
        }
        direction = IC_ODBC_FETCH_NEXT;
    }
}
