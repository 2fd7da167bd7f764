//! What lanes take, as synthesized, and what was fitted to it. Written by `cargo xtask rtl`.

// A coefficient may look like e or pi, and is not.
#![allow(clippy::approx_constant)]

use crate::calibrated::{Calibration, Synthesized};

/// What synthesized.
pub(crate) const TOOL: &str = "Yosys 0.23";

/// For every family.
pub(crate) const CALIBRATIONS: [Calibration<7>; 4] = [
    Calibration {
        command: "synth_ice40",
        luts: [4.353, 0.898, 4.837, 5.264, -0.698, 3.05, 0.0],
        luts_error_percent: 7,
        carries: [-4.744, 0.717, 2.527, 2.463, 1.116, 0.026, 0.0],
        carries_error_percent: 8,
    },
    Calibration {
        command: "synth_ice40 -dsp",
        luts: [4.594, 1.255, 3.934, 5.565, -0.208, 2.805, 11.97],
        luts_error_percent: 7,
        carries: [-3.062, 0.622, 2.042, 2.501, 0.337, 0.349, 11.665],
        carries_error_percent: 14,
    },
    Calibration {
        command: "synth_ecp5 -nowidelut",
        luts: [0.905, 1.745, 2.985, 5.398, -0.036, 0.0, -1.511],
        luts_error_percent: 4,
        carries: [-2.405, 0.524, 0.788, 1.409, 0.618, 0.0, 9.157],
        carries_error_percent: 25,
    },
    Calibration {
        command: "synth_xilinx -flatten",
        luts: [1.402, 2.344, 1.96, 4.502, 0.65, 3.268, 2.994],
        luts_error_percent: 16,
        carries: [1.547, 0.212, 0.448, 0.715, 0.068, 0.254, 3.725],
        carries_error_percent: 25,
    },
];

/// Fitted to.
#[rustfmt::skip]
pub(crate) const FITTED: [Synthesized; 25] = [
    Synthesized { config: [16, 12, 8, 4, 4], cells: [[393, 77, 53, 0], [136, 63, 53, 1], [128, 36, 53, 1], [124, 19, 53, 1]] },
    Synthesized { config: [8, 8, 8, 7, 3], cells: [[262, 49, 33, 0], [86, 39, 33, 1], [80, 24, 33, 1], [78, 13, 33, 1]] },
    Synthesized { config: [8, 6, 4, 3, 2], cells: [[122, 36, 27, 0], [122, 36, 27, 0], [65, 20, 27, 1], [64, 12, 27, 1]] },
    Synthesized { config: [12, 8, 4, 4, 3], cells: [[165, 50, 37, 0], [94, 43, 37, 1], [88, 26, 37, 1], [86, 14, 37, 1]] },
    Synthesized { config: [16, 8, 4, 4, 4], cells: [[167, 54, 41, 0], [100, 47, 41, 1], [96, 28, 41, 1], [92, 15, 41, 1]] },
    Synthesized { config: [24, 16, 8, 8, 5], cells: [[522, 105, 73, 0], [185, 87, 73, 1], [175, 48, 73, 1], [170, 25, 73, 1]] },
    Synthesized { config: [31, 30, 30, 15, 15], cells: [[2932, 213, 122, 0], [360, 206, 122, 4], [299, 134, 122, 4], [294, 56, 122, 4]] },
    Synthesized { config: [4, 4, 4, 2, 2], cells: [[80, 23, 17, 0], [80, 23, 17, 0], [45, 11, 17, 1], [78, 10, 17, 0]] },
    Synthesized { config: [1, 2, 1, 0, 1], cells: [[25, 7, 8, 0], [25, 7, 8, 0], [19, 3, 8, 0], [17, 4, 8, 0]] },
    Synthesized { config: [16, 12, 4, 4, 4], cells: [[245, 74, 53, 0], [136, 63, 53, 1], [128, 36, 53, 1], [124, 19, 53, 1]] },
    Synthesized { config: [16, 12, 12, 6, 4], cells: [[546, 81, 53, 0], [137, 64, 53, 1], [128, 37, 53, 1], [124, 19, 53, 1]] },
    Synthesized { config: [20, 14, 10, 6, 5], cells: [[544, 92, 63, 0], [159, 75, 63, 1], [151, 42, 63, 1], [146, 23, 63, 1]] },
    Synthesized { config: [31, 16, 8, 4, 4], cells: [[545, 112, 80, 0], [202, 94, 80, 1], [190, 52, 80, 1], [186, 27, 80, 1]] },
    Synthesized { config: [8, 16, 8, 4, 6], cells: [[508, 100, 57, 0], [164, 82, 57, 1], [147, 46, 57, 1], [140, 24, 57, 1]] },
    Synthesized { config: [16, 16, 16, 8, 6], cells: [[920, 110, 65, 0], [175, 86, 65, 1], [161, 48, 65, 1], [154, 25, 65, 1]] },
    Synthesized { config: [24, 20, 12, 10, 6], cells: [[858, 128, 85, 0], [218, 103, 85, 2], [206, 63, 85, 2], [179, 29, 85, 1]] },
    Synthesized { config: [10, 10, 10, 5, 3], cells: [[402, 66, 41, 0], [113, 53, 41, 1], [102, 31, 41, 1], [98, 17, 41, 1]] },
    Synthesized { config: [6, 5, 3, 2, 2], cells: [[89, 29, 22, 0], [88, 29, 22, 0], [53, 17, 22, 1], [83, 12, 22, 0]] },
    Synthesized { config: [12, 10, 6, 4, 0], cells: [[207, 34, 25, 0], [53, 24, 25, 1], [51, 14, 25, 1], [50, 8, 25, 1]] },
    Synthesized { config: [24, 24, 24, 12, 8], cells: [[1957, 169, 97, 0], [295, 161, 97, 4], [242, 103, 97, 4], [208, 36, 97, 2]] },
    Synthesized { config: [28, 18, 6, 6, 5], cells: [[482, 117, 83, 0], [238, 106, 83, 1], [199, 54, 83, 1], [194, 29, 83, 1]] },
    Synthesized { config: [16, 20, 4, 4, 7], cells: [[389, 117, 77, 0], [255, 102, 77, 1], [191, 57, 77, 2], [161, 28, 77, 1]] },
    Synthesized { config: [31, 30, 1, 0, 10], cells: [[343, 150, 122, 0], [343, 150, 122, 0], [329, 80, 122, 0], [259, 42, 122, 0]] },
    Synthesized { config: [5, 30, 20, 8, 12], cells: [[1974, 201, 96, 0], [337, 193, 96, 4], [257, 118, 96, 4], [241, 53, 96, 4]] },
    Synthesized { config: [16, 12, 8, 4, 12], cells: [[338, 55, 31, 0], [79, 41, 31, 1], [65, 24, 31, 1], [73, 13, 31, 1]] },
];

