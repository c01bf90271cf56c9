use std::time::Duration;

use sqlsession_test_servers::Proxy;

use crate::{
    Fallible,
    contest::{Sizes, Work},
    contestants,
    place::{Database, Fixture},
};

const TIMES: u64 = 20;

/// Round trips of one time for each contestant, as a proxy sees them: flights of a client that the server answered before
/// the next one came. What is sent and not waited for is counted with what follows it.
pub fn of(work: Work, sizes: Sizes, fixture: &Fixture, database: Database) -> Fallible<Vec<(String, f64)>> {
    let Some(port) = fixture.port() else { return Ok(Vec::new()) };
    let proxy = Proxy::start(port)?;
    let Some(place) = fixture.through(proxy.port()) else { return Ok(Vec::new()) };
    // What is long is done as often as in a round.
    let times = work.repeats(false).min(TIMES);
    let mut counted = Vec::new();
    for mut cell in contestants::cells(work, sizes, database, || Ok(place.clone()))? {
        (cell.before)()?;
        (cell.work)(times)?;
        // So that who does not wait is seen as such.
        proxy.delay(Duration::from_millis(2));
        let before = proxy.round_trips();
        (cell.work)(times)?;
        counted.push((cell.contestant, (proxy.round_trips() - before) as f64 / times as f64));
        proxy.heal();
    }
    Ok(counted)
}
