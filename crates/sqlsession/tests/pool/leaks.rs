use std::time::Duration;

use sqlsession::{AsyncConnection, AsyncEngine, EngineOptions, Error, ErrorKind};

use crate::engine;

const LINE: u32 = line!() + 2;
async fn forgets_to_give_back(engine: &AsyncEngine) -> AsyncConnection {
    engine.connect().await.unwrap()
}

/// Whether this line of this file is named.
fn names(error: &Error, line: u32) -> bool {
    error.message().contains(&format!("leaks.rs:{line}:"))
}

fn one(detect: bool) -> AsyncEngine {
    engine(
        EngineOptions::default()
            .pool_size(1)
            .max_overflow(0)
            .pool_timeout(Duration::from_millis(20))
            .leak_detection(detect),
    )
}

#[tokio::test]
async fn a_checkout_in_vain_says_who_holds_the_oldest() {
    let engine = one(true);
    let leaked = forgets_to_give_back(&engine).await;
    let error = engine.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    assert!(error.message().contains("out longest was taken"), "{error}");
    assert!(names(&error, LINE), "{error}");
    assert!(!error.message().contains('\n'), "{error}");
    // So does the end of an engine that is waited for in vain.
    let error = engine.close(Duration::ZERO).await.unwrap_err();
    assert!(names(&error, LINE), "{error}");
    drop(leaked);
}

#[tokio::test]
async fn what_came_back_is_not_named() {
    let engine = one(true);
    forgets_to_give_back(&engine).await.close().await.unwrap();
    let mut session = engine.session_maker().session();
    session.execute("select 1").await.unwrap();
    let line = line!() - 1;
    let error = engine.connect().await.unwrap_err();
    assert!(names(&error, line) && !names(&error, LINE), "{error}");
}

#[tokio::test]
async fn nobody_is_named_unless_asked_for() {
    let engine = one(false);
    let _leaked = forgets_to_give_back(&engine).await;
    let error = engine.connect().await.unwrap_err();
    assert!(!error.message().contains("out longest"), "{error}");
}
