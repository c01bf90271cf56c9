use sqlsession_sqlx::{
    ErrorKind, SqlxEngine,
    sqlx_core::{connection::Connection as _, pool::PoolOptions, query::query, query_scalar::query_scalar},
    sqlx_mysql::{MySql, MySqlConnection, MySqlPool},
};
use sqlsession_test_servers::{MysqlDatabase, MysqlProduct};

async fn pool(connections: u32) -> (MysqlDatabase, MySqlPool) {
    let database = MysqlDatabase::create().unwrap();
    let pool = PoolOptions::new().max_connections(connections).connect(database.url()).await.unwrap();
    query::<MySql>("create table t (n int not null) engine = innodb").execute(&pool).await.unwrap();
    (database, pool)
}

async fn count(pool: &MySqlPool) -> i64 {
    query_scalar::<MySql, i64>("select count(*) from t").fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn queries_and_a_session_are_one_transaction() {
    let (_database, pool) = pool(2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    for commit in [false, true] {
        session.execute("insert into t values (1)").await.unwrap();
        let client = session.driver_connection::<MySqlConnection>().await.unwrap();
        let mut inner = client.begin().await.unwrap();
        query::<MySql>("insert into t values (2)").execute(&mut *inner).await.unwrap();
        inner.commit().await.unwrap();
        assert_eq!(count(&pool).await, 0);
        if commit {
            session.commit().await.unwrap();
        } else {
            session.rollback().await.unwrap();
        }
    }
    assert_eq!(count(&pool).await, 2);
}

#[tokio::test]
async fn behind_a_statement_that_commits_by_itself_another_transaction_begins() {
    let (_database, pool) = pool(2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    session.execute("insert into t values (1)").await.unwrap();
    session.execute("create table u (n int)").await.unwrap();
    session.execute("insert into t values (2)").await.unwrap();
    session.rollback().await.unwrap();
    assert_eq!(count(&pool).await, 1);
}

#[tokio::test]
async fn a_statement_that_commits_unseen_is_noticed() {
    let (database, pool) = pool(2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    let mut texts = vec!["/*!40000 alter table t comment = 'x' */"];
    if database.product() == MysqlProduct::Mariadb {
        texts.push("set statement max_statement_time = 60 for alter table t comment = 'y'");
    }
    for (before, text) in texts.into_iter().enumerate() {
        session.execute("insert into t values (1)").await.unwrap();
        session.execute(text).await.unwrap();
        session.execute("insert into t values (2)").await.unwrap();
        session.rollback().await.unwrap();
        assert_eq!(count(&pool).await, i64::try_from(before).unwrap() + 1, "{text}");
    }
}

#[tokio::test]
async fn a_commit_of_what_sqlx_has_rolled_back_is_an_error() {
    let (_database, pool) = pool(2).await;
    let mut session = SqlxEngine::from_pool(pool.clone()).unwrap().session_maker().session();
    session.execute("insert into t values (1)").await.unwrap();
    let client = session.driver_connection::<MySqlConnection>().await.unwrap();
    client.begin_with("START TRANSACTION READ ONLY").await.unwrap_err();
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
    session.rollback().await.unwrap();
    assert_eq!(count(&pool).await, 0);
}
