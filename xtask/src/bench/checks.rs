//! What was measured beside what is to be reached, and beside the other libraries.

use super::compare::Ratio;
use super::peers::{Best, Standing, is_peer};
use super::results::{Results, Time};
use super::targets::{LATE_AT_MOST, MEMORY_TARGETS, MemoryTarget, SERVED, TARGETS, TASKS, Target};

/// One line of the verdict.
#[derive(Debug, PartialEq)]
pub(super) struct Check {
    pub(super) group: String,
    pub(super) case: String,
    pub(super) contestant: String,
    /// Where nothing is to be reached, only the peers are looked at.
    pub(super) target: Option<String>,
    pub(super) measured: String,
    pub(super) is_met: bool,
    pub(super) best_peer: String,
    /// Beside all peers; none where no peer takes part, and none of memory.
    pub(super) standing: Option<Standing>,
}

/// The contestant that stands for the library.
const OURS: &str = "sqlsession";

/// All of them: those with a target first.
pub(super) fn of(results: &Results) -> Vec<Check> {
    let mut checks: Vec<Check> = TARGETS.iter().flat_map(|target| of_time(results, target)).collect();
    for group in SERVED {
        checks.extend(MEMORY_TARGETS.iter().filter_map(|target| of_memory(results, group, target)));
    }
    let mut groups: Vec<&str> = results.times.iter().map(|time| &*time.group).collect();
    groups.dedup();
    for group in groups {
        checks.extend(results.cases(group).into_iter().filter_map(|case| beside_peers(results, group, case)));
    }
    checks
}

/// How many targets are met, and in how many cases a peer is ahead.
pub(super) fn sum(checks: &[Check]) -> String {
    let targets = checks.iter().filter(|check| check.target.is_some());
    let beside: Vec<Standing> = checks.iter().filter_map(|check| check.standing).collect();
    let behind = beside.iter().filter(|standing| **standing == Standing::Behind).count();
    format!(
        "{} of {} targets are met. A peer is ahead, beyond the spread, in {behind} of {} comparisons.",
        targets.clone().filter(|check| check.is_met).count(),
        targets.count(),
        beside.len()
    )
}

fn of_time(results: &Results, target: &Target) -> Vec<Check> {
    let cases = results.cases(target.group);
    let case = cases.into_iter().find(|case| target.is_of(target.group, case));
    let contestants = case.map(|case| results.contestants(target.group, case)).unwrap_or_default();
    let ours = contestants.iter().find(|time| time.contestant == target.contestant);
    let (Some(case), Some(first), Some(ours)) = (case, contestants.first(), ours) else { return Vec::new() };
    let times = |time: &Time| Some(Ratio::times(time, first));
    let late = |time: &Time| Ratio::late(time, first);
    let mut checks: Vec<Check> =
        against(case, &contestants, ours, Some(target.at_most), times).into_iter().collect();
    if target.case == TASKS {
        let name = "the 99th of a hundred waits of these";
        checks.extend(against(name, &contestants, ours, Some(LATE_AT_MOST), late));
    }
    checks
}

/// One contestant in one case, by what is looked at.
fn against(
    case: &str,
    contestants: &[&Time],
    ours: &Time,
    at_most: Option<f64>,
    look: impl Fn(&Time) -> Option<Ratio>,
) -> Option<Check> {
    let (first, found) = (contestants.first()?, look(ours)?);
    let best = Best::of(contestants, found, look);
    Some(Check {
        group: ours.group.clone(),
        case: case.to_owned(),
        contestant: ours.contestant.clone(),
        target: at_most.map(|at_most| format!("{at_most:.2} of {}", first.contestant)),
        measured: found.words(),
        is_met: at_most.is_none_or(|at_most| found.middle <= at_most),
        best_peer: best
            .as_ref()
            .map_or(String::new(), |best| format!("{} {}", best.peer, best.ratio.words())),
        standing: best.map(|best| best.standing),
    })
}

