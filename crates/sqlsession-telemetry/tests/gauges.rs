//! How many connections there are is told in the order in which they come and go.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

use metrics::{Counter, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use sqlsession_sqlite::{EngineOptions, SqliteEngine};
use sqlsession_telemetry::Metrics;

/// How long the first to tell waits for the second, which can tell nothing meanwhile.
const WAIT: Duration = Duration::from_millis(300);

/// A recorder of the connections that are out, which holds up who tells of the first.
#[derive(Clone)]
struct Used(Arc<Told>);

struct Told {
    last: Mutex<f64>,
    hold: Mutex<Option<(Sender<()>, Receiver<()>)>>,
}

impl GaugeFn for Told {
    fn increment(&self, value: f64) {
        *self.last.lock().unwrap() += value;
    }

    fn decrement(&self, value: f64) {
        *self.last.lock().unwrap() -= value;
    }

    fn set(&self, value: f64) {
        let hold = if value == 1.0 { self.hold.lock().unwrap().take() } else { None };
        if let Some((held, other_told)) = hold {
            held.send(()).unwrap();
            let _ = other_told.recv_timeout(WAIT);
        }
        *self.last.lock().unwrap() = value;
    }
}

impl Recorder for Used {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        if key.labels().any(|label| label.value() == "used") {
            Gauge::from_arc(Arc::clone(&self.0))
        } else {
            Gauge::noop()
        }
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn who_comes_later_has_the_last_word() {
    let options = EngineOptions::default().blocking().pool_size(2).observe(Metrics::new());
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:///{}", folder.path().join("x.db").display());
    let engine = SqliteEngine::with_options(url.as_str(), options).unwrap().to_blocking().unwrap();
    // Both are open.
    drop((engine.connect().unwrap(), engine.connect().unwrap()));

    let (held, is_held) = channel();
    let (told, other_told) = channel();
    let hold = Mutex::new(Some((held, other_told)));
    let recorder = Used(Arc::new(Told { last: Mutex::new(0.0), hold }));
    let out = std::thread::scope(|scope| {
        let first = scope.spawn(|| metrics::with_local_recorder(&recorder, || engine.connect().unwrap()));
        is_held.recv().unwrap();
        let second = metrics::with_local_recorder(&recorder, || engine.connect().unwrap());
        // Nobody waits for it where it had to wait itself.
        let _ = told.send(());
        (first.join().unwrap(), second)
    });
    assert_eq!(*recorder.0.last.lock().unwrap(), 2.0);
    drop(out);
}
