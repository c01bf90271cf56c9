//! The runner against the SQLite driver: that it finds what is wrong, and that nothing is.

#![allow(clippy::unwrap_used, reason = "tests stop at the first thing that is wrong")]

use serde_json::{Value as Json, json};
use sqlsession_conformance::{CaseFiles, Client, FileBackend, Options, Report, run};
use sqlsession_sqlite::SqliteEngine;

fn backend() -> FileBackend {
    FileBackend::sqlite(|url, options| {
        SqliteEngine::with_options(url, options).map(|engine| engine.to_async())
    })
}

fn report(options: &Options) -> Report {
    run(options, &[&backend()]).unwrap()
}

/// Runs one scenario with these steps, each with its recorded outcome.
fn play(change: impl FnOnce(&mut Json), steps: &[(Json, Json)]) -> Report {
    play_by(Client::Async, change, steps)
}

fn play_by(client: Client, change: impl FnOnce(&mut Json), steps: &[(Json, Json)]) -> Report {
    let numbered = |index: usize, fields: &Json| {
        let mut fields = fields.clone();
        fields["n"] = json!(index + 1);
        fields
    };
    let given: Vec<_> = steps.iter().enumerate().map(|(index, (step, _))| numbered(index, step)).collect();
    let recorded: Vec<_> =
        steps.iter().enumerate().map(|(index, (_, outcome))| numbered(index, outcome)).collect();
    let mut scenario = json!({
        "format": 1, "id": "x", "backends": ["sqlite"], "setup": {"sqlite": ["CREATE TABLE t (a INTEGER)"]},
        "steps": given, "expected": {"sqlite": {"driver": "pysqlite", "steps": recorded, "control": [], "variants": {}}},
    });
    change(&mut scenario);
    let mut files = CaseFiles::default();
    files.scenarios.push(("x.json".to_owned(), scenario.to_string()));
    report(&Options::of(files).client(client))
}

fn open() -> (Json, Json) {
    (json!({"actor": "m", "op": "open", "as": "s1"}), json!({"kind": "ok", "events": []}))
}

fn insert(rowcount: u64, in_tx: bool) -> (Json, Json) {
    let step =
        json!({"actor": "s1", "op": "execute", "sql": "INSERT INTO t VALUES (:a)", "params": {"a": 1}});
    let outcome = json!({
        "kind": "rowcount", "rowcount": rowcount, "state": {"s1": {"in_tx": in_tx, "in_nested": false}},
        "events": ["connect#1", "checkout#1", "begin#1", "execute#1"],
    });
    (step, outcome)
}

fn commit(events: &[&str]) -> (Json, Json) {
    (json!({"actor": "s1", "op": "commit"}), json!({"kind": "none", "events": events}))
}

const COMMITTED: &[&str] = &["commit#1", "reset#1", "checkin#1"];

#[test]
fn the_driver_behaves_as_recorded() {
    let report = report(&Options::embedded());
    assert!(report.is_success(), "{report}");
    assert!(report.passed > 400, "{report}");
}

#[test]
fn what_comes_out_as_recorded_passes() {
    let report = play(|_| {}, &[open(), insert(1, true), commit(COMMITTED)]);
    assert_eq!((report.passed, report.failures.len(), report.skipped.len()), (1, 0, 0), "{report}");
}

#[test]
fn a_wrong_outcome_state_or_event_fails() {
    let wrong = [
        vec![open(), insert(2, true), commit(COMMITTED)],
        vec![open(), insert(1, false), commit(COMMITTED)],
        vec![open(), insert(1, true), commit(&["commit#1"])],
        vec![
            open(),
            insert(1, true),
            commit(COMMITTED),
            (
                json!({"actor": "admin", "op": "peek", "sql": "SELECT a FROM t"}),
                json!({"kind": "rows", "rows": []}),
            ),
        ],
    ];
    for (steps, client) in wrong.iter().flat_map(|steps| [(steps, Client::Async), (steps, Client::Blocking)])
    {
        let report = play_by(client, |_| {}, steps);
        assert_eq!((report.passed, report.failures.len()), (0, 1), "{client}: {report}");
    }
}

