/* The functions of the bridge from C: every pointer NULL, bad numbers, damaged files and buffers, and one right use each.
 *
 * What the rules compute is drop_in.py's business, and the Rust tests'. */
#include <math.h>

#include "check.h"

enum { ELIGENT, STDP, REWARD_STDP, BCM, RULES };
enum { N = 5 };

static void null_everywhere(void) {
    bool spikes[N] = {true};
    float numbers[N] = {0.5F};
    uint8_t bytes[64] = {0};
    step_rule(NULL, true, true, 1.0F, 1.0F);
    step_rule_batched(NULL, spikes, spikes, numbers, N, 1.0F);
    CHECK(get_rule_weight(NULL) == 0.0F);
    reset_rule(NULL);
    destroy_rule(NULL);
    step_learner(NULL, true, true, 1.0F, 1.0F);
    step_learner_batched(NULL, spikes, spikes, numbers, N, 1.0F);
    destroy_learner(NULL);
    step_rule_layer(NULL, spikes, spikes, numbers, 1.0F);
    step_rule_layer_analog(NULL, numbers, numbers, numbers, 1, 1.0F);
    get_rule_layer_weights(NULL, numbers);
    reset_rule_layer(NULL);
    destroy_rule_layer(NULL);
    CHECK(!save_rule_layer_batched(NULL, "never.bin") && !load_rule_layer_batched(NULL, "never.bin"));
    CHECK(get_rule_layer_state_size(NULL) == 0 && !get_rule_layer_state_mem(NULL, bytes));
    CHECK(!set_rule_layer_state_mem(NULL, bytes) && !set_rule_layer_state_mem_checked(NULL, bytes, sizeof bytes));
    al_o1_snapshot zero = {0, 0, 0, 0}, state = step_online_o1_synapse(NULL, true, true, 1);
    CHECK(same_state(&state, &zero) && online_o1_per_synapse_state_bits(NULL) == 0);
    destroy_online_o1_synapse(NULL);
    CHECK(create_wgpu_layer(N, STDP, 0, 0, 20, 20, 20, 1) == NULL);
    CHECK(create_wgpu_layer_with_weight(N, STDP, 0.5F, 0, 0, 20, 20, 20, 1) == NULL);
    CHECK(strlen(al_last_error_message()) > 0);
    step_wgpu_layer(NULL, numbers, numbers, numbers, 1.0F);
    get_wgpu_weights(NULL, numbers);
    CHECK(!set_wgpu_weights(NULL, numbers, N));
    set_wgpu_layer_seed(NULL, 1);
    reset_wgpu_layer(NULL);
    free_wgpu_layer(NULL);
    CHECK(numbers[0] == 0.5F && bytes[0] == 0);
}

/* A live handle, and NULL for each buffer in its turn. */
static void null_buffers(uint32_t rule_id) {
    bool spikes[N] = {true, true, true, true, true};
    float numbers[N] = {0.5F, 0.5F, 0.5F, 0.5F, 0.5F}, before[N], after[N];
    void *rule = create_rule(rule_id, 0.4F, 0.01F, 20.0F), *learner = create_learner(1.0F, 0.1F, 0.4F);
    void *layer = create_rule_layer(N, rule_id, 0.4F, 0.01F, 20.0F);
    CHECK(rule != NULL && learner != NULL && layer != NULL);
    get_rule_layer_weights(layer, before);
    step_rule_batched(rule, NULL, spikes, numbers, N, 1.0F);
    step_rule_batched(rule, spikes, NULL, numbers, N, 1.0F);
    step_rule_batched(rule, spikes, spikes, NULL, N, 1.0F);
    step_rule_batched(rule, NULL, NULL, NULL, 0, 1.0F);
    CHECK(get_rule_weight(rule) == 0.4F);
    step_learner_batched(learner, NULL, spikes, numbers, N, 1.0F);
    step_learner_batched(learner, spikes, NULL, numbers, N, 1.0F);
    step_learner_batched(learner, spikes, spikes, NULL, N, 1.0F);
    step_rule_layer(layer, NULL, spikes, numbers, 1.0F);
    step_rule_layer(layer, spikes, NULL, numbers, 1.0F);
    step_rule_layer(layer, spikes, spikes, NULL, 1.0F);
    step_rule_layer_analog(layer, NULL, numbers, numbers, 1, 1.0F);
    step_rule_layer_analog(layer, numbers, NULL, numbers, 1, 1.0F);
    step_rule_layer_analog(layer, numbers, numbers, NULL, 1, 1.0F);
    get_rule_layer_weights(layer, NULL);
    CHECK(!save_rule_layer_batched(layer, NULL) && !load_rule_layer_batched(layer, NULL));
    CHECK(!get_rule_layer_state_mem(layer, NULL) && !set_rule_layer_state_mem(layer, NULL));
    CHECK(!set_rule_layer_state_mem_checked(layer, NULL, get_rule_layer_state_size(layer)));
    get_rule_layer_weights(layer, after);
    CHECK(memcmp(before, after, sizeof before) == 0);
    destroy_rule(rule);
    destroy_learner(learner);
    destroy_rule_layer(layer);
}

