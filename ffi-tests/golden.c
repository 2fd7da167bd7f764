/* Every recorded run, repeated from C: by the bridge, by al_o1_synapse, in a bank and in a crossbar.
 *
 * Usage: golden CORPUS [N]; with N, only the first N runs. In bank and crossbar one synapse sees the recorded spikes and its
 * neighbours see others; they are held against single synapses that see the same. */
#include "corpus.h"

/* Two words of spikes, with an odd rest. */
enum { BANK = 67, WORDS = 2, RECORDED = 65 };
enum { N_PRE = 3, N_POST = 5, ROW = 1, COLUMN = 3, OTHER = 2 };

/* The four ways in which synapse k of a bank can see the spikes of a step. */
static void seen(size_t k, const corpus_step *step, uint8_t *pre, uint8_t *post) {
    *pre = k % 4 == 0 ? step->post : k % 4 == 1 ? step->pre : k % 4 == 2 ? 0 : step->pre;
    *post = k % 4 == 0 ? step->pre : k % 4 == 1 ? step->post : k % 4 == 2 ? step->post : 0;
}

static al_o1_synapse *new_synapse(const corpus_case *c) {
    al_o1_config config = corpus_config(c);
    al_o1_synapse *synapse = NULL;
    OK(al_o1_synapse_new(&config, c->initial_weight, &synapse));
    return synapse;
}

static void single(const corpus_case *c) {
    al_o1_synapse *ours = new_synapse(c);
    /* What does not fit into a byte is not in the corpus. */
    al_o1_synapse *theirs =
        create_online_o1_synapse((uint8_t)c->weight_bits, (uint8_t)c->trace_bits, (uint8_t)c->reward_bits,
                                 (uint8_t)c->learning_shift, (uint8_t)c->trace_decay_shift, c->initial_weight);
    judge al = judge_begin(c, "al_o1_synapse"), bridge = judge_begin(c, "online_o1_synapse");
    CHECK(al_o1_synapse_state_bits(ours) == c->state_bits);
    CHECK(online_o1_per_synapse_state_bits(theirs) == c->state_bits);
    for (size_t t = 0; t < c->n_steps; t++) {
        const corpus_step *s = &c->steps[t];
        al_o1_snapshot after;
        /* Any byte but 0 is a spike. */
        OK(al_o1_synapse_step(ours, s->pre ? 0xff : 0, s->post ? 2 : 0, s->reward, &after));
        judge_state(&al, after);
        judge_state(&bridge, step_online_o1_synapse(theirs, s->pre != 0, s->post != 0, s->reward));
    }
    judge_end(&al);
    judge_end(&bridge);
    al_o1_synapse_free(ours);
    destroy_online_o1_synapse(theirs);
}

/* A bank by packed steps, one by bytes, one with a reward for each: the same states; and a fourth by one call of run. */
static void bank(const corpus_case *c, size_t threads) {
    al_o1_config config = corpus_config(c);
    al_o1_bank *packed = NULL, *bytes = NULL, *each = NULL, *at_once = NULL;
    al_o1_synapse *alone[4];
    OK(al_o1_bank_new(&config, BANK, c->initial_weight, 1, &packed));
    OK(al_o1_bank_new(&config, BANK, c->initial_weight, threads, &bytes));
    OK(al_o1_bank_new(&config, BANK, c->initial_weight, 1, &each));
    OK(al_o1_bank_new(&config, BANK, c->initial_weight, 1, &at_once));
    CHECK(al_o1_bank_len(packed) == BANK);
    for (size_t k = 0; k < 4; k++) {
        alone[k] = new_synapse(c);
    }
    uint64_t *all_pre = calloc(c->n_steps * WORDS, sizeof *all_pre);
    uint64_t *all_post = calloc(c->n_steps * WORDS, sizeof *all_post);
    int32_t *rewards = malloc(c->n_steps * sizeof *rewards);
    CHECK(all_pre != NULL && all_post != NULL && rewards != NULL);

    judge j = judge_begin(c, "al_o1_bank");
    al_o1_snapshot states[BANK], others[BANK];
    for (size_t t = 0; t < c->n_steps; t++) {
        uint64_t *pre = &all_pre[t * WORDS], *post = &all_post[t * WORDS];
        uint8_t pre_bytes[BANK], post_bytes[BANK];
        int32_t of_each[BANK];
        for (size_t k = 0; k < BANK; k++) {
            seen(k, &c->steps[t], &pre_bytes[k], &post_bytes[k]);
            pre[k / 64] |= (uint64_t)pre_bytes[k] << k % 64;
            post[k / 64] |= (uint64_t)post_bytes[k] << k % 64;
            of_each[k] = c->steps[t].reward;
            /* Any byte but 0 is a spike. */
            pre_bytes[k] = (uint8_t)(pre_bytes[k] * (1 + 3 * k));
            post_bytes[k] = (uint8_t)(post_bytes[k] << k % 8);
        }
        rewards[t] = c->steps[t].reward;
        OK(al_o1_bank_step(packed, pre, WORDS, post, WORDS, rewards[t]));
        OK(al_o1_bank_step_bytes(bytes, pre_bytes, BANK, post_bytes, BANK, rewards[t]));
        OK(al_o1_bank_step_each(each, pre, WORDS, post, WORDS, of_each, BANK));
        OK(al_o1_bank_get_states(packed, states, BANK));
        judge_state(&j, states[RECORDED]);
        for (size_t k = 0; k < 4; k++) {
            al_o1_snapshot after;
            OK(al_o1_synapse_step(alone[k], pre_bytes[k], post_bytes[k], rewards[t], &after));
            for (size_t m = k; m < BANK; m += 4) {
                CHECK(same_state(&states[m], &after));
            }
        }
    }
    judge_end(&j);
    OK(al_o1_bank_run(at_once, all_pre, c->n_steps * WORDS, all_post, c->n_steps * WORDS, rewards, c->n_steps));
    al_o1_bank *same[3] = {bytes, each, at_once};
    for (size_t m = 0; m < 3; m++) {
        OK(al_o1_bank_get_states(same[m], others, BANK));
        CHECK(memcmp(others, states, sizeof states) == 0);
        al_o1_bank_free(same[m]);
    }
    const void *weights = NULL;
    size_t bytes_per_weight = 0, n = 0;
    OK(al_o1_bank_view_weights(packed, &weights, &bytes_per_weight, &n));
    CHECK(n == BANK && (bytes_per_weight == 2 || bytes_per_weight == 4));
    for (size_t k = 0; k < BANK; k++) {
        uint32_t weight = bytes_per_weight == 2 ? ((const uint16_t *)weights)[k] : ((const uint32_t *)weights)[k];
        CHECK(weight == states[k].weight);
    }
    al_o1_bank_free(packed);
    for (size_t k = 0; k < 4; k++) {
        al_o1_synapse_free(alone[k]);
    }
    free(all_pre);
    free(all_post);
    free(rewards);
}

