use sqlsession_core::{AsyncSession, Changes, Result, blocking, driver::BoxFuture, entity::Tracked};

use super::Work;
use crate::user::User;

/// A session, with what it does with the entity of the scenarios.
pub(crate) trait Session: Work {
    fn close(&mut self) -> BoxFuture<'_, Result<()>>;
    /// Takes the connection of its transaction.
    fn connection(&mut self) -> BoxFuture<'_, Result<()>>;
    fn flush(&mut self) -> BoxFuture<'_, Result<()>>;
    fn get(&mut self, key: i64) -> BoxFuture<'_, Result<Option<User>>>;
    fn get_for_update(&mut self, key: i64) -> BoxFuture<'_, Result<Option<User>>>;
    fn entities(&mut self, sql: &'static str) -> BoxFuture<'_, Result<Vec<User>>>;
    fn merge(&mut self, user: User) -> BoxFuture<'_, Result<Tracked<User>>>;
    fn refresh<'a>(&'a mut self, user: &'a mut User) -> BoxFuture<'a, Result<()>>;
    fn add(&mut self, user: User) -> Result<Tracked<User>>;
    fn add_all(&mut self, users: Vec<User>) -> Result<Vec<Tracked<User>>>;
    fn update(&mut self, user: User) -> Result<Tracked<User>>;
    fn delete_by_key(&mut self, key: i64) -> Result<()>;
    fn tracked(&self, tracked: Tracked<User>) -> Result<&User>;
    fn pending_mut(&mut self, tracked: Tracked<User>) -> Result<&mut User>;
    fn expunge(&mut self, tracked: Tracked<User>) -> Result<User>;
    fn expunge_all(&mut self);
    fn expire(&mut self, key: i64);
    fn expire_all(&mut self);
    fn changes(&self) -> Changes;
}

/// [`Session`] for a type that has the methods of these names; see [`Work`]'s.
macro_rules! session {
    ($type:ty, |$session:ident| $connection:expr $(, $($await:tt)+)?) => {
        impl Session for $type {
            fn close(&mut self) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move { self.close()$($($await)+)? })
            }

            fn connection(&mut self) -> BoxFuture<'_, Result<()>> {
                let $session = self;
                Box::pin(async move { $connection })
            }

            fn flush(&mut self) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move { self.flush()$($($await)+)? })
            }

            fn get(&mut self, key: i64) -> BoxFuture<'_, Result<Option<User>>> {
                Box::pin(async move { self.get(key)$($($await)+)? })
            }

            fn get_for_update(&mut self, key: i64) -> BoxFuture<'_, Result<Option<User>>> {
                Box::pin(async move { self.get_for_update(key)$($($await)+)? })
            }

            fn entities(&mut self, sql: &'static str) -> BoxFuture<'_, Result<Vec<User>>> {
                Box::pin(async move { self.entities(sql)$($($await)+)? })
            }

            fn merge(&mut self, user: User) -> BoxFuture<'_, Result<Tracked<User>>> {
                Box::pin(async move { self.merge(user)$($($await)+)? })
            }

            fn refresh<'a>(&'a mut self, user: &'a mut User) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move { self.refresh(user)$($($await)+)? })
            }

            fn add(&mut self, user: User) -> Result<Tracked<User>> {
                self.add(user)
            }

            fn add_all(&mut self, users: Vec<User>) -> Result<Vec<Tracked<User>>> {
                self.add_all(users)
            }

            fn update(&mut self, user: User) -> Result<Tracked<User>> {
                self.update(user)
            }

            fn delete_by_key(&mut self, key: i64) -> Result<()> {
                self.delete_by_key::<User>(key)
            }

            fn tracked(&self, tracked: Tracked<User>) -> Result<&User> {
                AsyncSession::tracked(self, tracked)
            }

            fn pending_mut(&mut self, tracked: Tracked<User>) -> Result<&mut User> {
                self.pending_mut(tracked)
            }

            fn expunge(&mut self, tracked: Tracked<User>) -> Result<User> {
                self.expunge(tracked)
            }

            fn expunge_all(&mut self) {
                self.expunge_all();
            }

            fn expire(&mut self, key: i64) {
                self.expire::<User>(key);
            }

            fn expire_all(&mut self) {
                self.expire_all();
            }

            fn changes(&self) -> Changes {
                self.changes()
            }
        }
    };
}

session!(AsyncSession, |session| session.connection().await.map(drop), .await);
session!(
    blocking::Session,
    // To be given the async connection would be of no use there.
    |session| session.drive(|session| Box::pin(async { session.connection().await.map(drop) }))
);
