//! What the layer commits, and what it answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{convert::Infallible, sync::Mutex};

use axum::{Router, middleware, routing::post};
use axum_core::{body::Body, extract::Request, response::Response};
use http::StatusCode;
use sqlsession::{AsyncDatabase, Error, ErrorKind};
use sqlsession_axum::{DatabaseError, RequestSession, SessionLayer};
use tower::{Layer, ServiceExt, service_fn};

async fn database() -> AsyncDatabase {
    let db = AsyncDatabase::create("sqlite://?foreign_keys=on").unwrap();
    db.execute("create table t (id integer primary key)").await.unwrap();
    db
}

async fn count(db: &AsyncDatabase) -> i64 {
    db.scalar("select count(*) from t").await.unwrap().unwrap()
}

fn request() -> Request {
    Request::post("/").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_middleware_and_the_handler_share_one_transaction() {
    let db = database().await;
    async fn before(mut session: RequestSession, request: Request, next: middleware::Next) -> Response {
        session.execute("insert into t values (1)").await.unwrap();
        drop(session);
        next.run(request).await
    }
    async fn handler(mut session: RequestSession) -> StatusCode {
        assert!(session.in_transaction());
        session.execute("insert into t values (2)").await.unwrap();
        StatusCode::BAD_REQUEST
    }
    let app = Router::new()
        .route("/", post(handler))
        .layer(middleware::from_fn(before))
        .layer(SessionLayer::new(db.clone()));
    let response = app.oneshot(request()).await.unwrap();
    assert_eq!((response.status(), count(&db).await), (StatusCode::BAD_REQUEST, 0));
}

#[tokio::test]
async fn a_session_that_is_held_by_a_middleware_is_told_to_the_handler() {
    async fn keeps(_session: RequestSession, request: Request, next: middleware::Next) -> Response {
        next.run(request).await
    }
    let app = Router::new()
        .route("/", post(async |_session: RequestSession| {}))
        .layer(middleware::from_fn(keeps))
        .layer(SessionLayer::new(database().await));
    let response = app.oneshot(request()).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let error = response.extensions().get::<DatabaseError>().unwrap();
    assert_eq!(error.error().kind(), ErrorKind::InvalidState);
}

#[tokio::test]
async fn when_to_commit_can_be_said() {
    let db = database().await;
    let layer =
        SessionLayer::new(db.clone()).commit_when(|response| response.status() == StatusCode::IM_A_TEAPOT);
    let handler = async |mut session: RequestSession| {
        session.execute("insert into t values (1)").await.unwrap();
        StatusCode::IM_A_TEAPOT
    };
    let app = Router::new().route("/", post(handler)).layer(layer);
    app.oneshot(request()).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn a_commit_that_fails_is_the_answer() {
    let db = database().await;
    let child = "create table child (id integer references t(id) deferrable initially deferred)";
    db.execute(child).await.unwrap();
    let handler = async |mut session: RequestSession| {
        session.execute("insert into child values (1)").await.unwrap();
    };
    let app = Router::new().route("/", post(handler)).layer(SessionLayer::new(db.clone()));
    let response = app.oneshot(request()).await.unwrap();
    assert_eq!(response.status(), StatusCode::CONFLICT);
    let error = response.extensions().get::<DatabaseError>().unwrap();
    assert_eq!(error.error().kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(db.scalar::<i64>("select count(*) from child").await.unwrap(), Some(0));
    assert_eq!(db.engine().pool_status().in_use, 0);
}

#[tokio::test]
async fn any_tower_service_has_its_sessions() {
    let db = database().await;
    let told: &'static Mutex<Vec<ErrorKind>> = Box::leak(Box::default());
    let layer = SessionLayer::<String>::with_responses(db.clone(), move |error: Error| {
        told.lock().unwrap().push(error.kind());
        http::Response::new("failed".to_owned())
    });
    let inner = service_fn({
        let db = db.clone();
        move |request: http::Request<&'static str>| {
            let db = db.clone();
            async move {
                db.execute(*request.body()).await.unwrap();
                // Held for longer than the response.
                if request.body().ends_with("(2)") {
                    drop(tokio::spawn(hold(db.session().unwrap())));
                }
                Ok::<_, Infallible>(http::Response::new("done".to_owned()))
            }
        }
    });
    let service = layer.layer(inner);
    let one = service.clone().oneshot(http::Request::new("insert into t values (1)")).await.unwrap();
    let two = service.oneshot(http::Request::new("insert into t values (2)")).await.unwrap();
    assert_eq!((one.body().as_str(), two.body().as_str()), ("done", "failed"));
    assert_eq!(*told.lock().unwrap(), [ErrorKind::InvalidState]);
    tokio::task::yield_now().await;
    assert_eq!(count(&db).await, 1);
}

async fn hold(session: sqlsession::scope::ScopedSession) {
    drop(session);
}

#[tokio::test]
async fn errors_have_their_status() {
    for (kind, status) in [
        (ErrorKind::PoolTimeout, StatusCode::SERVICE_UNAVAILABLE),
        (ErrorKind::Deadlock, StatusCode::SERVICE_UNAVAILABLE),
        (ErrorKind::UniqueViolation, StatusCode::CONFLICT),
        (ErrorKind::NoRows, StatusCode::NOT_FOUND),
        (ErrorKind::CommitUnknown, StatusCode::INTERNAL_SERVER_ERROR),
        (ErrorKind::Syntax, StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        assert_eq!(DatabaseError::from(Error::new(kind, "x")).status(), status, "{kind}");
    }
}

#[tokio::test]
async fn a_layer_within_a_layer_has_the_same_session() {
    let db = database().await;
    let handler = async |mut session: RequestSession| {
        session.execute("insert into t values (1)").await.unwrap();
    };
    let refuse = async |request: Request, next: middleware::Next| {
        next.run(request).await;
        StatusCode::BAD_REQUEST
    };
    let app = Router::new()
        .route("/", post(handler))
        .layer(SessionLayer::new(db.clone()))
        .layer(middleware::from_fn(refuse))
        .layer(SessionLayer::new(db.clone()));
    app.oneshot(request()).await.unwrap();
    assert_eq!(count(&db).await, 0);
}