/* One row sees the recorded presynaptic spikes, another the postsynaptic ones; likewise columns; the rest is silent. */
static void crossbar(const corpus_case *c, size_t threads) {
    al_o1_config config = corpus_config(c);
    al_o1_crossbar *packed = NULL, *bytes = NULL, *at_once = NULL;
    al_o1_synapse *alone[N_PRE][N_POST];
    OK(al_o1_crossbar_new(&config, N_PRE, N_POST, c->initial_weight, 1, &packed));
    OK(al_o1_crossbar_new(&config, N_PRE, N_POST, c->initial_weight, threads, &bytes));
    OK(al_o1_crossbar_new(&config, N_PRE, N_POST, c->initial_weight, 1, &at_once));
    CHECK(al_o1_crossbar_n_pre(packed) == N_PRE && al_o1_crossbar_n_post(packed) == N_POST);
    for (size_t i = 0; i < N_PRE; i++) {
        for (size_t k = 0; k < N_POST; k++) {
            alone[i][k] = new_synapse(c);
        }
    }
    uint64_t *all_pre = malloc(c->n_steps * sizeof *all_pre), *all_post = malloc(c->n_steps * sizeof *all_post);
    int32_t *rewards = malloc(c->n_steps * sizeof *rewards);
    CHECK(all_pre != NULL && all_post != NULL && rewards != NULL);

    judge j = judge_begin(c, "al_o1_crossbar");
    al_o1_snapshot states[N_PRE * N_POST], others[N_PRE * N_POST];
    for (size_t t = 0; t < c->n_steps; t++) {
        const corpus_step *s = &c->steps[t];
        uint8_t pre[N_PRE] = {0}, post[N_POST] = {0};
        pre[ROW] = post[OTHER] = s->pre ? 0x80 : 0;
        post[COLUMN] = pre[OTHER] = s->post ? 2 : 0;
        all_pre[t] = (uint64_t)s->pre << ROW | (uint64_t)s->post << OTHER;
        all_post[t] = (uint64_t)s->post << COLUMN | (uint64_t)s->pre << OTHER;
        rewards[t] = s->reward;
        OK(al_o1_crossbar_step(packed, &all_pre[t], 1, &all_post[t], 1, s->reward));
        OK(al_o1_crossbar_step_bytes(bytes, pre, N_PRE, post, N_POST, s->reward));
        OK(al_o1_crossbar_get_states(packed, states, N_PRE * N_POST));
        judge_state(&j, states[ROW * N_POST + COLUMN]);
        for (size_t i = 0; i < N_PRE; i++) {
            for (size_t k = 0; k < N_POST; k++) {
                al_o1_snapshot after;
                OK(al_o1_synapse_step(alone[i][k], pre[i], post[k], s->reward, &after));
                CHECK(same_state(&states[i * N_POST + k], &after));
            }
        }
    }
    judge_end(&j);
    OK(al_o1_crossbar_run(at_once, all_pre, c->n_steps, all_post, c->n_steps, rewards, c->n_steps));
    al_o1_crossbar *same[2] = {bytes, at_once};
    for (size_t m = 0; m < 2; m++) {
        OK(al_o1_crossbar_get_states(same[m], others, N_PRE * N_POST));
        CHECK(memcmp(others, states, sizeof states) == 0);
        al_o1_crossbar_free(same[m]);
    }
    al_o1_crossbar_free(packed);
    for (size_t i = 0; i < N_PRE; i++) {
        for (size_t k = 0; k < N_POST; k++) {
            al_o1_synapse_free(alone[i][k]);
        }
    }
    free(all_pre);
    free(all_post);
    free(rewards);
}

int main(int argc, char **argv) {
    CHECK(argc == 2 || argc == 3);
    size_t n_cases, n_steps = 0;
    FILE *file = corpus_open(argv[1], &n_cases);
    if (argc == 3) {
        n_cases = strtoul(argv[2], NULL, 10);
    }
    for (size_t k = 0; k < n_cases; k++) {
        corpus_case c;
        corpus_read(file, &c);
        single(&c);
        /* Threads take time to meet; one run is enough to see that they change nothing. */
        bank(&c, k == 0 ? 2 : 1);
        crossbar(&c, k == 0 ? 2 : 1);
        n_steps += c.n_steps;
        corpus_free(&c);
    }
    fclose(file);
    CHECK(argc == 3 || n_steps >= 88000);
    printf("%zu runs, %zu steps each of synapse, bridge, bank and crossbar: as recorded\n", n_cases, n_steps);
    return 0;
}
