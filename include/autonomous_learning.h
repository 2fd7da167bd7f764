/**
 * @file
 * @brief Learning in spiking neural networks, from C, C++ and everything that can call C.
 *
 * Written by `cargo xtask headers` from the sources of `sc-ffi`; not to be edited. docs/c-abi.md has the whole story.
 *
 * Two families of functions:
 *
 * - `al_...`: for new programs. A handle is made through an out-parameter and freed by its `_free`, which takes NULL. What
 *   can fail returns an `al_status`; results are written only if it is `AL_STATUS_OK`, and `al_last_error_message` says
 *   what went wrong. A buffer is followed by its length in elements; NULL with length 0 is an empty buffer.
 * - The names of sc-neurocore's native library (`create_rule`, ...), with their types and meanings, for callers that exist.
 *   They have neither lengths nor statuses. A refusal is NULL, false, 0 or no effect, and its reason is in
 *   `al_last_error_message`.
 *
 * What no function of this library can know, and a caller must see to:
 *
 * - A handle is freed once, and not used afterwards. A copy of the pointer is the same handle.
 * - A handle is used by one thread at a time. Only functions that take it as const may run side by side. Different handles
 *   are independent. Python's ctypes lets other threads run during a call: the interpreter's lock does not help.
 * - Where a function takes no length (the second family), the buffers are as long as its comment says. A shorter one is read
 *   or written beyond its end.
 * - Inputs do not change during a call, and outputs overlap neither them nor each other.
 *
 * The library prints nothing, reads no environment variable, installs no signal handler, and keeps nothing between calls
 * but handles and each thread's message.
 */

#ifndef AUTONOMOUS_LEARNING_H
#define AUTONOMOUS_LEARNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of this header; `al_version_major` and its like give that of the library. */
#define AL_VERSION_MAJOR 0
#define AL_VERSION_MINOR 1
#define AL_VERSION_PATCH 0
#define AL_VERSION_STRING "0.1.0"


/**
 * Weight changes are rounded downwards, as an arithmetic shift does: the specification that hardware and the reference
 * package share. Rewards of mean zero wear the weight down.
 */
#define AL_O1_ROUNDING_FLOOR 0

/**
 * Weight changes are rounded towards zero.
 */
#define AL_O1_ROUNDING_TOWARD_ZERO 1

/**
 * Weight changes are rounded to the nearest integer, halves away from zero: no drift.
 */
#define AL_O1_ROUNDING_NEAREST 2

/**
 * What a decay takes off is rounded down: the specification. Below `2^trace_decay_shift` nothing decays any more.
 */
#define AL_O1_DECAY_FLOOR 0

/**
 * What a decay takes off is rounded up: everything reaches zero.
 */
#define AL_O1_DECAY_CEILING 1

/**
 * One plastic element under the ELIGENT rule, with a time constant of 0.95.
 */
typedef struct al_learner al_learner;

/**
 * Many synapses of one configuration, each with spikes of its own, stepped together: as fast as memory allows, with the
 * results of `al_o1_synapse_step`.
 *
 * One handle must not be used by two threads at once, unless both only call functions that take it as const.
 */
typedef struct al_o1_bank al_o1_bank;

/**
 * All synapses between two groups of neurons, stepped together. Traces belong to the neurons, so a synapse takes half the
 * memory that it takes in a bank; results are those of `al_o1_synapse_step` with the spikes of its two neurons.
 *
 * One handle must not be used by two threads at once, unless both only call functions that take it as const.
 */
typedef struct al_o1_crossbar al_o1_crossbar;

/**
 * A plastic synapse in fixed point: reward-modulated STDP with four integers of state.
 *
 * One handle must not be used by two threads at once, unless both only call functions that take it as const. Different
 * handles are independent.
 */
typedef struct al_o1_synapse al_o1_synapse;

/**
 * One plastic element under one of the four rules.
 */
typedef struct al_rule al_rule;

/**
 * Plastic elements side by side, under one of the four rules.
 */
typedef struct al_rule_layer al_rule_layer;

/**
 * A layer on a GPU. This library makes none.
 */
typedef struct al_wgpu_layer al_wgpu_layer;

