#include "copy.h"

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

/* Parents before children. A target is new when its first contact lies in the range, because time only goes forward
 * here. */
const struct ic_copy_source ic_copy_pushed[] = {
    {"targets", "SELECT n.cursor, t.* FROM (SELECT e.tar_id, MIN(c.cursor) AS cursor FROM changes c "
                "JOIN event_logs e ON e.elg_id = c.elg_id WHERE c.cursor > $1 GROUP BY e.tar_id) n "
                "JOIN targets t ON t.tar_id = n.tar_id WHERE t.first_contacted >= $2 ORDER BY t.tar_number"},
    {"event_logs", "SELECT c.cursor, e.* FROM changes c JOIN event_logs e ON e.elg_id = c.elg_id WHERE c.cursor > $1 "
                   "ORDER BY c.cursor"},
    {"outreach_logs", "SELECT c.cursor, l.* FROM changes c JOIN outreach_logs l ON l.elg_id = c.elg_id "
                      "WHERE c.cursor > $1 ORDER BY c.cursor"},
    {"operations", "SELECT c.cursor, p.* FROM changes c JOIN operations p ON p.elg_id = c.elg_id WHERE c.cursor > $1 "
                   "ORDER BY c.cursor"},
    {"changes", "SELECT c.cursor, c.* FROM changes c WHERE c.cursor > $1 ORDER BY c.cursor"},
    {"first_reaches", "SELECT c.cursor, r.* FROM changes c JOIN first_reaches r ON r.elg_id = c.elg_id "
                      "WHERE c.cursor > $1 ORDER BY c.cursor"},
    {"rollup_quarters", "SELECT 0, r.* FROM rollup_quarters r WHERE r.quarter >= $2 "
                        "ORDER BY r.opr_id, r.act_id, r.quarter"},
    {"rollup_days", "SELECT 0, r.* FROM rollup_days r WHERE r.day >= $2 ORDER BY r.day, r.opr_id, r.act_id"},
    {NULL, NULL},
};

const struct ic_copy_source ic_copy_team[] = {
    {"operators", "SELECT 0, o.* FROM operators o"},
    {"actors", "SELECT 0, a.* FROM actors a"},
    {"devices", "SELECT 0, d.* FROM devices d"},
    {NULL, NULL},
};

void ic_copy_init(struct ic_copy *copy)
{
    *copy = (struct ic_copy){.arena = ic_arena_create(IC_COPY_BYTES_MAX)};
    ic_bench_must(copy->arena, "there is no memory for the copied rows");
}

void ic_copy_reset(struct ic_copy *copy)
{
    for (int i = 0; i < copy->table_count; i++) {
        free(copy->tables[i].cursors);
        free(copy->tables[i].values);
    }
    struct ic_arena *arena = copy->arena;
    ic_arena_reset(arena);
    *copy = (struct ic_copy){.arena = arena};
}

void ic_copy_release(struct ic_copy *copy)
{
    ic_copy_reset(copy);
    ic_arena_destroy(copy->arena);
}

struct ic_copy_table *ic_copy_add_table(struct ic_copy *copy, const char *name, int width)
{
    ic_bench_must(copy->table_count < IC_COPY_TABLES_COUNT_MAX && width <= IC_COPY_COLUMNS_COUNT_MAX,
                  "a copy has no room for more tables, or for more columns");
    struct ic_copy_table *table = &copy->tables[copy->table_count++];
    table->name = name;
    table->width = width;
    return table;
}

struct ic_value *ic_copy_add_row(struct ic_copy_table *table, int64_t cursor)
{
    size_t width = (size_t)table->width;
    if (table->count == table->count_max) {
        table->count_max = table->count_max ? 2 * table->count_max : 1024;
        table->cursors = realloc(table->cursors, table->count_max * sizeof *table->cursors);
        table->values = realloc(table->values, table->count_max * width * sizeof *table->values);
        ic_bench_must(table->cursors && table->values, "there is no memory for the copied rows");
    }
    table->cursors[table->count] = cursor;
    struct ic_value *row = &table->values[table->count++ * width];
    for (size_t i = 0; i < width; i++) {
        row[i] = (struct ic_value){.kind = IC_VALUE_NULL};
    }
    return row;
}

struct ic_value ic_copy_text(struct ic_copy *copy, struct ic_str text)
{
    struct ic_value value = {.kind = IC_VALUE_TEXT};
    ic_bench_must(ic_arena_copy(copy->arena, text, &value.text), "there is no memory for the copied rows");
    return value;
}

void ic_copy_finish(struct ic_copy *copy)
{
    for (int i = 0; i < copy->table_count; i++) {
        const struct ic_copy_table *table = &copy->tables[i];
        copy->row_count += table->count;
        for (size_t j = 0; j < table->count; j++) {
            int64_t cursor = table->cursors[j];
            if (cursor && (!copy->first_cursor || cursor < copy->first_cursor)) {
                copy->first_cursor = cursor;
            }
            if (cursor > copy->last_cursor) {
                copy->last_cursor = cursor;
            }
        }
    }
    int64_t cursor_count = copy->last_cursor - copy->first_cursor + 1;
    for (int i = 0; i < copy->table_count; i++) {
        struct ic_copy_table *table = &copy->tables[i];
        for (size_t j = 0; j < table->count; j++) {
            if (table->cursors[j] == 0) {
                table->cursors[j] = copy->first_cursor + (int64_t)j * cursor_count / (int64_t)table->count;
            }
        }
    }
}

void ic_copy_put_insert(const struct ic_copy_table *table, char mark, char *buffer, size_t size)
{
    struct ic_buf buf;
    ic_buf_init(&buf, size);
    ic_buf_put_format(&buf, "INSERT INTO %s (", table->name);
    for (int i = 0; i < table->width; i++) {
        ic_buf_put_format(&buf, "%s%s", i ? ", " : "", table->columns[i]);
    }
    ic_buf_put(&buf, IC_STR(") VALUES ("));
    for (int i = 0; i < table->width; i++) {
        ic_buf_put_format(&buf, "%s%c%d", i ? ", " : "", mark, i + 1);
    }
    ic_buf_put_char(&buf, ')');
    struct ic_str text = ic_buf_view(&buf);
    ic_bench_must(!buf.failed && text.size < size, "an INSERT is too long");
    (void)snprintf(buffer, size, "%.*s", (int)text.size, text.data);
    ic_buf_release(&buf);
}
