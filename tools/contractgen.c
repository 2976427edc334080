/* Makes the constants of C and TypeScript from the contract.
 *
 *     contractgen ERRORS.json OPENAPI.yaml C_FOLDER TYPESCRIPT_FILE
 *
 * From errors.json: enum ic_rc, enum ic_code and their tables. From openapi.yaml: every limit of x-limits, and every
 * component schema that is an enumeration of texts. The order is the contract's, so the output is the same for the same
 * input. A file is only written when it differs, so that nothing is built again in vain. Any fault in the input ends
 * the program with one sentence that names the file and the place. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

enum { NAME_SIZE = 128, PATH_SIZE = 4096 };

static const char *input_path; /* What is being read, for the fault's sentence. */

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "contractgen: %s: ", input_path);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

/* ---- Output: collected in memory, written when it differs. ---- */

struct output {
    char *path;
    char *data;
    size_t size;
    FILE *stream;
};

static void output_open(struct output *output, const char *folder, const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s%s%s", folder, *folder ? "/" : "", name);
    *output = (struct output){.path = strdup(path)};
    output->stream = open_memstream(&output->data, &output->size);
    if (!output->path || !output->stream) {
        fail("there is no memory");
    }
}

static void make_folders(const char *path)
{
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *at = folder + 1; *at; at++) {
        if (*at == '/') {
            *at = '\0';
            if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
                fail("cannot make %s: %s", folder, strerror(errno));
            }
            *at = '/';
        }
    }
}

static bool holds_already(const struct output *output)
{
    FILE *file = fopen(output->path, "rb");
    if (!file) {
        return false;
    }
    char *old = malloc(output->size + 1);
    size_t size = old ? fread(old, 1, output->size + 1, file) : 0;
    fclose(file);
    bool same = size == output->size && memcmp(old, output->data, size) == 0;
    free(old);
    return same;
}

static void output_close(struct output *output)
{
    fclose(output->stream);
    make_folders(output->path);
    if (!holds_already(output)) {
        FILE *file = fopen(output->path, "wb");
        if (!file || fwrite(output->data, 1, output->size, file) != output->size || fclose(file) != 0) {
            fail("cannot write %s: %s", output->path, strerror(errno));
        }
    }
    free(output->path);
    free(output->data);
}

/* ---- Names. ---- */

static void check_snake(const char *name)
{
    size_t size = strlen(name);
    bool good = size > 0 && size < NAME_SIZE && name[0] >= 'a' && name[0] <= 'z';
    for (const char *at = name; *at; at++) {
        good = good && ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || *at == '_');
    }
    if (!good) {
        fail("\"%s\" is not a name of lower-case letters, digits and underscores", name);
    }
}

static void put_upper(FILE *stream, const char *snake)
{
    for (; *snake; snake++) {
        fputc(toupper((unsigned char)*snake), stream);
    }
}

static void put_camel(FILE *stream, const char *snake)
{
    bool upper = false;
    for (; *snake; snake++) {
        if (*snake == '_') {
            upper = true;
        } else {
            fputc(upper ? toupper((unsigned char)*snake) : *snake, stream);
            upper = false;
        }
    }
}

/* "TargetStatus" and "Cold No Reply" both become snake case. */
static void to_snake(const char *text, char *ret_snake)
{
    size_t size = 0;
    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (size + 3 > NAME_SIZE) {
            fail("\"%s\" is too long for a name", text);
        }
        if (isupper(c) && at > text && at[-1] != ' ') {
            ret_snake[size++] = '_';
        }
        ret_snake[size++] = c == ' ' || c == '-' ? '_' : (char)tolower(c);
    }
    ret_snake[size] = '\0';
    check_snake(ret_snake);
}

static void put_quoted(FILE *stream, const char *text)
{
    fputc('"', stream);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', stream);
        }
        fputc(*text, stream);
    }
    fputc('"', stream);
}

/* ---- errors.json ---- */

static const char *text_of(json_t *object, const char *key, size_t index)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text) {
        fail("entry %zu has no \"%s\"", index, key);
    }
    return text;
}

static void check_unique(json_t *array, const char *key)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *name = text_of(json_array_get(array, i), key, i);
        check_snake(name);
        for (size_t j = 0; j < i; j++) {
            if (strcmp(name, text_of(json_array_get(array, j), key, j)) == 0) {
                fail("\"%s\" is there twice", name);
            }
        }
    }
}

