//! When and in which order tables are created and dropped.

use sqlsession::{Database, Entity, ErrorKind, schema::Schema};

use crate::{on_each_backend, place::Place};

on_each_backend! { tables_that_refer_to_each_other what_is_there_already in_a_session_of_ones_own }

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(table = "comments")]
struct Comment {
    #[entity(key, generated)]
    id: i64,
    #[entity(references = "posts(id)", on_delete = "cascade")]
    post: i64,
    #[entity(references = "comments(id)", on_delete = "set null")]
    answers: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(table = "posts")]
struct Post {
    #[entity(key, generated)]
    id: i64,
    #[entity(references = "users(id)")]
    author: i64,
}

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(table = "users")]
struct User {
    #[entity(key, generated)]
    id: i64,
    #[entity(unique, length = 80)]
    name: String,
}

fn schema() -> Schema {
    Schema::new().table::<Comment>().table::<Post>().table::<User>().table::<User>()
}

async fn tables_that_refer_to_each_other(place: &Place) {
    let db = place.database();
    schema().create_all(&db).await.unwrap();
    db.execute("insert into users (name) values ('Ada')").await.unwrap();
    db.execute("insert into posts (author) values (1)").await.unwrap();
    db.execute("insert into comments (post, answers) values (1, null)").await.unwrap();
    db.execute("insert into comments (post, answers) values (1, 1)").await.unwrap();

    let twice = db.execute("insert into users (name) values ('Ada')").await.unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::UniqueViolation);
    let nobody = db.execute("insert into posts (author) values (7)").await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::ForeignKeyViolation);
    let kept = db.execute("delete from users").await.unwrap_err();
    assert_eq!(kept.kind(), ErrorKind::ForeignKeyViolation);
    db.execute("delete from comments where id = 1").await.unwrap();
    let orphans = db.scalar::<i64>("select count(*) from comments where answers is null").await.unwrap();
    assert_eq!(orphans, Some(1));
    db.execute("delete from posts").await.unwrap();
    assert_eq!(db.scalar::<i64>("select count(*) from comments").await.unwrap(), Some(0));

    schema().drop_all(&db).await.unwrap();
    let gone = db.execute("select * from users").await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::UndefinedTable);
}

async fn what_is_there_already(place: &Place) {
    let db = place.database();
    let schema = Schema::new().table::<User>();
    schema.create_all(&db).await.unwrap();
    schema.create_all(&db).await.unwrap();
    schema.clone().if_not_exists(false).create_all(&db).await.unwrap_err();
    schema.drop_all(&db).await.unwrap();
    schema.drop_all(&db).await.unwrap();
    schema.clone().if_not_exists(false).drop_all(&db).await.unwrap_err();
    schema.if_not_exists(false).create_all(&db).await.unwrap();

    let url = place.url();
    let blocking = move || {
        let db = Database::create(url).unwrap();
        assert!(db.scalars::<i64>("select id from users").unwrap().is_empty());
        db.drop_table::<User>().unwrap();
        assert_eq!(db.execute("select * from users").unwrap_err().kind(), ErrorKind::UndefinedTable);
        db.create_table::<User>().unwrap();
        let mut session = db.session_maker().session();
        schema_of_users().create_all(&mut session).unwrap();
        session.execute("insert into users (name) values ('Ada')").unwrap();
        session.commit().unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from users").unwrap(), Some(1));
    };
    tokio::task::spawn_blocking(blocking).await.unwrap();
}

fn schema_of_users() -> Schema {
    Schema::new().table::<User>()
}

async fn in_a_session_of_ones_own(place: &Place) {
    let db = place.database();
    let mut session = db.session_maker().session();
    schema().create_all(&mut session).await.unwrap();
    session.execute("insert into users (name) values ('Ada')").await.unwrap();
    session.rollback().await.unwrap();
    let users = db.scalar::<i64>("select count(*) from users").await;
    if matches!(place, Place::Mysql(_)) {
        assert_eq!(users.unwrap(), Some(0), "MySQL has committed the table, and nothing else");
    } else {
        assert_eq!(users.unwrap_err().kind(), ErrorKind::UndefinedTable);
    }
    // A future of it can be spawned.
    tokio::spawn(async move { schema().create_all(&db).await }).await.unwrap().unwrap();
}
