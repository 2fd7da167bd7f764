"""The library as a drop-in for sc-neurocore: its own Python package, unmodified, on top of ours.

    SC_NEUROCORE_LIB_PATH=.../libautonomous_learning.so python ffi-tests/drop_in.py

`cargo xtask ffi-test` installs the package into an environment of its own and runs this file there. What could bring a
process down runs in a process of its own.
"""

import copy
import os
import pickle
import random
import subprocess
import sys
import tempfile
import textwrap
import unittest

import numpy as np
from sc_neurocore._native import learning_bridge as bridge
from sc_neurocore.learning.online_o1 import OnlineO1Config, OnlineO1Synapse

F = np.float32
RULES = {bridge.RULE_ELIGENT: 3, bridge.RULE_STDP: 3, bridge.RULE_REWARD_STDP: 4, bridge.RULE_BCM: 2}


class Loading(unittest.TestCase):
    def test_the_package_finds_the_library(self):
        self.assertTrue(bridge.is_available())


class OnlineSynapse(unittest.TestCase):
    def test_agrees_with_the_python_synapse(self):
        draw = random.Random(1)
        for _ in range(60):
            widths = {
                "weight_bits": draw.choice([1, 8, 16, 31, draw.randint(1, 31)]),
                "trace_bits": draw.choice([2, 12, 30, draw.randint(2, 30)]),
                "reward_bits": draw.choice([1, 8, 30, draw.randint(1, 30)]),
                "learning_shift": draw.choice([0, 4, 30, draw.randint(0, 30)]),
                "trace_decay_shift": draw.choice([0, 4, 30, draw.randint(0, 30)]),
            }
            weight = draw.choice([0, 1 << 15, (1 << 32) - 1, draw.randrange(1 << 31)])
            ours = bridge.RustOnlineO1Synapse(initial_weight=weight, **widths)
            theirs = OnlineO1Synapse(config=OnlineO1Config(**widths), initial_weight=weight)
            rate = draw.choice([0.02, 0.3, 0.9])
            for step in range(400):
                pre, post = draw.random() < rate, draw.random() < rate
                reward = draw.choice([0, 1, -1, draw.randint(-200, 200), -(1 << 31), (1 << 31) - 1])
                got = ours.step(pre_spike=pre, post_spike=post, reward=reward)
                expected = theirs.step(pre_spike=pre, post_spike=post, reward=reward)
                self.assertEqual(
                    (got.weight, got.pre_trace, got.post_trace, got.eligibility),
                    (expected.weight, expected.pre_trace, expected.post_trace, expected.eligibility),
                    f"{widths}, step {step}",
                )
            self.assertEqual(ours.per_synapse_state_bits, widths["weight_bits"] + 3 * widths["trace_bits"])


class Rule:
    """The four rules as one reads them, in single precision; slow."""

    def __init__(self, kind, weight=0.5, a=0.01, b=0.012, threshold=1.0):
        self.kind, self.w, self.a, self.b = kind, F(weight), F(a), F(b)
        self.p = self.q = self.e = self.avg = F(0)
        self.theta, self.threshold, self.total = F(0.5), F(threshold), F(weight)

    def step(self, pre, post, reward, dt):
        x, y, r, dt = F(pre), F(post), F(reward), F(dt)
        if self.kind in (bridge.RULE_STDP, bridge.RULE_REWARD_STDP):
            plus = max(self.a, F(0.001))
            decay = F(np.exp(-dt / F(20)))
            self.p, self.q = self.p * decay, self.q * decay
            change = y * (plus * self.p) - x * (plus / F(2) * self.q)
            if self.kind == bridge.RULE_STDP:
                self.w = self.w + change
            else:
                self.e = (self.e + change) * F(np.exp(-dt / max(self.b, F(0.01))))
                self.w = self.w + self.e * r
            self.w = min(max(self.w, F(0)), F(1))
            self.p, self.q = self.p + x, self.q + y
        elif self.kind == bridge.RULE_BCM:
            tau = max(self.b, F(1))
            change = max(self.a, F(0.0001)) * y * (y - self.theta) * x * dt
            self.w = min(max(self.w + change, F(0)), F(1))
            self.avg = self.avg + (y - self.avg) * dt / tau
            self.theta = max(F(0.01), self.theta + (self.avg * self.avg - self.theta) * dt / tau)
        else:
            self.e = (self.e + x) * F(np.exp(-dt / max(self.b, F(0.01))))
            self.w, self.total = self.w + self.e * r, self.total + self.e * r
            if self.total > 0:
                self.w, self.total = self.w / self.total, F(1)


