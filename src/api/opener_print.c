#include "api/opener_print.h"

static const char hexadecimal[] = "0123456789abcdef";

void ic_opener_print_write(int64_t print, char digits[IC_OPENER_PRINT_DIGITS + 1])
{
    uint64_t rest = (uint64_t)print;
    for (int i = IC_OPENER_PRINT_DIGITS - 1; i >= 0; i--) {
        digits[i] = hexadecimal[rest & 15];
        rest >>= 4;
    }
    digits[IC_OPENER_PRINT_DIGITS] = '\0';
}

static int value_of(char digit)
{
    for (int i = 0; i < 16; i++) {
        if (hexadecimal[i] == digit) {
            return i;
        }
    }
    return -1;
}

bool ic_opener_print_read(struct ic_str text, int64_t *ret_print)
{
    uint64_t print = 0;
    if (text.size != IC_OPENER_PRINT_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        int value = value_of(text.data[i]);
        if (value < 0) {
            return false;
        }
        print = print << 4 | (uint64_t)value;
    }
    *ret_print = (int64_t)print;
    return print <= INT64_MAX;
}
