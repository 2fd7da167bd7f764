//! Three pictures of a training: how it went, what the network does, what it confuses.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

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

/// Loss, accuracy and firing rate over the epochs.
pub(crate) fn curves(path: &Path, history: &History) -> Result {
    let root = canvas(path, (1260, 400))?;
    let areas = root.split_evenly((1, 3));
    let percent = |key| scaled(history, key, 100.0);
    let loss = scaled(history, "loss", 1.0);
    let (train, test) = (percent("train_accuracy"), percent("test_accuracy"));
    let rate = percent("firing_rate");

    line_chart(&areas[0], "Training loss", "loss", (0.0, highest(&loss)), &[("", BLUE, &loss)])?;
    // Accuracies soon crowd below 100 %: leave out most of the empty space under them.
    let lowest = train.iter().chain(&test).map(|point| point.1).fold(100.0, f64::min);
    let accuracies: [Curve<'_>; 2] = [("training images", BLUE, &train), ("test images", ORANGE, &test)];
    line_chart(&areas[1], "Accuracy", "accuracy [%]", (lowest.floor() - 1.0, 100.5), &accuracies)?;
    let rates = (0.0, highest(&rate));
    line_chart(&areas[2], "Activity", "neurons that spike in a step [%]", rates, &[("", BLUE, &rate)])?;
    Ok(root.present()?)
}

/// A name, empty if it needs none, a colour and the points.
type Curve<'a> = (&'a str, RGBColor, &'a [(f64, f64)]);

fn line_chart(
    area: &Area<'_>,
    title: &str,
    unit: &str,
    (low, high): (f64, f64),
    curves: &[Curve<'_>],
) -> Result {
    let n_epochs = curves.iter().map(|curve| curve.2.len()).max().unwrap_or(0).max(2);
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, TITLE, &INK))
        .margin(12)
        .x_label_area_size(45)
        .y_label_area_size(60)
        .build_cartesian_2d(1.0..n_epochs as f64, low..high)?;
    mesh(&mut chart, "epoch", unit)?;
    for &(name, color, points) in curves {
        let line = chart.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?;
        if !name.is_empty() {
            line.label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(3)));
        }
    }
    if curves.iter().any(|curve| !curve.0.is_empty()) {
        legend(&mut chart, SeriesLabelPosition::LowerRight)?;
    }
    Ok(())
}

/// What went in, what the hidden neurons made of it, and how the readout came to its answer.
pub(crate) fn raster(path: &Path, recording: &Recording, label: usize, prediction: usize) -> Result {
    let root = canvas(path, (900, 900))?.margin(10, 0, 0, 0);
    let title = format!("A test image of the digit {label}, classified as {prediction}");
    let root = root.titled(&title, (FONT, TITLE + 4).into_font().color(&INK))?;
    let (input, rest) = root.split_vertically(270);
    let (hidden, readout) = rest.split_vertically(310);
    spikes(&input, "Input spikes", "pixel", &recording.input)?;
    spikes(&hidden, "Hidden spikes", "neuron", &recording.hidden)?;
    membranes(&readout, &recording.readout, label)?;
    Ok(root.present()?)
}

fn spikes(area: &Area<'_>, title: &str, unit: &str, events: &SpikeEvents) -> Result {
    let n_channels = events.n_channels() as f64;
    let mut chart = over_time(area, title, "", unit, events.n_steps(), (0.0, n_channels))?;
    // A mark of the same size whether there are 64 channels or 784.
    let mark = |t: usize, i: u32| {
        EmptyElement::at((t as f64 + 0.5, f64::from(i) + 0.5))
            + Rectangle::new([(-2, -1), (2, 2)], INK.filled())
    };
    for t in 0..events.n_steps() {
        chart.draw_series(events.step(t).iter().map(|&i| mark(t, i)))?;
    }
    Ok(())
}

/// The membranes of the readout: that of the label, the greatest of the others, and the others.
fn membranes(area: &Area<'_>, readout: &[Vec<f32>], label: usize) -> Result {
    let n_classes = readout.first().map_or(0, Vec::len);
    let sum = |class: usize| readout.iter().map(|row| row[class]).sum::<f32>();
    let others = (0..n_classes).filter(|&class| class != label);
    let rival = others.max_by(|&a, &b| sum(a).total_cmp(&sum(b)));
    let all = || readout.iter().flatten().map(|&y| f64::from(y));
    let (low, high) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));

    // Room for the legend above the traces.
    let range = (1.05 * low, 1.5 * high);
    let mut chart = over_time(area, "Readout", "time [ms]", "membrane", readout.len(), range)?;
    let trace = |class: usize| {
        readout.iter().enumerate().map(move |(t, row)| (t as f64 + 0.5, f64::from(row[class])))
    };
    let background = (0..n_classes).filter(|&class| class != label && Some(class) != rival);
    for (k, class) in background.enumerate() {
        let line = chart.draw_series(LineSeries::new(trace(class), GREY.stroke_width(1)))?;
        // One entry in the legend for all of them.
        if k == 0 {
            line.label("other digits").legend(key(GREY));
        }
    }
    if let Some(rival) = rival {
        let line = chart.draw_series(LineSeries::new(trace(rival), ORANGE.stroke_width(3)))?;
        line.label(format!("{rival}, the strongest other")).legend(key(ORANGE));
    }
    let line = chart.draw_series(LineSeries::new(trace(label), BLUE.stroke_width(3)))?;
    line.label(format!("{label}, the right answer")).legend(key(BLUE));
    legend(&mut chart, SeriesLabelPosition::UpperLeft)
}

