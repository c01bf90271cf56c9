use sqlsession_core::{AsyncSession, AsyncSessionMaker, Result, blocking, driver::BoxFuture};

use super::{AsyncDatabase, Database};

/// Where something is done that is more than a statement: a client or a session, async or blocking.
///
/// `&AsyncDatabase` and `&mut AsyncSession` give a future, `&Database` and `&mut blocking::Session` the result. On a
/// database it is done in a session of its own, and committed, or in the session of the [scope](crate::scope) that the caller is
/// in; in that and in a session of yours it is a part of its transaction.
pub trait Target: sealed::Sealed {
    /// A `Result` of it, or a future that gives one.
    type Done<T: Send + 'static>;

    #[doc(hidden)]
    fn with_session<T: Send + 'static>(self, work: impl Work<T>) -> Self::Done<T>;
}

/// What is done with a session.
#[doc(hidden)]
pub trait Work<T>: for<'s> FnOnce(&'s mut AsyncSession) -> BoxFuture<'s, Result<T>> + Send + 'static {}

impl<T, W> Work<T> for W where
    W: for<'s> FnOnce(&'s mut AsyncSession) -> BoxFuture<'s, Result<T>> + Send + 'static
{
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for &crate::AsyncDatabase {}
    impl Sealed for &crate::Database {}
    impl Sealed for &mut sqlsession_core::AsyncSession {}
    impl Sealed for &mut sqlsession_core::blocking::Session {}
}

impl<'t> Target for &'t AsyncDatabase {
    type Done<T: Send + 'static> = BoxFuture<'t, Result<T>>;

    fn with_session<T: Send + 'static>(self, work: impl Work<T>) -> Self::Done<T> {
        Box::pin(async move {
            match self.scope_session()? {
                Some(mut session) => work(&mut session).await,
                None => committed(self.session_maker().session(), work).await,
            }
        })
    }
}

impl Target for &Database {
    type Done<T: Send + 'static> = Result<T>;

    fn with_session<T: Send + 'static>(self, work: impl Work<T>) -> Self::Done<T> {
        if let Some(mut session) = self.scope_session()? {
            return session.drive(work);
        }
        let options = self.session_maker().options().clone();
        let session = AsyncSessionMaker::new(self.engine().inner().clone(), options).session();
        self.engine().executor().block_on(committed(session, work))?
    }
}

impl<'t> Target for &'t mut AsyncSession {
    type Done<T: Send + 'static> = BoxFuture<'t, Result<T>>;

    fn with_session<T: Send + 'static>(self, work: impl Work<T>) -> Self::Done<T> {
        work(self)
    }
}

impl Target for &mut blocking::Session {
    type Done<T: Send + 'static> = Result<T>;

    fn with_session<T: Send + 'static>(self, work: impl Work<T>) -> Self::Done<T> {
        self.drive(work)
    }
}

async fn committed<T>(mut session: AsyncSession, work: impl Work<T>) -> Result<T> {
    let done = work(&mut session).await?;
    session.commit().await?;
    Ok(done)
}
