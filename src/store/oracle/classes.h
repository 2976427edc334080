/* What Oracle's errors mean to the store.
 *
 * Promises: every code has a class; one that is not known is IC_DRIVER_OTHER. Oracle's number decides; where there is
 * none, because the driver or the driver manager has failed, the SQLSTATE does. Memory: none. Threads: any. */
#ifndef IC_STORE_ORACLE_CLASSES_H
#define IC_STORE_ORACLE_CLASSES_H

#include "store/driver.h"

/* The class of a failure: its SQLSTATE, Oracle's number (0: none) and the words. */
enum ic_driver_rc ic_oracle_class(const char *sqlstate, int number, const char *words);

/* Oracle's number as the words tell it ("ORA-00054: ..."), or else the native code of an error of Oracle's own driver;
 * 0: what has failed is another's, who numbers otherwise. */
int ic_oracle_number(int native, const char *words);

#endif
