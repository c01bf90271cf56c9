use std::fmt::Debug;

use sqlsession::{AsyncDatabase, Database};
use sqlsession_core::{
    Result, ResultSet, Statement, Value, blocking, driver::BoxFuture, statement::ParameterSet,
};

use super::{Generator, Session};
use crate::{actors::Halt, outcome::Body, user::User};

/// A function that is given the result before its session is closed.
pub(crate) type Before<'b> = Box<dyn FnOnce(ResultSet) -> Result<Looked> + Send + 'b>;

/// What a function made of a result.
pub(crate) enum Looked {
    Into(Body),
    /// Nothing.
    Over(ResultSet),
}

/// What came of the steps of a function.
pub(crate) type Ran = Result<Vec<Body>, Halt>;

/// A function that is given a blocking session, or a connection.
pub(crate) type Function<T> = Box<dyn FnOnce(&mut T) -> Result<Ran> + Send>;

/// The shortcuts of a client.
pub(crate) trait Shortcuts: Debug + Send + Sync {
    fn execute(&self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>>;
    fn execute_many(&self, statement: Statement, sets: Vec<ParameterSet>)
    -> BoxFuture<'_, Result<ResultSet>>;
    fn execute_then<'b>(&'b self, statement: Statement, before: Before<'b>) -> BoxFuture<'b, Result<Looked>>;
    fn execute_on_connection<'b>(
        &'b self,
        statement: Statement,
        before: Before<'b>,
    ) -> BoxFuture<'b, Result<Looked>>;
    fn execute_uncommitted(&self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>>;
    fn scalar(&self, statement: Statement) -> BoxFuture<'_, Result<Option<Value>>>;
    fn scalars(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Value>>>;
    fn one_or_none(&self, statement: Statement) -> BoxFuture<'_, Result<Option<User>>>;
    fn get(&self, key: i64) -> BoxFuture<'_, Result<Option<User>>>;
    fn get_for_update(&self, key: i64) -> BoxFuture<'_, Result<Option<User>>>;
    fn save_all(&self, users: Vec<User>) -> BoxFuture<'_, Result<Vec<User>>>;
    fn delete_by_key(&self, key: i64) -> BoxFuture<'_, Result<()>>;
    fn run_sync(&self, function: Function<blocking::Session>) -> BoxFuture<'_, Result<Ran>>;
    fn run_sync_uncommitted(&self, function: Function<blocking::Session>) -> BoxFuture<'_, Result<Ran>>;
    fn run_sync_on_connection(&self, function: Function<blocking::Connection>) -> BoxFuture<'_, Result<Ran>>;
    fn session(&self) -> Box<dyn Session>;
    fn session_generator(&self) -> Box<dyn Generator>;
}

/// [`Shortcuts`] for a client that has the methods of these names; see [`Work`](super::Work)'s.
macro_rules! shortcuts {
    ($type:ty $(, $($await:tt)+)?) => {
        impl Shortcuts for $type {
            fn execute(&self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>> {
                Box::pin(async move { self.execute(statement)$($($await)+)? })
            }

            fn execute_many(
                &self,
                statement: Statement,
                sets: Vec<ParameterSet>,
            ) -> BoxFuture<'_, Result<ResultSet>> {
                Box::pin(async move { self.execute_many(statement, sets)$($($await)+)? })
            }

            fn execute_then<'b>(
                &'b self,
                statement: Statement,
                before: Before<'b>,
            ) -> BoxFuture<'b, Result<Looked>> {
                Box::pin(async move { self.execute_then(statement, before)$($($await)+)? })
            }

            fn execute_on_connection<'b>(
                &'b self,
                statement: Statement,
                before: Before<'b>,
            ) -> BoxFuture<'b, Result<Looked>> {
                Box::pin(async move { self.execute_on_connection(statement, before)$($($await)+)? })
            }

            fn execute_uncommitted(&self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>> {
                Box::pin(async move { self.execute_uncommitted(statement)$($($await)+)? })
            }

            fn scalar(&self, statement: Statement) -> BoxFuture<'_, Result<Option<Value>>> {
                Box::pin(async move { self.scalar(statement)$($($await)+)? })
            }

            fn scalars(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Value>>> {
                Box::pin(async move { self.scalars(statement)$($($await)+)? })
            }

            fn one_or_none(&self, statement: Statement) -> BoxFuture<'_, Result<Option<User>>> {
                Box::pin(async move { self.one_or_none(statement)$($($await)+)? })
            }

            fn get(&self, key: i64) -> BoxFuture<'_, Result<Option<User>>> {
                Box::pin(async move { self.get(key)$($($await)+)? })
            }

            fn get_for_update(&self, key: i64) -> BoxFuture<'_, Result<Option<User>>> {
                Box::pin(async move { self.get_for_update(key)$($($await)+)? })
            }

            fn save_all(&self, users: Vec<User>) -> BoxFuture<'_, Result<Vec<User>>> {
                Box::pin(async move { self.save_all(users)$($($await)+)? })
            }

            fn delete_by_key(&self, key: i64) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move { self.delete_by_key::<User>(key)$($($await)+)? })
            }

            fn run_sync(&self, function: Function<blocking::Session>) -> BoxFuture<'_, Result<Ran>> {
                Box::pin(async move { self.run_sync(function)$($($await)+)? })
            }

            fn run_sync_uncommitted(
                &self,
                function: Function<blocking::Session>,
            ) -> BoxFuture<'_, Result<Ran>> {
                Box::pin(async move { self.run_sync_uncommitted(function)$($($await)+)? })
            }

            fn run_sync_on_connection(
                &self,
                function: Function<blocking::Connection>,
            ) -> BoxFuture<'_, Result<Ran>> {
                Box::pin(async move { self.run_sync_on_connection(function)$($($await)+)? })
            }

            fn session(&self) -> Box<dyn Session> {
                Box::new(self.session_maker().session())
            }

            fn session_generator(&self) -> Box<dyn Generator> {
                Box::new(self.session_generator())
            }
        }
    };
}

shortcuts!(AsyncDatabase, .await);
shortcuts!(Database);
