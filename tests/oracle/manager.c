#include "manager.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
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

static void load(void)
{
    void *library = dlopen("libodbc.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        (void)fprintf(stderr, "The stand-in for Oracle: %s\n", dlerror());
        return;
    }
    is_loaded = true;
#define MANAGER_FIND(name) is_loaded = find_function(library, #name, &manager.name) && is_loaded;
    MANAGER_FUNCTIONS(MANAGER_FIND)
#undef MANAGER_FIND
}

const struct manager *manager_get(void)
{
    (void)pthread_once(&once, load);
    return is_loaded ? &manager : NULL;
}
