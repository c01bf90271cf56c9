//! The engine of one driver by blocking calls, as a program has it that depends on the driver's crate alone.

use std::time::Duration;

use sqlsession::{
    EngineOptions, ErrorKind, IsolationLevel, SessionOptions, blocking, mysql::MysqlEngine,
    postgres::PostgresEngine, sqlite::SqliteEngine,
};

use crate::Place;

fn engine(place: &Place) -> blocking::Engine {
    let url = place.url();
    match place {
        Place::Sqlite(_) => SqliteEngine::blocking(url),
        Place::Postgres(_) => PostgresEngine::blocking(url),
        Place::Mysql(_) => MysqlEngine::blocking(url),
    }
    .unwrap()
}

#[test]
fn has_a_blocking_engine() {
    for place in Place::all() {
        let engine = engine(&place);
        let maker = engine
            .session_maker_with(SessionOptions::default().isolation_level(IsolationLevel::Serializable));
        let mut session = maker.session();
        session.execute("create table t (id bigint primary key)").unwrap();
        session.execute("insert into t values (1)").unwrap();
        session.commit().unwrap();
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").unwrap(), 1);
        assert_eq!(maker.engine().pool_status().in_use, 1, "the maker's engine has the same pool");
        session.close().unwrap();
        maker.engine().close(Duration::from_secs(5)).unwrap();
        assert_eq!(session.execute("select 1").unwrap_err().kind(), ErrorKind::PoolClosed);
    }
}

#[test]
fn options_are_those_that_are_given() {
    let engine = SqliteEngine::blocking_with("sqlite://", EngineOptions::default().pool_size(2)).unwrap();
    assert_eq!(engine.pool_status().size, 2);
    assert_eq!(engine.session_maker().session().scalar_one::<i64>("select 1").unwrap(), 1);
    let refused = SqliteEngine::blocking("sqlite://?nosuch=1").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Configuration);
}