/**
 * How a call went: one of the `AL_STATUS_` numbers, 0 for success.
 *
 * A number keeps its meaning for ever; later versions may add others.
 */
typedef int32_t al_status;

/**
 * Widths and shifts of a synapse, and how it rounds. Fill it by `al_o1_config_init`, then change what should differ.
 *
 * Every number is an `int32_t` and is checked when the configuration is used; nothing is cut off on the way.
 */
typedef struct al_o1_config {
    /**
     * `sizeof(al_o1_config)`, written by `al_o1_config_init`: tells the library which version of this struct it reads.
     */
    uint32_t struct_size;
    /**
     * Bits of the weight, 1 to 31; the weight is in `0 .. 2^weight_bits - 1`.
     */
    int32_t weight_bits;
    /**
     * Bits of each trace and, signed, of the eligibility, 2 to 30.
     */
    int32_t trace_bits;
    /**
     * Signed bits of the reward, 1 to 30; rewards beyond saturate.
     */
    int32_t reward_bits;
    /**
     * The weight moves by `reward * eligibility / 2^learning_shift`; 0 to 30.
     */
    int32_t learning_shift;
    /**
     * Traces and eligibility lose `1 / 2^trace_decay_shift` per step, 0 to 30; 0 means no decay.
     */
    int32_t trace_decay_shift;
    /**
     * A trace enters the eligibility divided by `2^pairing_shift`, 0 to 30; 0 is the specification.
     */
    int32_t pairing_shift;
    /**
     * One of `AL_O1_ROUNDING_`.
     */
    int32_t rounding;
    /**
     * One of `AL_O1_DECAY_`.
     */
    int32_t decay;
} al_o1_config;

/**
 * The whole state of a synapse: four numbers, 16 bytes.
 */
typedef struct al_o1_snapshot {
    /**
     * Weight, `0 .. 2^weight_bits - 1`.
     */
    uint32_t weight;
    /**
     * Trace of presynaptic spikes, `0 .. 2^trace_bits - 1`.
     */
    uint32_t pre_trace;
    /**
     * Trace of postsynaptic spikes, `0 .. 2^trace_bits - 1`.
     */
    uint32_t post_trace;
    /**
     * Eligibility, `-2^(trace_bits - 1) .. 2^(trace_bits - 1) - 1`.
     */
    int32_t eligibility;
} al_o1_snapshot;

/**
 * The name of the snapshot in the reference package.
 */
typedef struct al_o1_snapshot OnlineO1SnapshotFFI;

/**
 * The call did what it says.
 */
#define AL_STATUS_OK 0

/**
 * A pointer that must not be NULL was.
 */
#define AL_STATUS_NULL_POINTER 1

/**
 * A number is out of its range, or a pointer is not aligned.
 */
#define AL_STATUS_INVALID_ARGUMENT 2

/**
 * A buffer does not have the length that the handle calls for.
 */
#define AL_STATUS_LENGTH_MISMATCH 3

/**
 * A buffer of the caller is shorter than what should be written to it.
 */
#define AL_STATUS_BUFFER_TOO_SMALL 4

/**
 * There is no memory for a count as large as this.
 */
#define AL_STATUS_OUT_OF_MEMORY 5

/**
 * A saved state is damaged, or belongs to something else.
 */
#define AL_STATUS_INVALID_STATE 6

/**
 * A file could not be read or written.
 */
#define AL_STATUS_IO 7

/**
 * A defect of the library: a panic, stopped at its border. The handle of the call is poisoned.
 */
#define AL_STATUS_PANIC 8

/**
 * An earlier call with this handle ended in a panic. It can be freed, and nothing else.
 */
#define AL_STATUS_POISONED 9

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the loaded library, "major.minor.patch". Static.
 *
 * Compare it with `AL_VERSION_STRING` of the header to find out that the two do not belong together.
 */
const char *al_version_string(void);

/**
 * The major version of the loaded library.
 */
uint32_t al_version_major(void);

/**
 * The minor version of the loaded library.
 */
uint32_t al_version_minor(void);

/**
 * The patch version of the loaded library.
 */
uint32_t al_version_patch(void);

/**
 * A few words on a status, in English. Never NULL, never freed, whatever the number is.
 */
