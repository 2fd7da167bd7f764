//! What of a chip a design takes, according to yosys.

use std::{fs, io, process::Command};

use sc_hdl::{Cells, Family};
use serde_json::Value;

use super::{design::Design, tools};
use crate::steps::output;

/// How yosys is told to synthesize for a family: as it does by default; but on ECP5, where it makes lookup tables of more than
/// four inputs at any price, it shall not; and on Xilinx's, where it leaves modules as they are, it shall make one of them.
pub(super) fn options(family: Family) -> &'static str {
    match family {
        Family::Ice40 => "synth_ice40",
        Family::Ice40Up5k => "synth_ice40 -dsp",
        Family::Ecp5 => "synth_ecp5 -nowidelut",
        Family::Xilinx7 => "synth_xilinx -flatten",
    }
}

/// Which cells of a family count as what. More letters may follow: there is a register for every kind of reset.
///
/// Not counted is what comes with a lookup table or a pin: multiplexers between tables, inverters, buffers.
struct Names {
    luts: &'static [&'static str],
    carries: &'static [&'static str],
    flip_flops: &'static [&'static str],
    dsps: &'static [&'static str],
    block_rams: &'static [&'static str],
    /// Blocks of twice the size.
    double_block_rams: &'static [&'static str],
    lut_memories: &'static [&'static str],
}

fn names(family: Family) -> Names {
    match family {
        Family::Ice40 | Family::Ice40Up5k => Names {
            luts: &["SB_LUT4"],
            carries: &["SB_CARRY"],
            flip_flops: &["SB_DFF"],
            dsps: &["SB_MAC16"],
            block_rams: &["SB_RAM40_4K"],
            double_block_rams: &[],
            lut_memories: &[],
        },
        Family::Ecp5 => Names {
            luts: &["LUT4"],
            carries: &["CCU2C"],
            flip_flops: &["TRELLIS_FF"],
            dsps: &["MULT18X18D"],
            block_rams: &["DP16KD", "PDPW16KD"],
            double_block_rams: &[],
            lut_memories: &["TRELLIS_DPR16X4"],
        },
        Family::Xilinx7 => Names {
            luts: &["LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6"],
            carries: &["CARRY4"],
            flip_flops: &["FDCE", "FDPE", "FDRE", "FDSE"],
            dsps: &["DSP48E1"],
            block_rams: &["RAMB18E1"],
            double_block_rams: &["RAMB36E1"],
            lut_memories: &["RAM32M", "RAM64M", "RAM128X1D"],
        },
    }
}

/// Synthesizes a design for a family, and leaves the netlist at [`netlist`] for whoever places it.
///
/// What comes out depends a little on names, and yosys makes names of the paths of files: it is given files beside each other.
pub(super) fn synthesize(design: &Design, family: Family) -> io::Result<Cells> {
    let mut script = String::from("read_verilog");
    for file in &design.files {
        let name = file.file_name().expect("a file has a name");
        tools::write(&design.path(name), &fs::read_to_string(file)?)?;
        script += &format!(" {}", name.display());
    }
    for (name, value) in &design.parameters {
        script += &format!("; chparam -set {name} {value} {}", design.top);
    }
    let report = format!("{family}.stat.json");
    script += &format!("; {} -top {}", options(family), design.top);
    script += &format!("; write_json {}; tee -q -o {report} stat -json", netlist(family));
    // What has two drivers becomes a constant, with a warning: there is less of it, and it does not work.
    let yosys = ["-q", "-e", "Driver-driver conflict", "-p", &script];
    output(Command::new("yosys").args(yosys).current_dir(design.path("")))?;
    let text = fs::read_to_string(design.path(&report))?;
    cells(&text, family).map_err(|error| io::Error::other(format!("{}, {family}: {error}", design.name)))
}

/// The file, in the folder of a design, with what [`synthesize`] made of it.
pub(super) fn netlist(family: Family) -> String {
    format!("{family}.json")
}

/// `Yosys 0.23`.
pub(super) fn version() -> io::Result<String> {
    let said = output(Command::new("yosys").arg("-V"))?;
    Ok(said.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

/// The cells in what `stat -json` says of a whole design.
fn cells(report: &str, family: Family) -> io::Result<Cells> {
    let report: Value = serde_json::from_str(report)?;
    let by_type = report["design"]["num_cells_by_type"]
        .as_object()
        .ok_or_else(|| io::Error::other("a report of yosys without design.num_cells_by_type"))?;
    let count = |names: &[&str]| {
        let is_one = |cell: &str| {
            names.iter().any(|name| {
                let rest = cell.strip_prefix(name);
                rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
            })
        };
        let counts = by_type.iter().filter(|(cell, _)| is_one(cell)).filter_map(|(_, n)| n.as_u64());
        u32::try_from(counts.sum::<u64>()).expect("fewer cells than 2^32")
    };
    let names = names(family);
    Ok(Cells {
        luts: count(names.luts),
        carries: count(names.carries),
        flip_flops: count(names.flip_flops),
        dsps: count(names.dsps),
        block_rams: count(names.block_rams) + 2 * count(names.double_block_rams),
        lut_memories: count(names.lut_memories),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(cells_by_type: &str, family: Family) -> [u32; 6] {
        let report =
            format!(r#"{{"modules": {{}}, "design": {{"num_cells_by_type": {{{cells_by_type}}}}}}}"#);
        cells(&report, family).unwrap().into()
    }

    #[test]
    fn cells_of_every_family_are_told_apart() {
        let ice40 = r#""SB_CARRY": 77, "SB_DFFER": 52, "SB_DFFR": 1, "SB_LUT4": 399, "SB_RAM40_4K": 2, "SB_MAC16": 3"#;
        assert_eq!(count(ice40, Family::Ice40), [399, 77, 53, 3, 2, 0]);
        let falling = r#""SB_DFFNSS": 1, "SB_RAM40_4KNR": 1"#;
        assert_eq!(count(falling, Family::Ice40Up5k), [0, 0, 1, 0, 1, 0]);
        let ecp5 = r#""CCU2C": 36, "L6MUX21": 9, "LUT4": 128, "MULT18X18D": 1, "PFUMX": 1, "TRELLIS_FF": 53, "DP16KD": 4, "TRELLIS_DPR16X4": 7"#;
        assert_eq!(count(ecp5, Family::Ecp5), [128, 36, 53, 1, 4, 7]);
        let xilinx = r#""BUFG": 1, "CARRY4": 19, "DSP48E1": 1, "FDCE": 51, "FDPE_1": 1, "FDRE": 1, "IBUF": 13, "INV": 69,
            "LUT2": 69, "LUT3": 18, "LUT6": 3, "MUXF7": 22, "RAMB18E1": 5, "RAMB36E1": 1,
            "RAM32M": 2, "RAM64M": 3, "RAM128X1D": 1, "SRL16E": 9"#;
        assert_eq!(count(xilinx, Family::Xilinx7), [90, 19, 53, 1, 7, 6]);
    }

    #[test]
    fn a_report_of_something_else_is_an_error() {
        assert!(cells("{}", Family::Ice40).unwrap_err().to_string().contains("num_cells_by_type"));
        assert!(cells("not JSON", Family::Ice40).is_err());
    }
}
