/* How a test program says that something is not as it should be. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autonomous_learning.h"

static inline void check_failed(const char *file, int line, const char *condition) {
    fprintf(stderr, "%s:%d: not so: %s\n  the library's last message: \"%s\"\n", file, line, condition,
            al_last_error_message());
    exit(1);
}

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition))

/* The call succeeds. */
#define OK(call) CHECK((call) == AL_STATUS_OK)

/* The call fails with this status, and says why: a message that contains `words`. */
#define REFUSED(call, status, words)                                                                                   \
    do {                                                                                                               \
        CHECK((call) == (status));                                                                                     \
        CHECK(strstr(al_last_error_message(), words) != NULL);                                                         \
    } while (0)

static inline al_o1_config default_config(void) {
    al_o1_config config;
    OK(al_o1_config_init(&config, sizeof config));
    return config;
}

static inline int same_state(const al_o1_snapshot *a, const al_o1_snapshot *b) {
    return a->weight == b->weight && a->pre_trace == b->pre_trace && a->post_trace == b->post_trace &&
           a->eligibility == b->eligibility;
}

#endif
