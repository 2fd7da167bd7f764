/* The al_ functions, used wrongly: every pointer NULL, lengths off by one, numbers out of range, and that a handle works as
 * before afterwards. */
#include "check.h"

#define NULL_POINTER AL_STATUS_NULL_POINTER
#define ARGUMENT AL_STATUS_INVALID_ARGUMENT
#define LENGTH AL_STATUS_LENGTH_MISMATCH
#define TOO_SMALL AL_STATUS_BUFFER_TOO_SMALL
#define STATE AL_STATUS_INVALID_STATE

static void version_and_messages(void) {
    char text[32];
    snprintf(text, sizeof text, "%u.%u.%u", al_version_major(), al_version_minor(), al_version_patch());
    CHECK(strcmp(al_version_string(), text) == 0 && strcmp(AL_VERSION_STRING, text) == 0);
    CHECK(al_version_major() == AL_VERSION_MAJOR && al_version_minor() == AL_VERSION_MINOR);
    CHECK(al_version_patch() == AL_VERSION_PATCH);
    /* Of this thread, and nothing went wrong yet. */
    CHECK(strcmp(al_last_error_message(), "") == 0);
    for (int32_t status = AL_STATUS_OK; status <= AL_STATUS_POISONED; status++) {
        for (int32_t other = AL_STATUS_OK; other < status; other++) {
            CHECK(strcmp(al_status_string(status), al_status_string(other)) != 0);
        }
    }
    CHECK(strlen(al_status_string(-1)) > 0 && strlen(al_status_string(INT32_MAX)) > 0);
    REFUSED(al_o1_config_init(NULL, sizeof(al_o1_config)), NULL_POINTER, "config");
    /* A success does not clear the message. */
    al_o1_config config = default_config();
    (void)config;
    CHECK(strstr(al_last_error_message(), "config") != NULL);
}

static void configuration(void) {
    al_o1_config config, good = default_config();
    memset(&config, 0x55, sizeof config);
    al_o1_config before = config;
    REFUSED(al_o1_config_init(&config, sizeof config - 1), ARGUMENT, "struct_size");
    REFUSED(al_o1_config_init(&config, sizeof config + 1), ARGUMENT, "struct_size");
    REFUSED(al_o1_config_init(&config, 0), ARGUMENT, "struct_size");
    CHECK(memcmp(&config, &before, sizeof config) == 0);
    CHECK(good.struct_size == sizeof good && good.weight_bits == 16 && good.trace_bits == 12);
    CHECK(good.reward_bits == 8 && good.learning_shift == 4 && good.trace_decay_shift == 4);
    CHECK(good.pairing_shift == 0 && good.rounding == AL_O1_ROUNDING_FLOOR && good.decay == AL_O1_DECAY_FLOOR);

    static const struct {
        size_t offset;
        const char *name;
        int32_t lowest, highest;
    } ranges[] = {
        {offsetof(al_o1_config, weight_bits), "weight_bits", 1, 31},
        {offsetof(al_o1_config, trace_bits), "trace_bits", 2, 30},
        {offsetof(al_o1_config, reward_bits), "reward_bits", 1, 30},
        {offsetof(al_o1_config, learning_shift), "learning_shift", 0, 30},
        {offsetof(al_o1_config, trace_decay_shift), "trace_decay_shift", 0, 30},
        {offsetof(al_o1_config, pairing_shift), "pairing_shift", 0, 30},
        {offsetof(al_o1_config, rounding), "rounding", 0, 2},
        {offsetof(al_o1_config, decay), "decay", 0, 1},
    };
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
        const int32_t lowest = ranges[k].lowest, highest = ranges[k].highest;
        /* 256 more is what a byte would take for a number within. */
        const int32_t refused[] = {lowest - 1, highest + 1, lowest + 256, -256, INT32_MIN, INT32_MAX};
        const int32_t accepted[] = {lowest, highest};
        for (size_t m = 0; m < sizeof refused / sizeof *refused; m++) {
            al_o1_synapse *synapse = NULL;
            config = good;
            memcpy((char *)&config + ranges[k].offset, &refused[m], sizeof refused[m]);
            REFUSED(al_o1_synapse_new(&config, 0, &synapse), ARGUMENT, ranges[k].name);
            CHECK(synapse == NULL);
        }
        for (size_t m = 0; m < sizeof accepted / sizeof *accepted; m++) {
            al_o1_synapse *synapse = NULL;
            al_o1_config read;
            config = good;
            memcpy((char *)&config + ranges[k].offset, &accepted[m], sizeof accepted[m]);
            OK(al_o1_synapse_new(&config, 0, &synapse));
            OK(al_o1_synapse_get_config(synapse, &read, sizeof read));
            CHECK(memcmp(&read, &config, sizeof read) == 0);
            al_o1_synapse_free(synapse);
        }
    }
}

