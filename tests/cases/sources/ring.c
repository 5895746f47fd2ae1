#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING_SIZE 16
#define IS_QUOTE(c) ((c) == '"' || (c) == '\'')

struct ring {
    int rows[RING_SIZE];
    size_t first;
    size_t count;
};

/* Adds a row; the oldest one goes if there is no room. */
static int ring_put(struct ring *ring, int row)
{
    size_t at;

    if (ring == NULL) {
        return -1;
    }
    at = (ring->first + ring->count) % RING_SIZE;
    ring->rows[at] = row;
    if (ring->count < RING_SIZE) {
        ring->count++;
    } else {
        ring->first = (ring->first + 1) % RING_SIZE;
    }
    return 0;
}

static long ring_sum(const struct ring *ring)
{
    long sum = 0;

    for (size_t i = 0; i < ring->count; i++) {
        sum += ring->rows[(ring->first + i) % RING_SIZE];
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct ring ring = {.first = 0, .count = 0};

    for (int i = 1; i < argc; i++) {
        if (strchr(argv[i], '{') != NULL)
            continue;
        switch (argv[i][0]) {
        case '-':
            ring_put(&ring, -atoi(argv[i] + 1));
            break;
        default:
            ring_put(&ring, atoi(argv[i]));
        }
    }
    printf("%ld\n", ring_sum(&ring));
    return EXIT_SUCCESS;
}