static void check_errors(json_t *rcs, json_t *codes)
{
    if (!json_is_array(rcs) || !json_is_array(codes) || json_array_size(rcs) == 0) {
        fail("\"rc\" and \"codes\" must be arrays");
    }
    check_unique(rcs, "name");
    check_unique(codes, "code");
    for (size_t i = 0; i < json_array_size(codes); i++) {
        json_t *code = json_array_get(codes, i);
        const char *rc = text_of(code, "rc", i);
        bool known = false;
        for (size_t j = 0; j < json_array_size(rcs); j++) {
            known = known || strcmp(rc, text_of(json_array_get(rcs, j), "name", j)) == 0;
        }
        json_int_t status = json_integer_value(json_object_get(code, "status"));
        if (!known) {
            fail("code \"%s\" belongs to the unknown rc \"%s\"", text_of(code, "code", i), rc);
        }
        if (status < 200 || status > 599) {
            fail("code \"%s\" has no HTTP status from 200 to 599", text_of(code, "code", i));
        }
        text_of(code, "title", i);
    }
}

static void write_errors_header(const char *folder, json_t *rcs, json_t *codes)
{
    struct output header;
    output_open(&header, folder, "errors.h");
    FILE *h = header.stream;
    fputs("/* Generated by tools/contractgen from contract/errors.json. */\n"
          "#ifndef IC_CONTRACT_ERRORS_H\n#define IC_CONTRACT_ERRORS_H\n\nenum ic_rc {\n",
          h);
    for (size_t i = 0; i < json_array_size(rcs); i++) {
        json_t *rc = json_array_get(rcs, i);
        fputs("    IC_", h);
        put_upper(h, text_of(rc, "name", i));
        fprintf(h, "%s, /* %s */\n", i == 0 ? " = 0" : "", text_of(rc, "about", i));
    }
    fputs("};\n\nenum ic_code {\n", h);
    for (size_t i = 0; i < json_array_size(codes); i++) {
        json_t *code = json_array_get(codes, i);
        fputs("    IC_CODE_", h);
        put_upper(h, text_of(code, "code", i));
        fprintf(h, "%s, /* %s. */\n", i == 0 ? " = 0" : "", text_of(code, "title", i));
    }
    fputs("};\n\nconst char *ic_rc_name(enum ic_rc rc);\nconst char *ic_code_name(enum ic_code code);\n"
          "const char *ic_code_title(enum ic_code code);\nenum ic_rc ic_code_rc(enum ic_code code);\n\n"
          "/* The HTTP status. */\nint ic_code_status(enum ic_code code);\n\n#endif\n",
          h);
    output_close(&header);
}

static void write_errors_source(const char *folder, json_t *rcs, json_t *codes)
{
    struct output source;
    output_open(&source, folder, "errors.c");
    FILE *c = source.stream;
    fputs("/* Generated by tools/contractgen from contract/errors.json. */\n#include \"contract/errors.h\"\n\n"
          "static const char *const rc_names[] = {\n",
          c);
    for (size_t i = 0; i < json_array_size(rcs); i++) {
        fprintf(c, "    \"%s\",\n", text_of(json_array_get(rcs, i), "name", i));
    }
    fputs("};\n\nstatic const struct {\n    const char *name;\n    const char *title;\n    enum ic_rc rc;\n"
          "    int status;\n} codes[] = {\n",
          c);
    for (size_t i = 0; i < json_array_size(codes); i++) {
        json_t *code = json_array_get(codes, i);
        fprintf(c, "    {\"%s\", ", text_of(code, "code", i));
        put_quoted(c, text_of(code, "title", i));
        fputs(", IC_", c);
        put_upper(c, text_of(code, "rc", i));
        fprintf(c, ", %d},\n", (int)json_integer_value(json_object_get(code, "status")));
    }
    fputs("};\n\nconst char *ic_rc_name(enum ic_rc rc)\n{\n    return rc_names[rc];\n}\n\n"
          "const char *ic_code_name(enum ic_code code)\n{\n    return codes[code].name;\n}\n\n"
          "const char *ic_code_title(enum ic_code code)\n{\n    return codes[code].title;\n}\n\n"
          "enum ic_rc ic_code_rc(enum ic_code code)\n{\n    return codes[code].rc;\n}\n\n"
          "int ic_code_status(enum ic_code code)\n{\n    return codes[code].status;\n}\n",
          c);
    output_close(&source);
}

/* ---- openapi.yaml ---- */

static yaml_document_t document;

static const char *scalar(yaml_node_t *node, const char *what)
{
    if (!node || node->type != YAML_SCALAR_NODE) {
        fail("line %zu: %s must be a plain value", node ? node->start_mark.line + 1 : 0, what);
    }
    return (const char *)node->data.scalar.value;
}

static yaml_node_t *find(yaml_node_t *mapping, const char *key)
{
    if (!mapping || mapping->type != YAML_MAPPING_NODE) {
        return NULL;
    }
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top; pair++) {
        if (strcmp(scalar(yaml_document_get_node(&document, pair->key), "a key"), key) == 0) {
            return yaml_document_get_node(&document, pair->value);
        }
    }
    return NULL;
}

