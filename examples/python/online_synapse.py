"""A synapse that learns, online and in fixed point, which of its neighbours' spikes pay: with ctypes alone.

64 inputs spike at random onto one output. Inputs 0 to 3 drive it; there is a reward when the output spikes after one of them,
and a penalty when it spikes without. A bank of 64 synapses, 52 bits each, finds the four. From the root of the workspace:

    cargo build --release -p sc-ffi
    python3 examples/python/online_synapse.py

The numbers are those of examples/c/online_synapse.c. AL_LIBRARY names another file than the one built above.
"""

import ctypes
import os
import pathlib
from ctypes import POINTER, byref, c_char_p, c_int32, c_size_t, c_uint32, c_uint64, c_void_p

INPUTS, DRIVING, STEPS = 64, 4, 5000
ROUNDING_NEAREST, DECAY_CEILING = 2, 1


class Config(ctypes.Structure):
    """al_o1_config of include/autonomous_learning.h."""

    _fields_ = [("struct_size", c_uint32)] + [
        (name, c_int32)
        for name in (
            "weight_bits",
            "trace_bits",
            "reward_bits",
            "learning_shift",
            "trace_decay_shift",
            "pairing_shift",
            "rounding",
            "decay",
        )
    ]


class Snapshot(ctypes.Structure):
    """al_o1_snapshot."""

    _fields_ = [("weight", c_uint32), ("pre_trace", c_uint32), ("post_trace", c_uint32), ("eligibility", c_int32)]


def load():
    """The library, with the types of what is called here: ctypes takes every argument for an int that is not declared."""
    built = pathlib.Path(__file__).resolve().parents[2] / "target/release/libautonomous_learning.so"
    lib = ctypes.CDLL(os.environ.get("AL_LIBRARY", built))
    words = (POINTER(c_uint64), c_size_t)
    lib.al_o1_config_init.argtypes = (POINTER(Config), c_uint32)
    lib.al_o1_bank_new.argtypes = (POINTER(Config), c_size_t, c_uint32, c_size_t, POINTER(c_void_p))
    lib.al_o1_bank_step.argtypes = (c_void_p, *words, *words, c_int32)
    lib.al_o1_bank_get_states.argtypes = (c_void_p, POINTER(Snapshot), c_size_t)
    lib.al_o1_bank_free.argtypes, lib.al_o1_bank_free.restype = (c_void_p,), None
    lib.al_last_error_message.restype = c_char_p
    return lib


LIB = load()


def check(status):
    """Every call that can fail says so, and why."""
    if status != 0:
        raise RuntimeError(LIB.al_last_error_message().decode())


class Bank:
    """Synapses that are freed with the object; used by one thread at a time."""

    def __init__(self, config, n, initial_weight):
        self.handle, self.n = c_void_p(), n
        check(LIB.al_o1_bank_new(byref(config), n, initial_weight, 1, byref(self.handle)))

    def __del__(self):
        LIB.al_o1_bank_free(self.handle)

    def step(self, pre, post, reward):
        """One step of up to 64 synapses; bit k of `pre` and `post` is for synapse k."""
        check(LIB.al_o1_bank_step(self.handle, byref(c_uint64(pre)), 1, byref(c_uint64(post)), 1, reward))

    def weights(self):
        states = (Snapshot * self.n)()
        check(LIB.al_o1_bank_get_states(self.handle, states, self.n))
        return [state.weight for state in states]


def random_words(state=42):
    """xorshift64: the same numbers everywhere."""
    while True:
        state ^= state << 13 & 2**64 - 1
        state ^= state >> 7
        state ^= state << 17 & 2**64 - 1
        yield state


def main():
    config = Config()
    check(LIB.al_o1_config_init(byref(config), ctypes.sizeof(config)))
    # The specification rounds everything down: weights wear, and eligibilities never quite end. These two modes cure it.
    config.rounding, config.decay = ROUNDING_NEAREST, DECAY_CEILING
    # Traces fade within a few steps, and a reward moves a weight by little.
    config.trace_decay_shift, config.learning_shift = 1, 9
    bank, draw, before = Bank(config, INPUTS, 1 << 15), random_words(), 0
    for _ in range(STEPS):
        # Bit k is input k; each spikes in one step of sixteen.
        inputs = next(draw) & next(draw) & next(draw) & next(draw)
        driven = before % (1 << DRIVING) != 0
        noise = next(draw) % 4 == 0
        # The output goes to all 64 synapses.
        output = 2**64 - 1 if driven or noise else 0
        # On average nothing, so that what is only there by chance does not gain.
        bank.step(inputs, output, 0 if output == 0 else 40 if driven else -48)
        before = inputs
    weights = bank.weights()
    driving, others = sum(weights[:DRIVING]) // DRIVING, sum(weights[DRIVING:]) // (INPUTS - DRIVING)
    print(f"{STEPS} steps of {INPUTS} synapses; weights are 0 to 65535")
    print(f"result: driving={driving} others={others}")


if __name__ == "__main__":
    main()
