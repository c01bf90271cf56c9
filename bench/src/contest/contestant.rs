use super::Work;
use crate::{Fallible, place::Place};

/// A library that does the works of the contest on one database, each as its own documentation recommends.
///
/// Works that it does not do are named by [`Contestant::does`]; only their methods may be left out.
#[expect(async_fn_in_trait, reason = "all are driven on one thread")]
pub trait Contestant: Sized + 'static {
    const NAME: &'static str;

    /// Its calls block: they are made outside of any runtime and are done when the future was polled once.
    const BLOCKS: bool = false;

    /// Whatever a database needs no more than once: a connection, a pool of eight, prepared statements.
    async fn open(place: &Place) -> Fallible<Self>;

    /// Runs statements in a database in memory, which only the contestant itself can reach.
    async fn script(&mut self, _sql: &str) -> Fallible<()> {
        not_done()
    }

    fn does(_work: Work) -> bool {
        true
    }

    async fn select(&mut self, _id: i64) -> Fallible<()> {
        not_done()
    }

    /// The selects that follow are in one transaction.
    async fn begin(&mut self) -> Fallible<()> {
        not_done()
    }

    async fn unit(&mut self, _id: i64) -> Fallible<()> {
        not_done()
    }

    async fn checkout(&self, _id: i64) -> Fallible<()> {
        not_done()
    }

    async fn flush(&mut self, _n: u64) -> Fallible<()> {
        not_done()
    }

    async fn bulk(&mut self, _rows: i64) -> Fallible<()> {
        not_done()
    }

    async fn added(&mut self) -> Fallible<()> {
        not_done()
    }

    async fn many(&mut self) -> Fallible<()> {
        not_done()
    }

    /// How many rows there were.
    async fn stream(&mut self) -> Fallible<usize> {
        not_done()
    }

    /// How many rows there were.
    async fn all(&mut self) -> Fallible<usize> {
        not_done()
    }

    /// How many rows there were.
    async fn dynamic(&mut self) -> Fallible<usize> {
        not_done()
    }

    /// How many rows there were.
    async fn trivial(&mut self) -> Fallible<usize> {
        not_done()
    }

    /// How many rows there were.
    async fn complex(&mut self) -> Fallible<usize> {
        not_done()
    }

    async fn insert(&mut self, _rows: usize) -> Fallible<()> {
        not_done()
    }

    /// How many comments there were in all.
    async fn associations(&mut self) -> Fallible<usize> {
        not_done()
    }

    async fn connect(_place: &Place) -> Fallible<()> {
        not_done()
    }
}

fn not_done<T>() -> Fallible<T> {
    Err("this work is not done by the contestant".into())
}
