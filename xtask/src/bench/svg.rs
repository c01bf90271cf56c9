//! The few shapes that the plots are made of.

use std::fmt::Write as _;

use super::palette::INK;

/// A picture as it grows.
#[derive(Debug, Default)]
pub(super) struct Svg {
    body: String,
}

/// Where a text stands beside its point.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Font {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) colour: &'static str,
}

impl Font {
    pub(super) const fn new(size: f64) -> Self {
        Self { size, bold: false, colour: INK }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn colour(self, colour: &'static str) -> Self {
        Self { colour, ..self }
    }
}

impl Svg {
    pub(super) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, font: Font, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if font.bold { " font-weight=\"600\"" } else { "" };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.add(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{}\" fill=\"{}\"{weight}>{text}</text>",
            font.size, font.colour
        ));
    }

    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str, width: f64) {
        self.add(format_args!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
        ));
    }

    pub(super) fn bar(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), colour: &str) {
        self.add(format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"2\" fill=\"{colour}\"/>"
        ));
    }

    pub(super) fn dot(&mut self, (x, y): (f64, f64), radius: f64, colour: &str, ring: bool) {
        let (fill, stroke) = if ring { ("#ffffff", colour) } else { (colour, "#ffffff") };
        let width = if ring { 2.2 } else { 1.2 };
        self.add(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\"/>"
        ));
    }

    fn add(&mut self, shape: std::fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        let _ = writeln!(self.body, "{shape}");
    }

    /// The whole picture, on white, with what it shows for those who cannot see it.
    pub(super) fn finish(self, width: f64, height: f64, shows: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" font-family=\"Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif\" role=\"img\">\n\
             <title>{shows}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.body
        )
    }
}

/// A scale in decades.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogScale {
    pub(super) left: f64,
    pub(super) width: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl LogScale {
    /// One that shows all of these and 1, with some air.
    pub(super) fn of(values: impl Iterator<Item = f64>, left: f64, width: f64) -> Self {
        let (least, most) =
            values.fold((1.0_f64, 1.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        Self { left, width, least: (least / 1.3).min(0.5), most: (most * 1.3).max(3.0) }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        let share = (value / self.least).ln() / (self.most / self.least).ln();
        self.left + self.width * share.clamp(0.0, 1.0)
    }

    /// The values that get a line.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let steps: &[f64] = if self.most / self.least > 40.0 { &[1.0, 3.0] } else { &[1.0, 2.0, 5.0] };
        let decades = -3..6;
        let all = decades.flat_map(|decade| steps.iter().map(move |step| step * 10_f64.powi(decade)));
        all.filter(|tick| *tick >= self.least && *tick <= self.most).collect()
    }
}

/// A ratio as it is read.
pub(super) fn ratio(value: f64) -> String {
    if value < 9.95 { format!("{value:.2}×") } else { format!("{value:.0}×") }
}

/// A tick of a scale.
pub(super) fn rounded(tick: f64) -> String {
    let digits = if tick < 0.095 { 2 } else { usize::from(tick < 0.95) };
    format!("{tick:.digits$}×")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_shows_one_and_all_of_its_values() {
        let scale = LogScale::of([0.3, 60.0].into_iter(), 10.0, 100.0);
        assert!(scale.at(0.3) > 10.0 && scale.at(60.0) < 110.0);
        assert!(scale.ticks().contains(&1.0));
        assert!((scale.at(1.0) - scale.at(0.5)) - (scale.at(20.0) - scale.at(10.0)) < 1e-9);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(["0.33×", "1.06×", "66×"], [0.334, 1.056, 66.4].map(ratio).each_ref().map(|s| &**s));
        assert_eq!(
            ["0.05×", "0.3×", "1×", "30×"],
            [0.05, 0.300_000_04, 1.0, 30.0].map(rounded).each_ref().map(|s| &**s)
        );
    }
}