/// Compared with.
#[rustfmt::skip]
pub(crate) const HELD_OUT: [Synthesized; 12] = [
    Synthesized { config: [14, 11, 7, 4, 3], cells: [[323, 69, 48, 0], [125, 57, 48, 1], [116, 33, 48, 1], [102, 17, 48, 1]] },
    Synthesized { config: [10, 7, 5, 3, 2], cells: [[167, 44, 32, 0], [84, 37, 32, 1], [77, 23, 32, 1], [68, 12, 32, 1]] },
    Synthesized { config: [20, 12, 8, 4, 4], cells: [[402, 81, 57, 0], [144, 67, 57, 1], [136, 38, 57, 1], [132, 20, 57, 1]] },
    Synthesized { config: [16, 14, 8, 5, 5], cells: [[452, 87, 59, 0], [151, 71, 59, 1], [143, 40, 59, 1], [138, 22, 59, 1]] },
    Synthesized { config: [12, 12, 6, 4, 4], cells: [[315, 72, 49, 0], [129, 60, 49, 1], [120, 35, 49, 1], [116, 18, 49, 1]] },
    Synthesized { config: [24, 14, 10, 6, 4], cells: [[550, 96, 67, 0], [170, 79, 67, 1], [160, 44, 67, 1], [156, 24, 67, 1]] },
    Synthesized { config: [8, 10, 4, 3, 3], cells: [[194, 58, 39, 0], [107, 49, 39, 1], [97, 29, 39, 1], [94, 16, 39, 1]] },
    Synthesized { config: [28, 22, 14, 8, 7], cells: [[1075, 143, 95, 0], [242, 115, 95, 2], [230, 71, 95, 2], [222, 33, 95, 1]] },
    Synthesized { config: [16, 10, 16, 6, 4], cells: [[555, 77, 47, 0], [122, 58, 47, 1], [113, 34, 47, 1], [108, 19, 47, 1]] },
    Synthesized { config: [18, 9, 9, 5, 0], cells: [[295, 40, 30, 0], [63, 29, 30, 1], [61, 16, 30, 1], [58, 8, 30, 1]] },
    Synthesized { config: [31, 28, 25, 12, 9], cells: [[2381, 195, 116, 0], [347, 187, 116, 4], [287, 120, 116, 4], [312, 50, 116, 4]] },
    Synthesized { config: [3, 3, 2, 1, 1], cells: [[46, 16, 13, 0], [46, 16, 13, 0], [31, 6, 13, 1], [37, 9, 13, 0]] },
];
