/* Runs a fuzz target once over each file of its corpus (IC_FUZZ_CORPUS), where no fuzzer is at hand, and says so as
 * TAP: a target that finds a fault ends the program. A corpus without files is a failure. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUT_BYTES_MAX = 4 * 1024 * 1024, PATH_SIZE = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    uint8_t *room = malloc(INPUT_BYTES_MAX);
    size_t size = room ? fread(room, 1, INPUT_BYTES_MAX, file) : 0;
    fclose(file);
    /* Exactly as large as the input, so that a sanitizer sees a step beyond its end. */
    uint8_t *data = room ? realloc(room, size + (size == 0)) : NULL;
    if (!data) {
        free(room);
        fputs("There is no memory.\n", stderr);
        return 1;
    }
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

int main(void)
{
    DIR *folder = opendir(IC_FUZZ_CORPUS);
    if (!folder) {
        perror(IC_FUZZ_CORPUS);
        return 2;
    }
    int count = 0, failures = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[PATH_SIZE];
        if (entry->d_name[0] == '.' ||
            snprintf(path, sizeof path, "%s/%s", IC_FUZZ_CORPUS, entry->d_name) >= PATH_SIZE) {
            continue;
        }
        int failed = run(path);
        printf("%sok %d - fuzz input %s\n", failed ? "not " : "", ++count, entry->d_name);
        failures += failed;
    }
    closedir(folder);
    printf("1..%d\n", count);
    return failures > 0 || count == 0;
}
