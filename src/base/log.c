#include "base/log.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static enum ic_log_level level_min = IC_LOG_INFO;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

struct line {
    char data[IC_LOG_LINE_SIZE];
    size_t size;
};

static void put(struct line *line, const char *bytes, size_t size)
{
    /* One byte is kept back for the line's end. */
    size_t left = sizeof line->data - 1 - line->size;
    size_t piece = ic_utf8_floor((struct ic_str){bytes, size}, size < left ? size : left);
    memcpy(line->data + line->size, bytes, piece);
    line->size += piece;
}

static void put_text(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

static void put_quoted(struct line *line, struct ic_str text)
{
    put_text(line, "\"");
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '"' || c == '\\') {
            put_text(line, c == '"' ? "\\\"" : "\\\\");
        } else if (c < 0x20 || c >= 0x7F) {
            /* Also beyond ASCII: a terminal may act on C1 controls or a reversed direction. */
            char escaped[8];
            snprintf(escaped, sizeof escaped, "\\x%02x", c);
            put_text(line, escaped);
        } else {
            put(line, (const char *)&c, 1);
        }
    }
    put_text(line, "\"");
}

static void put_time(struct line *line)
{
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    char text[40];
    size_t size = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    put(line, text, size);
    snprintf(text, sizeof text, ".%03ldZ ", now.tv_nsec / 1000000);
    put_text(line, text);
}

void ic_log_set_level(enum ic_log_level level)
{
    level_min = level;
}

bool ic_log_level_parse(const char *name, enum ic_log_level *ret_level)
{
    for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *ret_level = (enum ic_log_level)i;
            return true;
        }
    }
    return false;
}

void ic_log(enum ic_log_level level, const char *event, const struct ic_log_field *fields)
{
    if (level < level_min) {
        return;
    }
    struct line line = {.size = 0};
    put_time(&line);
    put_text(&line, level_names[level]);
    put_text(&line, " ");
    put_text(&line, event);
    for (const struct ic_log_field *field = fields; field && field->key; field++) {
        put_text(&line, " ");
        put_text(&line, field->key);
        put_text(&line, "=");
        if (field->is_number) {
            char digits[24];
            snprintf(digits, sizeof digits, "%lld", (long long)field->number);
            put_text(&line, digits);
        } else {
            put_quoted(&line, field->text);
        }
    }
    line.data[line.size++] = '\n';
    /* A log that cannot be written has nobody to tell. */
    ssize_t written = write(STDERR_FILENO, line.data, line.size);
    (void)written;
}

void ic_log_err(enum ic_log_level level, const char *event, const struct ic_err *err)
{
    const struct ic_log_field fields[] = {
        IC_LOG_TEXT("code", ic_str_from(ic_code_name(err->code))),
        IC_LOG_TEXT("operation", ic_str_from(err->operation)),
        IC_LOG_TEXT("field", ic_str_from(err->field)),
        IC_LOG_TEXT("detail", ic_str_from(err->detail)),
        IC_LOG_NUMBER("native", err->native),
        {.key = NULL},
    };
    ic_log(level, event, fields);
}
