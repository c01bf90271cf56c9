use std::time::{Duration, Instant};

use sqlsession::{AsyncEngine, Error};

use crate::unit::{Allowed, Dialect};

/// How long one try may take.
const TRY_LIMIT: Duration = Duration::from_secs(5);

const PAUSE: Duration = Duration::from_millis(10);

/// Writes through the engine until a commit is acknowledged. How long that took, since it began.
///
/// # Errors
/// It takes longer than the limit, or fails in a way that no fault explains.
pub(crate) async fn probe(
    engine: &AsyncEngine,
    dialect: Dialect,
    limit: Duration,
) -> Result<Duration, String> {
    let begin = Instant::now();
    let mut last = "it does not answer".to_owned();
    while begin.elapsed() < limit {
        let maker = engine.session_maker();
        let unit = maker.begin(async |session| {
            session.execute("UPDATE probes SET count = count + 1 WHERE id = 1").await.map(drop)
        });
        match tokio::time::timeout(TRY_LIMIT, unit).await {
            Ok(Ok(())) => return Ok(begin.elapsed()),
            Ok(Err(error)) if Allowed::on(dialect).has(error.kind()) => last = Error::to_string(&error),
            Ok(Err(error)) => return Err(format!("after a fault: {error}")),
            Err(_) => last = format!("it does not answer within {TRY_LIMIT:?}"),
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(format!("the engine does not work again within {limit:?}: {last}"))
}
