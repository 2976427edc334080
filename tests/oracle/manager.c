#include "manager.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct manager manager;
static bool is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* C has no conversion from data to function, POSIX has. */
static bool find_function(void *library, const char *name, void *ret_function)
{
    void *symbol = dlsym(library, name);
    memcpy(ret_function, &symbol, sizeof symbol);
    return symbol != NULL;
}

bool manager_load(const char *library, struct manager *ret_manager)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        (void)fprintf(stderr, "The stand-in for Oracle: %s\n", dlerror());
        return false;
    }
    bool has_all = true;
#define MANAGER_FIND(name) has_all = find_function(handle, #name, &ret_manager->name) && has_all;
    MANAGER_FUNCTIONS(MANAGER_FIND)
#undef MANAGER_FIND
    return has_all;
}

static void load(void)
{
    is_loaded = manager_load("libodbc.so.2", &manager);
}

const struct manager *manager_get(void)
{
    (void)pthread_once(&once, load);
    return is_loaded ? &manager : NULL;
}