static void bad_numbers(uint32_t rule_id) {
    static const float bad[] = {NAN, INFINITY, -INFINITY, -0.1F, 1.5F};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        CHECK(create_rule(rule_id, bad[k], 0.01F, 0.01F) == NULL);
        CHECK(create_rule_layer(N, rule_id, bad[k], 0.01F, 0.01F) == NULL);
        CHECK(k == 4 || create_rule(rule_id, 0.5F, bad[k], 0.01F) == NULL);
        CHECK(k == 4 || create_rule(rule_id, 0.5F, 0.01F, bad[k]) == NULL);
        CHECK(k == 4 || create_learner(bad[k], 0.1F, 0.5F) == NULL);
        CHECK(k == 4 || create_learner(1.0F, bad[k], 0.5F) == NULL);
    }
    CHECK(create_rule(RULES, 0.5F, 0.01F, 0.01F) == NULL && create_rule(UINT32_MAX, 0.5F, 0.01F, 0.01F) == NULL);
    static const size_t absurd[] = {0, (size_t)1 << 62, (size_t)1 << 63, SIZE_MAX};
    for (size_t k = 0; k < sizeof absurd / sizeof *absurd; k++) {
        CHECK(create_rule_layer(absurd[k], rule_id, 0.5F, 0.01F, 0.01F) == NULL);
    }
    CHECK(create_online_o1_synapse(0, 12, 8, 4, 4, 0) == NULL && create_online_o1_synapse(32, 12, 8, 4, 4, 0) == NULL);
    CHECK(create_online_o1_synapse(16, 1, 8, 4, 4, 0) == NULL && create_online_o1_synapse(16, 31, 8, 4, 4, 0) == NULL);
    CHECK(create_online_o1_synapse(16, 12, 0, 4, 4, 0) == NULL && create_online_o1_synapse(16, 12, 31, 4, 4, 0) == NULL);
    CHECK(create_online_o1_synapse(16, 12, 8, 31, 4, 0) == NULL && create_online_o1_synapse(16, 12, 8, 4, 31, 0) == NULL);
}

