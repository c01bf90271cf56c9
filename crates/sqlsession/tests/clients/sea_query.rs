//! Statements of sea-query, wherever a statement is.

use sqlsession::{
    AsyncDatabase, ErrorKind, FromRow, Statement,
    sea_query::{Alias, CommonTableExpression, Expr, ExprTrait, OnConflict, Order, Query, Value, WithClause},
};

use crate::Place;

#[derive(Debug, PartialEq, FromRow)]
struct User {
    id: i64,
    name: Option<String>,
}

async fn connect(place: &Place) -> AsyncDatabase {
    let db = place.connect();
    db.execute("create table users (id bigint primary key, name varchar(200))").await.unwrap();
    db.execute(insert([(1, Some("Ada")), (2, Some("Grace")), (3, None)])).await.unwrap();
    db
}

fn insert<const ROWS: usize>(rows: [(i64, Option<&str>); ROWS]) -> Statement {
    let mut insert = Query::insert();
    insert.into_table("users").columns(["id", "name"]);
    for (id, name) in rows {
        insert.values_panic([id.into(), name.map(str::to_owned).into()]);
    }
    insert.into()
}

#[tokio::test]
async fn all_kinds_of_statements_run_in_a_session() {
    for place in Place::all() {
        let db = connect(&place).await;
        let mut session = db.session_maker().session();
        let rename =
            Query::update().table("users").value("name", "Edith").and_where(Expr::col("id").eq(2)).to_owned();
        assert_eq!(session.execute(&rename).await.unwrap().rowcount(), Some(1));
        let delete = Query::delete().from_table("users").and_where(Expr::col("name").is_null()).to_owned();
        assert_eq!(session.execute(delete).await.unwrap().rowcount(), Some(1));
        let select =
            Query::select().columns(["id", "name"]).from("users").order_by("id", Order::Desc).to_owned();
        let users: Vec<User> = session.all(&select).await.unwrap();
        assert_eq!(
            users,
            [User { id: 2, name: Some("Edith".into()) }, User { id: 1, name: Some("Ada".into()) }]
        );
        let mut rows = session.stream(select).await.unwrap();
        assert_eq!(rows.next().await.unwrap().unwrap().get::<i64>("id").unwrap(), 2);
        drop(rows);
        session.rollback().await.unwrap();
        let in_list = Query::select()
            .column("id")
            .from("users")
            .and_where(Expr::col("id").is_in([1, 3, 9]))
            .order_by("id", Order::Asc)
            .to_owned();
        assert_eq!(session.scalars::<i64>(in_list).await.unwrap(), [1, 3]);
    }
}

#[tokio::test]
async fn shortcuts_and_common_table_expressions() {
    for place in Place::all() {
        let db = connect(&place).await;
        let named =
            Query::select().column("id").from("users").and_where(Expr::col("name").is_not_null()).to_owned();
        let cte = CommonTableExpression::new().query(named).table_name("named").to_owned();
        let count = Query::select().expr(Expr::col("id").count()).from("named").to_owned();
        let count = count.with(WithClause::new().cte(cte).to_owned());
        assert_eq!(db.scalar::<i64>(count).await.unwrap(), Some(2));
        assert_eq!(db.execute(insert([(4, None)])).await.unwrap().rowcount(), Some(1));
        assert_eq!(
            db.scalar::<i64>(Query::select().expr(Expr::col("id").max()).from("users")).await.unwrap(),
            Some(4)
        );
    }
}

#[tokio::test]
async fn nothing_in_a_value_or_a_name_is_ever_sql() {
    for place in Place::all() {
        let db = connect(&place).await;
        let hostile = [
            "'; drop table users; --",
            r#""; drop table users; --"#,
            "`; drop table users; --",
            r"\'; drop table users; --",
            ":name ? $1 ?1 \\: %s",
            "\u{0}; drop",
        ];
        for name in hostile {
            let alias = Alias::new(name.replace('\0', ""));
            if !name.contains('\0') {
                db.execute(insert([(9, Some(name))])).await.unwrap();
                let found = Query::select()
                    .expr_as(Expr::col("name"), alias.clone())
                    .from("users")
                    .and_where(Expr::col("name").eq(name))
                    .to_owned();
                assert_eq!(db.scalars::<String>(found).await.unwrap(), [name], "{}", place.url());
                db.execute("delete from users where id = 9").await.unwrap();
            }
            let missing = Query::select().column(alias.clone()).from(alias).to_owned();
            let refused = db.execute(missing).await.unwrap_err();
            assert!(refused.kind() != ErrorKind::ConnectionLost, "{refused}");
        }
        assert_eq!(db.scalar::<i64>("select count(*) from users").await.unwrap(), Some(3));
    }
}

