/* What entry.rs exports, as C sees it. */
#ifndef ENTRY_H
#define ENTRY_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t opaque[6];
} o1_synapse;

typedef struct {
    uint16_t opaque[4];
} o1_synapse16;

typedef struct {
    uint32_t weight, pre_trace, post_trace;
    int32_t eligibility;
} o1_state;

/* Bits of weight, traces and reward; learning, decay and pairing shift; rounding and decay by their position. */
typedef uint8_t o1_parameters[8];

/* A state in its bits; or the spikes of a bank, one bit per synapse, the first in the lowest. */
typedef uint64_t o1_bits[2];

bool o1_new(o1_synapse *place, const o1_parameters *parameters, uint32_t weight);
bool o1_restore(o1_synapse *place, const o1_parameters *parameters, const o1_state *state);
bool o1_from_bits(o1_synapse *place, const o1_parameters *parameters, const o1_bits *bits);
void o1_to_bits(const o1_synapse *synapse, o1_bits *bits);
void o1_snapshot(const o1_synapse *synapse, o1_state *state);
void o1_step(o1_synapse *synapse, bool pre, bool post, int32_t reward);

/* Weight 16, traces 12 and reward 8 bits wide, both shifts 4. */
void o1_new16(o1_synapse16 *place, uint16_t weight);
void o1_snapshot16(const o1_synapse16 *synapse, o1_state *state);
void o1_step16(o1_synapse16 *synapse, bool pre, bool post, int32_t reward);

/* Room for a bank of up to 80 synapses, or a crossbar of as many. */
#define O1_ROOM 80

typedef struct {
    uint16_t weights[O1_ROOM], pre_traces[O1_ROOM], post_traces[O1_ROOM];
    int16_t eligibilities[O1_ROOM];
} o1_arrays16;

typedef struct {
    uint32_t weights[O1_ROOM], pre_traces[O1_ROOM], post_traces[O1_ROOM];
    int32_t eligibilities[O1_ROOM];
} o1_arrays32;

/* One byte per neuron. */
typedef uint8_t o1_bytes[O1_ROOM];

bool o1_bank_step16(o1_arrays16 *, uintptr_t n, const o1_parameters *, const o1_bits *pre, const o1_bits *post,
                    int32_t reward);
bool o1_bank_step32(o1_arrays32 *, uintptr_t n, const o1_parameters *, const o1_bits *pre, const o1_bits *post,
                    int32_t reward);
bool o1_crossbar_step16(o1_arrays16 *, uintptr_t n_pre, uintptr_t n_post, const o1_parameters *, const o1_bytes *pre,
                        const o1_bytes *post, int32_t reward);
bool o1_crossbar_step32(o1_arrays32 *, uintptr_t n_pre, uintptr_t n_post, const o1_parameters *, const o1_bytes *pre,
                        const o1_bytes *post, int32_t reward);

#endif