def spikes(draw, n, rate=0.3):
    return draw.random(n) < rate


class Rules(unittest.TestCase):
    def test_a_rule_steps_as_written(self):
        draw = np.random.default_rng(2)
        for kind in RULES:
            for a, b in [(0.01, 0.012), (0.0, 0.0), (0.2, 30.0)]:
                ours, ref = bridge.RustPlasticityRule(kind, 0.4, a, b), Rule(kind, 0.4, a, b)
                for _ in range(300):
                    pre, post = bool(draw.random() < 0.3), bool(draw.random() < 0.3)
                    reward, dt = float(F(draw.normal())), float(F(draw.choice([0.001, 1.0, 5.0])))
                    ours.step(pre, post, dt=dt, reward=reward)
                    ref.step(pre, post, reward, dt)
                    if not np.isfinite(ref.w) or abs(ref.w) > 1e3:
                        break  # without bounds, ELIGENT may leave the numbers one can compare
                    self.assertAlmostEqual(ours.weight, float(ref.w), delta=2e-4 * max(1.0, abs(float(ref.w))))

    def test_a_batch_is_its_steps(self):
        draw = np.random.default_rng(3)
        n = 200
        pre, post, reward = spikes(draw, n), spikes(draw, n), draw.normal(size=n).astype(F)
        for kind in RULES:
            one, all_ = bridge.RustPlasticityRule(kind), bridge.RustPlasticityRule(kind)
            for k in range(n):
                one.step(bool(pre[k]), bool(post[k]), dt=1.0, reward=float(reward[k]))
            all_.step_batched(pre, post, reward, dt=1.0)
            self.assertEqual(one.weight, all_.weight)
            one.reset()

    def test_a_learner_runs(self):
        draw = np.random.default_rng(4)
        learner = bridge.RustEligentLearner(1.0, 0.1, 0.5)
        learner.step(True, False, 0.5, 1.0)
        learner.step_batched(spikes(draw, 50), spikes(draw, 50), np.ones(50, F), dt=1.0)


