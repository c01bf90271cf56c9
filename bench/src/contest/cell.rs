use std::{cell::RefCell, rc::Rc, time::Instant};

use futures_util::FutureExt as _;
use tokio::{runtime::Runtime, task::LocalSet};

use super::{Contestant, Sizes, Work};
use crate::{
    Fallible,
    place::{ASSOCIATED, Database, Fixture, Place, emptied},
    users::{ROWS, key},
};

/// Tasks that want a connection at once.
const TASKS: u64 = 32;

/// Does a work so many times, and gives what each waited for where that is asked: nanoseconds.
type Repeated = Box<dyn FnMut(u64) -> Fallible<Vec<u64>>>;

type Before = Box<dyn FnMut() -> Fallible<()>>;

/// One contestant in one case.
pub struct Cell {
    pub contestant: String,
    pub work: Repeated,
    /// What is done before each round, and not measured.
    pub before: Before,
    /// It works in another process, and is so slow that one in this many times is enough.
    pub elsewhere: Option<u64>,
}

/// Who polls: a contestant that blocks must be in no runtime.
enum Driver {
    Caller,
    Runtime(Runtime),
}

impl Driver {
    fn run<T>(&self, future: impl Future<Output = Fallible<T>>) -> Fallible<T> {
        match self {
            Self::Caller => {
                future.now_or_never().unwrap_or_else(|| Err("a blocking contestant waits".into()))
            }
            Self::Runtime(runtime) => runtime.block_on(future),
        }
    }
}

/// A contestant and who polls it. It is dropped inside of its runtime, which what it holds may ask for.
struct Seat<C> {
    contestant: Option<C>,
    driver: Driver,
}

/// Who sits in it works, and makes room for the work.
type Shared<C> = Rc<RefCell<Seat<C>>>;

impl<C: Contestant> Seat<C> {
    fn open(driver: Driver, place: &Place) -> Fallible<Self> {
        let contestant = Some(driver.run(C::open(place))?);
        Ok(Self { contestant, driver })
    }

    fn run<T>(&mut self, work: impl AsyncFnOnce(&mut C) -> Fallible<T>) -> Fallible<T> {
        let contestant = self.contestant.as_mut().ok_or("the contestant has left")?;
        self.driver.run(work(contestant))
    }
}

impl<C> Drop for Seat<C> {
    fn drop(&mut self) {
        let _inside = match &self.driver {
            Driver::Caller => None,
            Driver::Runtime(runtime) => Some(runtime.enter()),
        };
        self.contestant = None;
    }
}

/// Whether the contestant is in this case.
pub fn takes_part<C: Contestant>(work: Work) -> bool {
    C::does(work) && !(C::BLOCKS && work == Work::Contended)
}

