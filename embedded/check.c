/* Steps synapses through recorded spikes and rewards, and holds every state against the recorded one.
 *
 * The same program runs on every target. `VECTORS` names a file of comma-separated numbers, made by the example
 * `vectors` of sc-online-o1: how many cases; then for each its 8 parameters, its first weight and how many steps; then
 * for each step pre, post, reward, and the state after it. A case whose widths are those of the 16-bit form steps that
 * form too. Returns 0 if all agrees, else 1. */
#include "entry.h"

static const int32_t vectors[] = {
#include VECTORS
};

static const o1_parameters fixed = {16, 12, 8, 4, 4, 0, 0, 0};

static bool same(const o1_state *a, const o1_state *b) {
    return a->weight == b->weight && a->pre_trace == b->pre_trace && a->post_trace == b->post_trace &&
           a->eligibility == b->eligibility;
}

/* The state goes through its bits and through a snapshot unchanged. */
static bool survives(const o1_synapse *synapse, const o1_parameters *parameters) {
    o1_synapse again;
    o1_state state, read;
    uint64_t bits[2];
    o1_snapshot(synapse, &state);
    o1_to_bits(synapse, &bits);
    if (!o1_from_bits(&again, parameters, (const uint64_t(*)[2])&bits)) {
        return false;
    }
    o1_snapshot(&again, &read);
    if (!same(&read, &state) || !o1_restore(&again, parameters, &state)) {
        return false;
    }
    o1_snapshot(&again, &read);
    return same(&read, &state);
}

int main(void) {
    const int32_t *next = vectors;
    for (int32_t n_cases = *next++; n_cases > 0; n_cases--) {
        o1_synapse synapse;
        o1_synapse16 narrow;
        o1_parameters parameters;
        bool is_fixed = true;
        for (int k = 0; k < 8; k++) {
            parameters[k] = (uint8_t)*next++;
            is_fixed = is_fixed && parameters[k] == fixed[k];
        }
        const int32_t weight = *next++;
        if (!o1_new(&synapse, (const o1_parameters *)&parameters, (uint32_t)weight)) {
            return 1;
        }
        if (is_fixed) {
            o1_new16(&narrow, weight < 0xffff ? (uint16_t)weight : 0xffff);
        }
        for (int32_t n_steps = *next++; n_steps > 0; n_steps--, next += 7) {
            const bool pre = next[0] != 0, post = next[1] != 0;
            const o1_state expected = {(uint32_t)next[3], (uint32_t)next[4], (uint32_t)next[5], next[6]};
            o1_state state;
            o1_step(&synapse, pre, post, next[2]);
            o1_snapshot(&synapse, &state);
            if (!same(&state, &expected)) {
                return 1;
            }
            if (is_fixed) {
                o1_step16(&narrow, pre, post, next[2]);
                o1_snapshot16(&narrow, &state);
                if (!same(&state, &expected)) {
                    return 1;
                }
            }
        }
        if (!survives(&synapse, (const o1_parameters *)&parameters)) {
            return 1;
        }
    }
    return next == vectors + sizeof vectors / sizeof *vectors ? 0 : 1;
}
