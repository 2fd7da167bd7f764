//! What designs take of chips and how fast they are there: the tables of `docs/rtl.md`.

use std::{fmt::Write as _, io};

use sc_hdl::{Cells, Family, ResourceEstimate};
use sc_online_o1::Config;

use super::{
    calibration::{self, Errors},
    design::Design,
    place_and_route::{self, Chip, Placed},
    synthesis,
};
use crate::{document, root};

/// The tables stand between these lines.
const LINES: [&str; 2] = ["<!-- begin: cargo xtask rtl -->", "<!-- end: cargo xtask rtl -->"];

/// A lane alone, and the chip on which it is placed between registers.
const LANES: [(Family, Option<Chip>); Family::ALL.len()] = [
    (Family::Ice40, Some(Chip::Ice40Hx8k)),
    (Family::Ice40Up5k, Some(Chip::Ice40Up5k)),
    (Family::Ecp5, Some(Chip::Ecp5Lfe45)),
    (Family::Xilinx7, None),
];

/// Measures everything and writes all figures of the workspace.
pub(super) fn write() -> io::Result<()> {
    let errors = calibration::calibrate()?;
    let lane = Design::lane(Config::DEFAULT)?;
    let registered_lane = Design::registered_lane()?;
    let mut rows = Vec::new();
    for (family, chip) in LANES {
        let cells = synthesis::synthesize(&lane, family)?;
        let placed = chip.map(|chip| place_and_route::place(&registered_lane, chip)).transpose()?.flatten();
        rows.push(Row { design: "lane", family, cells, placed });
    }
    let text = format!("{}\n{}\n{}", versions(&rows)?, table(&rows), estimates(&errors));
    print!("{text}");
    document::write_part(&root().join("docs/rtl.md"), LINES, &text)
}

/// A design on a family of chips.
struct Row {
    design: &'static str,
    family: Family,
    cells: Cells,
    placed: Option<Placed>,
}

fn versions(rows: &[Row]) -> io::Result<String> {
    let mut versions = vec![synthesis::version()?];
    for placed in rows.iter().filter_map(|row| row.placed.as_ref()) {
        let version = place_and_route::version(placed.chip)?;
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
    Ok(format!("Tools: {}.\n", versions.join(", ")))
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| design | yosys | lookup tables | carries | flip-flops | multipliers | memories | placed on | logic cells | MHz, 3 seeds |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for Row { design, family, cells, placed } in rows {
        let Cells { luts, carries, flip_flops, dsps, block_rams } = cells;
        let placed = placed.as_ref().map_or("- | - | -".to_owned(), |placed| {
            format!("{} | {} | {}", placed.chip, placed.logic_cells, placed.range())
        });
        let options = synthesis::options(*family);
        let _ = writeln!(
            text,
            "| {design} | `{options}` | {luts} | {carries} | {flip_flops} | {dsps} | {block_rams} | {placed} |"
        );
    }
    text
}

/// The reference's formula and ours.
fn estimates(errors: &[Errors]) -> String {
    let mut text = String::from(
        "| target | reference's formula: lookup tables | flip-flops | multipliers | our estimate errs by, lookup tables | carries |\n\
         |---|---|---|---|---|---|\n",
    );
    for (family, Errors { luts, carries }) in Family::ALL.into_iter().zip(errors) {
        let formula = ResourceEstimate::new(&Config::DEFAULT, 1, family.as_str()).expect("default modes");
        let ResourceEstimate { estimated_luts, lane_ff_bits, estimated_dsps, .. } = formula;
        let _ = writeln!(
            text,
            "| `{family}` | {estimated_luts} | {lane_ff_bits} | {estimated_dsps} | {luts} % | {carries} % |"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_cells_and_a_clock_if_it_was_placed() {
        let cells = Cells { luts: 1, carries: 2, flip_flops: 3, dsps: 4, block_rams: 5 };
        let placed = Placed { chip: Chip::Ice40Hx8k, megahertz: [10.0, 12.0, 11.0], logic_cells: 6 };
        let row = |family, placed| Row { design: "lane", family, cells, placed };
        let text = table(&[row(Family::Ice40, Some(placed)), row(Family::Xilinx7, None)]);
        let rows: Vec<_> = text.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| lane | `synth_ice40` | 1 | 2 | 3 | 4 | 5 | iCE40 HX8K | 6 | 10.0 to 12.0 |",
                "| lane | `synth_xilinx` | 1 | 2 | 3 | 4 | 5 | - | - | - |",
            ]
        );
    }
}
