//! Families of chips for which lanes have been synthesized.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Error;

/// Chips with the same cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Lattice iCE40 without multipliers: LP, HX.
    Ice40,
    /// Lattice iCE40 with multipliers: `UltraPlus` 5K.
    Ice40Up5k,
    /// Lattice ECP5.
    Ecp5,
    /// Xilinx 7 series: Spartan, Artix, Kintex, Virtex, Zynq 7000.
    Xilinx7,
}

/// Names of targets, in small letters.
const TARGETS: [(&str, Family); 16] = [
    ("ice40", Family::Ice40),
    ("ice40hx", Family::Ice40),
    ("ice40hx8k", Family::Ice40),
    ("ice40lp", Family::Ice40),
    ("ice40up5k", Family::Ice40Up5k),
    ("ice40up", Family::Ice40Up5k),
    ("up5k", Family::Ice40Up5k),
    ("ecp5", Family::Ecp5),
    ("xilinx7", Family::Xilinx7),
    ("xc7", Family::Xilinx7),
    ("spartan7", Family::Xilinx7),
    ("artix7", Family::Xilinx7),
    ("kintex7", Family::Xilinx7),
    ("virtex7", Family::Xilinx7),
    ("zynq7", Family::Xilinx7),
    ("zynq7000", Family::Xilinx7),
];

impl Family {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ice40, Self::Ice40Up5k, Self::Ecp5, Self::Xilinx7];

    /// The family of a target, whose name is read without regard to case.
    ///
    /// # Errors
    /// [`Error::EmptyTarget`], and [`Error::UnknownTarget`], which lists the names that there are.
    ///
    /// ```
    /// use sc_hdl::Family;
    ///
    /// assert_eq!(Family::of_target("Artix7"), Ok(Family::Xilinx7));
    /// assert!(Family::of_target("gowin_littlebee").unwrap_err().to_string().contains("known are ice40, "));
    /// ```
    pub fn of_target(target: &str) -> Result<Self, Error> {
        if target.is_empty() {
            return Err(Error::EmptyTarget);
        }
        TARGETS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(target))
            .map(|(_, family)| *family)
            .ok_or_else(|| Error::UnknownTarget {
                target: target.to_owned(),
                known: TARGETS.map(|(name, _)| name).join(", "),
            })
    }

    /// Whether its chips have multipliers.
    pub fn has_multipliers(self) -> bool {
        self != Self::Ice40
    }

    /// Its name among the targets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ice40 => "ice40",
            Self::Ice40Up5k => "ice40up5k",
            Self::Ecp5 => "ecp5",
            Self::Xilinx7 => "xilinx7",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Family {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
