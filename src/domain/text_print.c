#include "domain/text_print.h"

/* FNV-1a of 64 bits (draft-eastlake-fnv), and a last mixing, by which short texts differ in all bits. */
static const uint64_t basis = 0xcbf29ce484222325, prime = 0x100000001b3;

static uint64_t add(uint64_t print, unsigned char byte)
{
    return (print ^ byte) * prime;
}

uint64_t ic_text_print(struct ic_str text)
{
    uint64_t print = basis;
    bool has_any = false, has_space = false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
            has_space = has_any;
            continue;
        }
        if (has_space) {
            print = add(print, ' ');
            has_space = false;
        }
        print = add(print, byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 'a' - 'A') : byte);
        has_any = true;
    }
    print ^= print >> 32;
    print *= 0xd6e8feb86659fd93;
    print ^= print >> 32;
    if (!has_any) {
        return 0;
    }
    print &= INT64_MAX; /* Databases have signed numbers. */
    return print == 0 ? 1 : print;
}
