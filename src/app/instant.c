#include "app/instant.h"

enum { DATE_SIZE = 10, INSTANT_SIZE = 20 };
#define MS_PER_DAY INT64_C(86400000)

/* Reads `count` digits at `index`; -1 when one of them is none. */
static int read_digits(struct ic_str text, size_t index, size_t count)
{
    int value = 0;
    for (size_t i = index; i < index + count; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return -1;
        }
        value = value * 10 + (text.data[i] - '0');
    }
    return value;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_before_year(int year)
{
    int64_t before = year - 1;
    return before * 365 + before / 4 - before / 100 + before / 400;
}

/* Days from 1970-01-01 to a date of 1970 or later; -1 when there is no such date. */
static int64_t days_to(int year, int month, int day)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1970 || month < 1 || month > 12 || day < 1) {
        return -1;
    }
    int leap_day = is_leap(year) ? 1 : 0;
    if (day > month_days[month - 1] + (month == 2 ? leap_day : 0)) {
        return -1;
    }
    int64_t days = days_before_year(year) - days_before_year(1970) + day - 1;
    for (int earlier = 1; earlier < month; earlier++) {
        days += month_days[earlier - 1] + (earlier == 2 ? leap_day : 0);
    }
    return days;
}

static bool parse_date(struct ic_str text, int64_t *ret_instant)
{
    if (text.data[4] != '-' || text.data[7] != '-') {
        return false;
    }
    int64_t days = days_to(read_digits(text, 0, 4), read_digits(text, 5, 2), read_digits(text, 8, 2));
    *ret_instant = days * MS_PER_DAY;
    return days >= 0;
}

bool ic_instant_parse(struct ic_str text, int64_t *ret_instant)
{
    int64_t instant = 0;
    if (ic_str_to_int64(text, ret_instant)) {
        return true;
    }
    if ((text.size != DATE_SIZE && text.size != INSTANT_SIZE) || !parse_date(text, &instant)) {
        return false;
    }
    if (text.size == INSTANT_SIZE) {
        int hour = read_digits(text, 11, 2), minute = read_digits(text, 14, 2), second = read_digits(text, 17, 2);
        bool has_form = text.data[10] == 'T' && text.data[13] == ':' && text.data[16] == ':' && text.data[19] == 'Z';
        if (!has_form || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return false;
        }
        instant += ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
    }
    *ret_instant = instant;
    return true;
}
