/* The bytes of a file, which can be copied at no cost: copies share what neither has changed.
 *
 * Memory: init/release; running out of memory ends the program. Threads: one. */
#ifndef SIMULATION_IMAGE_H
#define SIMULATION_IMAGE_H

#include <stddef.h>
#include <stdint.h>

enum { IMAGE_BLOCK_SIZE = 4096 };

struct image_block;

struct image {
    int64_t size;
    size_t block_count; /* NULL blocks, and what lies behind the last, are zeros. */
    struct image_block **blocks;
};

/* Makes `image`, released or zeroed before, a copy of `from`. */
void image_copy(struct image *image, const struct image *from);

/* Leaves an empty image. */
void image_release(struct image *image);

/* Reads what is there; the rest of `bytes` is zeroed. Returns how many bytes were there. */
size_t image_read(const struct image *image, int64_t at, void *bytes, size_t size);

/* Writes, and grows the image as far as needed. */
void image_write(struct image *image, int64_t at, const void *bytes, size_t size);

/* Cuts, or grows with zeros. */
void image_resize(struct image *image, int64_t size);

/* Takes over what `from` has in one block, sharing it. */
void image_share_block(struct image *image, const struct image *from, size_t index);

/* Whether the two have the same bytes in a block because they share it. */
int image_shares_block(const struct image *image, const struct image *other, size_t index);

#endif
