#include "base/json_read.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* jansson bounds nesting at 2,048 of its own accord: deep enough to cost, so it is measured before parsing. */
static bool is_too_deep(struct ic_str text)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (quoted) {
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > IC_JSON_READ_DEPTH_MAX) {
                return true;
            }
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

static void release_document(void *document)
{
    json_decref(document);
}

enum ic_rc ic_json_parse(struct ic_str text, const char *operation, struct ic_arena *arena, json_t **ret_object,
                         struct ic_err *err)
{
    if (text.size == 0) {
        return ic_err_set(err, IC_CODE_MALFORMED_JSON, operation, "The body is empty.");
    }
    if (memchr(text.data, '\0', text.size)) {
        return ic_err_set(err, IC_CODE_MALFORMED_JSON, operation, "The body holds a NUL byte.");
    }
    if (is_too_deep(text)) {
        return ic_err_set(err, IC_CODE_MALFORMED_JSON, operation, "The body nests deeper than %d.",
                          IC_JSON_READ_DEPTH_MAX);
    }
    json_error_t fault;
    json_t *document = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &fault);
    if (!document) {
        return ic_err_set(err, IC_CODE_MALFORMED_JSON, operation, "Line %d, column %d: it cannot be read as JSON.",
                          fault.line, fault.column);
    }
    if (!ic_arena_on_end(arena, release_document, document)) {
        json_decref(document);
        return ic_arena_failed(operation, err);
    }
    if (!json_is_object(document)) {
        return ic_err_set(err, IC_CODE_MALFORMED_JSON, operation, "The body is not a JSON object.");
    }
    *ret_object = document;
    return IC_OK;
}

void ic_json_reader_init(struct ic_json_reader *reader, json_t *object, const char *operation, struct ic_err *err)
{
    assert(err && err->code == IC_CODE_OK);
    *reader = (struct ic_json_reader){.object = object, .operation = operation, .err = err};
    if (!json_is_object(object)) {
        ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "", "This is not an object.");
    }
}

bool ic_json_reader_ok(const struct ic_json_reader *reader)
{
    return reader->err->code == IC_CODE_OK;
}

static void blame(struct ic_json_reader *reader, enum ic_code code, const char *key, const char *detail)
{
    char field[IC_ERR_FIELD_SIZE];
    snprintf(field, sizeof field, "/%s", key);
    ic_err_set_field(reader->err, code, reader->operation, field, "%s", detail);
}

