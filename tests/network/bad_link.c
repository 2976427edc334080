/* A bad link between two network namespaces: the one that this is started in, and a new one.
 *
 *     bad_link SEED
 *
 * Each side gets a tun device, "bad0", and sees nothing of the other but through this program, which forwards IP
 * packets: TCP at both ends is the kernel's own and sends again what is lost here. It does what the netem discipline of
 * the kernel does, on machines whose kernel was built without that, too. It prints its process id, by whose
 * /proc/ID/ns/net the new namespace is entered, and reads a byte at a time from standard input what the link is like
 * from then on:
 *
 *     c  clear: everything comes through at once
 *     b  bad: one packet in five is lost, the others come 300 ms late, both ways
 *     p  parted: nothing comes through
 *
 * At the end of its input it prints how many packets it carried and lost, and ends; the namespace ends with whoever is
 * left in it. Losses are drawn from the seed; what they hit is the machine's timing. */
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    LOSS_PERCENT = 20,
    DELAY_MS = 300,
    PACKET_SIZE_MAX = 2048, /* More than a tun device's 1,500. */
    QUEUE_COUNT_MAX = 4096, /* Packets under way in one direction; one more is lost. */
};

enum weather { WEATHER_CLEAR, WEATHER_BAD, WEATHER_PARTED };

struct packet {
    int64_t due_ms;
    size_t size;
    unsigned char bytes[PACKET_SIZE_MAX];
};

/* One direction: packets come out in the order in which they went in. */
struct lane {
    int from, to;
    size_t first, count;
    struct packet packets[QUEUE_COUNT_MAX];
};

static struct lane lanes[2];
static enum weather weather;
static uint64_t random_state;
static int64_t carried_count, lost_count;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "bad_link: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Knuth's linear congruential generator; the high bits are the good ones. */
static bool is_lost(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (random_state >> 33) % 100 < LOSS_PERCENT;
}

/* A tun device of the namespace that this process is in now. */
static int open_device(void)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (device < 0) {
        fail("/dev/net/tun");
    }
    snprintf(request.ifr_name, sizeof request.ifr_name, "bad0");
    if (ioctl(device, TUNSETIFF, &request) != 0) {
        fail("A tun device cannot be made");
    }
    return device;
}

/* Takes what has come in at one end; what is lost is lost here. */
static void take(struct lane *lane)
{
    unsigned char spare[PACKET_SIZE_MAX];
    for (;;) {
        struct packet *packet = &lane->packets[(lane->first + lane->count) % QUEUE_COUNT_MAX];
        bool is_full = lane->count == QUEUE_COUNT_MAX;
        ssize_t size = read(lane->from, is_full ? spare : packet->bytes, PACKET_SIZE_MAX);
        if (size <= 0) {
            return;
        }
        if (is_full || weather == WEATHER_PARTED || (weather == WEATHER_BAD && is_lost())) {
            lost_count++;
            continue;
        }
        packet->size = (size_t)size;
        packet->due_ms = now_ms() + (weather == WEATHER_BAD ? DELAY_MS : 0);
        lane->count++;
    }
}

/* Hands over what is due. A device refuses packets while it is down: they are lost like any other. */
static void hand_over(struct lane *lane)
{
    while (lane->count > 0 && lane->packets[lane->first].due_ms <= now_ms()) {
        const struct packet *packet = &lane->packets[lane->first];
        bool is_carried =
            weather != WEATHER_PARTED && write(lane->to, packet->bytes, packet->size) == (ssize_t)packet->size;
        *(is_carried ? &carried_count : &lost_count) += 1;
        lane->first = (lane->first + 1) % QUEUE_COUNT_MAX;
        lane->count--;
    }
}

/* How long nothing is due; -1: nothing is under way. */
static int rest_ms(void)
{
    int64_t rest = -1;
    for (size_t i = 0; i < 2; i++) {
        const struct lane *lane = &lanes[i];
        if (lane->count > 0) {
            int64_t left = lane->packets[lane->first].due_ms - now_ms();
            left = left < 0 ? 0 : left;
            rest = rest < 0 || left < rest ? left : rest;
        }
    }
    return (int)rest;
}

/* Reads what the link is to be like; false at the end of the input. */
static bool hear(void)
{
    char wanted;
    if (read(STDIN_FILENO, &wanted, 1) != 1) {
        return false;
    }
    weather = wanted == 'b' ? WEATHER_BAD : wanted == 'p' ? WEATHER_PARTED : WEATHER_CLEAR;
    return true;
}

int main(int argc, char **argv)
{
    int64_t seed;
    if (argc != 2 || !ic_str_to_int64(ic_str_from(argv[1]), &seed)) {
        fprintf(stderr, "usage: bad_link SEED\n");
        return 2;
    }
    random_state = (uint64_t)seed;
    int here = open_device();
    if (unshare(CLONE_NEWNET) != 0) {
        fail("A network namespace cannot be made");
    }
    int there = open_device();
    lanes[0].from = lanes[1].to = here;
    lanes[1].from = lanes[0].to = there;
    printf("%d\n", (int)getpid());
    fflush(stdout);
    struct pollfd ends[] = {
        {.fd = here, .events = POLLIN}, {.fd = there, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    for (;;) {
        if (poll(ends, sizeof ends / sizeof ends[0], rest_ms()) < 0 && errno != EINTR) {
            fail("poll");
        }
        if (ends[2].revents && !hear()) {
            break;
        }
        for (size_t i = 0; i < 2; i++) {
            if (ends[i].revents & POLLIN) {
                take(&lanes[i]);
            }
            hand_over(&lanes[i]);
        }
    }
    printf("carried %lld, lost %lld\n", (long long)carried_count, (long long)lost_count);
    return 0;
}
