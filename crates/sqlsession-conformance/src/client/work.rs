use std::fmt::Debug;

use sqlsession_core::{
    AsyncConnection, AsyncSession, Result, ResultSet, Savepoint, Statement, blocking,
    driver::{BoxFuture, IsolationLevel},
    session::Info,
    statement::ParameterSet,
};

/// What runs statements in transactions: a session or a connection.
pub(crate) trait Work: Debug + Send {
    fn execute(&mut self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>>;
    fn execute_many(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> BoxFuture<'_, Result<ResultSet>>;
    fn begin(&mut self) -> BoxFuture<'_, Result<()>>;
    fn begin_nested(&mut self) -> BoxFuture<'_, Result<Savepoint>>;
    fn release(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>>;
    fn rollback_to(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>>;
    fn commit(&mut self) -> BoxFuture<'_, Result<()>>;
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>>;
    fn invalidate(&mut self);
    fn in_transaction(&self) -> bool;
    fn in_nested_transaction(&self) -> bool;
    fn is_savepoint_active(&self, savepoint: Savepoint) -> bool;
    fn is_active(&self) -> bool;
    fn isolation_level(&self) -> Option<IsolationLevel>;
    fn set_isolation_level(&mut self, level: Option<IsolationLevel>) -> Result<()>;
    fn info(&mut self) -> &mut Info;
}

/// [`Work`] for a type that has the methods of these names. What only looks is that of the async type behind it, and what
/// waits has `.await` behind the call, or nothing.
macro_rules! work {
    ($type:ty, $looks:ty $(, $($await:tt)+)?) => {
        impl Work for $type {
            fn execute(&mut self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>> {
                Box::pin(async move { self.execute(statement)$($($await)+)? })
            }

            fn execute_many(
                &mut self,
                statement: Statement,
                sets: Vec<ParameterSet>,
            ) -> BoxFuture<'_, Result<ResultSet>> {
                Box::pin(async move { self.execute_many(statement, sets)$($($await)+)? })
            }

            fn begin(&mut self) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move { self.begin()$($($await)+)? })
            }

            fn begin_nested(&mut self) -> BoxFuture<'_, Result<Savepoint>> {
                Box::pin(async move { self.begin_nested()$($($await)+)? })
            }

            fn release(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move { self.release(savepoint)$($($await)+)? })
            }

            fn rollback_to(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move { self.rollback_to(savepoint)$($($await)+)? })
            }

            fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move { self.commit()$($($await)+)? })
            }

            fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move { self.rollback()$($($await)+)? })
            }

            fn invalidate(&mut self) {
                self.invalidate();
            }

            fn in_transaction(&self) -> bool {
                <$looks>::in_transaction(self)
            }

            fn in_nested_transaction(&self) -> bool {
                <$looks>::in_nested_transaction(self)
            }

            fn is_savepoint_active(&self, savepoint: Savepoint) -> bool {
                <$looks>::is_savepoint_active(self, savepoint)
            }

            fn is_active(&self) -> bool {
                <$looks>::is_active(self)
            }

            fn isolation_level(&self) -> Option<IsolationLevel> {
                <$looks>::isolation_level(self)
            }

            fn set_isolation_level(&mut self, level: Option<IsolationLevel>) -> Result<()> {
                self.set_isolation_level(level)
            }

            fn info(&mut self) -> &mut Info {
                self.info()
            }
        }
    };
}

work!(AsyncSession, AsyncSession, .await);
work!(AsyncConnection, AsyncConnection, .await);
work!(blocking::Session, AsyncSession);
work!(blocking::Connection, AsyncConnection);
