#include "agent/http_client_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static const char operation[] = "agent.http_client_library";

/* The flavours of one interface: with OpenSSL, and with GnuTLS. */
static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct ic_http_client_library library; /* Written once, by load. */
static bool is_loaded;

/* Fills one pointer; C has no conversion from data to function, POSIX has. */
static bool find_function(void *handle, const char *name, void *ret_function)
{
    void *symbol = dlsym(handle, name);
    memcpy(ret_function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void load(void)
{
    void *handle = NULL;
    for (size_t i = 0; !handle && i < sizeof names / sizeof names[0]; i++) {
        handle = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
    }
    is_loaded = handle != NULL;
#define FIND(name) is_loaded = is_loaded && find_function(handle, "curl_" #name, &library.name);
    IC_CURL_FUNCTIONS(FIND)
#undef FIND
}

enum ic_rc ic_http_client_library_get(const struct ic_http_client_library **ret_library, struct ic_err *err)
{
    (void)pthread_once(&once, load);
    if (!is_loaded) {
        return ic_err_set(err, IC_CODE_UNAVAILABLE, operation,
                          "There is no libcurl on this machine (Debian: libcurl4), so that no server can be reached.");
    }
    *ret_library = &library;
    return IC_OK;
}
