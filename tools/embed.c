/* Makes a folder of built files part of an executable: identity, gzip and brotli variants and a table of them.
 *
 *     embed FOLDER OUT_FOLDER
 *
 * Writes OUT_FOLDER/assets.c (the table of src/http/asset_table.h), OUT_FOLDER/assets.S (the bytes, by .incbin) and the
 * compressed variants beside them. A variant is kept when it saves at least one part in twenty. */
#include <brotli/encode.h>
#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { PATH_SIZE = 4096, FILES_MAX = 1024, SAVING_PART = 20 };

struct file {
    char *path; /* From the folder on, with a leading '/'. */
    unsigned char *data;
    size_t size;
};

struct type {
    const char *ending;
    const char *content_type;
    bool compress;
};

static const struct type types[] = {
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".json", "application/json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".webmanifest", "application/manifest+json", true},
    {".woff2", "font/woff2", false},
    {".png", "image/png", false},
    {".ico", "image/x-icon", false},
};

static struct file files[FILES_MAX];
static size_t file_count;

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("embed: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static void *must(void *memory)
{
    if (!memory) {
        fail("there is no memory");
    }
    return memory;
}

static void read_file(struct file *file, const char *path, size_t size)
{
    FILE *stream = fopen(path, "rb");
    file->data = must(malloc(size + 1));
    file->size = size;
    if (!stream || fread(file->data, 1, size, stream) != size) {
        fail("%s cannot be read: %s", path, strerror(errno));
    }
    fclose(stream);
}

static void walk(const char *folder, const char *below)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s%s", folder, below);
    DIR *entries = opendir(path);
    if (!entries) {
        fail("%s cannot be read: %s", path, strerror(errno));
    }
    for (struct dirent *entry; (entry = readdir(entries));) {
        char child[PATH_SIZE];
        struct stat status;
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(child, sizeof child, "%s/%s", below, entry->d_name);
        snprintf(path, sizeof path, "%s%s", folder, child);
        if (stat(path, &status) != 0) {
            fail("%s cannot be read: %s", path, strerror(errno));
        }
        if (S_ISDIR(status.st_mode)) {
            walk(folder, child);
        } else if (file_count == FILES_MAX) {
            fail("%s holds more than %d files", folder, FILES_MAX);
        } else {
            files[file_count].path = must(strdup(child));
            read_file(&files[file_count++], path, (size_t)status.st_size);
        }
    }
    closedir(entries);
}

static int compare_paths(const void *left, const void *right)
{
    return strcmp(((const struct file *)left)->path, ((const struct file *)right)->path);
}

static const struct type *type_of(const char *path)
{
    const char *ending = strrchr(path, '.');
    for (size_t i = 0; ending && i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(ending, types[i].ending) == 0) {
            return &types[i];
        }
    }
    fail("%s has an ending whose type is not known here", path);
}

static unsigned char *gzip(const struct file *file, size_t *ret_size)
{
    enum { GZIP_FORMAT = 16 + MAX_WBITS, MEMORY_LEVEL_MAX = 9 };
    z_stream stream = {0};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_FORMAT, MEMORY_LEVEL_MAX, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        fail("zlib does not start");
    }
    size_t room = deflateBound(&stream, file->size);
    unsigned char *data = must(malloc(room));
    stream.next_in = file->data;
    stream.avail_in = (uInt)file->size;
    stream.next_out = data;
    stream.avail_out = (uInt)room;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
        fail("%s cannot be compressed with zlib", file->path);
    }
    *ret_size = stream.total_out;
    deflateEnd(&stream);
    return data;
}

static unsigned char *brotli(const struct file *file, size_t *ret_size)
{
    *ret_size = BrotliEncoderMaxCompressedSize(file->size);
    unsigned char *data = must(malloc(*ret_size));
    if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_TEXT, file->size, file->data,
                               ret_size, data)) {
        fail("%s cannot be compressed with brotli", file->path);
    }
    return data;
}

static FILE *create(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "wb");
    if (!stream) {
        fail("%s cannot be written: %s", path, strerror(errno));
    }
    return stream;
}

