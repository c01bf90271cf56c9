use std::{
    backtrace::Backtrace,
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// Who holds connections since when: the option `leak_detection`.
#[derive(Debug)]
pub(super) struct Holders(Option<Mutex<Register>>);

#[derive(Debug, Default)]
struct Register {
    last: u64,
    /// In the order of taking.
    taken: BTreeMap<u64, Taken>,
}

#[derive(Debug)]
struct Taken {
    since: Instant,
    place: Backtrace,
}

impl Holders {
    pub(super) fn new(detect: bool) -> Self {
        Self(detect.then(Mutex::default))
    }

    fn register(&self) -> Option<MutexGuard<'_, Register>> {
        // A panic cannot leave it half-written: it holds one entry a number.
        self.0.as_ref().map(|register| register.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody takes a connection, here. `None` where nobody wants to know.
    pub(super) fn take(&self) -> Option<u64> {
        self.0.as_ref()?;
        let taken = Taken { since: Instant::now(), place: Backtrace::force_capture() };
        let mut register = self.register()?;
        register.last += 1;
        let number = register.last;
        register.taken.insert(number, taken);
        Some(number)
    }

    pub(super) fn give_back(&self, number: u64) {
        if let Some(mut register) = self.register() {
            register.taken.remove(&number);
        }
    }

    /// In words, where the connection was taken that is out longest.
    pub(super) fn longest(&self) -> Option<String> {
        let register = self.register()?;
        let (_, taken) = register.taken.first_key_value()?;
        let places = places(&taken.place.to_string());
        Some(format!("the one that is out longest was taken {:.1?} ago in {places}", taken.since.elapsed()))
    }
}

/// How many of the program's own functions are named.
const MOST: usize = 4;

/// The program's own functions of a backtrace, the innermost first.
fn places(backtrace: &str) -> String {
    let mut places: Vec<String> = Vec::new();
    let mut lines = backtrace.lines().map(str::trim).peekable();
    while let Some(line) = lines.next()
        && places.len() < MOST
    {
        let Some((_, function)) = line.split_once(": ") else { continue };
        let file = lines.peek().and_then(|line| line.strip_prefix("at "));
        match file {
            Some(file) if is_own_file(file) && !is_below(function) => {
                places.push(format!("{function} ({file})"));
            }
            None if is_own_function(function) => places.push(function.to_owned()),
            _ => {}
        }
    }
    if places.is_empty() { "a function without a name".to_owned() } else { places.join(", called by ") }
}

/// Whether a file is the program's, and not of what it is built on.
fn is_own_file(file: &str) -> bool {
    const OTHERS: [&str; 6] =
        ["/rustc/", "/.cargo/", "/rustlib/", "/sqlsession/src/", "/sqlsession-core/", "/sqlsession-core-"];
    !OTHERS.iter().any(|part| file.contains(part))
}

/// Whether a function is below the program's own, by its name.
fn is_below(function: &str) -> bool {
    const OTHERS: [&str; 6] = ["alloc", "core", "futures_util", "std", "test", "tokio"];
    let name = crate_of(function).0;
    OTHERS.contains(&name) || name.starts_with("sqlsession")
}

/// As [`is_own_file`], where there is nothing but the function's name.
fn is_own_function(function: &str) -> bool {
    crate_of(function).1.starts_with("::") && !is_below(function)
}

/// The first part of a function's path, and the rest.
fn crate_of(function: &str) -> (&str, &str) {
    let path = function.trim_start_matches(['<', '&']);
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
    path.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_own_functions_are_named() {
        let backtrace = "
   0: std::backtrace::Backtrace::force_capture
             at /rustc/x/backtrace.rs:1:1
   1: sqlsession_core::pool::holders::Holders::take
   2: <sqlsession_core::session::DriverSession<D> as Connection>::execute::{{closure}}
   3: shop::orders::place::{{closure}}
             at ./src/orders.rs:41:9
   4: <core::pin::Pin<P> as core::future::future::Future>::poll
             at /rustc/x/future.rs:2:2
   5: <F as core::future::Future>::poll
   6: <shop::web::Handler as shop::web::Call>::call
   7: {async_fn#0}
             at ./src/main.rs:7:30
   8: main";
        assert_eq!(
            places(backtrace),
            "shop::orders::place::{{closure}} (./src/orders.rs:41:9), called by \
             <shop::web::Handler as shop::web::Call>::call, called by {async_fn#0} (./src/main.rs:7:30)"
        );
        assert_eq!(places(""), "a function without a name");
    }

    #[test]
    fn the_one_that_is_out_longest_is_told_of() {
        let holders = Holders::new(true);
        assert_eq!(holders.longest(), None);
        let first = holders.take().unwrap();
        let second = holders.take().unwrap();
        holders.give_back(first);
        assert!(holders.longest().is_some());
        holders.give_back(second);
        assert_eq!(holders.longest(), None);
        assert_eq!(Holders::new(false).take(), None);
    }
}