static void synapse(void) {
    al_o1_config config = default_config(), wrong = config;
    al_o1_synapse *synapse = NULL;
    al_o1_snapshot state, before;
    wrong.struct_size = 4;
    REFUSED(al_o1_synapse_new(NULL, 0, &synapse), NULL_POINTER, "config");
    REFUSED(al_o1_synapse_new(&config, 0, NULL), NULL_POINTER, "synapse");
    REFUSED(al_o1_synapse_new(&wrong, 0, &synapse), ARGUMENT, "struct_size");
    CHECK(synapse == NULL);
    REFUSED(al_o1_synapse_step(NULL, 1, 1, 1, &state), NULL_POINTER, "handle");
    REFUSED(al_o1_synapse_reset(NULL), NULL_POINTER, "handle");
    REFUSED(al_o1_synapse_get_state(NULL, &state), NULL_POINTER, "handle");
    memset(&state, 0, sizeof state);
    REFUSED(al_o1_synapse_set_state(NULL, &state), NULL_POINTER, "handle");
    REFUSED(al_o1_synapse_get_config(NULL, &config, sizeof config), NULL_POINTER, "handle");
    CHECK(al_o1_synapse_state_bits(NULL) == 0);
    al_o1_synapse_free(NULL);

    OK(al_o1_synapse_new(&config, UINT32_MAX, &synapse));
    OK(al_o1_synapse_step(synapse, 1, 0, 0, NULL));
    OK(al_o1_synapse_get_state(synapse, &before));
    CHECK(before.weight == 65535 && before.pre_trace == 4095 && before.post_trace == 0 && before.eligibility == 0);
    REFUSED(al_o1_synapse_get_state(synapse, NULL), NULL_POINTER, "state");
    REFUSED(al_o1_synapse_set_state(synapse, NULL), NULL_POINTER, "state");
    REFUSED(al_o1_synapse_get_config(synapse, NULL, sizeof config), NULL_POINTER, "config");
    REFUSED(al_o1_synapse_get_config(synapse, &config, 35), ARGUMENT, "struct_size");
    static const al_o1_snapshot impossible[] = {
        {65536, 0, 0, 0}, {0, 4096, 0, 0}, {0, 0, 4096, 0}, {0, 0, 0, 2048}, {0, 0, 0, -2049}};
    for (size_t k = 0; k < sizeof impossible / sizeof *impossible; k++) {
        CHECK(al_o1_synapse_set_state(synapse, &impossible[k]) == AL_STATUS_INVALID_STATE);
    }
    /* None of this changed it. */
    OK(al_o1_synapse_get_state(synapse, &state));
    CHECK(same_state(&state, &before));
    /* It goes on from a state as the one that the state was read from. */
    al_o1_synapse *other = NULL;
    al_o1_snapshot after, of_other;
    OK(al_o1_synapse_new(&config, 0, &other));
    OK(al_o1_synapse_set_state(other, &state));
    OK(al_o1_synapse_step(synapse, 0, 1, -5, &after));
    OK(al_o1_synapse_step(other, 0, 1, -5, &of_other));
    CHECK(same_state(&after, &of_other) && after.weight < 65535);
    OK(al_o1_synapse_reset(synapse));
    OK(al_o1_synapse_get_state(synapse, &state));
    CHECK(state.weight == after.weight && state.pre_trace == 0 && state.post_trace == 0 && state.eligibility == 0);
    al_o1_synapse_free(other);
    al_o1_synapse_free(synapse);
}