#[tokio::test]
async fn an_insert_may_do_something_else_on_conflict_and_give_rows() {
    for place in Place::all() {
        let db = connect(&place).await;
        let mut upsert = Query::insert();
        upsert
            .into_table("users")
            .columns(["id", "name"])
            .values_panic([1.into(), "Lovelace".into()])
            .on_conflict(OnConflict::column("id").update_column("name").to_owned());
        if place.is_mysql() {
            db.execute(&upsert).await.unwrap();
        } else {
            let name = db.scalar::<String>(upsert.returning_col("name")).await.unwrap();
            assert_eq!(name.as_deref(), Some("Lovelace"));
        }
        let name = Query::select().column("name").from("users").and_where(Expr::col("id").eq(1)).to_owned();
        assert_eq!(db.scalar::<String>(name).await.unwrap().as_deref(), Some("Lovelace"));
    }
}

#[tokio::test]
async fn numbers_of_any_size_arrive() {
    for place in Place::all() {
        let db = connect(&place).await;
        for number in [i64::MIN, -1, i64::MAX] {
            let echo = Query::select()
                .expr(Expr::col("id").add(number))
                .from("users")
                .and_where(Expr::col("id").eq(0))
                .to_owned();
            assert_eq!(db.scalar::<i64>(echo).await.unwrap(), None);
            db.execute(insert([(number, None)])).await.unwrap();
            let back =
                Query::select().column("id").from("users").and_where(Expr::col("id").eq(number)).to_owned();
            assert_eq!(db.scalar::<i64>(back).await.unwrap(), Some(number));
            db.execute(Query::delete().from_table("users").and_where(Expr::col("id").eq(number)))
                .await
                .unwrap();
        }
    }
}

#[test]
fn by_blocking_calls() {
    for place in Place::all() {
        let db = place.connect_blocking();
        db.execute("create table users (id bigint primary key, name varchar(200))").unwrap();
        db.execute(insert([(1, Some("Ada"))])).unwrap();
        let mut session = db.session_maker().session();
        let all = Query::select().columns(["id", "name"]).from("users").to_owned();
        assert_eq!(session.all::<User>(all).unwrap(), [User { id: 1, name: Some("Ada".into()) }]);
        let many = session.execute_many(insert([(2, None)]), [[("id", 3)]]);
        assert_eq!(many.unwrap_err().kind(), ErrorKind::BadParameter);
    }
}

#[cfg(all(feature = "chrono", feature = "uuid", feature = "json", feature = "rust_decimal"))]
#[tokio::test]
async fn values_of_other_crates_are_values() {
    use chrono::NaiveDate;
    use rust_decimal::Decimal;
    use serde_json::json;
    use uuid::Uuid;

    let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let (at, id, price, document) = (
        day.and_hms_opt(1, 2, 3).unwrap(),
        Uuid::from_u128(7),
        Decimal::new(-12_340, 3),
        json!({"a": [1, null]}),
    );
    for place in Place::all() {
        let db = place.connect();
        let types = match &place {
            Place::Sqlite(_) => "d date, t datetime, u uuid, p decimal, j json",
            Place::Postgres(_) => "d date, t timestamp, u uuid, p numeric, j jsonb",
            Place::Mysql(_) => "d date, t datetime, u char(36), p decimal(20, 3), j json",
        };
        db.execute(format!("create table kinds ({types})")).await.unwrap();
        let mut insert = Query::insert();
        insert.into_table("kinds").columns(["d", "t", "u", "p", "j"]);
        insert.values_panic([day.into(), at.into(), id.into(), price.into(), document.clone().into()]);
        insert.values_panic([
            Value::ChronoDate(None).into(),
            Value::ChronoDateTime(None).into(),
            Value::Uuid(None).into(),
            Value::Decimal(None).into(),
            Value::Json(None).into(),
        ]);
        db.execute(insert).await.unwrap();
        let mut session = db.session_maker().session();
        let all = Query::select()
            .columns(["d", "t", "u", "p", "j"])
            .from("kinds")
            .and_where(Expr::col("d").eq(day))
            .to_owned();
        let row =
            session.one::<(NaiveDate, chrono::NaiveDateTime, Uuid, Decimal, serde_json::Value)>(all).await;
        assert_eq!(row.unwrap(), (day, at, id, price, document.clone()), "{}", place.url());
        let nulls = Query::select().expr(Expr::col("j").count()).from("kinds").to_owned();
        assert_eq!(session.scalar_one::<i64>(nulls).await.unwrap(), 1);
    }
}