#[test]
fn a_difference_says_where_it_is_and_what_was_right() {
    let text = play(|_| {}, &[open(), insert(2, true), commit(COMMITTED)]).to_string();
    assert!(
        text.contains("FAILED x [sqlite] step 2: s1.execute \"INSERT INTO t VALUES (:a)\": another value"),
        "{text}"
    );
    assert!(text.contains("expected (pysqlite): rowcount rowcount=2"), "{text}");
    assert!(text.contains("got: rowcount 1"), "{text}");
    assert!(text.ends_with("0 passed, 1 failed, 0 skipped"), "{text}");
}

#[test]
fn what_the_runner_does_not_know_is_skipped_with_a_reason() {
    let step = |step: Json| vec![open(), (step, json!({"kind": "none", "events": []}))];
    let unknown = [
        play(|_| {}, &step(json!({"actor": "s1", "op": "levitate"}))),
        play(|_| {}, &step(json!({"actor": "s1", "op": "commit", "novel": 1}))),
        play(|scenario| scenario["novel"] = json!(1), &[open()]),
        play(|scenario| scenario["engines"] = json!({"e": {"novel": 1}}), &[open()]),
        play(|scenario| scenario["makers"] = json!({"m": {"novel": 1}}), &[open()]),
    ];
    for report in unknown {
        assert_eq!((report.passed, report.failures.len(), report.skipped.len()), (0, 0, 1), "{report}");
        assert!(!report.skipped[0].1.is_empty());
    }
}

#[test]
fn what_has_no_counterpart_differs_and_ends_the_scenario() {
    let step = |step: Json| vec![open(), (step, json!({"kind": "none", "events": []})), insert(9, true)];
    // The first has a decision, the second has one as well and comes before any step.
    for report in [
        play(|_| {}, &step(json!({"actor": "s1", "op": "prepare"}))),
        play(|scenario| scenario["engines"] = json!({"e": {"poolclass": "StaticPool"}}), &[open()]),
    ] {
        assert_eq!((report.decided, report.failures.len(), report.skipped.len()), (1, 0, 0), "{report}");
    }
}

#[test]
fn what_no_step_made_is_absent() {
    let step = (json!({"actor": "s9", "op": "commit"}), json!({"kind": "absent", "events": []}));
    assert_eq!(play(|_| {}, &[step]).passed, 1);
}

#[test]
fn a_damaged_file_and_a_setup_that_fails_are_failures() {
    let mut files = CaseFiles::default();
    files.scenarios.push(("broken.json".to_owned(), "{".to_owned()));
    files.urls = Some("[]".to_owned());
    files.binds = Some("5".to_owned());
    assert_eq!(report(&Options::of(files)).failures.len(), 3);
    let report = play(|scenario| scenario["setup"] = json!({"sqlite": ["CREATE NONSENSE"]}), &[open()]);
    assert_eq!(report.failures.len(), 1, "{report}");
}

#[test]
fn an_engine_that_cannot_be_made_is_held_against_the_recording() {
    let refused = |scenario: &mut Json| {
        scenario["engines"] = json!({"e": {"isolation_level": "NONSENSE"}});
        scenario["expected"]["sqlite"]["engine_error"] =
            json!({"class": "ArgumentError", "is_a": ["ArgumentError"]});
    };
    assert_eq!(play(refused, &[open()]).passed, 1);
    let unexpected =
        |scenario: &mut Json| scenario["engines"] = json!({"e": {"isolation_level": "NONSENSE"}});
    assert_eq!(play(unexpected, &[open()]).failures.len(), 1);
    let expected = |scenario: &mut Json| {
        scenario["expected"]["sqlite"]["engine_error"] =
            json!({"class": "ArgumentError", "is_a": ["ArgumentError"]});
    };
    assert_eq!(play(expected, &[open()]).failures.len(), 1);
}

#[test]
fn a_step_in_the_background_is_waited_for_by_name() {
    let (mut step, _) = insert(1, true);
    step["background"] = json!("b1");
    let events = json!(["connect#1", "checkout#1", "begin#1", "execute#1"]);
    let started = (step, json!({"kind": "started", "events": events}));
    let joined = (
        json!({"actor": "bg", "op": "join", "name": "b1"}),
        json!({"kind": "rowcount", "rowcount": 1, "events": []}),
    );
    for client in [Client::Async, Client::Blocking] {
        let steps = [open(), started.clone(), joined.clone(), commit(COMMITTED)];
        let report = play_by(client, |_| {}, &steps);
        assert_eq!(report.passed, 1, "{client}: {report}");
    }
}
