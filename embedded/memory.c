/* The four functions that compilers, C's and Rust's, expect even where there is no operating system. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
    for (size_t k = 0; k < n; k++) {
        ((uint8_t *)to)[k] = ((const uint8_t *)from)[k];
    }
    return to;
}

void *memmove(void *to, const void *from, size_t n) {
    if ((uintptr_t)to < (uintptr_t)from) {
        return memcpy(to, from, n);
    }
    while (n-- > 0) {
        ((uint8_t *)to)[n] = ((const uint8_t *)from)[n];
    }
    return to;
}

void *memset(void *to, int byte, size_t n) {
    for (size_t k = 0; k < n; k++) {
        ((uint8_t *)to)[k] = (uint8_t)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t n) {
    for (size_t k = 0; k < n; k++) {
        const int difference = ((const uint8_t *)a)[k] - ((const uint8_t *)b)[k];
        if (difference != 0) {
            return difference;
        }
    }
    return 0;
}

#ifdef __ARM_EABI__
/* The names that Rust calls them by on Arm, for places aligned to 1, 4 and 8 bytes. */
#define ALIGNED(ALIGNMENT)                                                                                             \
    void __aeabi_memcpy##ALIGNMENT(void *to, const void *from, size_t n) {                                             \
        memcpy(to, from, n);                                                                                           \
    }                                                                                                                  \
    void __aeabi_memmove##ALIGNMENT(void *to, const void *from, size_t n) {                                            \
        memmove(to, from, n);                                                                                          \
    }                                                                                                                  \
    void __aeabi_memset##ALIGNMENT(void *to, size_t n, int byte) {                                                     \
        memset(to, byte, n);                                                                                           \
    }                                                                                                                  \
    void __aeabi_memclr##ALIGNMENT(void *to, size_t n) {                                                               \
        memset(to, 0, n);                                                                                              \
    }
ALIGNED()
ALIGNED(4)
ALIGNED(8)
#endif