/* 65 synapses: two words. */
enum { N = 65, WORDS = 2 };

static void bank(void) {
    al_o1_config config = default_config();
    al_o1_bank *bank = NULL;
    uint64_t words[2 * WORDS] = {5, 1, 2, 1};
    uint8_t bytes[N + 1] = {1, 0, 255};
    int32_t rewards[N + 1] = {3, 4};
    al_o1_snapshot states[N + 1], before[N];
    const void *weights = NULL;
    size_t width = 0, n = 0;
    memset(states, 0, sizeof states);

    REFUSED(al_o1_bank_new(NULL, N, 0, 1, &bank), NULL_POINTER, "config");
    REFUSED(al_o1_bank_new(&config, N, 0, 1, NULL), NULL_POINTER, "bank");
    /* A number that no machine has memory for, and one whose bytes no number counts. */
    CHECK(al_o1_bank_new(&config, (size_t)1 << 60, 0, 1, &bank) == AL_STATUS_OUT_OF_MEMORY);
    al_status huge = al_o1_bank_new(&config, SIZE_MAX, 0, 1, &bank);
    CHECK(huge == AL_STATUS_OUT_OF_MEMORY || huge == ARGUMENT);
    config.weight_bits = 0;
    REFUSED(al_o1_bank_new(&config, N, 0, 1, &bank), ARGUMENT, "weight_bits");
    config = default_config();
    CHECK(bank == NULL && al_o1_bank_len(NULL) == 0);
    REFUSED(al_o1_bank_step(NULL, words, WORDS, words, WORDS, 1), NULL_POINTER, "handle");
    REFUSED(al_o1_bank_step_bytes(NULL, bytes, N, bytes, N, 1), NULL_POINTER, "handle");
    REFUSED(al_o1_bank_step_each(NULL, words, WORDS, words, WORDS, rewards, N), NULL_POINTER, "handle");
    REFUSED(al_o1_bank_run(NULL, words, WORDS, words, WORDS, rewards, 1), NULL_POINTER, "handle");
    REFUSED(al_o1_bank_reset(NULL), NULL_POINTER, "handle");
    REFUSED(al_o1_bank_get_states(NULL, states, N), NULL_POINTER, "handle");
    REFUSED(al_o1_bank_set_states(NULL, states, N), NULL_POINTER, "handle");
    REFUSED(al_o1_bank_view_weights(NULL, &weights, &width, &n), NULL_POINTER, "handle");
    al_o1_bank_free(NULL);

    OK(al_o1_bank_new(&config, N, 1000, 2, &bank));
    OK(al_o1_bank_step(bank, words, WORDS, words, WORDS, 1));
    OK(al_o1_bank_get_states(bank, before, N));

    REFUSED(al_o1_bank_step(bank, NULL, WORDS, words, WORDS, 1), NULL_POINTER, "pre");
    REFUSED(al_o1_bank_step(bank, words, WORDS, NULL, WORDS, 1), NULL_POINTER, "post");
    REFUSED(al_o1_bank_step(bank, NULL, 0, words, WORDS, 1), LENGTH, "pre");
    REFUSED(al_o1_bank_step(bank, words, WORDS - 1, words, WORDS, 1), LENGTH, "pre");
    REFUSED(al_o1_bank_step(bank, words, WORDS + 1, words, WORDS, 1), LENGTH, "pre");
    REFUSED(al_o1_bank_step(bank, words, WORDS, words, WORDS - 1, 1), LENGTH, "post");
    REFUSED(al_o1_bank_step(bank, words, WORDS, words, WORDS + 1, 1), LENGTH, "post");
    REFUSED(al_o1_bank_step(bank, (const uint64_t *)((const char *)words + 4), WORDS, words, WORDS, 1), ARGUMENT,
            "pre");

    REFUSED(al_o1_bank_step_bytes(bank, NULL, N, bytes, N, 1), NULL_POINTER, "pre");
    REFUSED(al_o1_bank_step_bytes(bank, bytes, N, NULL, N, 1), NULL_POINTER, "post");
    REFUSED(al_o1_bank_step_bytes(bank, bytes, N - 1, bytes, N, 1), LENGTH, "pre");
    REFUSED(al_o1_bank_step_bytes(bank, bytes, N + 1, bytes, N, 1), LENGTH, "pre");
    REFUSED(al_o1_bank_step_bytes(bank, bytes, N, bytes, N - 1, 1), LENGTH, "post");
    REFUSED(al_o1_bank_step_bytes(bank, bytes, N, bytes, N + 1, 1), LENGTH, "post");

    REFUSED(al_o1_bank_step_each(bank, NULL, WORDS, words, WORDS, rewards, N), NULL_POINTER, "pre");
    REFUSED(al_o1_bank_step_each(bank, words, WORDS, NULL, WORDS, rewards, N), NULL_POINTER, "post");
    REFUSED(al_o1_bank_step_each(bank, words, WORDS, words, WORDS, NULL, N), NULL_POINTER, "rewards");
    REFUSED(al_o1_bank_step_each(bank, words, WORDS, words, WORDS, rewards, N - 1), LENGTH, "rewards");
    REFUSED(al_o1_bank_step_each(bank, words, WORDS, words, WORDS, rewards, N + 1), LENGTH, "rewards");
    REFUSED(al_o1_bank_step_each(bank, words, WORDS - 1, words, WORDS, rewards, N), LENGTH, "pre");
    REFUSED(al_o1_bank_step_each(bank, words, WORDS, words, WORDS - 1, rewards, N), LENGTH, "post");

    REFUSED(al_o1_bank_run(bank, NULL, 2 * WORDS, words, 2 * WORDS, rewards, 2), NULL_POINTER, "pre");
    REFUSED(al_o1_bank_run(bank, words, 2 * WORDS, NULL, 2 * WORDS, rewards, 2), NULL_POINTER, "post");
    REFUSED(al_o1_bank_run(bank, words, 2 * WORDS, words, 2 * WORDS, NULL, 2), NULL_POINTER, "rewards");
    REFUSED(al_o1_bank_run(bank, words, 2 * WORDS - 1, words, 2 * WORDS, rewards, 2), LENGTH, "pre");
    REFUSED(al_o1_bank_run(bank, words, 2 * WORDS, words, 2 * WORDS - 1, rewards, 2), LENGTH, "post");
    REFUSED(al_o1_bank_run(bank, words, 2 * WORDS, words, 2 * WORDS, rewards, 1), LENGTH, "pre");
    /* Two words times this is two words, to one who does not look. */
    CHECK(al_o1_bank_run(bank, words, WORDS, words, WORDS, rewards, SIZE_MAX / 2 + 2) != AL_STATUS_OK);
    OK(al_o1_bank_run(bank, NULL, 0, NULL, 0, NULL, 0));

    REFUSED(al_o1_bank_get_states(bank, NULL, N), NULL_POINTER, "states");
    CHECK(al_o1_bank_get_states(bank, states, N - 1) != AL_STATUS_OK);
    REFUSED(al_o1_bank_set_states(bank, NULL, N), NULL_POINTER, "states");
    REFUSED(al_o1_bank_set_states(bank, states, N - 1), LENGTH, "states");
    REFUSED(al_o1_bank_set_states(bank, states, N + 1), LENGTH, "states");
    memcpy(states, before, sizeof before);
    states[0].weight = 7;
    states[N - 1].eligibility = 2048;
    CHECK(al_o1_bank_set_states(bank, states, N) == AL_STATUS_INVALID_STATE);
    REFUSED(al_o1_bank_view_weights(bank, NULL, &width, &n), NULL_POINTER, "weights");
    REFUSED(al_o1_bank_view_weights(bank, &weights, NULL, &n), NULL_POINTER, "bytes_per_weight");
    REFUSED(al_o1_bank_view_weights(bank, &weights, &width, NULL), NULL_POINTER, "n");
    CHECK(weights == NULL && width == 0 && n == 0);

    /* None of this changed it, and it still works: from a state as the one that the state was read from. */
    OK(al_o1_bank_get_states(bank, states, N));
    CHECK(memcmp(states, before, sizeof before) == 0);
    al_o1_bank *other = NULL;
    al_o1_snapshot of_other[N];
    OK(al_o1_bank_new(&config, N, 0, 1, &other));
    OK(al_o1_bank_set_states(other, before, N));
    OK(al_o1_bank_run(bank, words, 2 * WORDS, words, 2 * WORDS, rewards, 2));
    OK(al_o1_bank_step(other, words, WORDS, words, WORDS, rewards[0]));
    OK(al_o1_bank_step(other, words + WORDS, WORDS, words + WORDS, WORDS, rewards[1]));
    OK(al_o1_bank_get_states(bank, states, N));
    OK(al_o1_bank_get_states(other, of_other, N));
    CHECK(memcmp(states, of_other, sizeof of_other) == 0 && memcmp(states, before, sizeof before) != 0);
    OK(al_o1_bank_reset(other));
    OK(al_o1_bank_get_states(other, of_other, N));
    for (size_t k = 0; k < N; k++) {
        CHECK(of_other[k].weight == states[k].weight && of_other[k].pre_trace == 0 && of_other[k].post_trace == 0);
        CHECK(of_other[k].eligibility == 0);
    }
    al_o1_bank_free(other);
    al_o1_bank_free(bank);
}