const char *al_status_string(int32_t status);

/**
 * What the latest failed call on this thread had to say: one line in English, with the numbers. Empty before the first.
 *
 * Never NULL. Valid until the next call of this library on the same thread; copy it to keep it. Calls that succeed do not
 * clear it: look at the status first. A function of the bridge, which has no status, leaves its reason here too.
 */
const char *al_last_error_message(void);

/**
 * Fills in the default configuration: 16-bit weight, 12-bit traces, 8-bit reward, both shifts 4, no opt-in mode.
 *
 * `struct_size` is `sizeof(al_o1_config)` as the caller's compiler sees it; the library refuses a size it does not know.
 *
 * @pre `config` is NULL (refused) or has room for `struct_size` bytes.
 */
al_status al_o1_config_init(struct al_o1_config *config,
                            uint32_t struct_size);

/**
 * Makes a synapse without a past. A weight above the largest becomes the largest.
 *
 * On success `*synapse` is a handle to be freed by `al_o1_synapse_free`; on failure it is left alone.
 *
 * @pre `config` is NULL (refused) or was filled by `al_o1_config_init`; `synapse` is NULL (refused) or has room for a pointer.
 */
al_status al_o1_synapse_new(const struct al_o1_config *config,
                            uint32_t initial_weight,
                            struct al_o1_synapse **synapse);

/**
 * Frees a synapse. NULL is fine.
 *
 * @pre `synapse` is NULL, or a handle that is not freed yet and that nobody uses any more.
 */
void al_o1_synapse_free(struct al_o1_synapse *synapse);

/**
 * One time step. `pre_spike` and `post_spike` are true if not 0; a reward beyond its bits counts as the nearest within.
 *
 * The state after the step goes to `after`, unless that is NULL.
 *
 * @pre `synapse` is NULL (refused) or a live handle that no other thread uses meanwhile; `after` is NULL or has room.
 */
al_status al_o1_synapse_step(struct al_o1_synapse *synapse,
                             uint8_t pre_spike,
                             uint8_t post_spike,
                             int32_t reward,
                             struct al_o1_snapshot *after);

/**
 * Forgets the past: traces and eligibility become 0, the weight stays.
 *
 * @pre `synapse` is NULL (refused) or a live handle that no other thread uses meanwhile.
 */
al_status al_o1_synapse_reset(struct al_o1_synapse *synapse);

/**
 * Reads the whole state.
 *
 * @pre `synapse` is NULL (refused) or a live handle that no other thread changes meanwhile; `state` is NULL (refused) or has
 * room.
 */
al_status al_o1_synapse_get_state(const struct al_o1_synapse *synapse,
                                  struct al_o1_snapshot *state);

/**
 * Writes the whole state: the synapse goes on from there, exactly as the one that it was read from.
 *
 * A number that the configuration has no room for is refused with `AL_STATUS_INVALID_STATE`, and nothing changes.
 *
 * @pre `synapse` is NULL (refused) or a live handle that no other thread uses meanwhile; `state` is NULL (refused) or a state.
 */
al_status al_o1_synapse_set_state(struct al_o1_synapse *synapse,
                                  const struct al_o1_snapshot *state);

/**
 * Reads the configuration.
 *
 * @pre `synapse` is NULL (refused) or a live handle that no other thread changes meanwhile; `config` is NULL (refused) or has
 * room for `struct_size` bytes.
 */
al_status al_o1_synapse_get_config(const struct al_o1_synapse *synapse,
                                   struct al_o1_config *config,
                                   uint32_t struct_size);

/**
 * Bits that the synapse remembers, `weight_bits + 3 * trace_bits`, however long a sequence is. 0 for NULL.
 *
 * @pre `synapse` is NULL or a live handle that no other thread changes meanwhile.
 */
uint32_t al_o1_synapse_state_bits(const struct al_o1_synapse *synapse);

/**
 * Makes `n` synapses without a past, stepped by `threads` threads (1 to 1024; 1 is the caller's own). A weight above the
 * largest becomes the largest. Results do not depend on the number of threads.
 *
 * A synapse takes 8 bytes if weight and traces have at most 16 bits, else 16. On success `*bank` is a handle to be freed by
 * `al_o1_bank_free`; on failure it is left alone.
 *
 * @pre `config` is NULL (refused) or was filled by `al_o1_config_init`; `bank` is NULL (refused) or has room for a pointer.
 */
