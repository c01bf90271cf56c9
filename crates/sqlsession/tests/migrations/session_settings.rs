//! What a file sets for its session: it is not for the program's sessions, and not for what finds the history.

use std::time::Duration;

use sqlsession::{AsyncDatabase, OuterTransaction};
use sqlsession_test_servers::MysqlDatabase;

use crate::{INIT, drivers, migrations, names, one_connection, place::Place};

/// As phpMyAdmin begins its dumps.
const SET_IN_MYSQL: (&str, &str) = (
    "V2__dump.sql",
    "SET SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO'; SET FOREIGN_KEY_CHECKS = 0; SET time_zone = '+05:00'; \
     insert into users values (1, 'Ada')",
);
/// As pg_dump begins its.
const SET_IN_POSTGRES: (&str, &str) = (
    "V2__dump.sql",
    "SET client_min_messages = error; SELECT pg_catalog.set_config('search_path', '', false); \
     insert into public.users values (1, 'Ada')",
);
const MORE: (&str, &str) = ("V3__more.sql", "create table more (id integer)");

async fn mysql_settings(db: &AsyncDatabase) -> Option<String> {
    db.scalar("select concat_ws(' ', @@sql_mode, @@foreign_key_checks, @@time_zone)").await.unwrap()
}

async fn postgres_settings(db: &AsyncDatabase) -> Option<String> {
    let sql = "select current_setting('search_path') || ' ' || current_setting('client_min_messages')";
    db.scalar(sql).await.unwrap()
}

#[tokio::test]
async fn mysql_keeps_them_out_of_the_pool() {
    for driver in drivers() {
        let place = Place::mysql();
        let db = one_connection(driver(&place.url()));
        let before = mysql_settings(&db).await;
        migrations([INIT, SET_IN_MYSQL]).run(&db).await.unwrap();
        assert_eq!(mysql_settings(&db).await, before);
    }
}

#[tokio::test]
async fn postgres_keeps_them_out_of_the_pool_and_finds_its_history() {
    for driver in drivers() {
        let place = Place::postgres();
        let db = one_connection(driver(&place.url()));
        let before = postgres_settings(&db).await;
        let all = migrations([INIT, SET_IN_POSTGRES, MORE]);
        let applied = all.run(&db).await.unwrap();
        assert_eq!(names(&applied), ["V1__init", "V2__dump", "V3__more"]);
        assert_eq!(postgres_settings(&db).await, before);
        assert!(all.status(&db).await.unwrap().iter().all(|migration| migration.applied_on.is_some()));
    }
}

#[tokio::test]
async fn a_search_path_of_the_urls_holds_for_every_file() {
    for driver in drivers() {
        let place = Place::postgres();
        place.database().execute("create schema app").await.unwrap();
        let mark = if place.url().contains('?') { '&' } else { '?' };
        let url = format!("{}{mark}options=-csearch_path%3Dapp", place.url());
        let db = one_connection(driver(&url));
        migrations([INIT, ("V2__dump.sql", "set search_path to public"), MORE]).run(&db).await.unwrap();
        let tables =
            "select table_name::text from information_schema.tables where table_schema = 'app' order by 1";
        let tables: Vec<String> = place.database().scalars(tables).await.unwrap();
        assert_eq!(tables, ["more", "refinery_schema_history", "users"]);
    }
}

#[tokio::test]
async fn postgres_finds_its_history_inside_of_an_outer_transaction() {
    for driver in drivers() {
        let place = Place::postgres();
        let db = one_connection(driver(&place.url()));
        let before = postgres_settings(&db).await;
        let outer = OuterTransaction::begin(db.engine()).await.unwrap();
        let inside = db.within(&outer);
        let all = migrations([INIT, SET_IN_POSTGRES, MORE]);
        assert_eq!(all.run(&inside).await.unwrap().len(), 3);
        assert!(all.run(&inside).await.unwrap().is_empty());
        assert_eq!(inside.scalar::<String>("select name from users").await.unwrap().as_deref(), Some("Ada"));
        outer.rollback().await.unwrap();
        assert_eq!(postgres_settings(&db).await, before);
        assert!(all.status(&db).await.unwrap()[0].applied_on.is_none());
    }
}

#[tokio::test]
async fn mysql_finds_its_history_behind_use() {
    for driver in drivers() {
        let (place, other) = (Place::mysql(), MysqlDatabase::create().unwrap());
        let away = format!("use `{}`; create table elsewhere (id integer)", other.name());
        let db = one_connection(driver(&place.url()));
        let all = migrations([INIT, ("V2__away.sql", &away), MORE]);
        assert_eq!(all.run(&db).await.unwrap().len(), 3);
        assert!(all.run(&db).await.unwrap().is_empty());
        assert_eq!(db.scalar::<i64>("select count(*) from more").await.unwrap(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_was_given_up_leaves_none() {
    for driver in drivers() {
        let place = Place::postgres();
        let db = one_connection(driver(&place.url()));
        let before = postgres_settings(&db).await;
        let stuck = migrations([INIT, SET_IN_POSTGRES, ("V3__stuck.sql", "select pg_sleep(1000)")]);
        tokio::time::timeout(Duration::from_secs(2), stuck.run(&db)).await.unwrap_err();
        assert_eq!(postgres_settings(&db).await, before);
    }
}
