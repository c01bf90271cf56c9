use sqlsession_core::{
    AsyncConnection, AsyncEngine, Result, SessionOptions, Statement, driver::IsolationLevel,
};

use super::{
    Halt,
    rows::{ColumnTypes, all_rows},
    statements::or_error,
    transactions::done,
};
use crate::{Backend, Database, outcome::Body, scenario::Step};

/// The outside connection, in autocommit.
#[derive(Debug)]
pub(super) struct Admin {
    connection: AsyncConnection,
    _engine: AsyncEngine,
}

impl Admin {
    pub(super) async fn connect(backend: &dyn Backend, database: &dyn Database) -> Result<Self> {
        let engine = backend.engine(database.url(), sqlsession_core::EngineOptions::default())?;
        let options = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
        Ok(Self { connection: engine.connect_with(options).await?, _engine: engine })
    }

    /// Runs a statement as it is written.
    pub(super) async fn exec(&mut self, sql: &str) -> Result<sqlsession_core::ResultSet> {
        self.connection.execute(Statement::raw(sql.to_owned())).await
    }

    pub(super) async fn run(&mut self, step: &Step, database: &dyn Database) -> Result<Body, Halt> {
        let sql = step.text("sql").unwrap_or_default();
        match step.op.as_str() {
            "peek" => {
                let rows =
                    self.exec(sql).await.and_then(|mut rows| all_rows(&mut rows, &ColumnTypes::default()));
                Ok(or_error(rows.map(Body::Rows)))
            }
            "exec" => Ok(done(self.exec(sql).await.map(drop))),
            "kill_all" => match database.kill_all(&mut self.connection).await {
                Ok(Some(count)) => {
                    let count = i64::try_from(count).unwrap_or(i64::MAX);
                    Ok(Body::Value(sqlsession_core::Value::I64(count)))
                }
                Ok(None) => Err(Halt::skip("the connections of this backend cannot be ended from outside")),
                Err(error) => Err(Halt::Broken(format!("the connections could not be ended: {error}"))),
            },
            op => Err(Halt::Skip(format!("operation admin.{op} is not known to the runner"))),
        }
    }
}
