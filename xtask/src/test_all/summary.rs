//! The table at the end.

use std::fmt;

use crate::tally::Tally;

/// One line: what was run on which backend.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) backend: String,
    pub(super) server: String,
    pub(super) step: &'static str,
    pub(super) tally: Tally,
}

/// All that was run. Its text ends with the sums.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) rows: Vec<Row>,
}

impl Summary {
    pub(super) fn sum(&self) -> Tally {
        let mut sum = Tally::default();
        for row in &self.rows {
            sum += row.tally;
        }
        sum
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width =
            |column: fn(&Row) -> usize, least: usize| self.rows.iter().map(column).fold(least, usize::max);
        let backend = width(|row| row.backend.len(), 7);
        let server = width(|row| row.server.len(), 6);
        let step = width(|row| row.step.len(), 4);
        writeln!(
            f,
            "{:backend$}  {:server$}  {:step$}  passed  failed  skipped",
            "backend", "server", "step"
        )?;
        for row in &self.rows {
            let Tally { passed, failed, skipped } = row.tally;
            let Row { backend: name, server: from, step: what, .. } = row;
            writeln!(
                f,
                "{name:backend$}  {from:server$}  {what:step$}  {passed:>6}  {failed:>6}  {skipped:>7}"
            )?;
        }
        let Tally { passed, failed, skipped } = self.sum();
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_adds_up_the_rows() {
        let row = |backend: &str, passed, failed, skipped| Row {
            backend: backend.to_owned(),
            server: "in the process".to_owned(),
            step: "tests",
            tally: Tally { passed, failed, skipped },
        };
        let summary = Summary { rows: vec![row("sqlite", 10, 1, 2), row("all", 5, 0, 0)] };
        let text = summary.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "backend  server          step   passed  failed  skipped",
                "sqlite   in the process  tests      10       1        2",
                "all      in the process  tests       5       0        0",
                "15 passed, 1 failed, 2 skipped",
            ]
        );
    }
}
