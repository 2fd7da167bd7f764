/* A defect inside the library comes back as a status, and spoils one handle only. Needs a library built with the feature
 * `test-panic`, whose only purpose this is. */
#include "check.h"

/* Fails inside: with a message (0), or with a payload whose destructor fails too (else). In no header. */
al_status al_test_panic(al_o1_synapse *synapse, int32_t kind);

int main(void) {
    al_o1_config config = default_config();
    al_o1_snapshot state = {1, 2, 3, 4};
    for (int32_t kind = 0; kind < 2; kind++) {
        al_o1_synapse *synapse = NULL, *other = NULL;
        OK(al_o1_synapse_new(&config, 5, &synapse));
        OK(al_o1_synapse_new(&config, 5, &other));
        CHECK(al_test_panic(synapse, kind) == AL_STATUS_PANIC);
        CHECK(kind != 0 || strstr(al_last_error_message(), "on purpose") != NULL);
        CHECK(strlen(al_last_error_message()) > 0);
        REFUSED(al_o1_synapse_step(synapse, 1, 1, 1, &state), AL_STATUS_POISONED, "panic");
        CHECK(al_o1_synapse_get_state(synapse, &state) == AL_STATUS_POISONED);
        CHECK(al_o1_synapse_set_state(synapse, &state) == AL_STATUS_POISONED);
        CHECK(al_o1_synapse_get_config(synapse, &config, sizeof config) == AL_STATUS_POISONED);
        CHECK(al_o1_synapse_reset(synapse) == AL_STATUS_POISONED);
        CHECK(al_test_panic(synapse, kind) == AL_STATUS_POISONED);
        CHECK(al_o1_synapse_state_bits(synapse) == 0);
        al_o1_snapshot zero = {0, 0, 0, 0}, by_value = step_online_o1_synapse(synapse, true, true, 1);
        CHECK(same_state(&by_value, &zero));
        CHECK(state.weight == 1 && state.pre_trace == 2 && state.post_trace == 3 && state.eligibility == 4);
        OK(al_o1_synapse_step(other, 1, 1, 1, NULL));
        al_o1_synapse_free(synapse);
        al_o1_synapse_free(other);
    }
    REFUSED(al_test_panic(NULL, 0), AL_STATUS_NULL_POINTER, "handle");
    puts("a panic inside is a status outside");
    return 0;
}
