/* Steps synapses through recorded spikes and rewards, and holds every state against the recorded one.
 *
 * The same program runs on every target. `VECTORS` names a file of comma-separated numbers, made by the example
 * `vectors` of sc-online-o1: how many cases; then for each its 8 parameters, its first weight and how many steps; then
 * for each step pre, post, reward, and the state after it. A case whose widths are those of the 16-bit form steps that
 * form too, and so do a bank and a crossbar whose synapses all see these spikes. (Not where single steps are to be
 * counted and `ONLY_SINGLE` is defined: a bank takes many instructions.) Returns 0 if all agrees, else 1. */
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
    o1_bits bits;
    o1_snapshot(synapse, &state);
    o1_to_bits(synapse, &bits);
    if (!o1_from_bits(&again, parameters, (const o1_bits *)&bits)) {
        return false;
    }
    o1_snapshot(&again, &read);
    if (!same(&read, &state) || !o1_restore(&again, parameters, &state)) {
        return false;
    }
    o1_snapshot(&again, &read);
    return same(&read, &state);
}

enum { BANK = 65, ROWS = 3, COLUMNS = 5 };

#define OF_MANY(BITS)                                                                                                  \
    typedef struct {                                                                                                   \
        o1_arrays##BITS bank, crossbar;                                                                                \
    } many##BITS;                                                                                                      \
                                                                                                                       \
    static void begin##BITS(many##BITS *many, uint32_t weight) {                                                       \
        for (int k = 0; k < O1_ROOM; k++) {                                                                            \
            many->bank.weights[k] = (uint##BITS##_t)weight;                                                            \
            many->bank.pre_traces[k] = many->bank.post_traces[k] = 0;                                                  \
            many->bank.eligibilities[k] = 0;                                                                           \
        }                                                                                                              \
        many->crossbar = many->bank;                                                                                   \
    }                                                                                                                  \
                                                                                                                       \
    static bool step##BITS(many##BITS *many, const o1_parameters *parameters, bool pre, bool post, int32_t reward,     \
                           const o1_state *expected) {                                                                 \
        const uint64_t pre_word = pre ? ~(uint64_t)0 : 0, post_word = post ? ~(uint64_t)0 : 0;                         \
        const o1_bits pre_bits = {pre_word, pre_word}, post_bits = {post_word, post_word};                             \
        o1_bytes pre_bytes, post_bytes;                                                                                \
        for (int k = 0; k < O1_ROOM; k++) {                                                                            \
            pre_bytes[k] = pre;                                                                                        \
            post_bytes[k] = post;                                                                                      \
        }                                                                                                              \
        bool agree = o1_bank_step##BITS(&many->bank, BANK, parameters, &pre_bits,                                      \
                                        &post_bits, reward) &&                                                         \
                     o1_crossbar_step##BITS(&many->crossbar, ROWS, COLUMNS, parameters, (const o1_bytes *)&pre_bytes,  \
                                            (const o1_bytes *)&post_bytes, reward);                                    \
        for (int k = 0; k < BANK; k++) {                                                                               \
            const o1_state state = {many->bank.weights[k], many->bank.pre_traces[k], many->bank.post_traces[k],        \
                                    many->bank.eligibilities[k]};                                                      \
            agree = agree && same(&state, expected);                                                                   \
        }                                                                                                              \
        for (int k = 0; k < ROWS * COLUMNS; k++) {                                                                     \
            const o1_state state = {many->crossbar.weights[k], many->crossbar.pre_traces[k / COLUMNS],                 \
                                    many->crossbar.post_traces[k % COLUMNS], many->crossbar.eligibilities[k]};         \
            agree = agree && same(&state, expected);                                                                   \
        }                                                                                                              \
        return agree;                                                                                                  \
    }

#ifndef ONLY_SINGLE
OF_MANY(16)
OF_MANY(32)
#endif

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
#ifndef ONLY_SINGLE
        many16 narrow_many;
        many32 many;
        o1_state fresh;
        const bool is_narrow = parameters[0] <= 16 && parameters[1] <= 16;
        o1_snapshot(&synapse, &fresh);
        begin16(&narrow_many, fresh.weight);
        begin32(&many, fresh.weight);
#endif
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
#ifndef ONLY_SINGLE
            const o1_parameters *const form = (const o1_parameters *)&parameters;
            if (!step32(&many, form, pre, post, next[2], &expected) ||
                (is_narrow && !step16(&narrow_many, form, pre, post, next[2], &expected))) {
                return 1;
            }
#endif
        }
        if (!survives(&synapse, (const o1_parameters *)&parameters)) {
            return 1;
        }
    }
    return next == vectors + sizeof vectors / sizeof *vectors ? 0 : 1;
}