al_status al_o1_bank_new(const struct al_o1_config *config,
                         size_t n,
                         uint32_t initial_weight,
                         size_t threads,
                         struct al_o1_bank **bank);

/**
 * Frees a bank. NULL is fine.
 *
 * @pre `bank` is NULL, or a handle that is not freed yet and that nobody uses any more.
 */
void al_o1_bank_free(struct al_o1_bank *bank);

/**
 * Number of synapses. 0 for NULL.
 *
 * @pre `bank` is NULL or a live handle that no other thread changes meanwhile.
 */
size_t al_o1_bank_len(const struct al_o1_bank *bank);

/**
 * One time step of all synapses under one reward. Spikes are packed, 64 to a word, the first in the lowest bit: as many
 * words as hold a bit per synapse. With a reward of 0 weights are not touched.
 *
 * @pre `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many words as said.
 */
al_status al_o1_bank_step(struct al_o1_bank *bank,
                          const uint64_t *pre,
                          size_t n_pre_words,
                          const uint64_t *post,
                          size_t n_post_words,
                          int32_t reward);

/**
 * The same, with a byte per spike: true if not 0.
 *
 * @pre `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many bytes as said.
 */
al_status al_o1_bank_step_bytes(struct al_o1_bank *bank,
                                const uint8_t *pre,
                                size_t n_pre,
                                const uint8_t *post,
                                size_t n_post,
                                int32_t reward);

/**
 * One time step with a reward per synapse.
 *
 * @pre `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many elements as said.
 */
al_status al_o1_bank_step_each(struct al_o1_bank *bank,
                               const uint64_t *pre,
                               size_t n_pre_words,
                               const uint64_t *post,
                               size_t n_post_words,
                               const int32_t *rewards,
                               size_t n_rewards);

/**
 * `n_steps` time steps, a reward each, under spikes that were recorded before: the words of the first step, then those of
 * the second, and so on. The state passes through memory once, not once per step.
 *
 * @pre `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many elements as said.
 */
al_status al_o1_bank_run(struct al_o1_bank *bank,
                         const uint64_t *pre,
                         size_t n_pre_words,
                         const uint64_t *post,
                         size_t n_post_words,
                         const int32_t *rewards,
                         size_t n_steps);

/**
 * Forgets the past of all synapses: traces and eligibilities become 0, weights stay.
 *
 * @pre `bank` is NULL (refused) or a live handle that no other thread uses meanwhile.
 */
al_status al_o1_bank_reset(struct al_o1_bank *bank);

/**
 * Copies the state of all synapses to `states`, which has room for `n`.
 *
 * @pre `bank` is NULL (refused) or a live handle that no other thread changes meanwhile; `states` has room for `n` states.
 */
al_status al_o1_bank_get_states(const struct al_o1_bank *bank,
                                struct al_o1_snapshot *states,
                                size_t n);

/**
 * Writes the state of all `n` synapses: they go on from there. A number that the configuration has no room for is refused
 * with `AL_STATUS_INVALID_STATE`, and nothing changes.
 *
 * @pre `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; `states` holds `n` states.
 */
al_status al_o1_bank_set_states(struct al_o1_bank *bank,
                                const struct al_o1_snapshot *states,
                                size_t n);

/**
 * Shows the weights where they are: `*n` numbers of `*bytes_per_weight` bytes each (2 or 4, unsigned) at `*weights`.
 *
 * The address stays good, and its numbers current, until the bank is freed; read them while no call changes the bank, and
 * never write them.
 *
 * @pre `bank` is NULL (refused) or a live handle that no other thread changes meanwhile; the other three are NULL (refused) or
 * have room.
 */
al_status al_o1_bank_view_weights(const struct al_o1_bank *bank,
                                  const void **weights,
                                  size_t *bytes_per_weight,
                                  size_t *n);