void ic_json_refuse(struct ic_json_reader *reader, const char *key, const char *format, ...)
{
    char detail[IC_ERR_DETAIL_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    blame(reader, IC_CODE_INVALID_FIELD, key, detail);
}

/* The value of `key`, remembering that it was asked for; NULL when it is missing or something failed before. */
static json_t *find(struct ic_json_reader *reader, const char *key)
{
    assert(reader->keys_count < IC_JSON_READ_KEYS_MAX);
    reader->keys[reader->keys_count++] = key;
    return ic_json_reader_ok(reader) ? json_object_get(reader->object, key) : NULL;
}

static json_t *get(struct ic_json_reader *reader, const char *key)
{
    json_t *value = find(reader, key);
    if (!value && ic_json_reader_ok(reader)) {
        blame(reader, IC_CODE_MISSING_FIELD, key, "This field is required.");
    }
    return value;
}

static struct ic_str read_text(struct ic_json_reader *reader, json_t *value, const char *key, size_t bytes_min,
                               size_t bytes_max)
{
    struct ic_str text = {0};
    if (!value) {
        return text;
    }
    if (!json_is_string(value)) {
        ic_json_refuse(reader, key, "This is not text.");
        return text;
    }
    text = (struct ic_str){json_string_value(value), json_string_length(value)};
    if (text.size < bytes_min || text.size > bytes_max) {
        ic_json_refuse(reader, key, "This has %zu bytes; it may have %zu to %zu.", text.size, bytes_min, bytes_max);
        return (struct ic_str){0};
    }
    if (memchr(text.data, '\0', text.size) || !ic_utf8_valid(text)) {
        ic_json_refuse(reader, key, "This is not valid text.");
        return (struct ic_str){0};
    }
    return text;
}

struct ic_str ic_json_get_text(struct ic_json_reader *reader, const char *key, size_t bytes_min, size_t bytes_max)
{
    return read_text(reader, get(reader, key), key, bytes_min, bytes_max);
}

struct ic_str ic_json_find_text(struct ic_json_reader *reader, const char *key, size_t bytes_min, size_t bytes_max)
{
    return read_text(reader, find(reader, key), key, bytes_min, bytes_max);
}

static int64_t read_int64(struct ic_json_reader *reader, json_t *value, const char *key, int64_t min, int64_t max,
                          int64_t otherwise)
{
    if (!value) {
        return otherwise;
    }
    if (!json_is_integer(value)) {
        ic_json_refuse(reader, key, "This is not an integer.");
        return otherwise;
    }
    int64_t number = json_integer_value(value);
    if (number < min || number > max) {
        ic_json_refuse(reader, key, "This is %lld; it may be %lld to %lld.", (long long)number, (long long)min,
                       (long long)max);
        return otherwise;
    }
    return number;
}

int64_t ic_json_get_int64(struct ic_json_reader *reader, const char *key, int64_t min, int64_t max)
{
    return read_int64(reader, get(reader, key), key, min, max, min);
}

int64_t ic_json_find_int64(struct ic_json_reader *reader, const char *key, int64_t min, int64_t max, int64_t otherwise)
{
    return read_int64(reader, find(reader, key), key, min, max, otherwise);
}

static bool read_bool(struct ic_json_reader *reader, json_t *value, const char *key)
{
    if (value && !json_is_boolean(value)) {
        ic_json_refuse(reader, key, "This is neither true nor false.");
    }
    return json_is_true(value);
}

bool ic_json_get_bool(struct ic_json_reader *reader, const char *key)
{
    return read_bool(reader, get(reader, key), key);
}

bool ic_json_find_bool(struct ic_json_reader *reader, const char *key)
{
    return read_bool(reader, find(reader, key), key);
}

static json_t *read_object(struct ic_json_reader *reader, json_t *value, const char *key)
{
    if (value && !json_is_object(value)) {
        ic_json_refuse(reader, key, "This is not an object.");
        return NULL;
    }
    return value;
}

json_t *ic_json_get_object(struct ic_json_reader *reader, const char *key)
{
    return read_object(reader, get(reader, key), key);
}

json_t *ic_json_find_object(struct ic_json_reader *reader, const char *key)
{
    return read_object(reader, find(reader, key), key);
}

static json_t *read_array(struct ic_json_reader *reader, json_t *value, const char *key, size_t count_min,
                          size_t count_max)
{
    if (!value) {
        return NULL;
    }
    if (!json_is_array(value)) {
        ic_json_refuse(reader, key, "This is not an array.");
        return NULL;
    }
    size_t count = json_array_size(value);
    if (count < count_min || count > count_max) {
        ic_json_refuse(reader, key, "This has %zu items; it may have %zu to %zu.", count, count_min, count_max);
        return NULL;
    }
    return value;
}

json_t *ic_json_get_array(struct ic_json_reader *reader, const char *key, size_t count_min, size_t count_max)
{
    return read_array(reader, get(reader, key), key, count_min, count_max);
}

json_t *ic_json_find_array(struct ic_json_reader *reader, const char *key, size_t count_min, size_t count_max)
{
    return read_array(reader, find(reader, key), key, count_min, count_max);
}

static bool was_asked_for(const struct ic_json_reader *reader, const char *key)
{
    for (size_t i = 0; i < reader->keys_count; i++) {
        if (strcmp(reader->keys[i], key) == 0) {
            return true;
        }
    }
    return false;
}

enum ic_rc ic_json_reader_finish(struct ic_json_reader *reader)
{
    const char *key;
    json_t *value;
    if (ic_json_reader_ok(reader)) {
        json_object_foreach (reader->object, key, value) {
            if (!was_asked_for(reader, key)) {
                blame(reader, IC_CODE_UNKNOWN_FIELD, ic_str_is_name(ic_str_from(key)) ? key : "?",
                      "This field is not known here.");
                break;
            }
        }
    }
    return ic_err_rc(reader->err);
}
