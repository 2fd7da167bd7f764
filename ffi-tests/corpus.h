/* The recorded runs of crates/sc-online-o1/tests/golden/online_o1.json, in the plain text that `cargo xtask ffi-test`
 * makes of them: the number of cases; then for each case, separated by white space,
 *
 *   weight_bits trace_bits reward_bits learning_shift trace_decay_shift initial_weight state_bits n_steps sha256
 *   pre post reward                               (for each step)
 *   weight pre_trace post_trace eligibility       (after each of the first 48 steps)
 *   weight pre_trace post_trace eligibility       (after steps 100, 200, ... n_steps)
 */
#ifndef CORPUS_H
#define CORPUS_H

#include <inttypes.h>

#include "check.h"
#include "sha256.h"

enum { FIRST = 48, EVERY = 100 };

typedef struct {
    uint8_t pre, post;
    int32_t reward;
} corpus_step;

typedef struct {
    int weight_bits, trace_bits, reward_bits, learning_shift, trace_decay_shift;
    uint32_t initial_weight, state_bits;
    size_t n_steps;
    char sha256[65];
    corpus_step *steps;
    al_o1_snapshot first[FIRST], *every;
} corpus_case;

/* Holds the states of one run against what was recorded, as they come. */
typedef struct {
    const corpus_case *expected;
    const char *who;
    size_t n_steps;
    sha256 hash;
} judge;

static inline FILE *corpus_open(const char *path, size_t *n_cases) {
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    CHECK(fscanf(file, "%zu", n_cases) == 1 && *n_cases > 0);
    return file;
}

static inline void corpus_state(FILE *file, al_o1_snapshot *s) {
    CHECK(fscanf(file, "%" SCNu32 "%" SCNu32 "%" SCNu32 "%" SCNd32, &s->weight, &s->pre_trace, &s->post_trace,
                 &s->eligibility) == 4);
}

static inline void corpus_read(FILE *file, corpus_case *c) {
    CHECK(fscanf(file, "%d%d%d%d%d", &c->weight_bits, &c->trace_bits, &c->reward_bits, &c->learning_shift,
                 &c->trace_decay_shift) == 5);
    CHECK(fscanf(file, "%" SCNu32 "%" SCNu32 "%zu%64s", &c->initial_weight, &c->state_bits, &c->n_steps, c->sha256) ==
          4);
    CHECK(c->n_steps >= FIRST);
    c->steps = malloc(c->n_steps * sizeof *c->steps);
    c->every = malloc((c->n_steps / EVERY + 1) * sizeof *c->every);
    CHECK(c->steps != NULL && c->every != NULL);
    for (size_t t = 0; t < c->n_steps; t++) {
        CHECK(fscanf(file, "%" SCNu8 "%" SCNu8 "%" SCNd32, &c->steps[t].pre, &c->steps[t].post, &c->steps[t].reward) ==
              3);
    }
    for (size_t k = 0; k < FIRST; k++) {
        corpus_state(file, &c->first[k]);
    }
    for (size_t k = 0; k < c->n_steps / EVERY; k++) {
        corpus_state(file, &c->every[k]);
    }
}

static inline void corpus_free(corpus_case *c) {
    free(c->steps);
    free(c->every);
}

static inline al_o1_config corpus_config(const corpus_case *c) {
    al_o1_config config = default_config();
    config.weight_bits = c->weight_bits;
    config.trace_bits = c->trace_bits;
    config.reward_bits = c->reward_bits;
    config.learning_shift = c->learning_shift;
    config.trace_decay_shift = c->trace_decay_shift;
    return config;
}

static inline judge judge_begin(const corpus_case *expected, const char *who) {
    judge j = {expected, who, 0, {{0}, {0}, 0}};
    sha256_begin(&j.hash);
    return j;
}

static inline void judge_state(judge *j, al_o1_snapshot got) {
    const corpus_case *c = j->expected;
    const al_o1_snapshot *expected = NULL;
    if (j->n_steps < FIRST) {
        expected = &c->first[j->n_steps];
    }
    j->n_steps++;
    if (j->n_steps % EVERY == 0) {
        expected = &c->every[j->n_steps / EVERY - 1];
    }
    if (expected != NULL && !same_state(&got, expected)) {
        fprintf(stderr, "%s, widths %d %d %d, after %zu steps: not what was recorded\n", j->who, c->weight_bits,
                c->trace_bits, c->reward_bits, j->n_steps);
        exit(1);
    }
    sha256_word(&j->hash, got.weight);
    sha256_word(&j->hash, got.pre_trace);
    sha256_word(&j->hash, got.post_trace);
    sha256_word(&j->hash, (uint32_t)got.eligibility);
}

static inline void judge_end(judge *j) {
    char hex[65];
    sha256_end(&j->hash, hex);
    if (j->n_steps != j->expected->n_steps || strcmp(hex, j->expected->sha256) != 0) {
        fprintf(stderr, "%s, widths %d %d %d: all states together are not what was recorded\n", j->who,
                j->expected->weight_bits, j->expected->trace_bits, j->expected->reward_bits);
        exit(1);
    }
}

#endif