/**
 * Makes the synapses from `n_pre` to `n_post` neurons, without a past, stepped by `threads` threads (1 to 1024; 1 is the
 * caller's own). A weight above the largest becomes the largest. Results do not depend on the number of threads.
 *
 * A synapse takes 4 bytes if weight and traces have at most 16 bits, else 8. On success `*crossbar` is a handle to be freed
 * by `al_o1_crossbar_free`; on failure it is left alone.
 *
 * @pre `config` is NULL (refused) or was filled by `al_o1_config_init`; `crossbar` is NULL (refused) or has room for a pointer.
 */
al_status al_o1_crossbar_new(const struct al_o1_config *config,
                             size_t n_pre,
                             size_t n_post,
                             uint32_t initial_weight,
                             size_t threads,
                             struct al_o1_crossbar **crossbar);

/**
 * Frees a crossbar. NULL is fine.
 *
 * @pre `crossbar` is NULL, or a handle that is not freed yet and that nobody uses any more.
 */
void al_o1_crossbar_free(struct al_o1_crossbar *crossbar);

/**
 * Number of presynaptic neurons. 0 for NULL.
 *
 * @pre `crossbar` is NULL or a live handle that no other thread changes meanwhile.
 */
size_t al_o1_crossbar_n_pre(const struct al_o1_crossbar *crossbar);

/**
 * Number of postsynaptic neurons. 0 for NULL.
 *
 * @pre `crossbar` is NULL or a live handle that no other thread changes meanwhile.
 */
size_t al_o1_crossbar_n_post(const struct al_o1_crossbar *crossbar);

/**
 * One time step of all synapses under one reward. Spikes are packed, 64 to a word, the first in the lowest bit: as many
 * words as hold a bit per neuron. With a reward of 0 weights are not touched.
 *
 * @pre `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many words as said.
 */
al_status al_o1_crossbar_step(struct al_o1_crossbar *crossbar,
                              const uint64_t *pre,
                              size_t n_pre_words,
                              const uint64_t *post,
                              size_t n_post_words,
                              int32_t reward);

/**
 * The same, with a byte per spike: true if not 0.
 *
 * @pre `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many bytes as said.
 */
al_status al_o1_crossbar_step_bytes(struct al_o1_crossbar *crossbar,
                                    const uint8_t *pre,
                                    size_t n_pre,
                                    const uint8_t *post,
                                    size_t n_post,
                                    int32_t reward);

/**
 * `n_steps` time steps, a reward each, under spikes that were recorded before: the words of the first step, then those of
 * the second, and so on. The state passes through memory once, not once per step.
 *
 * @pre `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many elements as
 * said.
 */
al_status al_o1_crossbar_run(struct al_o1_crossbar *crossbar,
                             const uint64_t *pre,
                             size_t n_pre_words,
                             const uint64_t *post,
                             size_t n_post_words,
                             const int32_t *rewards,
                             size_t n_steps);

/**
 * Forgets the past of all neurons and synapses: traces and eligibilities become 0, weights stay.
 *
 * @pre `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile.
 */
al_status al_o1_crossbar_reset(struct al_o1_crossbar *crossbar);

/**
 * Copies the state of all synapses, `[pre][post]`, to `states`, which has room for `n`; traces are those of their neurons.
 *
 * @pre `crossbar` is NULL (refused) or a live handle that no other thread changes meanwhile; `states` has room for `n` states.
 */
al_status al_o1_crossbar_get_states(const struct al_o1_crossbar *crossbar,
                                    struct al_o1_snapshot *states,
                                    size_t n);

/**
 * Writes the state of all `n` synapses, `[pre][post]`, as `al_o1_crossbar_get_states` gave them: they go on from there,
 * exactly.
 *
 * A number that the configuration has no room for, or two synapses of a neuron that disagree about its trace, are refused
 * with `AL_STATUS_INVALID_STATE`, and nothing changes.
 *
 * @pre `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; `states` holds `n` states.
 */
al_status al_o1_crossbar_set_states(struct al_o1_crossbar *crossbar,
                                    const struct al_o1_snapshot *states,
                                    size_t n);

/**
 * Writes all `n` weights, `[pre][post]`. One above the largest is refused with `AL_STATUS_INVALID_STATE`, and nothing
 * changes.
 *
 * @pre `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; `weights` holds `n` numbers.
 */
