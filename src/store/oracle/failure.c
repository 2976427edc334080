#include "store/oracle/failure.h"

#include "base/utf8.h"
#include "store/oracle/classes.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_ROOM = 1024, RECORDS_MAX = 8 };

enum ic_driver_rc ic_oracle_failure_set(struct ic_oracle_failure *failure, enum ic_driver_rc rc, const char *words)
{
    failure->native = 0;
    (void)snprintf(failure->message, sizeof failure->message, "%s", words);
    return rc;
}

/* Behind "[unixODBC][Oracle][ODBC][Ora]". */
static const char *skip_layers(const char *words)
{
    while (*words == '[' && strchr(words, ']')) {
        words = strchr(words, ']') + 1;
        words += strspn(words, " ");
    }
    return words;
}

/* Keeps the first line, without the end of its sentence. */
static void keep(struct ic_oracle_failure *failure, const char *state, int number, const char *words)
{
    words = skip_layers(words);
    size_t size = strcspn(words, "\n");
    while (size > 0 && (words[size - 1] == '.' || isspace((unsigned char)words[size - 1]))) {
        size--;
    }
    enum { STATE_ROOM = sizeof " (SQLSTATE 00000)" };
    size = ic_utf8_floor((struct ic_str){words, size}, IC_ORACLE_MESSAGE_SIZE - STATE_ROOM);
    if (size == 0) {
        words = "the driver does not say why";
        size = strlen(words);
    }
    failure->native = number;
    (void)snprintf(failure->message, sizeof failure->message, "%.*s (SQLSTATE %s)", (int)size, words, state);
}

enum ic_driver_rc ic_oracle_failure_take(const struct ic_oracle_library *library, ic_odbc_small kind,
                                         ic_odbc_handle handle, struct ic_oracle_failure *ret_failure)
{
    enum ic_driver_rc rc = IC_DRIVER_OTHER;
    (void)ic_oracle_failure_set(ret_failure, rc, "the driver does not say why");
    for (ic_odbc_small i = 1; i <= RECORDS_MAX && rc == IC_DRIVER_OTHER; i++) {
        unsigned char state[IC_ODBC_SQLSTATE_SIZE + 1] = "";
        unsigned char words[WORDS_ROOM] = "";
        ic_odbc_int native = 0;
        ic_odbc_small size = 0;
        if (!ic_odbc_is_good(library->SQLGetDiagRec(kind, handle, i, state, &native, words, WORDS_ROOM, &size))) {
            break;
        }
        int number = ic_oracle_number(native, (const char *)words);
        rc = ic_oracle_class((const char *)state, number, (const char *)words);
        if (i == 1 || rc != IC_DRIVER_OTHER) {
            keep(ret_failure, (const char *)state, number, (const char *)words);
        }
    }
    return rc;
}