/* What one layer writes, another reads, whole; and nothing of what is cut off, too long or changed. */
static void state(uint32_t rule_id) {
    bool pre[N] = {true, false, true, false, true}, post[N] = {true, true, false, false, true};
    float rewards[N] = {0.1F, 0.2F, 0.3F, -0.1F, 0.0F}, weights[N], restored[N], before[N];
    void *layer = create_rule_layer(N, rule_id, 0.4F, 0.05F, 20.0F);
    void *other = create_rule_layer(N, rule_id, 0.9F, 0.05F, 20.0F);
    for (int t = 0; t < 7; t++) {
        step_rule_layer(layer, pre, post, rewards, 1.0F);
        step_rule_layer(layer, post, pre, rewards, 1.0F);
    }
    get_rule_layer_weights(layer, weights);
    get_rule_layer_weights(other, before);
    size_t size = get_rule_layer_state_size(layer);
    CHECK(size == 12 + N * (8 + 4 * (size_t)(rule_id == REWARD_STDP ? 4 : rule_id == BCM ? 2 : 3)));
    /* Of exactly the size, so that one byte more is an error that valgrind and the sanitizer see. */
    uint8_t *bytes = malloc(size);
    CHECK(bytes != NULL && get_rule_layer_state_mem(layer, bytes) && memcmp(bytes, "SCAL", 4) == 0);

    CHECK(!set_rule_layer_state_mem_checked(other, bytes, size + 1));
    for (size_t length = 0; length < size; length++) {
        uint8_t *part = malloc(length > 0 ? length : 1);
        CHECK(part != NULL);
        memcpy(part, bytes, length);
        CHECK(!set_rule_layer_state_mem_checked(other, part, length));
        free(part);
    }
    /* Magic, version, count, rule, number of values: each of these bytes changed. */
    for (size_t k = 0; k < 20; k++) {
        bytes[k] ^= 0x40;
        CHECK(!set_rule_layer_state_mem(other, bytes) && !set_rule_layer_state_mem_checked(other, bytes, size));
        bytes[k] ^= 0x40;
    }
    /* The last value is not a number. */
    uint8_t top = bytes[size - 1], next = bytes[size - 2];
    bytes[size - 1] = 0x7f;
    bytes[size - 2] = 0xff;
    CHECK(!set_rule_layer_state_mem(other, bytes) && !set_rule_layer_state_mem_checked(other, bytes, size));
    bytes[size - 1] = top;
    bytes[size - 2] = next;
    get_rule_layer_weights(other, restored);
    CHECK(memcmp(restored, before, sizeof before) == 0);

    CHECK(set_rule_layer_state_mem(other, bytes));
    get_rule_layer_weights(other, restored);
    CHECK(memcmp(restored, weights, sizeof weights) == 0);
    free(bytes);

    char path[64];
    snprintf(path, sizeof path, "layer-%u.bin", (unsigned)rule_id);
    void *third = create_rule_layer(N, rule_id, 0.7F, 0.05F, 20.0F);
    CHECK(save_rule_layer_batched(layer, path) && load_rule_layer_batched(third, path));
    CHECK(remove(path) == 0 && !load_rule_layer_batched(third, path));
    CHECK(!save_rule_layer_batched(layer, "no such folder/layer.bin"));
    CHECK(strstr(al_last_error_message(), "no such folder") != NULL);
    CHECK(!save_rule_layer_batched(layer, "\xff.bin") && !load_rule_layer_batched(third, ""));
    /* From a file a layer goes on exactly as the one that was saved. */
    step_rule_layer(layer, pre, post, rewards, 1.0F);
    step_rule_layer(third, pre, post, rewards, 1.0F);
    get_rule_layer_weights(layer, weights);
    get_rule_layer_weights(third, restored);
    CHECK(memcmp(restored, weights, sizeof weights) == 0);
    destroy_rule_layer(third);
    destroy_rule_layer(other);
    destroy_rule_layer(layer);
}

/* A layer is its rules; a batch is its steps; sampled spikes are those of probability 0 and 1. */
static void steps(uint32_t rule_id) {
    bool spikes[N] = {true, false, true, true, false}, others[N] = {false, true, true, false, true};
    float certain[N] = {1, 0, 1, 1, 0}, also_certain[N] = {0, 1, 1, 0, 1};
    float rewards[N] = {0.1F, 0.1F, 0.1F, 0.1F, 0.1F}, weights[N], of_analog[N];
    void *layer = create_rule_layer(N, rule_id, 0.4F, 0.05F, 20.0F);
    void *analog = create_rule_layer(N, rule_id, 0.4F, 0.05F, 20.0F);
    void *rule = create_rule(rule_id, 0.4F, 0.05F, 20.0F), *batched = create_rule(rule_id, 0.4F, 0.05F, 20.0F);
    for (uint64_t seed = 0; seed < 20; seed++) {
        step_rule_layer(layer, spikes, others, rewards, 1.0F);
        step_rule_layer(layer, others, spikes, rewards, 1.0F);
        step_rule_layer_analog(analog, certain, also_certain, rewards, seed, 1.0F);
        step_rule_layer_analog(analog, also_certain, certain, rewards, seed, 1.0F);
        step_rule(rule, spikes[0], others[0], rewards[0], 1.0F);
        step_rule(rule, others[0], spikes[0], rewards[0], 1.0F);
        const bool pre[2] = {spikes[0], others[0]}, post[2] = {others[0], spikes[0]};
        step_rule_batched(batched, pre, post, rewards, 2, 1.0F);
    }
    get_rule_layer_weights(layer, weights);
    get_rule_layer_weights(analog, of_analog);
    CHECK(memcmp(weights, of_analog, sizeof weights) == 0);
    CHECK(weights[0] == get_rule_weight(rule) && weights[0] == get_rule_weight(batched));
    CHECK(rule_id == BCM || weights[0] != 0.4F);
    reset_rule(rule);
    reset_rule_layer(layer);
    CHECK(get_rule_weight(rule) == weights[0]);
    destroy_rule(rule);
    destroy_rule(batched);
    destroy_rule_layer(layer);
    destroy_rule_layer(analog);
}

int main(void) {
    null_everywhere();
    for (uint32_t rule_id = 0; rule_id < RULES; rule_id++) {
        null_buffers(rule_id);
        bad_numbers(rule_id);
        state(rule_id);
        steps(rule_id);
    }
    puts("the bridge: misuse without effect, state whole or not at all");
    return 0;
}
