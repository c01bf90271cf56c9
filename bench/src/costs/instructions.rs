use std::process::Command;

use crate::{Fallible, contest::Cell};

const TIMES: u64 = 100;

/// The variable that says so, and names the folder of callgrind's files.
const FOLDER: &str = "SQLSESSION_BENCH_CALLGRIND";

/// Whether this runs under callgrind.
pub fn are_counted() -> bool {
    std::env::var_os(FOLDER).is_some()
}

/// Instructions of one time, by all threads of the program. What callgrind is told costs some itself: that is what a dump
/// after no work shows.
pub fn of(cell: &mut Cell) -> Fallible<f64> {
    (cell.before)()?;
    (cell.work)(TIMES)?;
    let nothing = counted(|| Ok(()))?;
    let all = counted(|| (cell.work)(TIMES).map(drop))?;
    Ok(all.saturating_sub(nothing) as f64 / TIMES as f64)
}

fn counted(work: impl FnOnce() -> Fallible<()>) -> Fallible<u64> {
    control("--zero")?;
    work()?;
    control("--dump=work")?;
    newest()
}

fn control(order: &str) -> Fallible<()> {
    let done = Command::new("callgrind_control").args([order, &std::process::id().to_string()]).output()?;
    if done.status.success() { Ok(()) } else { Err("callgrind does not obey".into()) }
}

/// The sum of the newest of callgrind's files.
fn newest() -> Fallible<u64> {
    let folder = std::env::var(FOLDER)?;
    let mut files: Vec<_> = std::fs::read_dir(folder)?
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let (_, path) = files.pop().ok_or("callgrind has written nothing")?;
    let text = std::fs::read_to_string(&path)?;
    std::fs::remove_file(path)?;
    let sum = text.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")));
    Ok(sum.ok_or("callgrind's file has no sum")?.trim().parse()?)
}