enum { N_PRE = 65, N_POST = 3, CROSSINGS = N_PRE * N_POST };

static void crossbar(void) {
    al_o1_config config = default_config();
    al_o1_crossbar *crossbar = NULL;
    uint64_t pre[2 * WORDS] = {5, 1, 2, 1}, post[2] = {3, 4};
    uint8_t pre_bytes[N_PRE + 1] = {1}, post_bytes[N_POST + 1] = {0, 1};
    int32_t rewards[2] = {3, -4};
    al_o1_snapshot states[CROSSINGS + 1], before[CROSSINGS], after[CROSSINGS];
    uint32_t new_weights[CROSSINGS + 1] = {0};
    const void *weights = NULL;
    size_t width = 0, n = 0;

    REFUSED(al_o1_crossbar_new(NULL, N_PRE, N_POST, 0, 1, &crossbar), NULL_POINTER, "config");
    REFUSED(al_o1_crossbar_new(&config, N_PRE, N_POST, 0, 1, NULL), NULL_POINTER, "crossbar");
    CHECK(al_o1_crossbar_new(&config, (size_t)1 << 30, (size_t)1 << 30, 0, 1, &crossbar) == AL_STATUS_OUT_OF_MEMORY);
    /* The product is 0, to one who does not look. */
    al_status huge = al_o1_crossbar_new(&config, (size_t)1 << 32, (size_t)1 << 32, 0, 1, &crossbar);
    CHECK(huge == AL_STATUS_OUT_OF_MEMORY || huge == ARGUMENT);
    config.decay = 2;
    REFUSED(al_o1_crossbar_new(&config, N_PRE, N_POST, 0, 1, &crossbar), ARGUMENT, "decay");
    config = default_config();
    CHECK(crossbar == NULL && al_o1_crossbar_n_pre(NULL) == 0 && al_o1_crossbar_n_post(NULL) == 0);
    REFUSED(al_o1_crossbar_step(NULL, pre, WORDS, post, 1, 1), NULL_POINTER, "handle");
    REFUSED(al_o1_crossbar_step_bytes(NULL, pre_bytes, N_PRE, post_bytes, N_POST, 1), NULL_POINTER, "handle");
    REFUSED(al_o1_crossbar_run(NULL, pre, WORDS, post, 1, rewards, 1), NULL_POINTER, "handle");
    REFUSED(al_o1_crossbar_reset(NULL), NULL_POINTER, "handle");
    REFUSED(al_o1_crossbar_get_states(NULL, states, CROSSINGS), NULL_POINTER, "handle");
    REFUSED(al_o1_crossbar_set_states(NULL, states, CROSSINGS), NULL_POINTER, "handle");
    REFUSED(al_o1_crossbar_set_weights(NULL, new_weights, CROSSINGS), NULL_POINTER, "handle");
    REFUSED(al_o1_crossbar_view_weights(NULL, &weights, &width, &n), NULL_POINTER, "handle");
    al_o1_crossbar_free(NULL);

    OK(al_o1_crossbar_new(&config, N_PRE, N_POST, 1000, 2, &crossbar));
    OK(al_o1_crossbar_step(crossbar, pre, WORDS, post, 1, 1));
    OK(al_o1_crossbar_get_states(crossbar, before, CROSSINGS));

    REFUSED(al_o1_crossbar_step(crossbar, NULL, WORDS, post, 1, 1), NULL_POINTER, "pre");
    REFUSED(al_o1_crossbar_step(crossbar, pre, WORDS, NULL, 1, 1), NULL_POINTER, "post");
    REFUSED(al_o1_crossbar_step(crossbar, pre, WORDS - 1, post, 1, 1), LENGTH, "pre");
    REFUSED(al_o1_crossbar_step(crossbar, pre, WORDS + 1, post, 1, 1), LENGTH, "pre");
    REFUSED(al_o1_crossbar_step(crossbar, pre, WORDS, post, 0, 1), LENGTH, "post");
    REFUSED(al_o1_crossbar_step(crossbar, pre, WORDS, post, 2, 1), LENGTH, "post");
    REFUSED(al_o1_crossbar_step_bytes(crossbar, NULL, N_PRE, post_bytes, N_POST, 1), NULL_POINTER, "pre");
    REFUSED(al_o1_crossbar_step_bytes(crossbar, pre_bytes, N_PRE, NULL, N_POST, 1), NULL_POINTER, "post");
    REFUSED(al_o1_crossbar_step_bytes(crossbar, pre_bytes, N_PRE - 1, post_bytes, N_POST, 1), LENGTH, "pre");
    REFUSED(al_o1_crossbar_step_bytes(crossbar, pre_bytes, N_PRE + 1, post_bytes, N_POST, 1), LENGTH, "pre");
    REFUSED(al_o1_crossbar_step_bytes(crossbar, pre_bytes, N_PRE, post_bytes, N_POST - 1, 1), LENGTH, "post");
    REFUSED(al_o1_crossbar_step_bytes(crossbar, pre_bytes, N_PRE, post_bytes, N_POST + 1, 1), LENGTH, "post");
    REFUSED(al_o1_crossbar_run(crossbar, NULL, 2 * WORDS, post, 2, rewards, 2), NULL_POINTER, "pre");
    REFUSED(al_o1_crossbar_run(crossbar, pre, 2 * WORDS, NULL, 2, rewards, 2), NULL_POINTER, "post");
    REFUSED(al_o1_crossbar_run(crossbar, pre, 2 * WORDS, post, 2, NULL, 2), NULL_POINTER, "rewards");
    REFUSED(al_o1_crossbar_run(crossbar, pre, 2 * WORDS - 1, post, 2, rewards, 2), LENGTH, "pre");
    REFUSED(al_o1_crossbar_run(crossbar, pre, 2 * WORDS, post, 1, rewards, 2), LENGTH, "post");
    CHECK(al_o1_crossbar_run(crossbar, pre, WORDS, post, 1, rewards, SIZE_MAX / 2 + 2) != AL_STATUS_OK);
    OK(al_o1_crossbar_run(crossbar, NULL, 0, NULL, 0, NULL, 0));
    REFUSED(al_o1_crossbar_get_states(crossbar, NULL, CROSSINGS), NULL_POINTER, "states");
    CHECK(al_o1_crossbar_get_states(crossbar, states, CROSSINGS - 1) != AL_STATUS_OK);
    REFUSED(al_o1_crossbar_set_states(crossbar, NULL, CROSSINGS), NULL_POINTER, "states");
    REFUSED(al_o1_crossbar_set_states(crossbar, before, CROSSINGS - 1), LENGTH, "states");
    REFUSED(al_o1_crossbar_set_states(crossbar, before, CROSSINGS + 1), LENGTH, "states");
    memcpy(states, before, sizeof before);
    states[CROSSINGS - 1].weight = 65536;
    REFUSED(al_o1_crossbar_set_states(crossbar, states, CROSSINGS), STATE, "weight");
    states[CROSSINGS - 1] = before[CROSSINGS - 1];
    states[1].pre_trace ^= 1; /* Synapses 0 and 1 have the same presynaptic neuron, 0 and N_POST the same other one. */
    REFUSED(al_o1_crossbar_set_states(crossbar, states, CROSSINGS), STATE, "pre_trace");
    states[1] = before[1];
    states[N_POST].post_trace ^= 1;
    REFUSED(al_o1_crossbar_set_states(crossbar, states, CROSSINGS), STATE, "post_trace");
    REFUSED(al_o1_crossbar_set_weights(crossbar, NULL, CROSSINGS), NULL_POINTER, "weights");
    REFUSED(al_o1_crossbar_set_weights(crossbar, new_weights, CROSSINGS - 1), LENGTH, "weights");
    REFUSED(al_o1_crossbar_set_weights(crossbar, new_weights, CROSSINGS + 1), LENGTH, "weights");
    REFUSED(al_o1_crossbar_view_weights(crossbar, NULL, &width, &n), NULL_POINTER, "weights");
    REFUSED(al_o1_crossbar_view_weights(crossbar, &weights, NULL, &n), NULL_POINTER, "bytes_per_weight");
    REFUSED(al_o1_crossbar_view_weights(crossbar, &weights, &width, NULL), NULL_POINTER, "n");
    CHECK(weights == NULL && width == 0 && n == 0);

    OK(al_o1_crossbar_get_states(crossbar, states, CROSSINGS));
    CHECK(memcmp(states, before, sizeof before) == 0);
    OK(al_o1_crossbar_run(crossbar, pre, 2 * WORDS, post, 2, rewards, 2));
    OK(al_o1_crossbar_get_states(crossbar, states, CROSSINGS));
    CHECK(memcmp(states, before, sizeof before) != 0);

    /* From a written state it goes on as it did. */
    memcpy(after, states, sizeof after);
    OK(al_o1_crossbar_set_states(crossbar, before, CROSSINGS));
    OK(al_o1_crossbar_get_states(crossbar, states, CROSSINGS));
    CHECK(memcmp(states, before, sizeof before) == 0);
    OK(al_o1_crossbar_run(crossbar, pre, 2 * WORDS, post, 2, rewards, 2));
    OK(al_o1_crossbar_get_states(crossbar, states, CROSSINGS));
    CHECK(memcmp(states, after, sizeof after) == 0);

    for (uint32_t k = 0; k < CROSSINGS; k++) {
        new_weights[k] = 300 * k;
    }
    OK(al_o1_crossbar_set_weights(crossbar, new_weights, CROSSINGS));
    OK(al_o1_crossbar_view_weights(crossbar, &weights, &width, &n));
    CHECK(n == CROSSINGS && width == 2);
    for (size_t k = 0; k < CROSSINGS; k++) {
        CHECK(((const uint16_t *)weights)[k] == new_weights[k]);
    }
    OK(al_o1_crossbar_reset(crossbar));
    OK(al_o1_crossbar_get_states(crossbar, states, CROSSINGS));
    for (size_t k = 0; k < CROSSINGS; k++) {
        CHECK(states[k].weight == new_weights[k] && states[k].pre_trace == 0 && states[k].post_trace == 0);
        CHECK(states[k].eligibility == 0);
    }
    al_o1_crossbar_free(crossbar);
}

int main(void) {
    version_and_messages();
    configuration();
    synapse();
    bank();
    crossbar();
    puts("misuse of the al_ functions: every call refused, nothing changed");
    return 0;
}
