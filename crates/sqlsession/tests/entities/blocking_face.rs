//! The same by blocking calls.

use sqlsession::{Error, ErrorKind, blocking};

use crate::{
    place::Place,
    user::{User, create_users, user},
};

fn users_by_blocking_calls(place: &Place) {
    let engine: blocking::Engine = place.blocking_engine();
    let maker = engine.session_maker();
    let mut session = maker.session();
    session.execute(create_users(place)).unwrap();
    let added = session.add_all([user("Ada"), user("Bob"), user("Cid")]).unwrap();
    session.commit().unwrap();
    assert_eq!(session.tracked(added[2]).unwrap().id, 3);
    let mut ada: User = session.take(added[0]).unwrap();
    ada.email = Some("ada@example.org".to_owned());
    let merged = session.merge(ada.clone()).unwrap();
    assert_eq!(session.changes().changed, 1);
    session.delete_by_key::<User>(2).unwrap();
    session.flush().unwrap();
    assert_eq!(session.take(merged).unwrap(), ada);
    assert_eq!(session.get_for_update::<User>(1).unwrap(), Some(ada.clone()));
    assert_eq!(session.get_one::<User>(2).unwrap_err().kind(), ErrorKind::NoRows);
    let failed = session.nested(|session| {
        session.add(user("Ada"))?;
        session.flush()
    });
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::UniqueViolation);
    let back = session.add(user("never")).unwrap();
    assert_eq!(session.expunge(back).unwrap(), user("never"));
    session.commit().unwrap();
    let all: Vec<User> = session.entities("select id, name, email from users order by id").unwrap();
    assert_eq!(all, [ada, User { id: 3, ..user("Cid") }]);
    session.delete(&all[1]).unwrap();
    session.expunge_all();
    session.commit().unwrap();
    let renamed = maker.begin(|session| {
        let changed = [User { id: 1, ..user("Ann") }, User { id: 3, ..user("Cia") }];
        session.merge_all(changed)?;
        Ok::<_, Error>(())
    });
    renamed.unwrap();
    let mut cid = User { id: 3, ..user("") };
    session.refresh(&mut cid).unwrap();
    assert_eq!(cid.name, "Cia");
    session.execute("delete from users where id = 3").unwrap();
    assert_eq!(session.get::<User>(3).unwrap(), None);
    session.merge(cid.clone()).unwrap();
    session.commit().unwrap();
    assert_eq!(session.get::<User>(3).unwrap(), Some(cid));
}

#[test]
fn sqlite() {
    users_by_blocking_calls(&Place::sqlite());
}

#[test]
fn postgres() {
    users_by_blocking_calls(&Place::postgres());
}

#[test]
fn mysql() {
    users_by_blocking_calls(&Place::mysql());
}