/// The contestant in this case, ready to begin.
pub fn enter<C: Contestant>(work: Work, sizes: Sizes, place: &Place) -> Fallible<Cell> {
    let driver = if C::BLOCKS {
        Driver::Caller
    } else {
        Driver::Runtime(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
    };
    let mut before = before(work, place);
    let repeated = match work {
        Work::Connect => {
            let place = place.clone();
            Box::new(move |times| {
                driver.run(async {
                    for _ in 0..times {
                        C::connect(&place).await?;
                    }
                    Ok(Vec::new())
                })
            })
        }
        Work::Contended => contended::<C>(driver, place)?,
        _ => {
            let mut seat = Seat::<C>::open(driver, place)?;
            if place.database == Database::SqliteInMemory {
                let script = Fixture::in_memory(work, sizes);
                seat.run(async |one| one.script(&script).await)?;
            }
            if work == Work::SelectInTransaction {
                seat.run(async |one| one.begin().await)?;
            }
            let seat = Rc::new(RefCell::new(seat));
            if let Some(table) = work.fills().filter(|_| place.database == Database::SqliteInMemory) {
                let (seat, sql) = (seat.clone(), emptied(place.database, table));
                before = Box::new(move || seat.borrow_mut().run(async |one| one.script(&sql).await));
            }
            alone(seat, work, sizes)
        }
    };
    Ok(Cell { contestant: C::NAME.to_owned(), work: repeated, before, elsewhere: None })
}

fn before(work: Work, place: &Place) -> Before {
    match work.fills() {
        Some(table) => {
            let (place, sql) = (place.clone(), emptied(place.database, table));
            Box::new(move || place.query(&sql))
        }
        None => Box::new(|| Ok(())),
    }
}

fn alone<C: Contestant>(seat: Shared<C>, work: Work, sizes: Sizes) -> Repeated {
    match work {
        Work::Select | Work::SelectInTransaction => {
            repeated(seat, async |one: &mut C, n| one.select(key(n)).await)
        }
        Work::Unit => repeated(seat, async |one: &mut C, n| one.unit(key(n)).await),
        Work::Checkout => repeated(seat, async |one: &mut C, n| one.checkout(key(n)).await),
        Work::Flush => repeated(seat, async |one: &mut C, n| one.flush(n).await),
        Work::Bulk => repeated(seat, async move |one: &mut C, _| one.bulk(sizes.bulk).await),
        Work::Added => repeated(seat, async |one: &mut C, _| one.added().await),
        Work::Many => repeated(seat, async |one: &mut C, _| one.many().await),
        Work::Stream => repeated(seat, async move |one: &mut C, _| check(one.stream().await?, sizes.large)),
        Work::All => repeated(seat, async move |one: &mut C, _| check(one.all().await?, sizes.large)),
        Work::Dynamic => repeated(seat, async |one: &mut C, _| check(one.dynamic().await?, ROWS as usize)),
        Work::Trivial(rows) => repeated(seat, async move |one: &mut C, _| check(one.trivial().await?, rows)),
        Work::Complex(rows) => {
            repeated(seat, async move |one: &mut C, _| check(one.complex().await?, rows / 2))
        }
        Work::Insert(rows) => repeated(seat, async move |one: &mut C, _| one.insert(rows).await),
        Work::Associations => {
            repeated(seat, async |one: &mut C, _| check(one.associations().await?, ASSOCIATED.comments()))
        }
        Work::Contended | Work::Connect => unreachable!("these have no contestant of their own"),
    }
}

fn check(found: usize, wanted: usize) -> Fallible<()> {
    if found == wanted { Ok(()) } else { Err(format!("{found} rows instead of {wanted}").into()) }
}

fn repeated<C: Contestant>(
    seat: Shared<C>,
    once: impl AsyncFn(&mut C, u64) -> Fallible<()> + 'static,
) -> Repeated {
    Box::new(move |times| {
        seat.borrow_mut().run(async |contestant| {
            for n in 0..times {
                once(contestant, n).await?;
            }
            Ok(Vec::new())
        })
    })
}

fn contended<C: Contestant>(driver: Driver, place: &Place) -> Fallible<Repeated> {
    let seat = Seat::<Rc<C>> { contestant: Some(Rc::new(driver.run(C::open(place))?)), driver };
    let repeated = move |times: u64| {
        let waits = Rc::new(RefCell::new(Vec::with_capacity(times as usize)));
        let contestant = seat.contestant.clone().ok_or("the contestant has left")?;
        seat.driver.run(async {
            let local = LocalSet::new();
            let mut tasks = Vec::new();
            for task in 0..TASKS {
                let (contestant, waits) = (contestant.clone(), waits.clone());
                let share = times * (task + 1) / TASKS - times * task / TASKS;
                tasks.push(local.spawn_local(async move {
                    for n in 0..share {
                        let asked = Instant::now();
                        contestant.checkout(key(task * 1009 + n)).await.map_err(|error| error.to_string())?;
                        waits.borrow_mut().push(asked.elapsed().as_nanos() as u64);
                    }
                    Ok::<(), String>(())
                }));
            }
            local.await;
            for task in tasks {
                task.await??;
            }
            Ok(())
        })?;
        Ok(waits.take())
    };
    Ok(Box::new(repeated))
}