fn over_time<'a, 'b>(
    area: &'a Area<'b>,
    title: &str,
    x_unit: &str,
    y_unit: &str,
    n_steps: usize,
    (low, high): (f64, f64),
) -> std::result::Result<Chart<'a, 'b>, Box<dyn Error>> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, TITLE, &INK))
        .margin_left(12)
        .margin_right(24)
        .x_label_area_size(if x_unit.is_empty() { 25 } else { 45 })
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..n_steps as f64, low..high)?;
    mesh(&mut chart, x_unit, y_unit)?;
    Ok(chart)
}

/// How often each digit (row) was taken for each digit (column).
pub(crate) fn confusion(path: &Path, labels: &[u8], predictions: &[usize]) -> Result {
    let labels = || labels.iter().map(|&label| usize::from(label));
    let n = labels().chain(predictions.iter().copied()).max().map_or(1, |greatest| greatest + 1);
    let mut counts = vec![vec![0; n]; n];
    labels().zip(predictions).for_each(|(label, &prediction)| counts[label][prediction] += 1);

    let root = canvas(path, (720, 740))?;
    let title = "Confusion matrix of the test images";
    let mut chart = ChartBuilder::on(&root)
        .caption(title, (FONT, TITLE + 4, &INK))
        .margin(16)
        .x_label_area_size(50)
        .y_label_area_size(55)
        // The first row on top, as in a table.
        .build_cartesian_2d((0..n - 1).into_segmented(), (0..n - 1).into_segmented())?;
    let class = |segment: &SegmentValue<usize>| match segment {
        SegmentValue::Exact(class) | SegmentValue::CenterOf(class) => class.to_string(),
        SegmentValue::Last => String::new(),
    };
    let flipped = |segment: &SegmentValue<usize>| match segment {
        SegmentValue::Exact(row) | SegmentValue::CenterOf(row) => (n - 1 - row).to_string(),
        SegmentValue::Last => String::new(),
    };
    chart
        .configure_mesh()
        .disable_mesh()
        .x_desc("given answer")
        .y_desc("true digit")
        .x_labels(n)
        .y_labels(n)
        .x_label_formatter(&class)
        .y_label_formatter(&flipped)
        .label_style((FONT, LABEL + 2, &INK))
        .axis_desc_style((FONT, LABEL + 2, &INK))
        .draw()?;
    for (label, row) in counts.iter().enumerate() {
        let total = row.iter().sum::<usize>().max(1);
        for (prediction, &count) in row.iter().enumerate().filter(|(_, count)| **count > 0) {
            let share = count as f64 / total as f64;
            // Single errors must be seen beside hundreds of right answers: the square root lifts them.
            let color = if label == prediction { BLUE } else { ORANGE }.mix(0.15 + 0.85 * share.sqrt());
            let (left, right) = (SegmentValue::Exact(prediction), SegmentValue::Exact(prediction + 1));
            let (bottom, top) = (SegmentValue::Exact(n - 1 - label), SegmentValue::Exact(n - label));
            chart.draw_series([Rectangle::new([(left, bottom), (right, top)], color.filled())])?;
            let ink = if share > 0.4 { &WHITE } else { &INK };
            let style =
                (FONT, LABEL + 2, ink).into_text_style(&root).pos(Pos::new(HPos::Center, VPos::Center));
            let center = (SegmentValue::CenterOf(prediction), SegmentValue::CenterOf(n - 1 - label));
            chart.draw_series([Text::new(count.to_string(), center, style)])?;
        }
    }
    Ok(root.present()?)
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

/// A curve with epochs counted from 1.
fn scaled(history: &History, name: &str, factor: f64) -> Vec<(f64, f64)> {
    history.series(name).iter().map(|&(epoch, y)| (epoch as f64 + 1.0, factor * y)).collect()
}

/// The end of an axis from 0.
fn highest(points: &[(f64, f64)]) -> f64 {
    1.05 * points.iter().map(|point| point.1).fold(f64::MIN_POSITIVE, f64::max)
}
