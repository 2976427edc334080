#include "api/list_page.h"

void ic_list_page_begin(struct ic_json_writer *writer)
{
    ic_json_object_begin(writer);
    ic_json_key(writer, "items");
    ic_json_array_begin(writer);
}

void ic_list_page_end(struct ic_json_writer *writer, const struct ic_list_cursor *next, int64_t total)
{
    ic_json_array_end(writer);
    ic_json_key(writer, "next");
    if (next->text[0] != '\0') {
        ic_json_text(writer, ic_str_from(next->text));
    } else {
        ic_json_null(writer);
    }
    ic_json_put_int64(writer, "total", total);
    ic_json_object_end(writer);
}
