//! The picture of a run: how the synapse grew, where it stands among all, and what a reward finds.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::record::Recording;

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

pub(crate) fn draw(path: &Path, rewarded: &Recording, control: &Recording) -> Result {
    let root = SVGBackend::new(path, (1260, 400)).into_drawing_area();
    root.fill(&WHITE)?;
    let areas = root.split_evenly((1, 3));
    growth(&areas[0], rewarded, control)?;
    histogram(&areas[1], rewarded)?;
    reward(&areas[2], rewarded)?;
    Ok(root.present()?)
}

/// The weight of the chosen synapse over time.
fn growth(area: &Area<'_>, rewarded: &Recording, control: &Recording) -> Result {
    let end = rewarded.weights.len() as f64;
    let mut chart = chart(area, "The rewarded synapse", ("time [s]", "weight / maximum"), (0.0, end), 1.15)?;
    for (name, color, recording) in [("control", GREY, control), ("rewarded", BLUE, rewarded)] {
        let points = (1..).zip(&recording.weights).map(|(second, &w)| (f64::from(second), f64::from(w)));
        curve(&mut chart, name, color, points)?;
    }
    legend(&mut chart)
}

/// All weights in the end.
fn histogram(area: &Area<'_>, rewarded: &Recording) -> Result {
    const BINS: usize = 40;
    let bin = |w: f32| ((w * BINS as f32) as usize).min(BINS - 1);
    let mut shares = [0.0; BINS];
    let percent = 100.0 / rewarded.last_weights.len() as f64;
    rewarded.last_weights.iter().for_each(|&w| shares[bin(w)] += percent);

    let top = 1.1 * shares.iter().copied().fold(0.0, f64::max);
    let labels = ("weight / maximum", "synapses [%]");
    let mut chart = chart(area, "All synapses in the end", labels, (0.0, 1.0), top)?;
    let edge = |bin: usize| bin as f64 / BINS as f64;
    chart.draw_series(
        (0..BINS).map(|i| Rectangle::new([(edge(i), 0.0), (edge(i + 1), shares[i])], GREY.filled())),
    )?;
    let w = f64::from(rewarded.last_weights[0]);
    curve(&mut chart, "the rewarded one", BLUE, [(w, 0.0), (w, top)])?;
    legend(&mut chart)
}

/// Eligibility and dopamine around the first coincidence, each relative to its greatest.
fn reward(area: &Area<'_>, rewarded: &Recording) -> Result {
    let moments = &rewarded.moments;
    let start = moments.iter().position(|moment| moment.coincidence).unwrap_or(0) as f64;
    let time = |t: usize| (t as f64 - start) / 1000.0;
    let range = (time(0), time(moments.len()));
    let labels = ("time after the coincidence [s]", "relative to the greatest");
    let mut chart = chart(area, "What a reward finds", labels, range, 1.25)?;
    let mut relative = |name, color, value: &dyn Fn(usize) -> f64| {
        let greatest = (0..moments.len()).map(value).fold(f64::MIN_POSITIVE, f64::max);
        curve(&mut chart, name, color, (0..moments.len()).map(|t| (time(t), value(t) / greatest)))
    };
    relative("dopamine", ORANGE, &|t| moments[t].dopamine)?;
    relative("eligibility of the synapse", BLUE, &|t| f64::from(moments[t].eligibility))?;
    // Spikes of the two neurons as ticks below the curves' zero.
    for (t, moment) in moments.iter().enumerate() {
        for (spike, height) in [(moment.pre_spike, -0.05), (moment.post_spike, -0.1)] {
            if spike {
                let tick = [(time(t), height), (time(t), height + 0.04)];
                chart.draw_series([PathElement::new(tick, INK.stroke_width(2))])?;
            }
        }
    }
    legend(&mut chart)
}

fn chart<'a, 'b>(
    area: &'a Area<'b>,
    title: &str,
    (x_unit, y_unit): (&str, &str),
    (left, right): (f64, f64),
    top: f64,
) -> Result<Chart<'a, 'b>> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, TITLE, &INK))
        .margin(12)
        .x_label_area_size(45)
        .y_label_area_size(60)
        .build_cartesian_2d(left..right, -0.11 * top..top)?;
    let tick = |x: &f64| ((x * 1e6).round() / 1e6).to_string();
    chart
        .configure_mesh()
        .x_desc(x_unit)
        .y_desc(y_unit)
        .x_labels(7)
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

fn curve(
    chart: &mut Chart<'_, '_>,
    name: &str,
    color: RGBColor,
    points: impl IntoIterator<Item = (f64, f64)>,
) -> Result {
    chart
        .draw_series(LineSeries::new(points, color.stroke_width(2)))?
        .label(name)
        .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(3)));
    Ok(())
}

fn legend<'a, 'b: 'a>(chart: &mut Chart<'a, 'b>) -> Result {
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleRight)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.2))
        .label_font((FONT, LABEL, &INK))
        .draw()?;
    Ok(())
}
