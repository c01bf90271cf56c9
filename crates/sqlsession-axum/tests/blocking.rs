//! The blocking client in a handler, on a runtime of one thread: a handler that held it up would hold up all.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use axum::{Router, routing::get};
use axum_core::{body::Body, extract::Request};
use http::StatusCode;
use sqlsession::{AnyDatabase, Database, Error, ErrorKind};
use sqlsession_axum::DatabaseError;
use tower::ServiceExt;

fn request(path: &str) -> Request {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn others_are_served_while_a_blocking_handler_works() {
    let db = Database::create("sqlite://").unwrap();
    let (tell, told) = mpsc::channel();
    let told = Arc::new(Mutex::new(told));
    let waits = async move || -> Result<String, DatabaseError> {
        let value = db.async_run_sync(move |session| {
            let value: i64 = session.scalar_one("select 42")?;
            // Told by the other request, which this one must let run.
            told.lock()
                .unwrap()
                .recv_timeout(Duration::from_secs(30))
                .map_err(|error| Error::from_cause(ErrorKind::Database, error))?;
            Ok::<_, Error>(value)
        });
        Ok(value.await?.to_string())
    };
    let app =
        Router::new().route("/waits", get(waits)).route("/tells", get(async move || tell.send(()).unwrap()));
    let (waited, told) = tokio::join!(app.clone().oneshot(request("/waits")), app.oneshot(request("/tells")));
    assert_eq!((waited.unwrap().status(), told.unwrap().status()), (StatusCode::OK, StatusCode::OK));
}

#[tokio::test]
async fn a_call_that_would_hold_up_the_runtime_is_an_error() {
    let db = Database::create("sqlite://").unwrap();
    let handler = async move || -> Result<String, DatabaseError> {
        Ok(db.scalar::<i64>("select 1")?.unwrap_or(0).to_string())
    };
    let response = Router::new().route("/", get(handler)).oneshot(request("/")).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let error = response.extensions().get::<DatabaseError>().unwrap();
    assert_eq!(error.error().kind(), ErrorKind::InvalidState);
}
