use sqlsession::{ErrorKind, Result, migrations::Migrations};

use crate::{FILL, INIT, migrations, names, on_each_backend, place::Place};

on_each_backend! { a_statement_that_fails two_files_with_one_text what_does_not_agree_with_the_history }

const BROKEN: (&str, &str) = (
    "V2__broken.sql",
    "create table posts (id integer);\ninsert into users values (1, 'Ada');\ninsert into users values (1, 'Grace');",
);

async fn a_statement_that_fails(place: &Place) {
    let db = place.database();
    let error = migrations([INIT, BROKEN]).run(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert!(error.message().starts_with("migration V2__broken, statement 3: "), "{error}");
    assert!(error.code().is_some());
    assert!(error.statement().is_some_and(|sql| sql.contains("'Grace'")));
    assert_eq!(names(&applied(&migrations([INIT, BROKEN]), place).await), ["V1__init"]);

    let posts = db.scalar::<i64>("select count(*) from posts").await;
    if matches!(place, Place::Mysql(_)) {
        assert_eq!(posts.unwrap(), Some(0));
        assert!(error.message().contains("durable"), "{error}");
        db.execute("drop table posts").await.unwrap();
        db.execute("delete from users").await.unwrap();
    } else {
        assert_eq!(posts.unwrap_err().kind(), ErrorKind::UndefinedTable);
    }
    assert_eq!(db.scalar::<i64>("select count(*) from users").await.unwrap(), Some(0));
    let mended = (BROKEN.0, "create table posts (id integer);");
    assert_eq!(names(&migrations([INIT, mended]).run(&db).await.unwrap()), ["V2__broken"]);
}

async fn two_files_with_one_text(place: &Place) {
    let ada = "insert into users values (1, 'Ada')";
    let error = migrations([INIT, ("V2__ada.sql", ada), ("V3__again.sql", ada)])
        .run(&place.database())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert!(error.message().starts_with("migration V3__again"), "{error}");
}

async fn applied(migrations: &Migrations, place: &Place) -> Vec<sqlsession::migrations::MigrationStatus> {
    let status = migrations.status(&place.database()).await.unwrap();
    status.into_iter().filter(|migration| migration.applied_on.is_some()).collect()
}

/// Asserts that nothing is applied, and why.
async fn refused<const N: usize>(place: &Place, files: [(&str, &str); N], words: &str) {
    let run: Result<_> = migrations(files).run(&place.database()).await;
    let error = run.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Configuration, words));
}

async fn what_does_not_agree_with_the_history(place: &Place) {
    let db = place.database();
    let third = ("V3__third.sql", "create table third (id integer)");
    let fourth = ("V4__fourth.sql", "create table fourth (id integer)");
    migrations([INIT, third]).run(&db).await.unwrap();
    let changed = (INIT.0, "create table users (id integer)");
    refused(place, [changed, third, fourth], "the migration V1__init was changed after it had been applied")
        .await;
    let other = ("V1__other.sql", INIT.1);
    let words = "the migration V1__other has the version of V1__init, which has been applied";
    refused(place, [other, third, fourth], words).await;
    let words = "the migration V3__third has been applied, and is not there any more";
    refused(place, [INIT, fourth], words).await;
    let words = "the migration V2__fill is not applied, but one of a higher version is";
    refused(place, [INIT, FILL, third, fourth], words).await;
    assert_eq!(names(&migrations([INIT, third, fourth]).run(&db).await.unwrap()), ["V4__fourth"]);

    db.execute("update refinery_schema_history set applied_on = 'yesterday' where version = 3")
        .await
        .unwrap();
    let words = "the line of version 3 in the table `refinery_schema_history` is not as it was written";
    refused(place, [INIT, third, fourth], words).await;
}
