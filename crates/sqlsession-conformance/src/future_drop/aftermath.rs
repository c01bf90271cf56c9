use std::time::{Duration, Instant};

use sqlsession_core::{AsyncEngine, ErrorKind, driver::ServerTransaction, text};

use super::operations::touch_shared_row;

/// How long what a dropped session held may stay held.
const RELEASED_WITHIN: Duration = Duration::from_secs(5);

/// How many rows of a unit are there before an operation, and behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    pub(super) before: i64,
    pub(super) behind: i64,
}

impl Rows {
    /// The two rows of a unit.
    pub(super) const BOTH: Self = Self { before: 0, behind: 2 };
}

/// What an operation that was dropped has left, on this engine and of this unit.
pub(super) struct Aftermath<'a> {
    pub(super) engine: &'a AsyncEngine,
    pub(super) unit: i64,
    pub(super) rows: Rows,
}

impl Aftermath<'_> {
    /// What has leaked, if anything has.
    pub(super) async fn check(&self, undone: bool) -> Result<(), String> {
        self.pool_is_whole().await?;
        self.locks_are_free().await?;
        self.unit_is_whole(undone).await?;
        self.nothing_is_open().await
    }

    async fn pool_is_whole(&self) -> Result<(), String> {
        let start = Instant::now();
        loop {
            let status = self.engine.pool_status();
            if status.in_use == 0 {
                return Ok(());
            }
            if start.elapsed() > RELEASED_WITHIN {
                return Err(format!("the pool still counts {} in use", status.in_use));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Another session can at once write the row that all share and one that the unit may have written.
    async fn locks_are_free(&self) -> Result<(), String> {
        let mut session = self.engine.session_maker().session();
        let insert = "insert into future_drop (id, unit) values (:id, :unit)";
        let insert = text(insert).bind("id", 2 * self.unit).bind("unit", -1);
        let writing = async {
            touch_shared_row(&mut session).await?;
            session.execute(insert).await.map(drop)
        };
        match tokio::time::timeout(Duration::from_secs(1), writing).await {
            // The unit was committed, and the row is there for good.
            Ok(Err(error)) if error.kind() == ErrorKind::UniqueViolation => {}
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(format!("another session: {error}")),
            Err(_) => return Err("another session waits for a lock".into()),
        }
        session.rollback().await.map_err(|error| format!("another session: {error}"))
    }

    /// Of the unit's rows there are as many as before, or as many as behind the whole of it; and as many as before if it was
    /// said to be undone.
    async fn unit_is_whole(&self, undone: bool) -> Result<(), String> {
        let Rows { before, behind } = self.rows;
        let mut session = self.engine.session_maker().session();
        let count = text("select count(*) from future_drop where unit = :unit").bind("unit", self.unit);
        match session.scalar_one::<i64>(count).await {
            Ok(rows) if rows == before => Ok(()),
            Ok(rows) if rows == behind && undone => {
                Err("the unit that was said to be undone is there".into())
            }
            Ok(rows) if rows == behind => Ok(()),
            Ok(rows) => Err(format!("{rows} rows are there, and not {before} or {behind}")),
            Err(error) => Err(format!("counting: {error}")),
        }
    }

    /// No idle connection of the pool has a transaction open.
    async fn nothing_is_open(&self) -> Result<(), String> {
        let mut held = Vec::new();
        for _ in 0..self.engine.pool_status().idle {
            let connection = self.engine.connect().await.map_err(|error| format!("checkout: {error}"))?;
            let state = connection.server_transaction();
            if state != ServerTransaction::Idle {
                return Err(format!("a connection of the pool has a transaction that is {state:?}"));
            }
            held.push(connection);
        }
        Ok(())
    }
}
