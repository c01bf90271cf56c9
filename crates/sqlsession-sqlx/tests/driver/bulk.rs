use sqlsession_sqlx::{
    EngineOptions, SessionOptions, SqlxEngine,
    core::{AsyncSession, Value, driver::IsolationLevel},
    sqlx_mysql::MySql,
    sqlx_postgres::Postgres,
    text,
};
use sqlsession_test_servers::{MysqlDatabase, Postgres as Server};

use crate::database::Database;

#[tokio::test]
async fn many_rows_go_in_or_none() {
    for database in Database::all() {
        let mut session = database.engine.session_maker().session();
        session.execute("create table t (id int primary key, name varchar(20))").await.unwrap();
        session.commit().await.unwrap();
        let rows = |first: i64| (first..first + 3_000).map(|id| (id, format!("name {id}")));
        let count = "select count(*) from t";
        session.execute("insert into t values (-1, 'before')").await.unwrap();
        let inserted = session.bulk_insert("t", ["id", "name"], rows(0)).await.unwrap();
        assert_eq!(inserted, 3_000, "{}", database.name);
        assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 3_001);
        // One of them is there already: none of the others stays, and the transaction goes on.
        session.bulk_insert("t", ["id", "name"], rows(2_990)).await.unwrap_err();
        assert_eq!(session.scalar_one::<i64>(count).await.unwrap(), 3_001, "{}", database.name);
        session.commit().await.unwrap();
        // So it does where the failed one was the first of it.
        session.bulk_insert("t", ["id", "name"], rows(0)).await.unwrap_err();
        session.execute("update t set name = 'after' where id = -1").await.unwrap();
        session.commit().await.unwrap();
        let after: String = session.scalar_one("select name from t where id = -1").await.unwrap();
        assert_eq!(after, "after", "{}", database.name);
        session.close().await.unwrap();

        let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
        let mut connection = database.engine.connect_with(autocommit).await.unwrap();
        connection.bulk_insert("t", ["id", "name"], rows(-2_990)).await.unwrap_err();
        assert_eq!(connection.scalar_one::<i64>(count).await.unwrap(), 3_001, "{}", database.name);
        connection.bulk_insert("t", ["id", "name"], rows(10_000)).await.unwrap();
        connection.close().await.unwrap();
        let mut native = database.native.session_maker().session();
        assert_eq!(native.scalar_one::<i64>(count).await.unwrap(), 6_001, "{}", database.name);
    }
}

#[tokio::test]
async fn rows_that_a_trigger_leaves_out_do_not_count() {
    let odd_only = |name| match name {
        "sqlite" => {
            "create trigger odd_only before insert on t when new.id % 2 = 0 \
             begin select raise(ignore); end"
        }
        _ => {
            "create function odd_only() returns trigger language plpgsql as \
             'begin if new.id % 2 = 0 then return null; end if; return new; end'; \
             create trigger odd_only before insert on t for each row execute function odd_only()"
        }
    };
    for database in [Database::sqlite(), Database::postgres()] {
        let mut session = database.engine.session_maker().session();
        session.execute("create table t (id int primary key)").await.unwrap();
        session.execute_script(odd_only(database.name)).await.unwrap();
        let inserted = session.bulk_insert("t", ["id"], (0..1_000).map(|id| [id])).await.unwrap();
        assert_eq!(inserted, 500, "{}", database.name);
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 500);
    }
}

