/* 10,000 of every handle, made, stepped and freed; and two threads, each with handles of its own.
 *
 * Whether anything leaked is for valgrind and the sanitizer to say. */
#include <pthread.h>

#include "check.h"

enum { TIMES = 10000, N = 9 };

static void all_handles(void) {
    al_o1_config config = default_config();
    const uint64_t word = 0x155;
    const bool spikes[N] = {true};
    const float numbers[N] = {0.5F};
    for (uint32_t k = 0; k < TIMES; k++) {
        void *rule = create_rule(k % 4, 0.5F, 0.01F, 0.012F), *learner = create_learner(1.0F, 0.1F, 0.5F);
        void *layer = create_rule_layer(N, k % 4, 0.5F, 0.01F, 0.012F);
        void *synapse = create_online_o1_synapse(16, 12, 8, 4, 4, k);
        al_o1_synapse *ours = NULL;
        al_o1_bank *bank = NULL;
        al_o1_crossbar *crossbar = NULL;
        CHECK(rule != NULL && learner != NULL && layer != NULL && synapse != NULL);
        OK(al_o1_synapse_new(&config, k, &ours));
        OK(al_o1_bank_new(&config, N, k, 1, &bank));
        OK(al_o1_crossbar_new(&config, N, N, k, 1, &crossbar));
        step_rule(rule, true, true, 1.0F, 1.0F);
        step_learner(learner, true, true, 1.0F, 1.0F);
        step_rule_layer(layer, spikes, spikes, numbers, 1.0F);
        CHECK(step_online_o1_synapse(synapse, true, true, 1).pre_trace == 4095);
        OK(al_o1_synapse_step(ours, 1, 1, 1, NULL));
        OK(al_o1_bank_step(bank, &word, 1, &word, 1, 1));
        OK(al_o1_crossbar_step(crossbar, &word, 1, &word, 1, 1));
        /* A message is memory too. */
        CHECK(al_o1_bank_step(bank, &word, 2, &word, 1, 1) == AL_STATUS_LENGTH_MISMATCH);
        destroy_rule(rule);
        destroy_learner(learner);
        destroy_rule_layer(layer);
        destroy_online_o1_synapse(synapse);
        al_o1_synapse_free(ours);
        al_o1_bank_free(bank);
        al_o1_crossbar_free(crossbar);
    }
}

typedef struct {
    /* What this thread asks for and does not get: the message must name it, whatever the other thread does meanwhile. */
    int32_t weight_bits;
    al_o1_snapshot last;
} work;

static void *worker(void *argument) {
    work *mine = argument;
    char wrong[16];
    snprintf(wrong, sizeof wrong, "%d", (int)mine->weight_bits);
    CHECK(strcmp(al_last_error_message(), "") == 0);
    al_o1_config config = default_config(), refused = config;
    refused.weight_bits = mine->weight_bits;
    al_o1_synapse *synapse = NULL, *none = NULL;
    al_o1_bank *bank = NULL;
    OK(al_o1_synapse_new(&config, 1000, &synapse));
    OK(al_o1_bank_new(&config, N, 1000, 1, &bank));
    al_o1_snapshot states[N];
    for (uint32_t t = 0; t < TIMES; t++) {
        const uint64_t pre = t % 3 == 0 ? 0x1ff : 0, post = t % 5 == 0 ? 0x1ff : 0;
        OK(al_o1_synapse_step(synapse, pre != 0, post != 0, (int32_t)(t % 7) - 3, &mine->last));
        OK(al_o1_bank_step(bank, &pre, 1, &post, 1, (int32_t)(t % 7) - 3));
        if (t % 100 == 0) {
            REFUSED(al_o1_synapse_new(&refused, 0, &none), AL_STATUS_INVALID_ARGUMENT, wrong);
        }
    }
    OK(al_o1_bank_get_states(bank, states, N));
    CHECK(same_state(&states[0], &mine->last) && same_state(&states[N - 1], &mine->last));
    al_o1_synapse_free(synapse);
    al_o1_bank_free(bank);
    return NULL;
}

static void two_threads(void) {
    pthread_t threads[2];
    work works[2] = {{77, {0, 0, 0, 0}}, {-88, {0, 0, 0, 0}}};
    for (int k = 0; k < 2; k++) {
        CHECK(pthread_create(&threads[k], NULL, worker, &works[k]) == 0);
    }
    for (int k = 0; k < 2; k++) {
        CHECK(pthread_join(threads[k], NULL) == 0);
    }
    CHECK(same_state(&works[0].last, &works[1].last));
}

/* A handle may go from one thread to another, if only one uses it at a time; also to be freed. */
static void *stepper(void *argument) {
    OK(al_o1_synapse_step(argument, 1, 0, 0, NULL));
    al_o1_synapse_free(argument);
    return NULL;
}

static void handed_over(void) {
    al_o1_config config = default_config();
    al_o1_synapse *synapse = NULL;
    pthread_t thread;
    OK(al_o1_synapse_new(&config, 0, &synapse));
    CHECK(pthread_create(&thread, NULL, stepper, synapse) == 0 && pthread_join(thread, NULL) == 0);
}

int main(void) {
    two_threads();
    handed_over();
    all_handles();
    puts("10,000 of every handle, and two threads");
    return 0;
}