static yaml_node_t *get_mapping(yaml_node_t *mapping, const char *key)
{
    yaml_node_t *node = find(mapping, key);
    if (!node || node->type != YAML_MAPPING_NODE) {
        fail("there is no mapping \"%s\"", key);
    }
    return node;
}

/* The items of an enumeration of texts, or NULL when `schema` is something else. */
static yaml_node_t *enumeration(yaml_node_t *schema)
{
    yaml_node_t *items = find(schema, "enum");
    yaml_node_t *type = find(schema, "type");
    bool is_one = items && items->type == YAML_SEQUENCE_NODE && type && strcmp(scalar(type, "type"), "string") == 0;
    return is_one ? items : NULL;
}

static void write_limits(const char *folder, yaml_node_t *limits, FILE *ts)
{
    struct output header;
    output_open(&header, folder, "limits.h");
    FILE *h = header.stream;
    fputs("/* Generated by tools/contractgen from contract/openapi.yaml, x-limits. */\n"
          "#ifndef IC_CONTRACT_LIMITS_H\n#define IC_CONTRACT_LIMITS_H\n\n#include <stdint.h>\n",
          h);
    fputs("/** Named limits. */\nexport const limits = {\n", ts);
    for (yaml_node_pair_t *pair = limits->data.mapping.pairs.start; pair < limits->data.mapping.pairs.top; pair++) {
        const char *name = scalar(yaml_document_get_node(&document, pair->key), "a limit's name");
        yaml_node_t *limit = yaml_document_get_node(&document, pair->value);
        const char *about = scalar(find(limit, "about"), "a limit's \"about\"");
        const char *text = scalar(find(limit, "value"), "a limit's \"value\"");
        char *end;
        errno = 0;
        long long value = strtoll(text, &end, 10);
        check_snake(name);
        if (errno || *end || end == text || value < 0) {
            fail("line %zu: limit \"%s\" is not a whole number: \"%s\"", limit->start_mark.line + 1, name, text);
        }
        fprintf(h, "\n/* %s */\n#define IC_LIMIT_", about);
        put_upper(h, name);
        fprintf(h, value > INT_MAX ? " INT64_C(%lld)\n" : " %lld\n", value);
        fprintf(ts, "  /** %s */\n  ", about);
        put_camel(ts, name);
        fprintf(ts, ": %lld,\n", value);
    }
    fputs("\n#endif\n", h);
    fputs("} as const;\n", ts);
    output_close(&header);
}

static void write_enumeration_ts(FILE *ts, const char *type, const char *snake, yaml_node_t *items)
{
    size_t size = strlen(snake);
    bool is_on_y = size > 0 && snake[size - 1] == 'y';
    bool is_on_s = size > 0 && snake[size - 1] == 's';
    char plural[NAME_SIZE + 4];
    snprintf(plural, sizeof plural, "%.*s%s", (int)(is_on_y ? size - 1 : size), snake,
             is_on_y   ? "ies"
             : is_on_s ? "es"
                       : "s");
    fputs("\nexport const ", ts);
    put_camel(ts, plural);
    fputs(" = [", ts);
    for (yaml_node_item_t *item = items->data.sequence.items.start; item < items->data.sequence.items.top; item++) {
        fputs(item == items->data.sequence.items.start ? "" : ", ", ts);
        put_quoted(ts, scalar(yaml_document_get_node(&document, *item), "a value"));
    }
    fprintf(ts, "] as const;\nexport type %s = (typeof ", type);
    put_camel(ts, plural);
    fputs(")[number];\n", ts);
}

static void write_enumeration(FILE *h, FILE *c, const char *snake, yaml_node_t *items)
{
    fprintf(h, "\nenum ic_%s {\n", snake);
    fprintf(c, "\nstatic const char *const %s_names[] = {\n", snake);
    for (yaml_node_item_t *item = items->data.sequence.items.start; item < items->data.sequence.items.top; item++) {
        const char *value = scalar(yaml_document_get_node(&document, *item), "a value");
        char name[NAME_SIZE];
        to_snake(value, name);
        fputs("    IC_", h);
        put_upper(h, snake);
        fputc('_', h);
        put_upper(h, name);
        fputs(",\n", h);
        fputs("    ", c);
        put_quoted(c, value);
        fputs(",\n", c);
    }
    fputs("};\n#define IC_", h);
    put_upper(h, snake);
    fprintf(h, "_COUNT %td\n", items->data.sequence.items.top - items->data.sequence.items.start);
    fprintf(h,
            "const char *ic_%s_name(enum ic_%s value);\n"
            "bool ic_%s_parse(const char *data, size_t size, enum ic_%s *ret_value);\n",
            snake, snake, snake, snake);
    fprintf(c,
            "};\n\nconst char *ic_%s_name(enum ic_%s value)\n{\n    return %s_names[value];\n}\n\n"
            "bool ic_%s_parse(const char *data, size_t size, enum ic_%s *ret_value)\n{\n"
            "    int index = find_name(%s_names, sizeof %s_names / sizeof %s_names[0], data, size);\n"
            "    if (index < 0) {\n        return false;\n    }\n    *ret_value = (enum ic_%s)index;\n    return "
            "true;\n}\n",
            snake, snake, snake, snake, snake, snake, snake, snake, snake);
}

