use std::{
    fs::{File, OpenOptions},
    io::Write as _,
};

use serde_json::{Value, json};

use crate::{Fallible, contest::Measured};

/// Where what was measured goes: a table for who waits, and lines of JSON for the report.
pub struct Record(Option<File>);

/// The variable that names the file that lines are added to.
const FILE: &str = "SQLSESSION_BENCH_RESULTS";

impl Record {
    pub fn open() -> Fallible<Self> {
        let path = std::env::var_os(FILE);
        Ok(Self(path.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?))
    }

    /// What a case took.
    pub fn case(&mut self, group: &str, case: &str, measured: &[Measured]) -> Fallible<()> {
        println!("\n{group}: {case}");
        println!("| contestant | µs, median | ratio to the first, median | min .. max |");
        println!("|---|--:|--:|--:|");
        let Some(first) = measured.first() else { return Ok(()) };
        for one in measured {
            let nanos: Vec<f64> = one.rounds.iter().map(|round| round.nanos).collect();
            let mut ratios: Vec<f64> =
                one.rounds.iter().zip(&first.rounds).map(|(one, first)| one.nanos / first.nanos).collect();
            let middle = median(&mut ratios);
            println!(
                "| {} | {:.2} | {middle:.2} | {:.2} .. {:.2} |",
                one.contestant,
                median(&mut nanos.clone()) / 1000.0,
                ratios.first().unwrap_or(&middle),
                ratios.last().unwrap_or(&middle),
            );
            let waits: Vec<_> = one.rounds.iter().filter_map(|round| round.waits).collect();
            self.line(&json!({
                "kind": "time", "group": group, "case": case, "contestant": one.contestant, "nanos": nanos, "waits": waits,
            }))?;
        }
        Ok(())
    }

    /// What a case costs that is no time.
    pub fn cost(
        &mut self,
        group: &str,
        case: &str,
        contestant: &str,
        cost: &str,
        amount: f64,
    ) -> Fallible<()> {
        println!("{group}: {case}: {contestant}: {amount:.2} {cost}");
        self.line(&json!({
            "kind": "cost", "group": group, "case": case, "contestant": contestant, "cost": cost, "amount": amount,
        }))
    }

    fn line(&mut self, line: &Value) -> Fallible<()> {
        if let Some(file) = &mut self.0 {
            writeln!(file, "{line}")?;
        }
        Ok(())
    }
}

/// The values are in order afterwards.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
