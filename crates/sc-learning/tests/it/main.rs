//! The examples, held to their promises: digits has the same bits on any number of threads and learns, distal reward is
//! the network it says it is, evidence accumulation is the paper's task, the engine is that of the software.

#[path = "../../examples/distal_reward/options.rs"]
#[allow(dead_code, reason = "nobody asks for help here")]
mod distal_reward_options;
#[path = "../../examples/distal_reward/experiment.rs"]
#[allow(dead_code, reason = "the example shows more than is tested here")]
mod experiment;
#[path = "../../examples/digits/options.rs"]
mod options;
#[path = "../../examples/distal_reward/record.rs"]
#[allow(dead_code, reason = "the example shows more than is tested here")]
mod record;
#[path = "../../examples/digits/train.rs"]
mod train;

mod digits;
mod digits_options;
mod distal_reward;
mod engine_in_verilog;
mod evidence_accumulation;
