#include "service/list_cursor.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char operation[] = "service.list_cursor";

/* Change it with the form: cursors of older pages are then refused instead of misread. */
enum { VERSION = '1', QUESTION_SIZE = IC_HASH_SIZE / 4, QUESTION_BYTES_MAX = 8192 };

void ic_list_question_init(struct ic_list_question *question, const char *list)
{
    ic_buf_init(&question->asked, QUESTION_BYTES_MAX);
    ic_list_question_put_text(question, ic_str_from(list));
}

/* The size before each text keeps neighbours apart. */
void ic_list_question_put_text(struct ic_list_question *question, struct ic_str text)
{
    ic_buf_put_int64(&question->asked, (int64_t)text.size);
    ic_buf_put_char(&question->asked, ':');
    ic_buf_put(&question->asked, text);
}

void ic_list_question_put_int64(struct ic_list_question *question, int64_t value)
{
    ic_buf_put_int64(&question->asked, value);
    ic_buf_put_char(&question->asked, ',');
}

enum ic_rc ic_list_question_end(struct ic_list_question *question, struct ic_hash *ret_hash, struct ic_err *err)
{
    enum ic_rc rc = ic_buf_check(&question->asked, operation, err);
    if (!rc) {
        ic_hash_of(ic_buf_view(&question->asked), ret_hash);
    }
    ic_buf_release(&question->asked);
    return rc;
}

/* The bytes of a cursor: VERSION, a part of the question's hash, and `:number:id:text`. */
static size_t put_bytes(const struct ic_hash *question, const struct ic_list_place *place,
                        char bytes[IC_LIST_CURSOR_BYTES_MAX + 1])
{
    int size = snprintf(bytes, IC_LIST_CURSOR_BYTES_MAX + 1, "%c%.*s:%" PRId64 ":%s:%s", VERSION, QUESTION_SIZE,
                        question->text, place->number, place->id.text, place->text);
    return (size_t)size;
}

void ic_list_cursor_write(const struct ic_hash *question, const struct ic_list_place *place,
                          struct ic_list_cursor *ret_cursor)
{
    char bytes[IC_LIST_CURSOR_BYTES_MAX + 1];
    size_t size = put_bytes(question, place, bytes);
    ic_base64url_write((struct ic_str){bytes, size}, ret_cursor->text);
}

/* Takes what stands before the next colon; false when there is none. */
static bool take_part(struct ic_str *rest, struct ic_str *ret_part)
{
    const char *colon = rest->size ? memchr(rest->data, ':', rest->size) : NULL;
    if (!colon) {
        return false;
    }
    *ret_part = (struct ic_str){rest->data, (size_t)(colon - rest->data)};
    rest->data = colon + 1;
    rest->size -= ret_part->size + 1;
    return true;
}

static bool has_control(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.data[i] < 0x20) {
            return true;
        }
    }
    return false;
}

static bool is_id_text(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        if (!is_known) {
            return false;
        }
    }
    return text.size <= IC_ID_SIZE;
}

static bool read_place(struct ic_str bytes, struct ic_list_place *ret_place)
{
    struct ic_list_place place = {0};
    struct ic_str head, number, id;
    if (!take_part(&bytes, &head) || !take_part(&bytes, &number) || !take_part(&bytes, &id) ||
        !ic_str_to_int64(number, &place.number) || !is_id_text(id) || bytes.size > IC_LIST_KEY_BYTES_MAX ||
        has_control(bytes) || !ic_utf8_valid(bytes)) {
        return false;
    }
    memcpy(place.id.text, id.data, id.size);
    memcpy(place.text, bytes.data, bytes.size);
    *ret_place = place;
    return true;
}

enum ic_rc ic_list_cursor_read(struct ic_str text, const struct ic_hash *question, struct ic_list_place *ret_place,
                               struct ic_err *err)
{
    char bytes[IC_LIST_CURSOR_BYTES_MAX];
    char expected[IC_LIST_CURSOR_BYTES_MAX + 1];
    size_t size = 0;
    struct ic_list_place place;
    /* What would be written for the place that was read must be what was given: version and question are right then,
     * and nothing is left over. */
    if (text.size > IC_LIST_CURSOR_SIZE_MAX || !ic_base64url_read(text, bytes, sizeof bytes, &size) ||
        !read_place((struct ic_str){bytes, size}, &place) ||
        !ic_str_equal((struct ic_str){bytes, size}, (struct ic_str){expected, put_bytes(question, &place, expected)})) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "after",
                                "This is not the 'next' of a page of this list.");
    }
    *ret_place = place;
    return IC_OK;
}
