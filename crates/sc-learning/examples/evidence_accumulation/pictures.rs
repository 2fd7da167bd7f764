//! Two pictures: how the training went, and what the network does in a trial.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::task::RECALL;
use crate::train::Recording;
use sc_learning::prelude::*;

type Result = std::result::Result<(), Box<dyn Error>>;
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

/// Validation error and loss over the iterations.
pub(crate) fn curves(path: &Path, history: &History, goal: f64) -> Result {
    let root = canvas(path, (1260, 400))?;
    let areas = root.split_evenly((1, 3));
    let series = |key: &str, factor: f64| -> Vec<(f64, f64)> {
        history.series(key).iter().map(|&(iteration, y)| (iteration as f64, factor * y)).collect()
    };
    let (error, loss, rate) = (series("error", 100.0), series("loss", 1.0), series("rate", 1.0));
    let last = error.last().map_or(1.0, |point| point.0);
    let level = |y: f64| [(0.0, y), (last, y)];
    let highest =
        |points: &[(f64, f64)]| 1.05 * points.iter().map(|point| point.1).fold(f64::MIN_POSITIVE, f64::max);

    let (chance, goal) = (level(50.0), level(goal));
    let errors: [Curve<'_>; 3] =
        [("chance", GREY, &chance), ("goal", ORANGE, &goal), ("64 new trials", BLUE, &error)];
    line_chart(
        &areas[0],
        "Validation error",
        "iteration",
        "wrong answers [%]",
        highest(&error).max(55.0),
        &errors,
    )?;
    line_chart(
        &areas[1],
        "Training loss",
        "iteration",
        "cross-entropy",
        highest(&loss),
        &[("", BLUE, &loss)],
    )?;
    line_chart(&areas[2], "Activity", "iteration", "firing rate [Hz]", highest(&rate), &[("", BLUE, &rate)])?;
    Ok(root.present()?)
}

/// A name, empty if it needs none, a colour and the points.
type Curve<'a> = (&'a str, RGBColor, &'a [(f64, f64)]);

fn line_chart(
    area: &Area<'_>,
    title: &str,
    x_unit: &str,
    unit: &str,
    high: f64,
    curves: &[Curve<'_>],
) -> Result {
    let end = curves.iter().filter_map(|curve| curve.2.last()).map(|point| point.0).fold(1.0, f64::max);
    let mut chart = chart(area, title, x_unit, unit, end, (0.0, high))?;
    for &(name, color, points) in curves {
        let line = chart.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?;
        if !name.is_empty() {
            line.label(name).legend(key(color));
        }
    }
    if curves.iter().any(|curve| !curve.0.is_empty()) {
        legend(&mut chart, SeriesLabelPosition::UpperRight)?;
    }
    Ok(())
}

/// What went in, what the neurons made of it, what their thresholds remember, and the answer.
pub(crate) fn trial(path: &Path, recording: &Recording) -> Result {
    let root = canvas(path, (1000, 1150))?.margin(10, 0, 0, 0);
    let sides = ["left", "right"];
    let title = format!("A new trial with more cues on the {}", sides[recording.label]);
    let root = root.titled(&title, (FONT, TITLE + 4).into_font().color(&INK))?;
    let (input, rest) = root.split_vertically(280);
    let (neurons, rest) = rest.split_vertically(360);
    let (thresholds, readout) = rest.split_vertically(200);
    let groups = [BLUE, ORANGE, INK, GREY];
    spikes(
        &input,
        "Inputs: cues on the left, on the right, recall, noise",
        "input",
        &recording.input,
        &groups,
    )?;
    spikes(
        &neurons,
        "Neurons: without adaptation (below), with it (above)",
        "neuron",
        &recording.neurons,
        &[INK, BLUE],
    )?;

    let over_time = |numbers: &[f64]| (0..).map(f64::from).zip(numbers.iter().copied()).collect::<Vec<_>>();
    let raised = over_time(&recording.thresholds);
    let high = 1.1 * recording.thresholds.iter().copied().fold(0.01, f64::max);
    line_chart(&thresholds, "Adaptive thresholds, mean", "", "raised by", high, &[("", BLUE, &raised)])?;

    // The answer is wanted at the end; what the readouts do before is nobody's business.
    let first = recording.readout.len().saturating_sub(3 * RECALL);
    let softmax = |class: usize| -> Vec<(f64, f64)> {
        let share = |y: &[f32]| 1.0 / y.iter().map(|other| f64::from(other - y[class]).exp()).sum::<f64>();
        (0..).map(f64::from).zip(recording.readout.iter().map(|y| share(y))).skip(first).collect()
    };
    let (left, right) = (softmax(0), softmax(1));
    let end = recording.readout.len() as f64;
    let mut chart = chart(&readout, "Readout", "time [ms]", "probability", end, (0.0, 1.05))?;
    let recall = Rectangle::new([(end - RECALL as f64, 0.0), (end, 1.05)], GREY.mix(0.2).filled());
    chart.draw_series([recall])?.label("answer wanted").legend(key(GREY));
    for (name, color, points) in [("left", BLUE, left), ("right", ORANGE, right)] {
        chart.draw_series(LineSeries::new(points, color.stroke_width(3)))?.label(name).legend(key(color));
    }
    legend(&mut chart, SeriesLabelPosition::UpperLeft)?;
    Ok(root.present()?)
}

/// Spikes over time; the channels are as many groups, of equal size, as there are colours.
fn spikes(area: &Area<'_>, title: &str, unit: &str, events: &SpikeEvents, colors: &[RGBColor]) -> Result {
    let n = events.n_channels();
    let mut chart = chart(area, title, "", unit, events.n_steps() as f64, (0.0, n as f64))?;
    let mark = |t: usize, i: u32| {
        let color = colors[i as usize * colors.len() / n];
        EmptyElement::at((t as f64, f64::from(i) + 0.5)) + Rectangle::new([(-1, -1), (1, 2)], color.filled())
    };
    for t in 0..events.n_steps() {
        chart.draw_series(events.step(t).iter().map(|&i| mark(t, i)))?;
    }
    Ok(())
}

fn chart<'a, 'b>(
    area: &'a Area<'b>,
    title: &str,
    x_unit: &str,
    y_unit: &str,
    end: f64,
    (low, high): (f64, f64),
) -> std::result::Result<Chart<'a, 'b>, Box<dyn Error>> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, TITLE, &INK))
        .margin_left(12)
        .margin_right(24)
        .x_label_area_size(if x_unit.is_empty() { 25 } else { 45 })
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..end, low..high)?;
    mesh(&mut chart, x_unit, y_unit)?;
    Ok(chart)
}

fn canvas(path: &Path, size: (u32, u32)) -> std::result::Result<Area<'_>, Box<dyn Error>> {
    let root = SVGBackend::new(path, size).into_drawing_area();
    root.fill(&WHITE)?;
    Ok(root)
}

fn mesh(chart: &mut Chart<'_, '_>, x_unit: &str, y_unit: &str) -> Result {
    chart
        .configure_mesh()
        .x_desc(x_unit)
        .y_desc(y_unit)
        .x_labels(8)
        .y_labels(6)
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.1))
        .label_style((FONT, LABEL, &INK))
        .axis_desc_style((FONT, LABEL + 1, &INK))
        .x_label_formatter(&tick)
        .y_label_formatter(&tick)
        .draw()?;
    Ok(())
}

/// A number on an axis, without the rounding errors of counting in tenths.
fn tick(x: &f64) -> String {
    ((x * 1e6).round() / 1e6).to_string()
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

/// The dash before a name in a legend.
fn key(color: RGBColor) -> impl Fn((i32, i32)) -> PathElement<(i32, i32)> {
    move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(3))
}
