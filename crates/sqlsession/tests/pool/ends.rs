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
    assert_eq!(recorder.take_only("close"), ["close 2"]);
    assert_eq!(counts(&engine), (0, 0, -5), "a new pool");
    // What is lent works on, and is closed when it comes back.
    assert_eq!(lent.scalar_one::<i64>("select 1").await.unwrap(), 1);
    lent.close().await.unwrap();
    assert_eq!(recorder.take_only("close"), ["close 1"]);
    assert_eq!(counts(&engine), (0, 0, -5));
    engine.connect().await.unwrap().close().await.unwrap();
    assert_eq!(recorder.take_only("connect"), ["connect 3"]);
    assert_eq!(counts(&engine), (1, 0, -4));
    engine.dispose().unwrap();
    engine.dispose().unwrap();
    assert_eq!(recorder.take_only("close"), ["close 3"]);
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
async fn what_is_open_at_the_return_is_reset() {
    for (reset, expected) in [(ResetOnReturn::Rollback, 0), (ResetOnReturn::Commit, 1)] {
        let engine = engine(EngineOptions::default().reset_on_return(reset));
        let maker = engine.session_maker();
        maker.begin(async |s| s.execute("create table t (id integer)").await).await.unwrap();
        let mut session = maker.session();
        session.execute("insert into t values (1)").await.unwrap();
        drop(session);
        let count = maker.session().scalar_one::<i64>("select count(*) from t").await.unwrap();
        assert_eq!(count, expected, "{reset:?}");
    }
}