/* Writes the bytes to a file of their own and has the assembler include it under `symbol`. */
static void put_bytes(FILE *s, const char *folder, const char *symbol, const unsigned char *data, size_t size)
{
    char name[64];
    snprintf(name, sizeof name, "%s.bin", symbol);
    FILE *stream = create(folder, name);
    if (fwrite(data, 1, size, stream) != size || fclose(stream) != 0) {
        fail("%s cannot be written: %s", name, strerror(errno));
    }
    fprintf(s, "    .global ic_%s\n    .hidden ic_%s\nic_%s:\n    .incbin \"%s/%s\"\n", symbol, symbol, symbol, folder,
            name);
}

/* Writes a variant and its initialiser; one that saves too little, or NULL, becomes {NULL, 0}. */
static void put_variant(FILE *s, FILE *declarations, FILE *table, const char *folder, size_t index, const char *variant,
                        unsigned char *data, size_t size, size_t identity_size)
{
    bool is_identity = strcmp(variant, "identity") == 0;
    if (!data || (!is_identity && size > identity_size - identity_size / SAVING_PART)) {
        fputs(", {NULL, 0}", table);
    } else {
        char symbol[48];
        snprintf(symbol, sizeof symbol, "asset_%zu_%s", index, variant);
        put_bytes(s, folder, symbol, data, size);
        fprintf(declarations, "extern const unsigned char ic_%s[];\n", symbol);
        fprintf(table, ", {ic_%s, %zu}", symbol, size);
    }
    if (!is_identity) {
        free(data);
    }
}

static void put_asset(FILE *s, FILE *declarations, FILE *table, const char *folder, size_t index)
{
    const struct file *file = &files[index];
    const struct type *type = type_of(file->path);
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof digest + 1];
    crypto_hash_sha256(digest, file->data, file->size);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    bool is_immutable = strncmp(file->path, "/assets/", 8) == 0;
    fprintf(table, "    {\"%s\", \"%s\", \"\\\"%.32s\\\"\", %s", file->path, type->content_type, hex,
            is_immutable ? "true" : "false");
    size_t gzip_size = 0, brotli_size = 0;
    unsigned char *gzipped = type->compress ? gzip(file, &gzip_size) : NULL;
    unsigned char *brotlied = type->compress ? brotli(file, &brotli_size) : NULL;
    put_variant(s, declarations, table, folder, index, "identity", file->data, file->size, file->size);
    put_variant(s, declarations, table, folder, index, "gzip", gzipped, gzip_size, file->size);
    put_variant(s, declarations, table, folder, index, "brotli", brotlied, brotli_size, file->size);
    fputs("},\n", table);
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fputs("usage: embed FOLDER OUT_FOLDER\n", stderr);
        return 2;
    }
    const char *folder = arguments[2];
    walk(arguments[1], "");
    qsort(files, file_count, sizeof files[0], compare_paths);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fail("%s cannot be made: %s", folder, strerror(errno));
    }
    char *rows = NULL;
    size_t rows_size = 0;
    FILE *table = must(open_memstream(&rows, &rows_size));
    FILE *s = create(folder, "assets.S");
    FILE *c = create(folder, "assets.c");
    fputs("/* Generated by tools/embed. */\n    .section .rodata\n    .balign 16\n", s);
    fputs("/* Generated by tools/embed. */\n#include \"http/asset_table.h\"\n\n", c);
    bool has_index = false;
    for (size_t i = 0; i < file_count; i++) {
        put_asset(s, c, table, folder, i);
        has_index = has_index || strcmp(files[i].path, "/index.html") == 0;
    }
    if (!has_index) {
        fail("%s holds no index.html", arguments[1]);
    }
    fputs("    .section .note.GNU-stack,\"\",%progbits\n", s);
    fclose(table);
    fprintf(c, "\nconst struct ic_asset ic_assets[] = {\n%s};\nconst size_t ic_assets_count = %zu;\n", rows,
            file_count);
    free(rows);
    if (fclose(s) != 0 || fclose(c) != 0) {
        fail("the table cannot be written: %s", strerror(errno));
    }
    return 0;
}
