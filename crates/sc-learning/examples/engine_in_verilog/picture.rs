//! The picture: how the answers got better, who ended where, and what the engine has learned.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::run::{N_TESTS, Run};
use super::task::{N_NEURONS, W_MAX};

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

/// Trials that a point of the curve is the mean of.
const WINDOW: usize = 20;

pub(crate) fn draw(path: &Path, rewarded: &[Run], controls: &[Run]) -> Result {
    let root = SVGBackend::new(path, (1260, 400)).into_drawing_area();
    root.fill(&WHITE)?;
    let areas = root.split_evenly((1, 3));
    learning(&areas[0], rewarded, controls)?;
    outcomes(&areas[1], rewarded, controls)?;
    weights(&areas[2], &rewarded[0])?;
    Ok(root.present()?)
}

/// Right answers over trials, thin lines for runs and a thick one for their mean.
fn learning(area: &Area<'_>, rewarded: &[Run], controls: &[Run]) -> Result {
    let n = rewarded[0].right.len();
    let (title, labels) = ("Reward between the grey lines", ("trial", "right answers [%]"));
    let mut chart = chart(area, title, labels, (0.0, n as f64), 105.0, 11)?;
    for start in [N_TESTS, n - N_TESTS] {
        let line = [(start as f64, 0.0), (start as f64, 105.0)];
        chart.draw_series(LineSeries::new(line, GREY.stroke_width(1)))?;
    }
    for (name, color, runs) in [("control", ORANGE, controls), ("rewarded", BLUE, rewarded)] {
        let curves: Vec<Vec<f64>> =
            runs.iter().map(|run| (WINDOW..=n).map(|t| run.accuracy(t - WINDOW..t)).collect()).collect();
        let points = |y: &dyn Fn(usize) -> f64| -> Vec<(f64, f64)> {
            (WINDOW..=n).map(|t| ((t - WINDOW / 2) as f64, y(t - WINDOW))).collect()
        };
        for curve in &curves {
            chart.draw_series(LineSeries::new(points(&|t| curve[t]), color.mix(0.25)))?;
        }
        let mean = points(&|t| curves.iter().map(|curve| curve[t]).sum::<f64>() / curves.len() as f64);
        line(&mut chart, name, color, mean)?;
    }
    legend(&mut chart, SeriesLabelPosition::LowerLeft)
}

/// Right answers before and after learning, a line for every run.
fn outcomes(area: &Area<'_>, rewarded: &[Run], controls: &[Run]) -> Result {
    let labels = ("before and after learning", "right answers [%]");
    let mut chart = chart(area, "Every seed, tested without reward", labels, (-0.5, 3.5), 105.0, 0)?;
    for (name, color, x, runs) in [("rewarded", BLUE, 0.0, rewarded), ("control", ORANGE, 2.0, controls)] {
        for (k, run) in runs.iter().enumerate() {
            let ends = [(x, run.before()), (x + 1.0, run.after())];
            chart.draw_series(ends.map(|end| Circle::new(end, 4, color.filled())))?;
            line(&mut chart, if k == 0 { name } else { "" }, color, ends)?;
        }
    }
    legend(&mut chart, SeriesLabelPosition::LowerLeft)
}

/// The weights of the first run.
fn weights(area: &Area<'_>, run: &Run) -> Result {
    let n_inputs = run.weights.len() / N_NEURONS;
    let labels = ("input", "weight [mV]");
    let top = f64::from(W_MAX);
    let title = "What the engine learned with seed 0";
    let mut chart = chart(area, title, labels, (-0.5, n_inputs as f64 - 0.5), 1.5 * top, 9)?;
    line(&mut chart, "before", GREY, [(-0.5, top / 2.0), (n_inputs as f64 - 0.5, top / 2.0)])?;
    for (neuron, color) in [(0, BLUE), (1, ORANGE)] {
        let points: Vec<(f64, f64)> = (0..n_inputs)
            .map(|input| (input as f64, f64::from(run.weights[input * N_NEURONS + neuron])))
            .collect();
        chart.draw_series(points.iter().map(|&point| Circle::new(point, 4, color.filled())))?;
        line(&mut chart, &format!("to neuron {neuron}"), color, points)?;
    }
    legend(&mut chart, SeriesLabelPosition::UpperMiddle)
}

fn chart<'a, 'b>(
    area: &'a Area<'b>,
    title: &str,
    (x_unit, y_unit): (&str, &str),
    (left, right): (f64, f64),
    top: f64,
    x_labels: usize,
) -> Result<Chart<'a, 'b>> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, TITLE, &INK))
        .margin(12)
        .x_label_area_size(45)
        .y_label_area_size(60)
        .build_cartesian_2d(left..right, 0.0..top)?;
    let tick = |x: &f64| ((x * 1e6).round() / 1e6).to_string();
    chart
        .configure_mesh()
        .x_desc(x_unit)
        .y_desc(y_unit)
        .x_labels(x_labels)
        .y_labels(6)
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.1))
        .label_style((FONT, LABEL, &INK))
        .axis_desc_style((FONT, LABEL + 1, &INK))
        .x_label_formatter(&tick)
        .y_label_formatter(&tick)
        .draw()?;
    Ok(chart)
}

/// A curve, with a name for the legend unless that is empty.
fn line(
    chart: &mut Chart<'_, '_>,
    name: &str,
    color: RGBColor,
    points: impl IntoIterator<Item = (f64, f64)>,
) -> Result {
    let series = chart.draw_series(LineSeries::new(points, color.stroke_width(2)))?;
    if !name.is_empty() {
        series
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(3)));
    }
    Ok(())
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
