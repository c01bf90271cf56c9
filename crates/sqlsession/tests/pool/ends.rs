use sqlsession::{EngineOptions, ErrorKind, pool::ResetOnReturn};

use crate::{counts, engine, recorder::Recorder};

#[tokio::test]
async fn dispose_closes_what_is_idle_and_the_engine_goes_on() {
    let (recorder, options) = Recorder::new(EngineOptions::default());
    let engine = engine(options);
    let mut lent = engine.connect().await.unwrap();
    engine.connect().await.unwrap().close().await.unwrap();
    recorder.take();
    engine.dispose().unwrap();
    assert_eq!(recorder.take_only("close"), ["close 2 disposed"]);
    assert_eq!(counts(&engine), (0, 0, -5), "a new pool");
    // What is lent works on, and is closed when it comes back.
    assert_eq!(lent.scalar_one::<i64>("select 1").await.unwrap(), 1);
    lent.close().await.unwrap();
    assert_eq!(recorder.take_only("close"), ["close 1 disposed"]);
    assert_eq!(counts(&engine), (0, 0, -5));
    engine.connect().await.unwrap().close().await.unwrap();
    assert_eq!(recorder.take_only("connect"), ["connect 3"]);
    assert_eq!(counts(&engine), (1, 0, -4));
    engine.dispose().unwrap();
    engine.dispose().unwrap();
    assert_eq!(recorder.take_only("close"), ["close 3 disposed"]);
}

#[tokio::test]
async fn a_database_in_memory_is_gone_after_dispose() {
    let engine = engine(EngineOptions::default());
    let maker = engine.session_maker();
    maker.begin(async |s| s.execute("create table t (id integer)").await).await.unwrap();
    let mut lent = engine.connect().await.unwrap();
    lent.execute("insert into t values (1)").await.unwrap();
    engine.dispose().unwrap();
    let error = maker.session().execute("select * from t").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable);
    // What is lent still has the old one, until it comes back.
    lent.commit().await.unwrap();
    assert_eq!(lent.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
    lent.close().await.unwrap();
    let error = maker.session().execute("select * from t").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable);
}

#[tokio::test]
async fn a_sessions_own_transaction_is_rolled_back_however_the_pool_resets() {
    for reset in [ResetOnReturn::Rollback, ResetOnReturn::Commit, ResetOnReturn::None] {
        let engine = engine(EngineOptions::default().reset_on_return(reset));
        let maker = engine.session_maker();
        maker.begin(async |s| s.execute("create table t (id integer)").await).await.unwrap();
        let mut closed = maker.session();
        closed.execute("insert into t values (1)").await.unwrap();
        closed.close().await.unwrap();
        let mut dropped = maker.session();
        dropped.execute("insert into t values (2)").await.unwrap();
        drop(dropped);
        let ids = maker.session().scalars::<i64>("select id from t").await.unwrap();
        assert!(ids.is_empty(), "{reset:?}: {ids:?}");
    }
}
