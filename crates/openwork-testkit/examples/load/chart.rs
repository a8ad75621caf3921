//! The series as one picture: a small chart each, both axes logarithmic.

use std::fmt::Write as _;

use crate::series::Series;

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 36.0;
const COLUMNS: usize = 3;

/// Draws all series as SVG.
pub(crate) fn draw(series: &[Series]) -> String {
    let rows = series.len().div_ceil(COLUMNS);
    let (width, height) = (WIDTH * as_f64(COLUMNS), HEIGHT * as_f64(rows) + 24.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"10\" fill=\"#333\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    for (index, one) in series.iter().enumerate() {
        let (x, y) = (
            as_f64(index % COLUMNS) * WIDTH,
            as_f64(index / COLUMNS) * HEIGHT,
        );
        let _ = writeln!(
            svg,
            "<g transform=\"translate({x} {y})\">{}</g>",
            chart(one)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"12\" y=\"{}\"><tspan fill=\"#0a66c2\">●</tspan> this server  <tspan fill=\"#b0481e\">●</tspan> the original server, measured once elsewhere</text>\n</svg>",
        height - 9.0
    );
    svg
}

fn chart(series: &Series) -> String {
    let all = || series.points.iter().chain(series.seed);
    let xs = bounds(all().map(|(count, _)| as_f64(*count)));
    let ys = bounds(all().map(|(_, cost)| *cost));
    let place = |(count, cost): &(usize, f64)| {
        let x = LEFT + share(as_f64(*count), xs) * (WIDTH - LEFT - 20.0);
        let y = HEIGHT - 26.0 - share(*cost, ys) * (HEIGHT - TOP - 26.0);
        (x, y)
    };
    let mut svg = format!(
        "<text x=\"{LEFT}\" y=\"16\" font-weight=\"bold\">{}: {}</text>{}",
        series.name,
        series.figure,
        axes(xs, ys)
    );
    for (points, colour) in [(series.seed, "#b0481e"), (&series.points[..], "#0a66c2")] {
        svg += &line(&points.iter().map(place).collect::<Vec<_>>(), colour);
    }
    svg
}

fn axes(xs: (f64, f64), ys: (f64, f64)) -> String {
    let (bottom, right) = (HEIGHT - 26.0, WIDTH - 20.0);
    let label = LEFT - 6.0;
    format!(
        "<path d=\"M{LEFT} {TOP}V{bottom}H{right}\" fill=\"none\" stroke=\"#999\"/>\
         <text x=\"{LEFT}\" y=\"{}\">{}</text><text x=\"{right}\" y=\"{}\" text-anchor=\"end\">{}</text>\
         <text x=\"{label}\" y=\"{bottom}\" text-anchor=\"end\">{}</text><text x=\"{label}\" y=\"{}\" text-anchor=\"end\">{}</text>",
        bottom + 14.0,
        xs.0,
        bottom + 14.0,
        xs.1,
        ys.0,
        TOP + 8.0,
        ys.1
    )
}

fn line(points: &[(f64, f64)], colour: &str) -> String {
    let path: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    let mut svg = format!(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>",
        path.join(" ")
    );
    for (x, y) in points {
        let _ = write!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
        );
    }
    svg
}

/// The powers of ten around some values.
fn bounds(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let least = values.clone().fold(f64::INFINITY, f64::min).max(1.0);
    let most = values.fold(1.0, f64::max);
    let from = 10_f64.powf(least.log10().floor());
    (from, 10_f64.powf(most.log10().ceil()).max(from * 10.0))
}

fn share(value: f64, (from, to): (f64, f64)) -> f64 {
    (value.max(from).log10() - from.log10()) / (to.log10() - from.log10())
}

/// Counts here are far below 2^52.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub(crate) fn as_f64(count: usize) -> f64 {
    count as f64
}
