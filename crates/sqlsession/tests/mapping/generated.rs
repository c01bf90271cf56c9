//! Columns that the server fills in a new row, and that are the program's afterwards.

use sqlsession::{AsyncDatabase, Entity};

use crate::{on_each_backend, place::Place};

on_each_backend! {
    a_default_is_a_value_once_the_row_is_there
    what_has_not_changed_is_left_alone_also_where_it_is_zero
}

#[derive(Debug, Clone, PartialEq, Entity)]
struct Wallet {
    #[entity(key)]
    id: i64,
    #[entity(generated, default = "5")]
    balance: i64,
    #[entity(generated, default = "7")]
    limit_of: Option<i64>,
    note: Option<String>,
}

async fn a_default_is_a_value_once_the_row_is_there(place: &Place) {
    let db = AsyncDatabase::create(place.url().as_str()).unwrap();
    db.create_table::<Wallet>().await.unwrap();
    let mut session = db.session_maker().session();
    let added = session.add(Wallet { id: 1, balance: 0, limit_of: None, note: None }).unwrap();
    session.commit().await.unwrap();
    let wallet = session.take(added).unwrap();
    assert_eq!(wallet, Wallet { id: 1, balance: 5, limit_of: Some(7), note: None });

    // The session does not know the row: what an `Option` leaves out is left alone, 0 is 0.
    session.update(Wallet { balance: 0, limit_of: None, ..wallet.clone() }).unwrap();
    session.commit().await.unwrap();
    let stored: Wallet = session.get_one(1).await.unwrap();
    assert_eq!(stored, Wallet { balance: 0, limit_of: Some(7), ..wallet.clone() });

    // It does: nothing is nothing.
    session.update(Wallet { limit_of: None, ..stored }).unwrap();
    session.commit().await.unwrap();
    let stored: Wallet = session.get_one(1).await.unwrap();
    assert_eq!(stored, Wallet { balance: 0, limit_of: None, ..wallet });
}

async fn what_has_not_changed_is_left_alone_also_where_it_is_zero(place: &Place) {
    let db = AsyncDatabase::create(place.url().as_str()).unwrap();
    db.create_table::<Wallet>().await.unwrap();
    let mut session = db.session_maker().session();
    session.add(Wallet { id: 1, balance: 1, limit_of: None, note: None }).unwrap();
    session.flush().await.unwrap();
    session.execute_and_commit("update wallet set balance = 0").await.unwrap();
    let read: Wallet = session.get_one(1).await.unwrap();
    assert_eq!(read.balance, 0);
    // What another may have done by now.
    session.execute("update wallet set balance = 3").await.unwrap();
    session.update(Wallet { note: Some("changed".into()), ..read }).unwrap();
    session.commit().await.unwrap();
    let stored: Wallet = session.get_one(1).await.unwrap();
    assert_eq!((stored.balance, stored.note.as_deref()), (3, Some("changed")));
}