class Layers(unittest.TestCase):
    def layers(self, n=37):
        for kind in RULES:
            yield kind, bridge.RustRuleLayer(n, kind, 0.4, 0.05, 20.0)

    def drive(self, layer, seed, n=37, steps=60):
        draw = np.random.default_rng(seed)
        for _ in range(steps):
            layer.step(spikes(draw, n), spikes(draw, n), draw.normal(0, 0.1, n).astype(F), dt=1.0)

    def test_a_layer_is_its_rules(self):
        draw = np.random.default_rng(5)
        n = 37
        for kind, layer in self.layers():
            rules = [bridge.RustPlasticityRule(kind, 0.4, 0.05, 20.0) for _ in range(n)]
            for _ in range(80):
                pre, post, reward = spikes(draw, n), spikes(draw, n), draw.normal(0, 0.1, n).astype(F)
                layer.step(pre, post, reward, dt=1.0)
                for k, rule in enumerate(rules):
                    rule.step(bool(pre[k]), bool(post[k]), dt=1.0, reward=float(reward[k]))
            np.testing.assert_array_equal(layer.get_weights(), np.array([rule.weight for rule in rules], F))

    def test_sampled_spikes_repeat_with_their_seed(self):
        n = 37
        p = np.full(n, 0.5, F)
        for _, layer in self.layers():
            other = bridge.RustRuleLayer(n, layer._rule_type, 0.4, 0.05, 20.0)
            for seed in [0, 42, 2**64 - 1]:
                layer.step_analog(p, p, np.full(n, 0.1, F), dt=1.0, seed=seed)
                other.step_analog(p, p, np.full(n, 0.1, F), dt=1.0, seed=seed)
            np.testing.assert_array_equal(layer.get_weights(), other.get_weights())

    def test_pickles_carry_the_state(self):
        for kind, layer in self.layers():
            self.drive(layer, 6)
            again = pickle.loads(pickle.dumps(layer))
            np.testing.assert_array_equal(again.get_weights(), layer.get_weights())
            if kind in (bridge.RULE_STDP, bridge.RULE_REWARD_STDP):
                self.drive(layer, 7)
                self.drive(again, 7)
                np.testing.assert_array_equal(again.get_weights(), layer.get_weights())
            again.load_state_dict(copy.deepcopy(layer.get_state_dict()))
            np.testing.assert_array_equal(again.get_weights(), layer.get_weights())

    def test_files_carry_everything(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "größe und leerzeichen.bin")
            for kind, layer in self.layers():
                self.drive(layer, 8)
                self.assertTrue(layer.save(path))
                again = bridge.RustRuleLayer(37, kind, 0.9, 0.05, 20.0)
                self.assertTrue(again.load(path))
                self.drive(layer, 9)
                self.drive(again, 9)
                np.testing.assert_array_equal(again.get_weights(), layer.get_weights(), f"rule {kind}")

    def test_a_damaged_file_changes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "layer.bin")
            for kind, layer in self.layers(5):
                self.drive(layer, 10, 5)
                layer.save(path)
                with open(path, "rb") as file:
                    whole = file.read()
                victim = bridge.RustRuleLayer(5, kind, 0.25, 0.05, 20.0)
                before = victim.get_weights()
                for length in list(range(len(whole))) + [len(whole) + 1]:
                    with open(path, "wb") as file:
                        file.write((whole + b"\0")[:length])
                    with self.assertRaises(OSError):
                        victim.load(path)
                with self.assertRaises(OSError):
                    victim.load(os.path.join(folder, "nothing here"))
                np.testing.assert_array_equal(victim.get_weights(), before)
                # A file of another layer.
                bridge.RustRuleLayer(6, kind, 0.4, 0.05, 20.0).save(path)
                with self.assertRaises(OSError):
                    victim.load(path)
            with self.assertRaises(OSError):
                victim.save(os.path.join(folder, "no folder", "layer.bin"))

    def test_bad_numbers_are_ignored(self):
        n = 37
        for _, layer in self.layers():
            self.drive(layer, 11)
            before = layer.get_weights()
            ones = np.ones(n, bool)
            for bad in [np.nan, np.inf, -np.inf]:
                reward = np.zeros(n, F)
                reward[n // 2] = bad
                layer.step(ones, ones, reward, dt=1.0)
                layer.step(ones, ones, np.ones(n, F), dt=bad)
                p = np.full(n, 0.5, F)
                p[3] = bad
                layer.step_analog(p, np.full(n, 0.5, F), np.ones(n, F), dt=1.0, seed=1)
            layer.step(ones, ones, np.ones(n, F), dt=-1.0)
            layer.step(ones, ones, np.ones(n, F), dt=0.0)
            np.testing.assert_array_equal(layer.get_weights(), before)


class Wgpu(unittest.TestCase):
    def test_there_is_no_device_path_and_it_says_so(self):
        with self.assertRaises(RuntimeError):
            bridge.RustWgpuRuleLayer(10)


class Abuse(unittest.TestCase):
    """Each in a process of its own: it may raise, it may not crash."""

    def survive(self, code):
        preamble = """
            import ctypes
            import numpy as np
            from sc_neurocore._native import learning_bridge as bridge
            lib = bridge._get_lib()
        """
        program = textwrap.dedent(preamble) + textwrap.dedent(code) + "\nprint('alive')\n"
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
        self.assertEqual((run.returncode, run.stdout), (0, "alive\n"), run.stderr)

    def test_layers_of_absurd_sizes(self):
        self.survive("""
            for count in [2**62, 2**63, 2**64 - 1, -1, -(2**40), 0]:
                for rule in range(4):
                    layer = bridge.RustRuleLayer(count, rule)
                    assert layer._ptr is None, count
        """)

    def test_unknown_rules_and_bad_numbers(self):
        self.survive("""
            for rule in [4, 5, 2**31, 2**32 - 1]:
                assert bridge.RustPlasticityRule(rule)._ptr is None
                assert bridge.RustRuleLayer(3, rule)._ptr is None
            for bad in [float("nan"), float("inf"), -0.1, 1.5]:
                assert bridge.RustPlasticityRule(1, bad)._ptr is None
                assert bridge.RustRuleLayer(3, 1, bad)._ptr is None
            assert bridge.RustPlasticityRule(1, 0.5, -1.0)._ptr is None
            assert bridge.RustEligentLearner(0.0)._ptr is None
            assert bridge.RustEligentLearner(1.0, -1.0)._ptr is None
        """)

    def test_null_everywhere(self):
        self.survive("""
            n = None
            lib.step_rule(n, True, True, 1.0, 1.0)
            lib.step_rule_batched(n, n, n, n, 5, 1.0)
            assert lib.get_rule_weight(n) == 0
            lib.reset_rule(n), lib.destroy_rule(n)
            lib.step_learner(n, True, True, 1.0, 1.0)
            lib.step_learner_batched(n, n, n, n, 5, 1.0)
            lib.destroy_learner(n)
            lib.step_rule_layer(n, n, n, n, 1.0)
            lib.step_rule_layer_analog(n, n, n, n, 1, 1.0)
            lib.get_rule_layer_weights(n, n)
            lib.reset_rule_layer(n), lib.destroy_rule_layer(n)
            assert not lib.save_rule_layer_batched(n, b"/tmp/x")
            assert not lib.load_rule_layer_batched(n, n)
            assert lib.get_rule_layer_state_size(n) == 0
            assert not lib.get_rule_layer_state_mem(n, n)
            assert not lib.set_rule_layer_state_mem(n, n)
            lib.step_wgpu_layer(n, n, n, n, 1.0)
            lib.get_wgpu_weights(n, n), lib.set_wgpu_layer_seed(n, 1)
            lib.reset_wgpu_layer(n), lib.free_wgpu_layer(n)
            snapshot = lib.step_online_o1_synapse(n, True, True, 1)
            assert (snapshot.weight, snapshot.eligibility) == (0, 0)
            assert lib.online_o1_per_synapse_state_bits(n) == 0
            lib.destroy_online_o1_synapse(n)

            layer = bridge.RustRuleLayer(4)
            lib.step_rule_layer(layer._ptr, n, n, n, 1.0)
            lib.step_rule_layer_analog(layer._ptr, n, n, n, 1, 1.0)
            lib.get_rule_layer_weights(layer._ptr, n)
            assert not lib.save_rule_layer_batched(layer._ptr, n)
            assert not lib.load_rule_layer_batched(layer._ptr, n)
            assert not lib.get_rule_layer_state_mem(layer._ptr, n)
            assert not lib.set_rule_layer_state_mem(layer._ptr, n)
            rule = bridge.RustPlasticityRule()
            lib.step_rule_batched(rule._ptr, n, n, n, 5, 1.0)
            lib.step_rule_batched(rule._ptr, n, n, n, 0, 1.0)
        """)

    def test_a_path_that_is_no_text(self):
        self.survive("""
            layer = bridge.RustRuleLayer(4)
            assert not lib.save_rule_layer_batched(layer._ptr, b"/tmp/\\xff\\xfe/x")
            assert not lib.load_rule_layer_batched(layer._ptr, b"\\xff")
            assert not lib.load_rule_layer_batched(layer._ptr, b"")
        """)

    def test_a_restored_buffer_of_another_layer(self):
        self.survive("""
            small, large = bridge.RustRuleLayer(2), bridge.RustRuleLayer(5000)
            state = small.get_state_dict()
            buffer = (ctypes.c_byte * len(state["mem_buffer"])).from_buffer_copy(state["mem_buffer"])
            before = large.get_weights()
            # Only the header may be read: what it says does not fit.
            assert not lib.set_rule_layer_state_mem(large._ptr, buffer)
            assert (large.get_weights() == before).all()
            rule = bridge.RustRuleLayer(2, bridge.RULE_BCM)
            assert not lib.set_rule_layer_state_mem(rule._ptr, buffer)
        """)


if __name__ == "__main__":
    unittest.main()
