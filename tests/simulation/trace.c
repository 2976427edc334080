#include "trace.h"

#include <stdarg.h>
#include <stdio.h>

enum { LINE_SIZE = 512, MS_PER_S = 1000, S_PER_DAY = 86400 };

void trace_init(struct trace *trace, FILE *out, int64_t began_at)
{
    *trace = (struct trace){.out = out, .digest = UINT64_C(0xcbf29ce484222325), .began_at = began_at, .now = began_at};
}

/* FNV-1a, a byte at a time: the digest only has to differ where the runs do. */
void trace_mix(struct trace *trace, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++) {
        trace->digest = (trace->digest ^ at[i]) * UINT64_C(0x100000001b3);
    }
}

void trace_say(struct trace *trace, const char *who, const char *format, ...)
{
    char line[LINE_SIZE];
    int64_t ms = trace->now - trace->began_at;
    int size = snprintf(line, sizeof line, "%3dd %5d.%03d  %-12s ", (int)(ms / MS_PER_S / S_PER_DAY),
                        (int)(ms / MS_PER_S % S_PER_DAY), (int)(ms % MS_PER_S), who);
    va_list arguments;
    va_start(arguments, format);
    size += vsnprintf(line + size, sizeof line - (size_t)size, format, arguments);
    va_end(arguments);
    if (size > (int)sizeof line - 2) {
        size = (int)sizeof line - 2;
    }
    line[size++] = '\n';
    line[size] = '\0';
    trace->lines_count++;
    trace_mix(trace, line, (size_t)size);
    if (trace->out) {
        (void)fwrite(line, 1, (size_t)size, trace->out);
        (void)fflush(trace->out); /* What comes next may be the end of the program. */
    }
}
