//! What designs take of chips and how fast they are there: the tables of `docs/rtl.md`.

use std::{fmt::Write as _, io};

use sc_hdl::{Cells, EngineShape, Family, ResourceEstimate};
use sc_online_o1::Config;

use super::{
    calibration::Errors,
    design::{Design, engine_for},
    engine_calibration, lane_calibration,
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

/// Lanes of an engine of 256 rows, its chip, and where it is placed: as many lanes as there are memories or multipliers for, and
/// of [`Chip::Ice40Hx8k`] ten, which others have built.
const ENGINES: [(u32, Family, Option<Chip>); 5] = [
    (10, Family::Ice40, Some(Chip::Ice40Hx8k)),
    (15, Family::Ice40, Some(Chip::Ice40Hx8k)),
    (8, Family::Ice40Up5k, Some(Chip::Ice40Up5k)),
    (16, Family::Ecp5, Some(Chip::Ecp5Lfe45)),
    (16, Family::Xilinx7, None),
];
const ROWS: u32 = 256;

/// Measures everything and writes all figures of the workspace.
pub(super) fn write() -> io::Result<()> {
    let errors = [lane_calibration::calibrate()?, engine_calibration::calibrate()?];
    let lane = Design::lane(Config::DEFAULT)?;
    let registered_lane = Design::registered_lane()?;
    let mut rows = Vec::new();
    for (family, chip) in LANES {
        let cells = synthesis::synthesize(&lane, family)?;
        let placed = chip.map(|chip| place_and_route::place(&registered_lane, chip)).transpose()?.flatten();
        rows.push(Row { design: "lane".to_owned(), family, cells, placed, per_clock: 1.0 });
    }
    for (lanes, family, chip) in ENGINES {
        rows.push(engine(lanes, family, chip)?);
    }
    let text = format!("{}\n{}\n{}", versions(&rows)?, table(&rows), estimates(&errors));
    print!("{text}");
    document::write_part(&root().join("docs/rtl.md"), LINES, &text)
}

/// A design on a family of chips.
struct Row {
    design: String,
    family: Family,
    cells: Cells,
    placed: Option<Placed>,
    /// Steps of synapses in a clock.
    per_clock: f64,
}

/// What an engine of so many lanes takes, its pins and shift registers included, and how fast it is.
fn engine(lanes: u32, family: Family, chip: Option<Chip>) -> io::Result<Row> {
    let shape = EngineShape { lanes, rows: ROWS, groups: 1 };
    let engine = engine_for(Config::DEFAULT, shape, family)?;
    let design = Design::engine_behind_pins(&engine)?;
    let cells = synthesis::synthesize(&design, family)?;
    let placed = chip.map(|chip| place_and_route::place(&design, chip)).transpose()?.flatten();
    let per_clock = shape.n_synapses() as f64 / engine.clocks_per_step() as f64;
    Ok(Row { design: format!("engine, {lanes} lanes"), family, cells, placed, per_clock })
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
        "| design | yosys | lookup tables | carries | flip-flops | multipliers | memories | placed on | logic cells | MHz, 3 seeds | million synapses/s |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for Row { design, family, cells, placed, per_clock } in rows {
        let Cells { luts, carries, flip_flops, dsps, block_rams, .. } = cells;
        let placed = placed.as_ref().map_or("- | - | - | -".to_owned(), |placed| {
            let (clocks, speeds) = (placed.range(1.0, 1), placed.range(*per_clock, 0));
            format!("{} | {} | {clocks} | {speeds}", placed.chip, placed.logic_cells)
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
fn estimates([lanes, engines]: &[[Errors; Family::ALL.len()]; 2]) -> String {
    let mut text = String::from(
        "| target | reference's formula: lookup tables | flip-flops | multipliers | our estimate of a lane errs by, lookup tables | carries | of an engine, lookup tables | carries | flip-flops |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for ((family, lane), engine) in Family::ALL.into_iter().zip(lanes).zip(engines) {
        let formula = ResourceEstimate::new(&Config::DEFAULT, 1, family.as_str()).expect("default modes");
        let ResourceEstimate { estimated_luts, lane_ff_bits, estimated_dsps, .. } = formula;
        let _ = writeln!(
            text,
            "| `{family}` | {estimated_luts} | {lane_ff_bits} | {estimated_dsps} | {} % | {} % | {} % | {} % | {} % |",
            lane.luts, lane.carries, engine.luts, engine.carries, engine.flip_flops
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_cells_and_a_clock_if_it_was_placed() {
        let cells = Cells::from([1, 2, 3, 4, 5, 6]);
        let placed = Placed { chip: Chip::Ice40Hx8k, megahertz: [10.0, 12.0, 11.0], logic_cells: 6 };
        let row = |family, placed| Row { design: "lane".to_owned(), family, cells, placed, per_clock: 2.0 };
        let text = table(&[row(Family::Ice40, Some(placed)), row(Family::Xilinx7, None)]);
        let rows: Vec<_> = text.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| lane | `synth_ice40` | 1 | 2 | 3 | 4 | 5 | iCE40 HX8K | 6 | 10.0 to 12.0 | 20 to 24 |",
                "| lane | `synth_xilinx -flatten` | 1 | 2 | 3 | 4 | 5 | - | - | - | - |",
            ]
        );
    }
}
