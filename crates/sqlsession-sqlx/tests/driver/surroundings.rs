//! What a text changes of a connection of MySQL's beside its transaction.

use sqlsession_sqlx::{
    EngineOptions, SessionOptions, SqlxEngine,
    core::driver::IsolationLevel,
    sqlx_core::{
        pool::PoolOptions, query::query, query_scalar::query_scalar, raw_sql::raw_sql, sql_str::AssertSqlSafe,
    },
    sqlx_mysql::{MySql, MySqlConnection},
};
use sqlsession_test_servers::MysqlDatabase;

use crate::database::Database;

const COUNT: &str = "select count(*) from t";
const IS_ON: &str = "select @@autocommit = 1";

fn autocommit() -> SessionOptions {
    SessionOptions::default().isolation_level(IsolationLevel::Autocommit)
}

#[tokio::test]
async fn autocommit_is_on_though_connections_begin_with_it_off() {
    let database = Database::mysql_by("?init_command=SET+autocommit=0");
    let mut other = database.native.session_maker().session();
    other.execute_and_commit("create table t (n int) engine = innodb").await.unwrap();
    let mut connection = database.engine.connect_with(autocommit()).await.unwrap();
    connection.execute("insert into t values (1)").await.unwrap();
    assert_eq!(other.scalar_one::<i64>(COUNT).await.unwrap(), 1);
    other.rollback().await.unwrap();
    // It is off again at another level.
    connection.commit().await.unwrap();
    connection.set_isolation_level(None).unwrap();
    assert!(!connection.scalar_one::<bool>(IS_ON).await.unwrap());
    connection.execute("insert into t values (2)").await.unwrap();
    connection.rollback().await.unwrap();
    assert_eq!(other.scalar_one::<i64>(COUNT).await.unwrap(), 1);
}

#[tokio::test]
async fn autocommit_that_a_text_has_switched_off_is_on_again() {
    let database = MysqlDatabase::create().unwrap();
    let pool = PoolOptions::<MySql>::new().max_connections(1).connect(database.url()).await.unwrap();
    query::<MySql>("create table t (n int) engine = innodb").execute(&pool).await.unwrap();
    let options = EngineOptions::default().pool_size(1).max_overflow(0);
    let own = SqlxEngine::<MySql>::with_options(database.url(), options).unwrap().to_async();
    let pooled = SqlxEngine::from_pool(pool.clone()).unwrap().to_async();
    for (engine, raw) in [(&own, false), (&own, true), (&pooled, false), (&pooled, true)] {
        let mut session = engine.session_maker().session();
        if raw {
            let client = session.driver_connection::<MySqlConnection>().await.unwrap();
            query::<MySql>("set autocommit = 0").execute(&mut *client).await.unwrap();
        } else {
            session.execute("set autocommit = 0").await.unwrap();
        }
        session.close().await.unwrap();
        let mut connection = engine.connect_with(autocommit()).await.unwrap();
        assert!(connection.scalar_one::<bool>(IS_ON).await.unwrap(), "raw: {raw}");
        connection.execute("insert into t values (1)").await.unwrap();
        // Behind the text it is the program's own.
        connection.execute("set autocommit = 0").await.unwrap();
        connection.execute("insert into t values (2)").await.unwrap();
        connection.close().await.unwrap();
        assert!(query_scalar::<MySql, bool>(IS_ON).fetch_one(&pool).await.unwrap(), "raw: {raw}");
    }
    assert_eq!(query_scalar::<MySql, i64>(COUNT).fetch_one(&pool).await.unwrap(), 4);
}

#[tokio::test]
async fn names_are_looked_up_in_the_database_that_is_used() {
    let (one, other) = (MysqlDatabase::create().unwrap(), MysqlDatabase::create().unwrap());
    let engine = SqlxEngine::<MySql>::new(one.url()).unwrap().to_async();
    let mut connection = engine.connect_with(autocommit()).await.unwrap();
    let names = [one.url(), other.url()].map(|url| url.rsplit('/').next().unwrap().to_owned());
    for name in &names {
        connection.execute(format!("create table {name}.t (name varchar(80))")).await.unwrap();
        connection.execute(format!("insert into {name}.t values ('{name}')")).await.unwrap();
    }
    let ask = "select name from t";
    for _ in 0..2 {
        for name in &names {
            connection.execute(format!("use {name}")).await.unwrap();
            assert_eq!(&connection.scalar_one::<String>(ask).await.unwrap(), name);
        }
    }
    for name in &names {
        let client = connection.driver_connection::<MySqlConnection>().await.unwrap();
        raw_sql(AssertSqlSafe(format!("use {name}"))).execute(&mut *client).await.unwrap();
        assert_eq!(&connection.scalar_one::<String>(ask).await.unwrap(), name);
    }
}