#[tokio::test]
async fn numbers_in_bulk_are_what_an_insert_makes_of_them_on_postgres() {
    let server = Server::new().locale("de_DE").setting("lc_monetary", "de_DE.UTF-8").start().unwrap();
    let mut session = SqlxEngine::<Postgres>::new(server.url()).unwrap().session_maker().session();
    session
        .execute("create table t (id serial, bulk bool, m money, v numeric, list numeric[])")
        .await
        .unwrap();
    let decimal = |text: &str| Value::Decimal(text.to_owned());
    let rows: Vec<[Value; 3]> = vec![
        [decimal("1234.56"), (0.1 + 0.2).into(), Value::array([0.1 + 0.2, -1e22 / 3.0])],
        [decimal("-1.5e3"), (1.0 / 3.0).into(), Value::array([decimal("0.30000000000000004")])],
        [1234.into(), decimal("0.30000000000000004"), Value::array([1_i64, 1 << 40])],
        ["1.234,56 €".into(), "0.30000000000000004".into(), "{0.30000000000000004}".into()],
        [Value::Null, Value::Null, Value::Null],
    ];
    for [m, v, list] in rows.clone() {
        let insert = text("insert into t (bulk, m, v, list) values (false, :m, :v, :list)");
        session.execute(insert.bind("m", m).bind("v", v).bind("list", list)).await.unwrap();
    }
    let in_bulk = rows.into_iter().map(|[m, v, list]| [true.into(), m, v, list]);
    session.bulk_insert("t", ["bulk", "m", "v", "list"], in_bulk).await.unwrap();
    let read = |bulk: bool| format!("select (m, v, list)::text from t where bulk = {bulk} order by id");
    let inserted: Vec<String> = session.scalars(read(false)).await.unwrap();
    let copied: Vec<String> = session.scalars(read(true)).await.unwrap();
    assert_eq!(inserted[0], "(\"1.234,56 €\",0.3,\"{0.3,-3333333333333330000000}\")");
    assert_eq!(copied, inserted);

    session.execute("create table amounts (id serial, m money, list money[])").await.unwrap();
    let row = |m: Value| [m.clone(), Value::Array(vec![m, Value::Null])];
    let rows = [row(decimal("1234.56")), row(1234.56.into()), row(1234.into())];
    session.bulk_insert("amounts", ["m", "list"], rows).await.unwrap();
    let read: Vec<String> = session.scalars("select (m, list)::text from amounts order by id").await.unwrap();
    let shown = |amount: &str| format!("(\"{amount} €\",\"{{\"\"{amount} €\"\",NULL}}\")");
    assert_eq!(read, [shown("1.234,56"), shown("1.234,56"), shown("1.234,00")]);
}

#[tokio::test]
async fn sets_of_values_are_one_in_autocommit() {
    for database in [Database::postgres(), Database::mysql()] {
        let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
        let mut connection = database.engine.connect_with(autocommit).await.unwrap();
        connection.execute("create table t (n int primary key)").await.unwrap();
        let insert = "insert into t values (:n)";
        let sets = |numbers: [i64; 2]| numbers.map(|n| [("n", n)]);
        connection.execute_many(insert, sets([1, 1])).await.unwrap_err();
        let mut other = database.native.session_maker().session();
        let count = "select count(*) from t";
        assert_eq!(other.scalar_one::<i64>(count).await.unwrap(), 0, "{}", database.name);
        other.rollback().await.unwrap();
        // It goes on, and what goes well is durable at once.
        connection.execute_many(insert, sets([1, 2])).await.unwrap();
        connection.execute("insert into t values (3)").await.unwrap();
        assert_eq!(other.scalar_one::<i64>(count).await.unwrap(), 3, "{}", database.name);
    }
}

#[tokio::test]
async fn rows_with_nulls_leave_statements_prepared() {
    let database = MysqlDatabase::create().unwrap();
    let options = EngineOptions::default().statement_cache_size(4);
    let engine = SqlxEngine::<MySql>::with_options(database.url(), options).unwrap().to_async();
    let mut session = engine.session_maker().session();
    session.execute_and_commit("create table t (a int, b int)").await.unwrap();
    let some = |holes: i64| (0..500).map(move |n| (n, (n % holes != 0).then_some(n)));
    session.execute("select 7").await.unwrap();
    prepared(&mut session).await;
    for holes in 2..8 {
        session.bulk_insert("t", ["a", "b"], some(holes)).await.unwrap();
    }
    let before = prepared(&mut session).await;
    session.execute("select 7").await.unwrap();
    assert_eq!(prepared(&mut session).await, before);
    // What comes again is kept.
    for again in 0..3 {
        let before = prepared(&mut session).await;
        session.bulk_insert("t", ["a", "b"], some(9)).await.unwrap();
        assert_eq!(prepared(&mut session).await > before, again < 2, "{again}");
    }
    assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 9 * 500);
    let nulls = "select count(*) from t where b is null and a % 9 = 0";
    assert!(session.scalar_one::<i64>(nulls).await.unwrap() >= 3 * 56);
}

/// How many statements the server has prepared.
async fn prepared(session: &mut AsyncSession) -> i64 {
    let asking = "select cast(variable_value as signed) from {}.session_status \
                  where variable_name = 'Com_stmt_prepare'";
    let is_mariadb: bool = session.scalar_one("select version() like '%MariaDB%'").await.unwrap();
    let schema = if is_mariadb { "information_schema" } else { "performance_schema" };
    session.scalar_one(asking.replace("{}", schema)).await.unwrap()
}
