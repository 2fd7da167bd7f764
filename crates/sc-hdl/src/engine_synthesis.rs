//! What engines take, as synthesized, and what was fitted to it. Written by `cargo xtask rtl`.

use crate::{calibrated::Calibration, engine_estimate::Synthesized};

/// For every family.
pub(crate) const CALIBRATIONS: [Calibration<8>; 4] = [
    Calibration {
        command: "synth_ice40",
        luts: [63.945, -2.185, 5.336, 2.279, 0.0, 5.13, 5.105, 0.864],
        luts_error_percent: 3,
        carries: [-2.033, 1.922, 0.155, 0.952, 0.0, 0.959, 2.332, -0.023],
        carries_error_percent: 3,
    },
    Calibration {
        command: "synth_ice40 -dsp",
        luts: [76.498, 16.38, 7.55, 2.284, 5.898, 2.499, 3.059, 0.842],
        luts_error_percent: 4,
        carries: [1.519, 3.138, 1.474, 0.207, 10.036, 0.775, 1.519, -0.027],
        carries_error_percent: 11,
    },
    Calibration {
        command: "synth_ecp5 -nowidelut",
        luts: [115.268, -2.425, 4.652, 0.0, 9.324, 4.465, -0.099, 1.053],
        luts_error_percent: 3,
        carries: [4.292, 1.017, 0.316, 0.0, 8.635, 0.835, 0.709, 0.064],
        carries_error_percent: 6,
    },
    Calibration {
        command: "synth_xilinx -flatten",
        luts: [44.334, 20.102, 7.078, 0.871, 10.312, 3.331, -0.132, 0.432],
        luts_error_percent: 10,
        carries: [1.26, 2.802, 0.197, 0.137, 2.427, 0.35, 0.412, 0.012],
        carries_error_percent: 7,
    },
];

/// The largest error of the rule for flip-flops, in every family.
pub(crate) const FLIP_FLOPS_ERROR_PERCENT: [u32; 4] = [0, 5, 0, 0];

/// Fitted to.
#[rustfmt::skip]
pub(crate) const FITTED: [Synthesized; 12] = [
    Synthesized { config: [16, 12, 8, 4, 4], shape: [2, 256, 1], cells: [[796, 222, 583, 0, 6, 0], [485, 124, 463, 2, 6, 0], [426, 73, 528, 2, 5, 16], [376, 39, 408, 2, 5, 4]] },
    Synthesized { config: [8, 6, 4, 3, 2], shape: [3, 256, 1], cells: [[499, 120, 447, 0, 8, 0], [546, 109, 420, 0, 8, 0], [358, 61, 421, 3, 7, 16], [404, 36, 374, 3, 0, 72]] },
    Synthesized { config: [16, 12, 8, 4, 4], shape: [4, 256, 1], cells: [[1476, 425, 1017, 0, 10, 0], [865, 229, 785, 4, 10, 0], [677, 133, 906, 4, 9, 16], [693, 71, 730, 4, 9, 4]] },
    Synthesized { config: [8, 8, 8, 7, 3], shape: [2, 64, 4], cells: [[743, 152, 549, 0, 5, 0], [513, 78, 453, 2, 5, 0], [322, 50, 375, 2, 4, 16], [312, 28, 309, 2, 0, 56]] },
    Synthesized { config: [24, 16, 8, 8, 5], shape: [2, 16, 2], cells: [[1084, 286, 756, 0, 7, 0], [681, 164, 612, 2, 7, 0], [566, 91, 700, 2, 0, 53], [459, 49, 590, 2, 0, 24]] },
    Synthesized { config: [12, 10, 6, 4, 0], shape: [2, 1024, 1], cells: [[529, 121, 513, 0, 16, 0], [330, 59, 413, 2, 16, 0], [329, 36, 463, 2, 6, 0], [333, 21, 348, 2, 5, 16]] },
    Synthesized { config: [20, 14, 16, 6, 5], shape: [2, 512, 1], cells: [[1366, 463, 794, 0, 13, 0], [563, 153, 558, 2, 13, 0], [457, 89, 650, 2, 6, 0], [463, 49, 489, 2, 5, 8]] },
    Synthesized { config: [4, 4, 4, 2, 2], shape: [4, 8, 1], cells: [[711, 104, 709, 0, 0, 0], [750, 89, 677, 0, 0, 0], [296, 47, 381, 4, 0, 10], [366, 40, 363, 0, 0, 10]] },
    Synthesized { config: [31, 30, 20, 8, 12], shape: [1, 64, 1], cells: [[1711, 528, 862, 0, 6, 0], [735, 200, 646, 4, 6, 0], [478, 124, 640, 4, 3, 4], [443, 57, 645, 4, 0, 32]] },
    Synthesized { config: [6, 5, 3, 2, 2], shape: [6, 32, 5], cells: [[1029, 187, 830, 0, 13, 0], [1017, 163, 776, 0, 13, 0], [530, 94, 599, 6, 12, 18], [704, 67, 587, 0, 0, 110]] },
    Synthesized { config: [16, 12, 8, 4, 4], shape: [2, 64, 16], cells: [[1026, 222, 699, 0, 17, 0], [713, 124, 579, 2, 17, 0], [436, 72, 531, 2, 4, 24], [381, 40, 399, 2, 4, 11]] },
    Synthesized { config: [10, 20, 4, 4, 7], shape: [2, 256, 2], cells: [[918, 232, 727, 0, 13, 0], [799, 195, 651, 2, 13, 0], [528, 111, 628, 4, 5, 26], [507, 55, 486, 2, 5, 12]] },
];

/// Compared with.
#[rustfmt::skip]
pub(crate) const HELD_OUT: [Synthesized; 4] = [
    Synthesized { config: [14, 11, 7, 4, 3], shape: [3, 128, 1], cells: [[1047, 298, 736, 0, 8, 0], [620, 160, 567, 3, 8, 0], [488, 94, 650, 3, 7, 8], [592, 49, 605, 3, 0, 63]] },
    Synthesized { config: [24, 20, 12, 10, 6], shape: [2, 256, 2], cells: [[1543, 458, 951, 0, 15, 0], [764, 196, 719, 4, 15, 0], [597, 123, 736, 4, 5, 26], [562, 57, 574, 2, 5, 12]] },
    Synthesized { config: [12, 8, 4, 4, 3], shape: [4, 512, 4], cells: [[928, 206, 823, 0, 42, 0], [741, 162, 715, 4, 42, 0], [519, 100, 655, 4, 14, 8], [552, 55, 518, 4, 13, 16]] },
    Synthesized { config: [16, 12, 8, 4, 4], shape: [10, 256, 1], cells: [[3531, 1033, 2245, 0, 22, 0], [2020, 543, 1701, 10, 22, 0], [1440, 314, 1990, 10, 21, 16], [1592, 167, 1646, 10, 21, 4]] },
];
