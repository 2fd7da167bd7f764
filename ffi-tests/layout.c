/* Prints what callers have compiled into their programs: sizes, offsets and numbers. layout.txt is what it must print: a
 * difference breaks every program there is. */
#include <stdio.h>

#include "autonomous_learning.h"

#define SIZE(type) printf("sizeof(%s) = %zu\n", #type, sizeof(type))
#define FIELD(type, field)                                                                                             \
    printf("%s.%s: offset %zu, size %zu\n", #type, #field, offsetof(type, field), sizeof(((type *)0)->field))
#define NUMBER(name) printf("%s = %d\n", #name, (int)(name))

int main(void) {
    SIZE(bool);
    SIZE(size_t);
    SIZE(al_status);
    SIZE(al_o1_config);
    FIELD(al_o1_config, struct_size);
    FIELD(al_o1_config, weight_bits);
    FIELD(al_o1_config, trace_bits);
    FIELD(al_o1_config, reward_bits);
    FIELD(al_o1_config, learning_shift);
    FIELD(al_o1_config, trace_decay_shift);
    FIELD(al_o1_config, pairing_shift);
    FIELD(al_o1_config, rounding);
    FIELD(al_o1_config, decay);
    SIZE(al_o1_snapshot);
    FIELD(al_o1_snapshot, weight);
    FIELD(al_o1_snapshot, pre_trace);
    FIELD(al_o1_snapshot, post_trace);
    FIELD(al_o1_snapshot, eligibility);
    SIZE(OnlineO1SnapshotFFI);
    NUMBER(AL_STATUS_OK);
    NUMBER(AL_STATUS_NULL_POINTER);
    NUMBER(AL_STATUS_INVALID_ARGUMENT);
    NUMBER(AL_STATUS_LENGTH_MISMATCH);
    NUMBER(AL_STATUS_BUFFER_TOO_SMALL);
    NUMBER(AL_STATUS_OUT_OF_MEMORY);
    NUMBER(AL_STATUS_INVALID_STATE);
    NUMBER(AL_STATUS_IO);
    NUMBER(AL_STATUS_PANIC);
    NUMBER(AL_STATUS_POISONED);
    NUMBER(AL_O1_ROUNDING_FLOOR);
    NUMBER(AL_O1_ROUNDING_TOWARD_ZERO);
    NUMBER(AL_O1_ROUNDING_NEAREST);
    NUMBER(AL_O1_DECAY_FLOOR);
    NUMBER(AL_O1_DECAY_CEILING);
    return 0;
}
