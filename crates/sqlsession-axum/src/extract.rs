use std::ops::{Deref, DerefMut};

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use sqlsession::{AsyncDatabase, AsyncSession, Error, ErrorKind, scope::ScopedSession};

use crate::DatabaseError;

/// The session of the request, which [`SessionLayer`](crate::SessionLayer) has opened: an extractor.
///
/// It takes no connection before its first statement. A middleware and the handler share it, one after the other: while
/// this is held, nobody else has it, and `InvalidState` is what they get. Held beyond the response, it keeps the layer from
/// committing. With several databases ask the client of the one that is meant: `db.session()`.
///
/// ```
/// use axum::{Router, extract::Path, routing::post};
/// use sqlsession::{AsyncDatabase, text};
/// use sqlsession_axum::{DatabaseError, RequestSession, SessionLayer};
///
/// async fn add(mut session: RequestSession, Path(name): Path<String>) -> Result<(), DatabaseError> {
///     session.execute(text("insert into users(name) values (:name)").bind("name", name)).await?;
///     Ok(())
/// }
///
/// # fn app(db: AsyncDatabase) -> Router {
/// Router::new().route("/users/{name}", post(add)).layer(SessionLayer::new(db))
/// # }
/// ```
#[derive(Debug)]
pub struct RequestSession(ScopedSession);

impl Deref for RequestSession {
    type Target = AsyncSession;

    fn deref(&self) -> &AsyncSession {
        &self.0
    }
}

impl DerefMut for RequestSession {
    fn deref_mut(&mut self) -> &mut AsyncSession {
        &mut self.0
    }
}

impl<S: Sync> FromRequestParts<S> for RequestSession {
    type Rejection = DatabaseError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, DatabaseError> {
        let Some(db) = parts.extensions.get::<AsyncDatabase>() else {
            let words = "there is no session for this request: add a SessionLayer around its route";
            return Err(Error::new(ErrorKind::InvalidState, words).into());
        };
        Ok(Self(db.session()?))
    }
}
