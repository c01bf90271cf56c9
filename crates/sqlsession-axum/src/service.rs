use std::{
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use axum_core::body::Body;
use http::{Request, Response};
use tower_service::Service;

use crate::{SessionLayer, outcome::Refusal};

/// A service whose requests have a session each: what [`SessionLayer`] makes.
pub struct SessionService<S, B = Body> {
    pub(crate) inner: S,
    pub(crate) layer: SessionLayer<B>,
}

impl<S: Clone, B> Clone for SessionService<S, B> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

impl<S: fmt::Debug, B> fmt::Debug for SessionService<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("inner", &self.inner).field("layer", &self.layer).finish()
    }
}

impl<S, I, B> Service<Request<I>> for SessionService<S, B>
where
    S: Service<Request<I>, Response = Response<B>, Future: Send> + Clone + Send + 'static,
    S::Error: Send,
    I: Send + 'static,
    B: Send + 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = ResponseFuture<B, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<I>) -> Self::Future {
        let SessionLayer { db, rules } = self.layer.clone();
        request.extensions_mut().insert(db.clone());
        // The one that was polled ready is the one to be called.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        ResponseFuture(Box::pin(async move {
            if db.scoped() {
                // A layer around this one has opened the session, and ends it.
                return inner.call(request).await;
            }
            let answered = db
                .scope(async {
                    let response = inner.call(request).await.map_err(Refusal::Service)?;
                    if (rules.commits)(&response) { Ok(response) } else { Err(Refusal::Response(response)) }
                })
                .await;
            match answered {
                Ok(response) | Err(Refusal::Response(response)) => Ok(response),
                Err(Refusal::Service(error)) => Err(error),
                Err(Refusal::Database(error)) => Ok((rules.answer)(error)),
            }
        }))
    }
}

/// The future of a [`SessionService`]. Dropped, it rolls back.
pub struct ResponseFuture<B, E>(Pin<Box<dyn Future<Output = Result<Response<B>, E>> + Send>>);

impl<B, E> Future for ResponseFuture<B, E> {
    type Output = Result<Response<B>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<B, E> fmt::Debug for ResponseFuture<B, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