/// A case without a target that a peer takes part in.
fn beside_peers(results: &Results, group: &str, case: &str) -> Option<Check> {
    if TARGETS.iter().any(|target| target.is_of(group, case)) {
        return None;
    }
    let contestants = results.contestants(group, case);
    let first = contestants.first()?;
    let ours = contestants.iter().find(|time| time.contestant == OURS)?;
    let check = against(case, &contestants, ours, None, |time| Some(Ratio::times(time, first)))?;
    check.standing.is_some().then_some(check)
}

fn of_memory(results: &Results, group: &str, target: &MemoryTarget) -> Option<Check> {
    let peaks = results.peaks(group, target.case);
    let (first, ours) = (peaks.first()?, peaks.iter().find(|cost| cost.contestant == OURS)?);
    let (limit, says) = if target.over_first {
        (
            first.amount + target.mib,
            format!("{:.1} MiB: {}'s and {:.0}", first.amount + target.mib, first.contestant, target.mib),
        )
    } else {
        (target.mib, format!("under {:.0} MiB", target.mib))
    };
    let peers = peaks.iter().filter(|cost| is_peer(&cost.contestant));
    let best = peers.min_by(|one, other| one.amount.total_cmp(&other.amount));
    Some(Check {
        group: group.to_owned(),
        case: format!("{}: memory at the peak", ours.case),
        contestant: ours.contestant.clone(),
        target: Some(says),
        measured: format!("{:.1} MiB", ours.amount),
        is_met: ours.amount < limit,
        best_peer: best.map_or(String::new(), |best| format!("{} {:.1} MiB", best.contestant, best.amount)),
        standing: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = r#"
{"kind":"time","group":"SQLite","case":"point select","contestant":"rusqlite","nanos":[10,10],"waits":[]}
{"kind":"time","group":"SQLite","case":"point select","contestant":"sqlsession","nanos":[13,14],"waits":[]}
{"kind":"time","group":"SQLite","case":"point select","contestant":"sqlx","nanos":[40,50],"waits":[]}
{"kind":"time","group":"SQLite","case":"connect","contestant":"rusqlite","nanos":[10,10],"waits":[]}
{"kind":"time","group":"SQLite","case":"connect","contestant":"sqlsession","nanos":[30,31],"waits":[]}
{"kind":"time","group":"SQLite","case":"connect","contestant":"SeaORM","nanos":[20,20],"waits":[]}
{"kind":"cost","group":"SQLite","case":"large read, all, 9 rows","contestant":"rusqlite","cost":"MiB at the peak","amount":30}
{"kind":"cost","group":"SQLite","case":"large read, all, 9 rows","contestant":"sqlsession","cost":"MiB at the peak","amount":38.5}
{"kind":"cost","group":"SQLite","case":"large read, all, 9 rows","contestant":"sqlx","cost":"MiB at the peak","amount":31}
{"kind":"cost","group":"SQLite","case":"large read, streamed, 9 rows","contestant":"sqlsession","cost":"MiB at the peak","amount":7.9}"#;

    #[test]
    fn lines_are_held_against_the_targets_and_the_peers() {
        let checks = of(&Results::of(LINES.trim()).unwrap());
        let seen: Vec<_> =
            checks.iter().map(|c| (c.target.as_deref(), &*c.measured, c.is_met, &*c.best_peer)).collect();
        assert_eq!(
            seen,
            [
                (Some("1.30 of rusqlite"), "1.40 (1.30 .. 1.40)", false, "sqlx 5.00 (4.00 .. 5.00)"),
                (Some("under 8 MiB"), "7.9 MiB", true, ""),
                (Some("38.0 MiB: rusqlite's and 8"), "38.5 MiB", false, "sqlx 31.0 MiB"),
                (None, "3.10 (3.00 .. 3.10)", true, "SeaORM 2.00 (2.00 .. 2.00)"),
            ]
        );
        let standings: Vec<_> = checks.iter().map(|check| check.standing).collect();
        assert_eq!(standings, [Some(Standing::Ahead), None, None, Some(Standing::Behind)]);
        assert_eq!(
            sum(&checks),
            "1 of 3 targets are met. A peer is ahead, beyond the spread, in 1 of 2 comparisons."
        );
    }
}
