#include "base/json_write.h"

#include <assert.h>

void ic_json_writer_init(struct ic_json_writer *writer, struct ic_buf *buf)
{
    *writer = (struct ic_json_writer){.buf = buf};
}

static void before_value(struct ic_json_writer *writer)
{
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (writer->has_item[writer->depth]) {
        ic_buf_put_char(writer->buf, ',');
    }
    writer->has_item[writer->depth] = true;
}

static void begin(struct ic_json_writer *writer, char bracket)
{
    before_value(writer);
    assert(writer->depth < IC_JSON_DEPTH_MAX);
    writer->depth++;
    writer->has_item[writer->depth] = false;
    ic_buf_put_char(writer->buf, bracket);
}

static void end(struct ic_json_writer *writer, char bracket)
{
    assert(writer->depth > 0 && !writer->after_key);
    writer->depth--;
    ic_buf_put_char(writer->buf, bracket);
}

void ic_json_object_begin(struct ic_json_writer *writer)
{
    begin(writer, '{');
}

void ic_json_object_end(struct ic_json_writer *writer)
{
    end(writer, '}');
}

void ic_json_array_begin(struct ic_json_writer *writer)
{
    begin(writer, '[');
}

void ic_json_array_end(struct ic_json_writer *writer)
{
    end(writer, ']');
}

void ic_json_key(struct ic_json_writer *writer, const char *key)
{
    assert(!writer->after_key);
    before_value(writer);
    ic_buf_put_char(writer->buf, '"');
    ic_buf_put(writer->buf, ic_str_from(key));
    ic_buf_put(writer->buf, IC_STR("\":"));
    writer->after_key = true;
}

/* The two-character escape of `c`, or NULL when it has none. */
static const char *short_escape(unsigned char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

void ic_json_text(struct ic_json_writer *writer, struct ic_str text)
{
    before_value(writer);
    ic_buf_put_char(writer->buf, '"');
    size_t plain = 0; /* Where the run of bytes that need no escape began. */
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        ic_buf_put(writer->buf, (struct ic_str){text.data + plain, i - plain});
        const char *escape = short_escape(c);
        if (escape) {
            ic_buf_put(writer->buf, ic_str_from(escape));
        } else {
            ic_buf_put_format(writer->buf, "\\u%04x", c);
        }
        plain = i + 1;
    }
    if (plain < text.size) {
        ic_buf_put(writer->buf, (struct ic_str){text.data + plain, text.size - plain});
    }
    ic_buf_put_char(writer->buf, '"');
}

void ic_json_int64(struct ic_json_writer *writer, int64_t value)
{
    before_value(writer);
    ic_buf_put_int64(writer->buf, value);
}

void ic_json_bool(struct ic_json_writer *writer, bool value)
{
    before_value(writer);
    ic_buf_put(writer->buf, value ? IC_STR("true") : IC_STR("false"));
}

void ic_json_null(struct ic_json_writer *writer)
{
    before_value(writer);
    ic_buf_put(writer->buf, IC_STR("null"));
}

void ic_json_put_text(struct ic_json_writer *writer, const char *key, struct ic_str text)
{
    ic_json_key(writer, key);
    ic_json_text(writer, text);
}

void ic_json_put_name(struct ic_json_writer *writer, const char *key, const char *text)
{
    ic_json_put_text(writer, key, ic_str_from(text));
}

void ic_json_put_int64(struct ic_json_writer *writer, const char *key, int64_t value)
{
    ic_json_key(writer, key);
    ic_json_int64(writer, value);
}

void ic_json_put_bool(struct ic_json_writer *writer, const char *key, bool value)
{
    ic_json_key(writer, key);
    ic_json_bool(writer, value);
}

void ic_json_put_optional_text(struct ic_json_writer *writer, const char *key, struct ic_str text)
{
    if (text.size > 0) {
        ic_json_put_text(writer, key, text);
    }
}
