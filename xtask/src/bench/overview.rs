//! The pictures: everybody's ratio to the raw driver, in all cases of the targets and in those of a database.

use super::compare::{Ratio, median, time};
use super::palette::{FAINT, GRID, INK, INKS, Ink, OURS, colour};
use super::results::{Results, Time};
use super::svg::{Anchor, Font, LogScale, Svg, ratio, rounded};
use super::targets::is_case;

/// The groups that have a panel, and what they are compared with.
const PANELS: [(&str, &str); 3] =
    [("SQLite", "rusqlite"), ("PostgreSQL", "tokio-postgres"), ("MariaDB", "mysql_async")];

const CASES: [(&str, &str); 8] = [
    ("point select", "one row by its key"),
    ("begin, select, update, commit", "a small transaction"),
    ("checkout, select, return", "a select on a pooled connection"),
    ("checkout, select, return by 32 tasks on 8 connections", "32 tasks on 8 connections"),
    ("20 changed entities", "20 changed rows, one transaction"),
    ("bulk insert", "many rows in"),
    ("large read, streamed", "many rows out, as they come"),
    ("large read, all", "many rows out, at once"),
];

const WIDTH: f64 = LABELS + 3.0 * PANEL + 2.0 * GAP;
const LABELS: f64 = 232.0;
const PANEL: f64 = 266.0;
const GAP: f64 = 34.0;
const TOP: f64 = 132.0;
const ROW: f64 = 44.0;

/// One picture for the front page.
pub(super) fn draw(results: &Results) -> String {
    let mut svg = Svg::default();
    svg.text((24.0, 36.0), Anchor::Start, Font::new(20.0).bold(), "Time beside the raw driver");
    svg.text(
        (24.0, 58.0),
        Anchor::Start,
        Font::new(13.0).colour(FAINT),
        "ratio to rusqlite, tokio-postgres and mysql_async by hand, or deadpool over them; further left is faster, 1× is the driver itself; logarithmic",
    );
    legend(&mut svg);
    let bottom = TOP + ROW * CASES.len() as f64;
    for (row, (_, says)) in CASES.iter().enumerate() {
        let y = TOP + ROW * (row as f64 + 0.5);
        svg.text((24.0, y + 4.0), Anchor::Start, Font::new(13.0), says);
    }
    for (number, (group, base)) in PANELS.into_iter().enumerate() {
        panel(&mut svg, results, group, base, LABELS + 24.0 + (PANEL + GAP) * number as f64);
    }
    let shows = "Time of sqlsession and its peers as a ratio to the raw drivers";
    svg.finish(WIDTH + 48.0, bottom + 40.0, shows)
}

fn legend(svg: &mut Svg) {
    let mut x = 30.0;
    for ink in INKS.iter().rev() {
        svg.dot((x, 82.0), if ink.ours { 6.0 } else { 5.0 }, ink.colour, ink.ring);
        let font = Font::new(12.0);
        let font = if ink.ours { font.bold() } else { font };
        svg.text((x + 11.0, 86.0), Anchor::Start, font, ink.contestant);
        x += 34.0 + 6.6 * ink.contestant.len() as f64;
    }
}

fn panel(svg: &mut Svg, results: &Results, group: &str, base: &str, left: f64) {
    let rows: Vec<Vec<(&Ink, f64)>> = CASES.iter().map(|(case, _)| points(results, group, case)).collect();
    let scale = LogScale::of(rows.iter().flatten().map(|(_, ratio)| *ratio), left, PANEL);
    let bottom = TOP + ROW * CASES.len() as f64;
    svg.text((left, TOP - 14.0), Anchor::Start, Font::new(14.0).bold(), group);
    svg.text((left + PANEL, TOP - 14.0), Anchor::End, Font::new(11.0).colour(FAINT), &format!("1× = {base}"));
    for tick in scale.ticks() {
        let x = scale.at(tick);
        svg.line((x, TOP), (x, bottom), GRID, 1.0);
        svg.text((x, bottom + 16.0), Anchor::Middle, Font::new(11.0).colour(FAINT), &rounded(tick));
    }
    svg.line((scale.at(1.0), TOP - 4.0), (scale.at(1.0), bottom), INK, 1.4);
    for (row, points) in rows.iter().enumerate() {
        let y = TOP + ROW * (row as f64 + 0.5);
        let ends = points.iter().map(|(_, ratio)| scale.at(*ratio));
        let (first, last) = ends.fold((f64::MAX, 0.0_f64), |(first, last), x| (first.min(x), last.max(x)));
        if last > 0.0 {
            svg.line((first, y), (last, y), GRID, 3.0);
        }
        for (ink, ratio) in points {
            svg.dot((scale.at(*ratio), y), if ink.ours { 7.0 } else { 5.0 }, ink.colour, ink.ring);
        }
        if let Some((_, ours)) = points.iter().rev().find(|(ink, _)| ink.ours && !ink.ring) {
            let font = Font::new(11.0).bold().colour(OURS);
            svg.text((scale.at(*ours), y - 11.0), Anchor::Middle, font, &ratio(*ours));
        }
    }
}

