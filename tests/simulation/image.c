#include "image.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct image_block {
    int references;
    unsigned char bytes[IMAGE_BLOCK_SIZE];
};

static void *need(void *memory)
{
    if (!memory) {
        abort();
    }
    return memory;
}

static void drop(struct image_block *block)
{
    if (block && --block->references == 0) {
        free(block);
    }
}

static struct image_block *block_at(const struct image *image, size_t index)
{
    return index < image->block_count ? image->blocks[index] : NULL;
}

static void need_blocks(struct image *image, size_t count)
{
    if (count <= image->block_count) {
        return;
    }
    size_t room = count + count / 2;
    image->blocks = need(realloc(image->blocks, room * sizeof(struct image_block *)));
    memset(image->blocks + image->block_count, 0, (room - image->block_count) * sizeof(struct image_block *));
    image->block_count = room;
}

/* The block, this image's alone. */
static struct image_block *own_block(struct image *image, size_t index)
{
    need_blocks(image, index + 1);
    struct image_block *block = image->blocks[index];
    if (block && block->references == 1) {
        return block;
    }
    struct image_block *own = need(calloc(1, sizeof *own));
    own->references = 1;
    if (block) {
        memcpy(own->bytes, block->bytes, sizeof own->bytes);
        drop(block);
    }
    image->blocks[index] = own;
    return own;
}

void image_release(struct image *image)
{
    for (size_t i = 0; i < image->block_count; i++) {
        drop(image->blocks[i]);
    }
    free(image->blocks);
    *image = (struct image){0};
}

void image_copy(struct image *image, const struct image *from)
{
    image_release(image);
    need_blocks(image, from->block_count);
    for (size_t i = 0; i < from->block_count; i++) {
        image_share_block(image, from, i);
    }
    image->size = from->size;
}

size_t image_read(const struct image *image, int64_t at, void *bytes, size_t size)
{
    size_t there = at >= image->size ? 0 : size;
    if (there > 0 && (int64_t)there > image->size - at) {
        there = (size_t)(image->size - at);
    }
    unsigned char *to = bytes;
    memset(to + there, 0, size - there);
    for (size_t done = 0; done < there;) {
        size_t index = (size_t)(at + (int64_t)done) / IMAGE_BLOCK_SIZE;
        size_t offset = (size_t)(at + (int64_t)done) % IMAGE_BLOCK_SIZE;
        size_t piece = IMAGE_BLOCK_SIZE - offset < there - done ? IMAGE_BLOCK_SIZE - offset : there - done;
        const struct image_block *block = block_at(image, index);
        if (block) {
            memcpy(to + done, block->bytes + offset, piece);
        } else {
            memset(to + done, 0, piece);
        }
        done += piece;
    }
    return there;
}

void image_write(struct image *image, int64_t at, const void *bytes, size_t size)
{
    const unsigned char *from = bytes;
    for (size_t done = 0; done < size;) {
        size_t index = (size_t)(at + (int64_t)done) / IMAGE_BLOCK_SIZE;
        size_t offset = (size_t)(at + (int64_t)done) % IMAGE_BLOCK_SIZE;
        size_t piece = IMAGE_BLOCK_SIZE - offset < size - done ? IMAGE_BLOCK_SIZE - offset : size - done;
        memcpy(own_block(image, index)->bytes + offset, from + done, piece);
        done += piece;
    }
    if (image->size < at + (int64_t)size) {
        image->size = at + (int64_t)size;
    }
}

void image_resize(struct image *image, int64_t size)
{
    if (size < image->size) {
        /* What is cut off is zero when the image grows again. */
        size_t first = (size_t)((size + IMAGE_BLOCK_SIZE - 1) / IMAGE_BLOCK_SIZE);
        for (size_t i = first; i < image->block_count; i++) {
            drop(image->blocks[i]);
            image->blocks[i] = NULL;
        }
        size_t offset = (size_t)(size % IMAGE_BLOCK_SIZE);
        if (offset > 0 && block_at(image, first - 1)) {
            memset(own_block(image, first - 1)->bytes + offset, 0, IMAGE_BLOCK_SIZE - offset);
        }
    }
    image->size = size;
}

void image_share_block(struct image *image, const struct image *from, size_t index)
{
    struct image_block *block = block_at(from, index);
    need_blocks(image, index + 1);
    if (block) {
        block->references++;
    }
    drop(image->blocks[index]);
    image->blocks[index] = block;
}

int image_shares_block(const struct image *image, const struct image *other, size_t index)
{
    return block_at(image, index) == block_at(other, index);
}
