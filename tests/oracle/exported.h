/* What makes a function of the stand-in visible to the program that loads it. */
#ifndef IC_TESTS_ORACLE_EXPORTED_H
#define IC_TESTS_ORACLE_EXPORTED_H

#define EXPORTED __attribute__((visibility("default")))

#endif
