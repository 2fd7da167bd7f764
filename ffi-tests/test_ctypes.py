"""The library from Python's ctypes, with nothing else installed: the recorded runs, and misuse.

    AL_LIBRARY=.../libautonomous_learning.so python ffi-tests/test_ctypes.py
"""

import ctypes
import hashlib
import json
import os
import pathlib
import signal
import struct
import sys
import threading
import unittest
from ctypes import POINTER, byref, c_bool, c_char_p, c_float, c_int32, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p

OK, NULL_POINTER, INVALID_ARGUMENT, LENGTH_MISMATCH, BUFFER_TOO_SMALL, OUT_OF_MEMORY, INVALID_STATE = range(7)
PARAMETERS = ("weight_bits", "trace_bits", "reward_bits", "learning_shift", "trace_decay_shift")


class Config(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32)] + [
        (name, c_int32) for name in (*PARAMETERS, "pairing_shift", "rounding", "decay")
    ]


class Snapshot(ctypes.Structure):
    _fields_ = [("weight", c_uint32), ("pre_trace", c_uint32), ("post_trace", c_uint32), ("eligibility", c_int32)]

    def __iter__(self):
        return iter((self.weight, self.pre_trace, self.post_trace, self.eligibility))


WORDS = (POINTER(c_uint64), c_size_t)
BYTES = (POINTER(c_uint8), c_size_t)
REWARDS = (POINTER(c_int32), c_size_t)
STATES = (POINTER(Snapshot), c_size_t)
VIEW = (POINTER(c_void_p), POINTER(c_size_t), POINTER(c_size_t))
STATUSES = {
    "al_o1_config_init": (POINTER(Config), c_uint32),
    "al_o1_synapse_new": (POINTER(Config), c_uint32, POINTER(c_void_p)),
    "al_o1_synapse_step": (c_void_p, c_uint8, c_uint8, c_int32, POINTER(Snapshot)),
    "al_o1_synapse_reset": (c_void_p,),
    "al_o1_synapse_get_state": (c_void_p, POINTER(Snapshot)),
    "al_o1_synapse_set_state": (c_void_p, POINTER(Snapshot)),
    "al_o1_synapse_get_config": (c_void_p, POINTER(Config), c_uint32),
    "al_o1_bank_new": (POINTER(Config), c_size_t, c_uint32, c_size_t, POINTER(c_void_p)),
    "al_o1_bank_step": (c_void_p, *WORDS, *WORDS, c_int32),
    "al_o1_bank_step_bytes": (c_void_p, *BYTES, *BYTES, c_int32),
    "al_o1_bank_step_each": (c_void_p, *WORDS, *WORDS, *REWARDS),
    "al_o1_bank_run": (c_void_p, *WORDS, *WORDS, *REWARDS),
    "al_o1_bank_reset": (c_void_p,),
    "al_o1_bank_get_states": (c_void_p, *STATES),
    "al_o1_bank_set_states": (c_void_p, *STATES),
    "al_o1_bank_view_weights": (c_void_p, *VIEW),
    "al_o1_crossbar_new": (POINTER(Config), c_size_t, c_size_t, c_uint32, c_size_t, POINTER(c_void_p)),
    "al_o1_crossbar_step": (c_void_p, *WORDS, *WORDS, c_int32),
    "al_o1_crossbar_step_bytes": (c_void_p, *BYTES, *BYTES, c_int32),
    "al_o1_crossbar_run": (c_void_p, *WORDS, *WORDS, *REWARDS),
    "al_o1_crossbar_reset": (c_void_p,),
    "al_o1_crossbar_get_states": (c_void_p, *STATES),
    "al_o1_crossbar_set_states": (c_void_p, *STATES),
    "al_o1_crossbar_set_weights": (c_void_p, POINTER(c_uint32), c_size_t),
    "al_o1_crossbar_view_weights": (c_void_p, *VIEW),
}
OTHERS = {
    "al_last_error_message": (c_char_p,),
    "al_status_string": (c_char_p, c_int32),
    "al_version_string": (c_char_p,),
    "al_o1_synapse_state_bits": (c_uint32, c_void_p),
    "al_o1_synapse_free": (None, c_void_p),
    "al_o1_bank_len": (c_size_t, c_void_p),
    "al_o1_bank_free": (None, c_void_p),
    "al_o1_crossbar_n_pre": (c_size_t, c_void_p),
    "al_o1_crossbar_n_post": (c_size_t, c_void_p),
    "al_o1_crossbar_free": (None, c_void_p),
    "create_online_o1_synapse": (c_void_p, *[c_uint8] * 5, c_uint32),
    "step_online_o1_synapse": (Snapshot, c_void_p, c_bool, c_bool, c_int32),
    "online_o1_per_synapse_state_bits": (c_uint32, c_void_p),
    "destroy_online_o1_synapse": (None, c_void_p),
    "create_rule_layer": (c_void_p, c_size_t, c_uint32, c_float, c_float, c_float),
    "get_rule_layer_weights": (None, c_void_p, POINTER(c_float)),
    "destroy_rule_layer": (None, c_void_p),
}