fn points<'r>(results: &'r Results, group: &str, case: &str) -> Vec<(&'static Ink, f64)> {
    let known = results.cases(group);
    let full = known.iter().find(|known| is_case(known, case));
    let Some(full) = full else { return Vec::new() };
    let contestants: Vec<&'r Time> = results.contestants(group, full);
    let Some(first) = contestants.first() else { return Vec::new() };
    let of = |ink: &'static Ink| {
        let time = contestants.iter().find(|time| time.contestant == ink.contestant)?;
        Some((ink, Ratio::times(time, first).middle))
    };
    INKS.iter().filter_map(of).collect()
}

const COLUMNS: usize = 3;
const CELL: f64 = 370.0;
const NAMES: f64 = 148.0;
const BAR: f64 = 13.0;
const STEP: f64 = 18.0;

/// All cases of a database, each with its bars.
pub(super) fn draw_group(results: &Results, group: &str) -> String {
    let mut svg = Svg::default();
    let cases = results.cases(group);
    svg.text((24.0, 34.0), Anchor::Start, Font::new(18.0).bold(), group);
    let says = "time as a ratio to the first of each case, on a logarithmic scale that all share; the label is the median time of one";
    svg.text((24.0, 54.0), Anchor::Start, Font::new(12.0).colour(FAINT), says);
    let ratios = cases.iter().flat_map(|case| {
        let contestants = results.contestants(group, case);
        let first = contestants.first().copied();
        contestants.into_iter().filter_map(move |time| Some(Ratio::times(time, first?).middle))
    });
    let scale = LogScale::of(ratios, NAMES, CELL - NAMES - 92.0);
    let mut y = 84.0;
    for row in cases.chunks(COLUMNS) {
        let mut most = 0;
        for (column, case) in row.iter().enumerate() {
            let contestants = results.contestants(group, case);
            bars(&mut svg, case, &contestants, scale, (24.0 + (CELL + 8.0) * column as f64, y));
            most = most.max(contestants.len());
        }
        y += STEP * most as f64 + 44.0;
    }
    svg.finish(24.0 + (CELL + 8.0) * COLUMNS as f64, y, &format!("All cases on {group}"))
}

fn bars(svg: &mut Svg, case: &str, contestants: &[&Time], scale: LogScale, (left, top): (f64, f64)) {
    let Some(first) = contestants.first() else { return };
    let size = if case.len() > 40 { 11.0 } else { 13.0 };
    svg.text((left, top), Anchor::Start, Font::new(size).bold(), case);
    let one = left + scale.at(1.0);
    let bottom = top + 10.0 + STEP * contestants.len() as f64;
    for (row, time_of) in contestants.iter().enumerate() {
        let y = top + 10.0 + STEP * row as f64;
        let middle = Ratio::times(time_of, first).middle;
        let end = left + scale.at(middle);
        let ours = time_of.contestant.starts_with("sqlsession");
        let font = Font::new(11.0);
        let font = if ours { font.bold() } else { font };
        svg.text((left + NAMES - 10.0, y + 11.0), Anchor::End, font, &time_of.contestant);
        let (from, to) = if end < one { (end, one) } else { (one, end) };
        svg.bar((from, y), ((to - from).max(1.5), BAR), colour(&time_of.contestant));
        let label = format!("{}  {}", ratio(middle), time(median(&time_of.nanos)));
        let font = Font::new(10.5).colour(if ours { INK } else { FAINT });
        svg.text((to + 5.0, y + 10.5), Anchor::Start, font, &label);
    }
    svg.line((one, top + 6.0), (one, bottom), INK, 1.0);
}
