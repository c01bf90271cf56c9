//! Enums in columns, parameters and results.

use sqlsession::{Entity, Enumerated, ErrorKind, Value, text};

use crate::{
    on_each_backend,
    place::Place,
    rows::{insert, read},
};

on_each_backend! { enums_are_values_in_any_statement }

#[derive(Debug, Clone, Copy, PartialEq, Enumerated)]
enum Role {
    Admin,
    OrdinaryMember,
}

#[derive(Debug, Clone, Copy, PartialEq, Enumerated)]
#[enumerated(integer)]
#[repr(i16)]
enum Level {
    Low = -1,
    High = 300,
}

#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(table = "members")]
struct Member {
    #[entity(key)]
    id: i64,
    role: Role,
    level: Option<Level>,
}

async fn enums_are_values_in_any_statement(place: &Place) {
    let db = place.database();
    db.create_table::<Member>().await.unwrap();
    let stored = [
        Member { id: 1, role: Role::Admin, level: Some(Level::High) },
        Member { id: 2, role: Role::OrdinaryMember, level: None },
        Member { id: 3, role: Role::OrdinaryMember, level: Some(Level::Low) },
    ];
    insert(&db, &stored).await;
    assert_eq!(read::<Member>(&db, place).await, stored);

    let roles = db.scalars::<Role>("select role from members order by id").await.unwrap();
    assert_eq!(roles, [Role::Admin, Role::OrdinaryMember, Role::OrdinaryMember]);
    let by_role = text("select id from members where role = :role and level = :level");
    let by_role = by_role.bind("role", Role::OrdinaryMember).bind("level", Level::Low);
    assert_eq!(db.scalar::<i64>(by_role).await.unwrap(), Some(3));
    let listed = text("select count(*) from members where role in :roles");
    let listed = listed.bind("roles", Value::array([Role::Admin, Role::OrdinaryMember]));
    assert_eq!(db.scalar::<i64>(listed).await.unwrap(), Some(3));

    db.execute("update members set role = 'secret' where id = 1").await.unwrap();
    let mut session = db.session_maker().session();
    let error = session.all::<Member>("select * from members").await.unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::OutOfRange, Some("role")));
    assert!(!error.to_string().contains("secret"), "{error}");
}