static void write_vocabulary(const char *folder, yaml_node_t *schemas, FILE *ts)
{
    struct output header, source;
    output_open(&header, folder, "vocabulary.h");
    output_open(&source, folder, "vocabulary.c");
    fputs("/* Generated by tools/contractgen from contract/openapi.yaml, components.schemas: the enumerations.\n"
          " * ..._name gives the text that is stored and shown; ..._parse is false, leaving the result alone, for a "
          "text\n"
          " * that is none of them. */\n"
          "#ifndef IC_CONTRACT_VOCABULARY_H\n#define IC_CONTRACT_VOCABULARY_H\n\n"
          "#include <stdbool.h>\n#include <stddef.h>\n",
          header.stream);
    fputs("/* Generated by tools/contractgen from contract/openapi.yaml. */\n#include \"contract/vocabulary.h\"\n\n"
          "#include <string.h>\n\n"
          "static int find_name(const char *const *names, size_t count, const char *data, size_t size)\n{\n"
          "    for (size_t i = 0; i < count; i++) {\n"
          "        if (strlen(names[i]) == size && memcmp(names[i], data, size) == 0) {\n"
          "            return (int)i;\n        }\n    }\n    return -1;\n}\n",
          source.stream);
    for (yaml_node_pair_t *pair = schemas->data.mapping.pairs.start; pair < schemas->data.mapping.pairs.top; pair++) {
        const char *type = scalar(yaml_document_get_node(&document, pair->key), "a schema's name");
        yaml_node_t *items = enumeration(yaml_document_get_node(&document, pair->value));
        if (!items) {
            continue;
        }
        if (items->data.sequence.items.start == items->data.sequence.items.top) {
            fail("schema \"%s\" lists no value", type);
        }
        char snake[NAME_SIZE];
        to_snake(type, snake);
        write_enumeration(header.stream, source.stream, snake, items);
        write_enumeration_ts(ts, type, snake, items);
    }
    fputs("\n#endif\n", header.stream);
    output_close(&header);
    output_close(&source);
}

static void load_openapi(const char *path)
{
    input_path = path;
    FILE *file = fopen(path, "rb");
    if (!file) {
        fail("cannot be read: %s", strerror(errno));
    }
    yaml_parser_t parser;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, file);
    if (!yaml_parser_load(&parser, &document) || !yaml_document_get_root_node(&document)) {
        fail("line %zu: %s", parser.problem_mark.line + 1, parser.problem ? parser.problem : "it is empty");
    }
    yaml_parser_delete(&parser);
    fclose(file);
}

static void write_codes_ts(FILE *ts, json_t *codes)
{
    fputs("\nexport const errorCodes = [\n", ts);
    for (size_t i = 0; i < json_array_size(codes); i++) {
        fprintf(ts, "  \"%s\",\n", text_of(json_array_get(codes, i), "code", i));
    }
    fputs("] as const;\nexport type ErrorCode = (typeof errorCodes)[number];\n", ts);
}

int main(int count, char **arguments)
{
    if (count != 5) {
        fputs("usage: contractgen ERRORS.json OPENAPI.yaml C_FOLDER TYPESCRIPT_FILE\n", stderr);
        return 2;
    }
    const char *folder = arguments[3];
    input_path = arguments[1];
    json_error_t fault;
    json_t *errors = json_load_file(arguments[1], JSON_REJECT_DUPLICATES, &fault);
    if (!errors) {
        fail("line %d: %s", fault.line, fault.text);
    }
    json_t *rcs = json_object_get(errors, "rc");
    json_t *codes = json_object_get(errors, "codes");
    check_errors(rcs, codes);
    load_openapi(arguments[2]);
    yaml_node_t *root = yaml_document_get_root_node(&document);
    yaml_node_t *limits = get_mapping(root, "x-limits");
    yaml_node_t *schemas = get_mapping(get_mapping(root, "components"), "schemas");

    struct output ts;
    output_open(&ts, "", arguments[4]);
    fputs("// Generated by tools/contractgen from contract/.\n\n", ts.stream);
    write_limits(folder, limits, ts.stream);
    write_vocabulary(folder, schemas, ts.stream);
    input_path = arguments[1];
    write_errors_header(folder, rcs, codes);
    write_errors_source(folder, rcs, codes);
    write_codes_ts(ts.stream, codes);
    output_close(&ts);
    yaml_document_delete(&document);
    json_decref(errors);
    return 0;
}
