//! What listeners do where connections are closed.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
};

use sqlsession_core::{
    AsyncEngine, EngineOptions,
    events::{CloseEvent, Events},
};

use crate::{
    scripted::Scripted,
    server::{Answer, End, Server},
};

/// Panics where a connection is closed, and counts how often.
#[derive(Debug, Default)]
struct Panicking(AtomicUsize);

impl Events for Panicking {
    fn close(&self, _: CloseEvent) {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("a listener's");
    }
}

/// An engine of one place, whose listener panics.
fn engine(server: &Server) -> (AsyncEngine, Arc<Panicking>) {
    let listener = Arc::new(Panicking::default());
    let options = EngineOptions::default().pool_size(1).max_overflow(0).listen(listener.clone());
    (Scripted::new(server).engine(options), listener)
}

fn poll<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn ready<T>(polled: Poll<T>) -> T {
    match polled {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it still waits"),
    }
}

#[test]
fn one_that_panics_is_told_once_and_the_place_is_free() {
    let server = Server::default();
    let (engine, listener) = engine(&server);
    let mut held = ready(poll(pin!(engine.connect()))).unwrap();
    let mut waiting = pin!(engine.connect());
    assert!(poll(waiting.as_mut()).is_pending());
    assert!(catch_unwind(AssertUnwindSafe(|| held.invalidate())).is_err());
    assert_eq!(listener.0.load(Ordering::SeqCst), 1);
    drop(held);
    ready(poll(waiting)).unwrap();
    let status = engine.pool_status();
    assert_eq!((status.in_use, status.idle, status.waiting), (0, 1, 0));
}

/// Outside of every runtime what is at work cannot be wound up: it is dropped, and its connection with it.
#[test]
fn one_that_panics_where_a_connection_is_abandoned_holds_nobody_up() {
    let server = Server::default();
    server.answers("slow", Answer::new(End::Ok).after(1));
    let (engine, listener) = engine(&server);
    let mut held = ready(poll(pin!(engine.connect()))).unwrap();
    assert!(poll(pin!(held.execute("slow"))).is_pending());
    let mut waiting = pin!(engine.connect());
    assert!(poll(waiting.as_mut()).is_pending());
    assert!(catch_unwind(AssertUnwindSafe(|| drop(held))).is_err());
    assert_eq!(listener.0.load(Ordering::SeqCst), 1);
    ready(poll(waiting)).unwrap();
    let status = engine.pool_status();
    assert_eq!((status.in_use, status.idle, status.waiting), (0, 1, 0));
}
