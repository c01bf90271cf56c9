//! The tables of the report.

use std::fmt::{Result, Write};

use super::checks::Check;
use super::compare::{Ratio, median, time};
use super::peers::Standing;
use super::results::{PEAK, Results, Time};

/// On what it was measured.
pub(super) fn machine(out: &mut String, results: &Results) -> Result {
    let mut shown: Vec<&str> = Vec::new();
    for run in &results.runs {
        // What was counted for a group was so on the machine that it was timed on.
        if shown.contains(&&*run.group) {
            continue;
        }
        shown.push(&run.group);
        let versions: Vec<String> =
            run.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
        writeln!(
            out,
            "- {}, {}, {} rounds, {}: {}",
            run.group,
            run.date,
            run.rounds,
            run.machine,
            versions.join(", ")
        )?;
    }
    Ok(())
}

/// What is to be reached, and what was.
pub(super) fn targets(out: &mut String, checks: &[Check]) -> Result {
    writeln!(out, "| database | case | contestant | target | measured | | best peer | |")?;
    writeln!(out, "|---|---|---|--:|--:|---|---|---|")?;
    for check in checks.iter().filter(|check| check.target.is_some()) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            check.group,
            check.case,
            check.contestant,
            check.target.as_deref().unwrap_or_default(),
            check.measured,
            if check.is_met { "met" } else { "**missed**" },
            check.best_peer,
            check.standing.map_or("", Standing::word)
        )?;
    }
    Ok(())
}

/// The cases of the peers for which there is no target.
pub(super) fn beside_peers(out: &mut String, checks: &[Check]) -> Result {
    writeln!(out, "| database | case | contestant | measured | best peer | |")?;
    writeln!(out, "|---|---|---|--:|---|---|")?;
    for check in checks.iter().filter(|check| check.target.is_none()) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            check.group,
            check.case,
            check.contestant,
            check.measured,
            check.best_peer,
            check.standing.map_or("", Standing::word)
        )?;
    }
    Ok(())
}

/// All that was measured in a group.
pub(super) fn times(out: &mut String, results: &Results, group: &str) -> Result {
    writeln!(out, "| case | contestant | median | ratio | min .. max | p50, p99 of the waits |")?;
    writeln!(out, "|---|---|--:|--:|--:|--:|")?;
    for case in results.cases(group) {
        let contestants = results.contestants(group, case);
        for one in &contestants {
            let Some(first) = contestants.first() else { continue };
            let ratio = Ratio::times(one, first);
            writeln!(
                out,
                "| {case} | {} | {} | {:.2} | {:.2} .. {:.2} | {} |",
                one.contestant,
                time(median(&one.nanos)),
                ratio.middle,
                ratio.least,
                ratio.most,
                waits(one)
            )?;
        }
    }
    Ok(())
}

fn waits(one: &Time) -> String {
    if one.waits.is_empty() {
        return String::new();
    }
    let middle: Vec<f64> = one.waits.iter().map(|(middle, _)| *middle).collect();
    let late: Vec<f64> = one.waits.iter().map(|(_, late)| *late).collect();
    format!("{}, {}", time(median(&middle)), time(median(&late)))
}

const COSTS: [&str; 4] = ["instructions", "allocations", "round trips", PEAK];

/// What a call costs beside time.
pub(super) fn costs(out: &mut String, results: &Results) -> Result {
    writeln!(out, "| database | case | contestant | {} |", COSTS.join(" | "))?;
    writeln!(out, "|---|---|---|--:|--:|--:|--:|")?;
    let mut seen: Vec<(&str, &str, &str)> = Vec::new();
    for cost in &results.costs {
        let row = (&*cost.group, &*cost.case, &*cost.contestant);
        if seen.contains(&row) {
            continue;
        }
        seen.push(row);
        let amounts = COSTS.map(|wanted| {
            let same = |cost: &&super::results::Cost| (&*cost.group, &*cost.case, &*cost.contestant) == row;
            let found = results.costs.iter().filter(same).find(|cost| cost.cost == wanted);
            found.map_or(String::new(), |cost| number(cost.amount))
        });
        writeln!(out, "| {} | {} | {} | {} |", row.0, row.1, row.2, amounts.join(" | "))?;
    }
    Ok(())
}

fn number(amount: f64) -> String {
    if amount >= 100.0 { format!("{amount:.0}") } else { format!("{amount:.1}") }
}

/// What programs cost to build.
pub(super) fn builds(out: &mut String, results: &Results) -> Result {
    writeln!(out, "| backend | program on | crates | clean build, s | stripped, KiB |")?;
    writeln!(out, "|---|---|--:|--:|--:|")?;
    for build in &results.builds {
        writeln!(
            out,
            "| {} | {} | {} | {:.0} | {} |",
            build.backend, build.program, build.crates, build.seconds, build.kib
        )?;
    }
    Ok(())
}
