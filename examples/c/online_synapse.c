/* A synapse that learns, online and in fixed point, which of its neighbours' spikes pay.
 *
 * 64 inputs spike at random onto one output. Inputs 0 to 3 drive it; there is a reward when the output spikes after one of
 * them, and a penalty when it spikes without. A bank of 64 synapses, 52 bits each, finds the four. From the root of the
 * workspace:
 *
 *     cargo build --release -p sc-ffi
 *     cc -Iinclude examples/c/online_synapse.c -o target/online_synapse \
 *         -Ltarget/release -lautonomous_learning -Wl,-rpath,"$PWD/target/release"
 *     target/online_synapse
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "autonomous_learning.h"

enum { INPUTS = 64, DRIVING = 4, STEPS = 5000 };

/* Every call that can fail says so, and why. */
static void check(al_status status) {
    if (status != AL_STATUS_OK) {
        fprintf(stderr, "%s: %s\n", al_status_string(status), al_last_error_message());
        exit(1);
    }
}

/* xorshift64: the same numbers everywhere. */
static uint64_t random_bits(void) {
    static uint64_t state = 42;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

int main(void) {
    al_o1_config config;
    al_o1_bank *bank = NULL;
    check(al_o1_config_init(&config, sizeof config));
    /* The specification rounds everything down: weights wear, and eligibilities never quite end. These two modes cure it. */
    config.rounding = AL_O1_ROUNDING_NEAREST;
    config.decay = AL_O1_DECAY_CEILING;
    /* Traces fade within a few steps, and a reward moves a weight by little. */
    config.trace_decay_shift = 1;
    config.learning_shift = 9;
    check(al_o1_bank_new(&config, INPUTS, 1u << 15, 1, &bank));

    uint64_t before = 0;
    for (int step = 0; step < STEPS; step++) {
        /* Bit k is input k; each spikes in one step of sixteen. */
        const uint64_t inputs = random_bits() & random_bits() & random_bits() & random_bits();
        const int driven = (before & ((1u << DRIVING) - 1)) != 0;
        const int noise = random_bits() % 4 == 0;
        /* The output goes to all 64 synapses. */
        const uint64_t output = driven || noise ? UINT64_MAX : 0;
        /* On average nothing, so that what is only there by chance does not gain. */
        const int32_t reward = output == 0 ? 0 : driven ? 40 : -48;
        check(al_o1_bank_step(bank, &inputs, 1, &output, 1, reward));
        before = inputs;
    }

    al_o1_snapshot states[INPUTS];
    check(al_o1_bank_get_states(bank, states, INPUTS));
    uint64_t driving = 0, others = 0;
    for (int k = 0; k < INPUTS; k++) {
        *(k < DRIVING ? &driving : &others) += states[k].weight;
    }
    al_o1_bank_free(bank);
    printf("%d steps of %d synapses; weights are 0 to 65535\n", STEPS, INPUTS);
    printf("result: driving=%" PRIu64 " others=%" PRIu64 "\n", driving / DRIVING, others / (INPUTS - DRIVING));
    return 0;
}
