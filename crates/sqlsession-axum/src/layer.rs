use std::{fmt, sync::Arc};

use axum_core::{
    body::Body,
    response::{IntoResponse, Response as AxumResponse},
};
use http::Response;
use sqlsession::{AsyncDatabase, Error};
use tower_layer::Layer;

use crate::{DatabaseError, SessionService};

/// Opens a [scope](sqlsession::scope) for each request: a session of its own, which takes a connection when it is first
/// used.
///
/// The session commits when the response is a success or a redirection, and rolls back when it is another, when the service
/// fails or panics, and when the client hangs up, for the request's future is dropped then. What is told by the body, of
/// a stream for one, comes after the commit.
///
/// The client is put into the request's extensions, where [`RequestSession`](crate::RequestSession) finds it; the scope is
/// the request's task's own, so a service behind a `Buffer`, which has a task of its own, is not in it.
///
/// Within another layer of the same client it does nothing: the request has its session. A client that was made with
/// `commit_on_exit(false)` commits nothing here either.
///
/// For any tower service, not axum's alone: [`with_responses`](Self::with_responses) says what the answer is when
/// the commit fails.
pub struct SessionLayer<B = Body> {
    pub(crate) db: AsyncDatabase,
    pub(crate) rules: Arc<Rules<B>>,
}

/// What a response means, and what an error is answered with.
pub(crate) struct Rules<B> {
    pub(crate) commits: Box<Commits<B>>,
    pub(crate) answer: Box<Answer<B>>,
}

type Commits<B> = dyn Fn(&Response<B>) -> bool + Send + Sync;
type Answer<B> = dyn Fn(Error) -> Response<B> + Send + Sync;

impl SessionLayer {
    /// Sessions of this client. An error of the commit is answered as a [`DatabaseError`] is.
    #[must_use]
    pub fn new(db: AsyncDatabase) -> Self {
        Self::with_responses(db, |error| -> AxumResponse { DatabaseError::from(error).into_response() })
    }
}

impl<B> SessionLayer<B> {
    /// Sessions of this client, with this answer when the commit fails.
    #[must_use]
    pub fn with_responses(
        db: AsyncDatabase,
        answer: impl Fn(Error) -> Response<B> + Send + Sync + 'static,
    ) -> Self {
        let commits = |response: &Response<B>| {
            let status = response.status();
            status.is_informational() || status.is_success() || status.is_redirection()
        };
        Self { db, rules: Arc::new(Rules { commits: Box::new(commits), answer: Box::new(answer) }) }
    }

    /// The same layer with another rule for when to commit. Default: below 400.
    #[must_use]
    pub fn commit_when(self, commits: impl Fn(&Response<B>) -> bool + Send + Sync + 'static) -> Self
    where
        B: 'static,
    {
        let rules = self.rules;
        let answer = Box::new(move |error| (rules.answer)(error));
        Self { db: self.db, rules: Arc::new(Rules { commits: Box::new(commits), answer }) }
    }
}

impl<B> Clone for SessionLayer<B> {
    fn clone(&self) -> Self {
        Self { db: self.db.clone(), rules: Arc::clone(&self.rules) }
    }
}

impl<B> fmt::Debug for SessionLayer<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer").field("db", &self.db).finish_non_exhaustive()
    }
}

impl<S, B> Layer<S> for SessionLayer<B> {
    type Service = SessionService<S, B>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService { inner, layer: self.clone() }
    }
}