al_status al_o1_crossbar_set_weights(struct al_o1_crossbar *crossbar,
                                     const uint32_t *weights,
                                     size_t n);

/**
 * Shows the weights where they are, `[pre][post]`: `*n` numbers of `*bytes_per_weight` bytes each (2 or 4, unsigned) at
 * `*weights`.
 *
 * The address stays good, and its numbers current, until the crossbar is freed; read them while no call changes the
 * crossbar, and never write them.
 *
 * @pre `crossbar` is NULL (refused) or a live handle that no other thread changes meanwhile; the other three are NULL (refused)
 * or have room.
 */
al_status al_o1_crossbar_view_weights(const struct al_o1_crossbar *crossbar,
                                      const void **weights,
                                      size_t *bytes_per_weight,
                                      size_t *n);

/**
 * Makes `n` equal elements; NULL for none, for more than there is memory for, and for what `create_rule` refuses.
 */
struct al_rule_layer *create_rule_layer(size_t n,
                                        uint32_t rule_id,
                                        float weight,
                                        float a,
                                        float b);

/**
 * One time step of length `dt` of all elements. One bad reward, or a bad `dt`, and nothing changes.
 *
 * The library cannot see how long the buffers are: shorter ones are read beyond their end.
 *
 * @pre `layer` is NULL or a live handle that no other thread uses meanwhile; the three buffers are NULL (nothing happens) or
 * hold as many elements as the layer.
 */
void step_rule_layer(struct al_rule_layer *layer,
                     const bool *pre_spikes,
                     const bool *post_spikes,
                     const float *rewards,
                     float dt);

/**
 * One time step with spikes drawn by probability: element `i` draws from a generator seeded with `seed + i`, its
 * presynaptic spike first. A probability outside 0..1, one bad reward or a bad `dt`, and nothing changes.
 *
 * `seed + 1` gives element `i` what `seed` gave element `i + 1`: take seeds that lie far apart.
 *
 * @pre `layer` is NULL or a live handle that no other thread uses meanwhile; the three buffers are NULL (nothing happens) or
 * hold as many elements as the layer.
 */
void step_rule_layer_analog(struct al_rule_layer *layer,
                            const float *pre_probabilities,
                            const float *post_probabilities,
                            const float *rewards,
                            uint64_t seed,
                            float dt);

/**
 * Copies the weights out.
 *
 * @pre `layer` is NULL or a live handle that no other thread changes meanwhile; `weights` is NULL (nothing happens) or has room
 * for as many numbers as the layer has elements.
 */
void get_rule_layer_weights(const struct al_rule_layer *layer,
                            float *weights);

/**
 * Forgets the past of all elements, as `reset_rule`.
 *
 * @pre `layer` is NULL or a live handle that no other thread uses meanwhile.
 */
void reset_rule_layer(struct al_rule_layer *layer);

/**
 * Frees a layer. NULL is fine.
 *
 * @pre `layer` is NULL, or a handle that is not freed yet and that nobody uses any more.
 */
void destroy_rule_layer(struct al_rule_layer *layer);

/**
 * Writes everything that the layer is to a file, version 2: a layer that loads it goes on exactly as this one.
 *
 * The file appears whole or not at all: it is written under another name, synced and renamed. False on failure.
 *
 * @pre `layer` is NULL or a live handle that no other thread changes meanwhile; `path` is NULL or a zero-terminated UTF-8 path.
 */
bool save_rule_layer_batched(const struct al_rule_layer *layer,
                             const char *path);

/**
 * Reads a file of version 1 or 2 into a layer of the same size and rule. False, and nothing changed, if it is damaged, cut
 * short, longer than it says, or of another layer.
 *
 * @pre `layer` is NULL or a live handle that no other thread uses meanwhile; `path` is NULL or a zero-terminated UTF-8 path.
 */
bool load_rule_layer_batched(struct al_rule_layer *layer,
                             const char *path);

/**
 * Bytes that `get_rule_layer_state_mem` writes: version 1, `12 + n * (8 + 4 * k)`. 0 for NULL.
 *
 * @pre `layer` is NULL or a live handle that no other thread changes meanwhile.
 */
