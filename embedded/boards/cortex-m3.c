/* Cortex-M3 after reset: the two vectors that are needed, and semihosting's way out of the emulator. */
#include <stdint.h>

extern uint32_t stack_top[];
int main(void);

__attribute__((noreturn)) static void reset(void) {
    /* SYS_EXIT_EXTENDED with the reason ADP_Stopped_ApplicationExit. */
    const uint32_t exit[2] = {0x20026, (uint32_t)main()};
    register uint32_t operation __asm__("r0") = 0x20;
    register const uint32_t *argument __asm__("r1") = exit;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
    for (;;) {
    }
}

__attribute__((section(".start"), used)) static const void *const vector_table[2] = {stack_top, (const void *)reset};
