"""The adaptation protocol on the shared library's synapse; prints what became of the weight as JSON."""

import json
import sys
from ctypes import CDLL, Structure, c_bool, c_int32, c_uint8, c_uint32, c_void_p


class Snapshot(Structure):
    _fields_ = [
        ("weight", c_uint32),
        ("pre_trace", c_uint32),
        ("post_trace", c_uint32),
        ("eligibility", c_int32),
    ]


library = CDLL(sys.argv[1])
*parameters, target_weight, max_pairings, reward = map(int, sys.argv[2:])

create = library.create_online_o1_synapse
create.argtypes, create.restype = [c_uint8] * 5 + [c_uint32], c_void_p
step = library.step_online_o1_synapse
step.argtypes, step.restype = [c_void_p, c_bool, c_bool, c_int32], Snapshot
destroy = library.destroy_online_o1_synapse
destroy.argtypes, destroy.restype = [c_void_p], None

synapse = create(*parameters, 0)
if not synapse:
    sys.exit("the library refuses the configuration")
weights = []
while len(weights) < max_pairings and (not weights or weights[-1] < target_weight):
    step(synapse, True, False, 0)
    weights.append(step(synapse, False, True, reward).weight)
destroy(synapse)

reached = weights[-1] >= target_weight
print(json.dumps({"steps_to_target": 2 * len(weights) if reached else None, "weight_trace": weights}))