size_t get_rule_layer_state_size(const struct al_rule_layer *layer);

/**
 * Writes the state to a buffer of `get_rule_layer_state_size` bytes, version 1, which leaves out parameters, ELIGENT's
 * running sum and BCM's running average (`save_rule_layer_batched` keeps all). False, and nothing written, if a number is
 * not finite.
 *
 * @pre `layer` is NULL or a live handle that no other thread changes meanwhile; `state` is NULL (refused) or has that much room.
 */
bool get_rule_layer_state_mem(const struct al_rule_layer *layer,
                              uint8_t *state);

/**
 * Restores the state from a buffer of version 1 or 2. False, and nothing changed, if it is damaged or of another layer.
 *
 * The library cannot see how long the buffer is. It reads the first 12 bytes, then each record's header before the record,
 * and stops where something does not fit; a buffer that is cut short behind a good beginning is read beyond its end.
 * `set_rule_layer_state_mem_checked` has no such hole.
 *
 * @pre `layer` is NULL or a live handle that no other thread uses meanwhile; `state` is NULL (refused) or holds a whole state.
 */
bool set_rule_layer_state_mem(struct al_rule_layer *layer,
                              const uint8_t *state);

/**
 * Restores the state from `len` bytes of version 1 or 2: all of them and no more. False, and nothing changed, otherwise.
 *
 * @pre `layer` is NULL or a live handle that no other thread uses meanwhile; `state` is NULL (refused) or holds `len` bytes.
 */
bool set_rule_layer_state_mem_checked(struct al_rule_layer *layer,
                                      const uint8_t *state,
                                      size_t len);

/**
 * Makes a learner; NULL for a number that is not finite, a threshold that is not positive, a negative rate or a weight
 * outside 0..1.
 */
struct al_learner *create_learner(float threshold,
                                  float target_rate,
                                  float weight);

/**
 * One time step of length `dt`. The postsynaptic spike, `fired`, comes first. A reward or `dt` that is not finite, or a `dt`
 * that is not positive, changes nothing.
 *
 * @pre `learner` is NULL or a live handle that no other thread uses meanwhile.
 */
void step_learner(struct al_learner *learner,
                  bool fired,
                  bool pre_spike,
                  float reward,
                  float dt);

/**
 * `n` time steps of length `dt`, one after the other. One bad reward, or a bad `dt`, and nothing changes.
 *
 * @pre `learner` is NULL or a live handle that no other thread uses meanwhile; the three buffers are NULL (nothing happens) or
 * hold `n` elements each.
 */
void step_learner_batched(struct al_learner *learner,
                          const bool *fired,
                          const bool *pre_spikes,
                          const float *rewards,
                          size_t n,
                          float dt);

/**
 * Frees a learner. NULL is fine.
 *
 * @pre `learner` is NULL, or a handle that is not freed yet and that nobody uses any more.
 */
void destroy_learner(struct al_learner *learner);

/**
 * Makes a fixed-point synapse; NULL unless the widths are in 1..31, 2..30, 1..30 and both shifts in 0..30.
 *
 * A weight above the largest becomes the largest. The arguments are bytes: what a caller cuts off to make them fit, the
 * library cannot see (272 arrives as 16). `al_o1_synapse_new` has no such hole; the handles are the same, and all
 * functions of that interface work on them.
 */
struct al_o1_synapse *create_online_o1_synapse(uint8_t weight_bits,
                                               uint8_t trace_bits,
                                               uint8_t reward_bits,
                                               uint8_t learning_shift,
                                               uint8_t trace_decay_shift,
                                               uint32_t initial_weight);

/**
 * One time step; returns the state after it, by value. All zeros for NULL.
 *
 * @pre `synapse` is NULL or a live handle that no other thread uses meanwhile.
 */
OnlineO1SnapshotFFI step_online_o1_synapse(struct al_o1_synapse *synapse,
                                           bool pre_spike,
                                           bool post_spike,
                                           int32_t reward);

/**
 * Bits of state, `weight_bits + 3 * trace_bits`. 0 for NULL.
 *
 * @pre `synapse` is NULL or a live handle that no other thread changes meanwhile.
 */
