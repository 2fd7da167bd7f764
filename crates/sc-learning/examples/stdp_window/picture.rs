//! The picture: the window on the left, the frequency dependence on the right.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::{Curves, Measured, exact_window};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Okabe and Ito's colours, which nearly all eyes tell apart.
const BLUE: RGBColor = RGBColor(0, 114, 178);
const ORANGE: RGBColor = RGBColor(213, 94, 0);
const GREY: RGBColor = RGBColor(150, 150, 150);
const INK: RGBColor = RGBColor(40, 40, 40);

const FONT: &str = "sans-serif";
const TITLE: i32 = 18;
const LABEL: i32 = 14;

pub(crate) fn draw(path: &Path, curves: &Curves, measured: &[Measured]) -> Result {
    let root = SVGBackend::new(path, (1260, 480)).into_drawing_area();
    root.fill(&WHITE)?;
    let (left, right) = root.split_horizontally(630);
    window(&left, &curves.window)?;
    frequency(&right, curves, measured)?;
    Ok(root.present()?)
}

/// The exact exponentials as lines, and what the rule did as circles.
fn window(area: &Area<'_>, ours: &[(f64, f64)]) -> Result {
    let title = "Pair STDP: 60 pairs at 1 Hz";
    let mut chart = axes(area, title, (-62.0..62.0, -0.72..0.72), "t_post - t_pre [ms]")?;
    let depression = (-620..0).map(|s| f64::from(s) / 10.0).map(|s| (s, exact_window(s)));
    let potentiation = (1..=620).map(|s| f64::from(s) / 10.0).map(|s| (s, exact_window(s)));
    chart
        .draw_series(LineSeries::new(potentiation, BLUE.stroke_width(2)))?
        .label("60 A+ exp(-s / 20 ms)")
        .legend(dash(BLUE));
    chart
        .draw_series(LineSeries::new(depression, ORANGE.stroke_width(2)))?
        .label("-60 A- exp(s / 20 ms)")
        .legend(dash(ORANGE));
    chart
        .draw_series(ours.iter().map(|&point| Circle::new(point, 4, INK.stroke_width(1))))?
        .label("the rule")
        .legend(|(x, y)| Circle::new((x + 9, y), 4, INK.stroke_width(1)));
    legend(&mut chart, SeriesLabelPosition::UpperLeft)
}

/// The measurement as points with standard errors, and the rules as lines.
fn frequency(area: &Area<'_>, curves: &Curves, measured: &[Measured]) -> Result {
    let title = "Triplet STDP: 60 pairs at many frequencies";
    let mut chart = axes(area, title, (-1.0..52.0, -0.72..1.3), "frequency of pairs [Hz]")?;
    for (name, points) in [("best pair rule", &curves.pairs[0]), ("", &curves.pairs[1])] {
        let line = DashedLineSeries::new(points.iter().copied(), 6, 4, GREY.stroke_width(2));
        let line = chart.draw_series(line)?;
        if !name.is_empty() {
            line.label(name).legend(dash(GREY));
        }
    }
    let [causal, acausal] = &curves.triplets;
    for (sign, points, color) in [("+10", causal, BLUE), ("-10", acausal, ORANGE)] {
        chart
            .draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?
            .label(format!("triplets, t_post - t_pre = {sign} ms"))
            .legend(dash(color));
    }
    for (name, difference, color) in [("measured", 10_i32, BLUE), ("", -10, ORANGE)] {
        // Apart by a little, so that neither hides the other.
        let x = |point: &Measured| point.frequency + f64::from(difference.signum()) * 0.15;
        let points: Vec<_> = measured.iter().filter(|point| point.difference == difference).collect();
        chart.draw_series(points.iter().map(|point| {
            let bar = |sign: f64| (x(point), point.change + sign * point.standard_error);
            PathElement::new([bar(-1.0), bar(1.0)], color.stroke_width(1))
        }))?;
        let marks = points.iter().map(|point| Circle::new((x(point), point.change), 5, color.filled()));
        let marks = chart.draw_series(marks)?;
        if !name.is_empty() {
            marks
                .label("measured, with standard error")
                .legend(|(x, y)| Circle::new((x + 9, y), 5, INK.filled()));
        }
    }
    legend(&mut chart, SeriesLabelPosition::UpperLeft)
}

fn axes<'a, 'b>(
    area: &'a Area<'b>,
    title: &str,
    (x, y): (std::ops::Range<f64>, std::ops::Range<f64>),
    x_unit: &str,
) -> Result<Chart<'a, 'b>> {
    let ends = (x.start, x.end);
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, TITLE, &INK))
        .margin(12)
        .x_label_area_size(45)
        .y_label_area_size(60)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .x_desc(x_unit)
        .y_desc("change of the weight")
        .x_labels(8)
        .y_labels(8)
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.1))
        .label_style((FONT, LABEL, &INK))
        .axis_desc_style((FONT, LABEL + 1, &INK))
        .x_label_formatter(&tick)
        .y_label_formatter(&tick)
        .draw()?;
    chart.draw_series([PathElement::new([(ends.0, 0.0), (ends.1, 0.0)], INK.mix(0.5).stroke_width(1))])?;
    Ok(chart)
}

/// A number on an axis, without the rounding errors of counting in tenths.
fn tick(x: &f64) -> String {
    ((x * 1e6).round() / 1e6 + 0.0).to_string()
}

/// The dash before a name in a legend.
fn dash(color: RGBColor) -> impl Fn((i32, i32)) -> PathElement<(i32, i32)> {
    move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(3))
}

fn legend<'a, 'b: 'a>(chart: &mut Chart<'a, 'b>, position: SeriesLabelPosition) -> Result {
    chart
        .configure_series_labels()
        .position(position)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.2))
        .label_font((FONT, LABEL, &INK))
        .draw()?;
    Ok(())
}
