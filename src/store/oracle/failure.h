/* Why a function of ODBC has failed.
 *
 * Promises: of several records of one failure, the first that has a class decides. The words are one line, without the
 * names of the layers before it and the full stop behind it. Memory: fixed size. Threads: the handle's. */
#ifndef IC_STORE_ORACLE_FAILURE_H
#define IC_STORE_ORACLE_FAILURE_H

#include "store/driver.h"
#include "store/oracle/library.h"

enum { IC_ORACLE_MESSAGE_SIZE = 224 };

struct ic_oracle_failure {
    int native; /* Oracle's number. */
    char message[IC_ORACLE_MESSAGE_SIZE];
};

/* Takes the failure of a handle's last call; gives its class. */
enum ic_driver_rc ic_oracle_failure_take(const struct ic_oracle_library *library, ic_odbc_small kind,
                                         ic_odbc_handle handle, struct ic_oracle_failure *ret_failure);

/* Fills in a failure that ODBC does not know; gives `rc` back. */
enum ic_driver_rc ic_oracle_failure_set(struct ic_oracle_failure *failure, enum ic_driver_rc rc, const char *words);

#endif