uint32_t online_o1_per_synapse_state_bits(const struct al_o1_synapse *synapse);

/**
 * Frees a synapse. NULL is fine.
 *
 * @pre `synapse` is NULL, or a handle that is not freed yet and that nobody uses any more.
 */
void destroy_online_o1_synapse(struct al_o1_synapse *synapse);

/**
 * Makes one plastic element; NULL for an unknown rule, a number that is not finite, a weight outside 0..1 or a negative
 * parameter.
 *
 * Rules: 0 ELIGENT, 1 STDP, 2 reward-modulated STDP, 3 BCM. What `a` and `b` mean depends on the rule: STDP's amplitude is
 * `max(a, 0.001)` and its `b` is ignored; see `RuleKind` in sc-plasticity for all of them.
 */
struct al_rule *create_rule(uint32_t rule_id,
                            float weight,
                            float a,
                            float b);

/**
 * One time step of length `dt`. A reward or `dt` that is not finite, or a `dt` that is not positive, changes nothing.
 *
 * @pre `rule` is NULL or a live handle that no other thread uses meanwhile.
 */
void step_rule(struct al_rule *rule,
               bool pre_spike,
               bool post_spike,
               float reward,
               float dt);

/**
 * `n` time steps of length `dt`, one after the other. One bad reward, or a bad `dt`, and nothing changes.
 *
 * @pre `rule` is NULL or a live handle that no other thread uses meanwhile; the three buffers are NULL (nothing happens) or hold
 * `n` elements each.
 */
void step_rule_batched(struct al_rule *rule,
                       const bool *pre_spikes,
                       const bool *post_spikes,
                       const float *rewards,
                       size_t n,
                       float dt);

/**
 * The weight. 0 for NULL.
 *
 * @pre `rule` is NULL or a live handle that no other thread changes meanwhile.
 */
float get_rule_weight(const struct al_rule *rule);

/**
 * Forgets the past; the weight stays, and what ELIGENT and BCM adapt by themselves as the reference keeps it.
 *
 * @pre `rule` is NULL or a live handle that no other thread uses meanwhile.
 */
void reset_rule(struct al_rule *rule);

/**
 * Frees an element. NULL is fine.
 *
 * @pre `rule` is NULL, or a handle that is not freed yet and that nobody uses any more.
 */
void destroy_rule(struct al_rule *rule);

/**
 * Always NULL: this library has no GPU path. `create_rule_layer` computes the same rules on the processor.
 */
struct al_wgpu_layer *create_wgpu_layer(size_t n,
                                        uint32_t rule_id,
                                        float a_plus,
                                        float a_minus,
                                        float tau_plus,
                                        float tau_minus,
                                        float tau_eligibility,
                                        float target_sum);

/**
 * Always NULL, as `create_wgpu_layer`.
 */
struct al_wgpu_layer *create_wgpu_layer_with_weight(size_t n,
                                                    uint32_t rule_id,
                                                    float weight,
                                                    float a_plus,
                                                    float a_minus,
                                                    float tau_plus,
                                                    float tau_minus,
                                                    float tau_eligibility,
                                                    float target_sum);

/**
 * Does nothing: there is no GPU layer to step.
 */
void step_wgpu_layer(struct al_wgpu_layer *layer,
                     const float *pre_probabilities,
                     const float *post_probabilities,
                     const float *rewards,
                     float dt);

/**
 * Writes nothing: there is no GPU layer to read.
 */
void get_wgpu_weights(const struct al_wgpu_layer *layer, float *weights);

/**
 * Always false: there is no GPU layer to write.
 */
bool set_wgpu_weights(struct al_wgpu_layer *layer, const float *weights, size_t n);

/**
 * Does nothing: there is no GPU layer to seed.
 */
void set_wgpu_layer_seed(struct al_wgpu_layer *layer, uint32_t seed);

/**
 * Does nothing: there is no GPU layer to reset.
 */
void reset_wgpu_layer(struct al_wgpu_layer *layer);

/**
 * Does nothing: there is no GPU layer to free.
 */
void free_wgpu_layer(struct al_wgpu_layer *layer);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* AUTONOMOUS_LEARNING_H */
