/* ODBC's driver manager, loaded when it is wanted: nobody else needs one.
 *
 * Promises: the library that the environment names in INSTACRM_ODBC_LIBRARY is loaded, or else libodbc.so.2; it stays
 * in the process, because drivers leave threads and functions of theirs behind. Before that NLS_LANG is set to
 * .AL32UTF8 where it is not set: Oracle's client then speaks UTF-8. Memory: counted; the last release frees the
 * environment's handle. Threads: any, but load before others read the process's environment. */
#ifndef IC_STORE_ORACLE_LIBRARY_H
#define IC_STORE_ORACLE_LIBRARY_H

#include "base/err.h"
#include "store/oracle/odbc_abi.h"

#include <stdatomic.h>
#include <stddef.h>

struct ic_oracle_library {
#define IC_ODBC_POINTER(name, parameters) ic_odbc_return(*name) parameters;
    IC_ODBC_FUNCTIONS(IC_ODBC_POINTER)
#undef IC_ODBC_POINTER
    ic_odbc_handle env;
    atomic_int use_count;
    atomic_int stuck_count; /* Threads that are still in a call which nobody waits for any more (oracle/line.h). */
};

/* Loads the library; fails with unavailable, and says what to install, when it is not there or lacks a function. */
IC_NODISCARD enum ic_rc ic_oracle_library_load(struct ic_oracle_library **ret_library, struct ic_err *err);

/* One more who uses it. */
struct ic_oracle_library *ic_oracle_library_share(struct ic_oracle_library *library);

/* NULL is accepted. */
void ic_oracle_library_release(struct ic_oracle_library *library);

/* Finds the name of the first installed driver that begins with "Oracle"; false when there is none. */
bool ic_oracle_library_find_driver(struct ic_oracle_library *library, char *ret_name, size_t room);

/* Whether a function has done what it was asked. */
static inline bool ic_odbc_is_good(ic_odbc_return returned)
{
    return returned == IC_ODBC_SUCCESS || returned == IC_ODBC_SUCCESS_WITH_INFO;
}

#endif
