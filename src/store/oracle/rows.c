/* Many rows of one statement, as arrays of parameters: a batch of rows is one exchange. */
#include "store/oracle/statement.h"

#include <string.h>

/* Whether all texts can be stored: nothing is sent when one cannot. */
static enum ic_driver_rc check_texts(struct ic_prepared *prepared, const struct ic_value *values, size_t count)
{
    enum ic_driver_rc rc = IC_DRIVER_OK;
    for (size_t i = 0; !rc && i < count; i++) {
        if (values[i].kind == IC_VALUE_TEXT) {
            rc = ic_oracle_bind_text(prepared, 1, values[i].text);
        }
    }
    return rc;
}

static enum ic_driver_rc run_batch(struct ic_oracle_statement *statement, const struct ic_value *values,
                                   size_t row_count)
{
    size_t width = (size_t)statement->text->parameter_count;
    if (!ic_oracle_batch_fill(&statement->cursor->batch, values, width, row_count)) {
        return ic_oracle_line_refuse(statement->line, IC_DRIVER_NOMEM, "there is no memory for what is bound");
    }
    return ic_oracle_statement_do(statement, IC_ORACLE_EXECUTE);
}

enum ic_driver_rc ic_oracle_run_rows(struct ic_prepared *prepared, const struct ic_value *values, size_t row_count,
                                     int64_t *changed_counts)
{
    struct ic_oracle_statement *statement = (struct ic_oracle_statement *)prepared;
    size_t width = (size_t)statement->text->parameter_count;
    enum ic_driver_rc rc = ic_oracle_line_begin(statement->line);
    if (!rc) {
        rc = check_texts(prepared, values, row_count * width);
    }
    for (size_t row = 0; row < row_count && !rc;) {
        /* Of an array Oracle's driver only tells how many rows it has changed in all. */
        size_t count = changed_counts ? 1 : ic_oracle_batch_count(values + row * width, width, row_count - row);
        rc = run_batch(statement, values + row * width, count);
        if (!rc && changed_counts) {
            changed_counts[row] = statement->cursor->changed_count;
        }
        row += count;
    }
    ic_oracle_reset(prepared);
    return rc;
}
