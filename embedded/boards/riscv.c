/* RISC-V `virt` after reset: a stack, and the test device that ends the emulator. */
#include <stdint.h>

int main(void);

__attribute__((noreturn, used)) static void run(void) {
    volatile uint32_t *const finisher = (volatile uint32_t *)0x100000;
    const uint32_t code = (uint32_t)main();
    *finisher = code == 0 ? 0x5555 : code << 16 | 0x3333;
    for (;;) {
    }
}

__attribute__((section(".start"), naked, used)) void _start(void) {
    __asm__ volatile("la sp, stack_top\n\tj run");
}