def load():
    path = os.environ.get("AL_LIBRARY")
    if path is None:
        sys.exit("set AL_LIBRARY to the path of the library")
    library = ctypes.CDLL(path)
    for name, arguments in STATUSES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = c_int32, arguments
    for name, (result, *arguments) in OTHERS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


LIB = load()


def message():
    return LIB.al_last_error_message().decode()


def check(status):
    if status != OK:
        raise RuntimeError(f"{LIB.al_status_string(status).decode()}: {message()}")


def new(kind, config, *arguments):
    handle = c_void_p()
    check(getattr(LIB, f"al_o1_{kind}_new")(byref(config), *arguments, byref(handle)))
    return handle


def default():
    config = Config()
    check(LIB.al_o1_config_init(byref(config), ctypes.sizeof(config)))
    return config


def words(*values):
    return (c_uint64 * len(values))(*values), len(values)


class Recorded:
    """A run of the corpus, and what is known of its states."""

    def __init__(self, case):
        bits = [
            [int(case[key][t // 4], 16) >> t % 4 & 1 for t in range(case["n_steps"])] for key in ("pre_hex", "post_hex")
        ]
        self.steps = list(zip(*bits, case["rewards"]))
        self.case = case
        self.widths = [case["config"][name] for name in PARAMETERS]
        self.config = default()
        for name in PARAMETERS:
            setattr(self.config, name, case["config"][name])

    def judge(self, test, states):
        states = [tuple(state) for state in states]
        test.assertEqual(states[:48], [tuple(state) for state in self.case["first_48"]], self.widths)
        for n, *state in self.case["every_100"]:
            test.assertEqual(states[n - 1], tuple(state), f"{self.widths}, after {n} steps")
        every = b"".join(struct.pack("<IIIi", *state) for state in states)
        recorded = self.case["sha256_of_all_snapshots_le_u32_u32_u32_i32"]
        test.assertEqual(hashlib.sha256(every).hexdigest(), recorded, self.widths)


def corpus():
    here = pathlib.Path(__file__).resolve().parent.parent
    folder = pathlib.Path(os.environ.get("SC_GOLDEN_DIR", here / "crates/sc-online-o1/tests/golden"))
    cases = json.loads((folder / "online_o1.json").read_text())["cases"]
    return [Recorded(case) for case in cases if "n_steps" in case]


class Golden(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.corpus = corpus()
        assert sum(len(run.steps) for run in cls.corpus) >= 88_000

    def each(self):
        for run in self.corpus:
            yield run, run.case["initial_weight"]

    def test_bridge(self):
        for run, weight in self.each():
            synapse = LIB.create_online_o1_synapse(*run.widths, weight)
            bits = LIB.online_o1_per_synapse_state_bits(synapse)
            self.assertEqual(bits, run.case["per_synapse_state_bits"])
            run.judge(self, [LIB.step_online_o1_synapse(synapse, *step) for step in run.steps])
            LIB.destroy_online_o1_synapse(synapse)

    def test_synapse(self):
        for run, weight in self.each():
            synapse, state, states = new("synapse", run.config, weight), Snapshot(), []
            for step in run.steps:
                check(LIB.al_o1_synapse_step(synapse, *step, byref(state)))
                states.append(tuple(state))
            run.judge(self, states)
            LIB.al_o1_synapse_free(synapse)

    def test_bank(self):
        """Synapse 64 of 65 sees the recorded spikes; the others none, or all."""
        n = 65
        for run, weight in self.each():
            bank, states, seen = new("bank", run.config, n, weight, 1), (Snapshot * n)(), []
            for pre, post, reward in run.steps:
                check(LIB.al_o1_bank_step(bank, *words(0, pre), *words(2**64 - 1, post), reward))
                check(LIB.al_o1_bank_get_states(bank, states, n))
                seen.append(tuple(states[n - 1]))
            run.judge(self, seen)
            again, final = new("bank", run.config, n, weight, 1), (Snapshot * n)()
            pre = words(*[word for step in run.steps for word in (0, step[0])])
            post = words(*[word for step in run.steps for word in (2**64 - 1, step[1])])
            rewards = (c_int32 * len(run.steps))(*[step[2] for step in run.steps])
            check(LIB.al_o1_bank_run(again, *pre, *post, rewards, len(rewards)))
            check(LIB.al_o1_bank_get_states(again, final, n))
            self.assertEqual(bytes(final), bytes(states))
            data, width, length = c_void_p(), c_size_t(), c_size_t()
            check(LIB.al_o1_bank_view_weights(bank, byref(data), byref(width), byref(length)))
            kind = {2: ctypes.c_uint16, 4: c_uint32}[width.value]
            weights = list((kind * length.value).from_address(data.value))
            self.assertEqual(weights, [state.weight for state in states])
            LIB.al_o1_bank_free(bank)
            LIB.al_o1_bank_free(again)

    def test_crossbar(self):
        """The synapse from row 1 of 2 to column 2 of 3 sees the recorded spikes."""
        for run, weight in self.each():
            crossbar, states, seen = new("crossbar", run.config, 2, 3, weight, 1), (Snapshot * 6)(), []
            for pre, post, reward in run.steps:
                check(LIB.al_o1_crossbar_step(crossbar, *words(pre << 1), *words(post << 2), reward))
                check(LIB.al_o1_crossbar_get_states(crossbar, states, 6))
                seen.append(tuple(states[1 * 3 + 2]))
            run.judge(self, seen)
            LIB.al_o1_crossbar_free(crossbar)


class Misuse(unittest.TestCase):
    def refused(self, status, expected, words):
        self.assertEqual(status, expected)
        self.assertIn(words, message())

    def test_every_pointer_none(self):
        """ctypes passes None as NULL and 0 as 0: nothing to work with, anywhere."""
        for name, arguments in STATUSES.items():
            nothing = [None if hasattr(kind, "contents") or kind is c_void_p else 0 for kind in arguments]
            status = getattr(LIB, name)(*nothing)
            self.assertIn(status, (NULL_POINTER, INVALID_ARGUMENT), name)
            self.assertTrue(message(), name)
        for name, (result, *arguments) in OTHERS.items():
            if c_void_p in arguments:
                nothing = [None if hasattr(kind, "contents") or kind is c_void_p else 0 for kind in arguments]
                answer = getattr(LIB, name)(*nothing)
                self.assertEqual(tuple(answer) if result is Snapshot else answer or 0, (0,) * 4 if result is Snapshot else 0)

    def test_lengths_off_by_one(self):
        bank, states = new("bank", default(), 65, 7, 1), (Snapshot * 66)()
        good, short, long = words(1, 1), words(1), words(1, 1, 1)
        for wrong in (short, long):
            self.refused(LIB.al_o1_bank_step(bank, *wrong, *good, 1), LENGTH_MISMATCH, "pre")
            self.refused(LIB.al_o1_bank_step(bank, *good, *wrong, 1), LENGTH_MISMATCH, "post")
        self.assertNotEqual(LIB.al_o1_bank_get_states(bank, states, 64), OK)
        self.refused(LIB.al_o1_bank_set_states(bank, states, 66), LENGTH_MISMATCH, "states")
        check(LIB.al_o1_bank_step(bank, *good, *good, 0))
        check(LIB.al_o1_bank_get_states(bank, states, 65))
        self.assertEqual([state.weight for state in states[:65]], [7] * 65)
        LIB.al_o1_bank_free(bank)

    def test_numbers_that_a_byte_would_cut_off(self):
        config = default()
        config.weight_bits = 272
        with self.assertRaisesRegex(RuntimeError, "weight_bits.*272"):
            new("synapse", config, 0)
        with self.assertRaises(RuntimeError):
            new("bank", default(), -1, 0, 1)
        self.assertIsNone(LIB.create_rule_layer(2**62, 1, 0.5, 0.01, 0.01))

    def test_threads_have_messages_of_their_own(self):
        LIB.al_o1_config_init(None, ctypes.sizeof(Config))
        here, there = message(), []
        thread = threading.Thread(target=lambda: there.append(message()))
        thread.start()
        thread.join()
        self.assertTrue(here)
        self.assertEqual(there, [""])

    @unittest.skipUnless(hasattr(os, "fork"), "no fork on this system")
    def test_a_forked_process_steps_and_frees_what_has_threads(self):
        """multiprocessing forks; the child has the handles, and none of their threads."""
        n = 100_000
        length = (n + 63) // 64
        spikes = (c_uint64 * length)(*[0x5555] * length), length
        bank, states = new("bank", default(), n, 7, 2), (Snapshot * n)()
        check(LIB.al_o1_bank_step(bank, *spikes, *spikes, 1))
        child = os.fork()
        if child == 0:
            # If it hangs, the alarm ends it, and with it the test.
            signal.alarm(60)
            status = LIB.al_o1_bank_step(bank, *spikes, *spikes, 1)
            LIB.al_o1_bank_free(bank)
            os._exit(status)
        _, ended = os.waitpid(child, 0)
        self.assertEqual(ended, OK)
        check(LIB.al_o1_bank_step(bank, *spikes, *spikes, 1))
        check(LIB.al_o1_bank_get_states(bank, states, n))
        LIB.al_o1_bank_free(bank)


if __name__ == "__main__":
    unittest.main()
