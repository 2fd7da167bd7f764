//! What engines take, as synthesized, and what was fitted to it. Written by `cargo xtask rtl`.

// A coefficient may look like e or pi, and is not.
#![allow(clippy::approx_constant)]

use crate::{calibrated::Calibration, engine_estimate::Synthesized};

/// For every family.
pub(crate) const CALIBRATIONS: [Calibration<8>; 4] = [
    Calibration {
        command: "synth_ice40",
        luts: [57.947, -1.815, 4.986, 2.251, 0.0, 5.454, 5.136, 0.856],
        luts_error_percent: 3,
        carries: [-3.027, 1.923, 0.155, 0.952, 0.0, 0.959, 2.333, -0.023],
        carries_error_percent: 3,
    },
    Calibration {
        command: "synth_ice40 -dsp",
        luts: [71.536, 14.32, 7.757, 2.387, 3.806, 2.501, 3.045, 0.864],
        luts_error_percent: 3,
        carries: [1.022, 2.952, 1.498, 0.226, 9.917, 0.754, 1.526, -0.029],
        carries_error_percent: 11,
    },
    Calibration {
        command: "synth_ecp5 -nowidelut",
        luts: [113.541, -2.167, 4.662, 0.0, 8.624, 4.393, -0.045, 1.036],
        luts_error_percent: 4,
        carries: [1.107, 1.968, 0.206, 0.0, 8.672, 0.854, 0.744, 0.048],
        carries_error_percent: 7,
    },
    Calibration {
        command: "synth_xilinx -flatten",
        luts: [39.118, 19.44, 7.212, 0.812, 9.783, 3.295, -0.082, 0.459],
        luts_error_percent: 10,
        carries: [-0.75, 3.773, 0.164, 0.108, 2.718, 0.344, 0.419, 0.009],
        carries_error_percent: 7,
    },
];

/// The largest error of the rule for flip-flops, in every family.
pub(crate) const FLIP_FLOPS_ERROR_PERCENT: [u32; 4] = [0, 5, 0, 0];

/// Fitted to.
#[rustfmt::skip]
pub(crate) const FITTED: [Synthesized; 12] = [
    Synthesized { config: [16, 12, 8, 4, 4], shape: [2, 256, 1], cells: [[791, 221, 582, 0, 6, 0], [480, 123, 462, 2, 6, 0], [424, 70, 527, 2, 5, 16], [374, 38, 407, 2, 5, 4]] },
    Synthesized { config: [8, 6, 4, 3, 2], shape: [3, 256, 1], cells: [[498, 119, 446, 0, 8, 0], [546, 109, 419, 0, 8, 0], [355, 61, 420, 3, 7, 16], [404, 36, 373, 3, 0, 72]] },
    Synthesized { config: [16, 12, 8, 4, 4], shape: [4, 256, 1], cells: [[1475, 424, 1016, 0, 10, 0], [864, 228, 784, 4, 10, 0], [675, 133, 905, 4, 9, 16], [691, 71, 729, 4, 9, 4]] },
    Synthesized { config: [8, 8, 8, 7, 3], shape: [2, 64, 4], cells: [[733, 151, 548, 0, 5, 0], [510, 77, 452, 2, 5, 0], [320, 47, 374, 2, 4, 16], [311, 27, 308, 2, 0, 56]] },
    Synthesized { config: [24, 16, 8, 8, 5], shape: [2, 16, 2], cells: [[1080, 285, 755, 0, 7, 0], [676, 163, 611, 2, 7, 0], [563, 88, 699, 2, 0, 53], [458, 48, 589, 2, 0, 24]] },
    Synthesized { config: [12, 10, 6, 4, 0], shape: [2, 1024, 1], cells: [[524, 120, 512, 0, 16, 0], [325, 58, 412, 2, 16, 0], [326, 33, 462, 2, 6, 0], [329, 20, 347, 2, 5, 16]] },
    Synthesized { config: [20, 14, 16, 6, 5], shape: [2, 512, 1], cells: [[1361, 462, 793, 0, 13, 0], [558, 152, 557, 2, 13, 0], [454, 86, 649, 2, 6, 0], [459, 48, 488, 2, 5, 8]] },
    Synthesized { config: [4, 4, 4, 2, 2], shape: [4, 8, 1], cells: [[709, 103, 708, 0, 0, 0], [750, 88, 676, 0, 0, 0], [295, 47, 380, 4, 0, 10], [357, 40, 362, 0, 0, 10]] },
    Synthesized { config: [31, 30, 20, 8, 12], shape: [1, 64, 1], cells: [[1701, 527, 861, 0, 6, 0], [730, 199, 645, 4, 6, 0], [475, 121, 639, 4, 3, 4], [441, 56, 644, 4, 0, 32]] },
    Synthesized { config: [6, 5, 3, 2, 2], shape: [6, 32, 5], cells: [[1025, 186, 829, 0, 13, 0], [1016, 162, 775, 0, 13, 0], [527, 93, 598, 6, 12, 18], [704, 67, 586, 0, 0, 110]] },
    Synthesized { config: [16, 12, 8, 4, 4], shape: [2, 64, 16], cells: [[1021, 221, 698, 0, 17, 0], [725, 123, 578, 2, 17, 0], [434, 69, 530, 2, 4, 24], [380, 39, 398, 2, 4, 11]] },
    Synthesized { config: [10, 20, 4, 4, 7], shape: [2, 256, 2], cells: [[914, 231, 726, 0, 13, 0], [800, 195, 650, 2, 13, 0], [525, 108, 627, 4, 5, 26], [507, 54, 485, 2, 5, 12]] },
];

/// Compared with.
#[rustfmt::skip]
pub(crate) const HELD_OUT: [Synthesized; 4] = [
    Synthesized { config: [14, 11, 7, 4, 3], shape: [3, 128, 1], cells: [[1046, 297, 735, 0, 8, 0], [619, 159, 566, 3, 8, 0], [485, 94, 649, 3, 7, 8], [590, 49, 604, 3, 0, 63]] },
    Synthesized { config: [24, 20, 12, 10, 6], shape: [2, 256, 2], cells: [[1539, 457, 950, 0, 15, 0], [760, 195, 718, 4, 15, 0], [595, 120, 735, 4, 5, 26], [563, 56, 573, 2, 5, 12]] },
    Synthesized { config: [12, 8, 4, 4, 3], shape: [4, 512, 4], cells: [[926, 205, 822, 0, 42, 0], [739, 161, 714, 4, 42, 0], [515, 100, 654, 4, 14, 8], [551, 55, 517, 4, 13, 16]] },
    Synthesized { config: [16, 12, 8, 4, 4], shape: [10, 256, 1], cells: [[3527, 1032, 2244, 0, 22, 0], [2016, 542, 1700, 10, 22, 0], [1435, 314, 1989, 10, 21, 16], [1589, 167, 1645, 10, 21, 4]] },
];
