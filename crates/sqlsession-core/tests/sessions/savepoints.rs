//! What becomes of a savepoint, and of what was added inside of it.

use sqlsession_core::{EngineOptions, Error, ErrorKind, Result};

use crate::{
    item::Item,
    scripted::Scripted,
    server::{Answer, End, Server},
};

#[tokio::test]
async fn what_cannot_be_undone_is_not_committed() {
    let server = Server::default();
    let mut session = Scripted::new(&server).engine(EngineOptions::default()).session_maker().session();
    session.execute("one").await.unwrap();
    server.answers("RollbackTo(1)", Answer::new(End::Fails(ErrorKind::Cancelled)));
    let unit: Result<()> = session
        .nested(async |session| {
            session.execute("inside").await?;
            Err(Error::new(ErrorKind::BadParameter, "the unit's"))
        })
        .await;
    assert_eq!(unit.unwrap_err().kind(), ErrorKind::BadParameter);
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(!server.sent().contains(&"COMMIT".to_owned()));
}

#[tokio::test]
async fn what_is_added_inside_goes_with_it_also_behind_one_that_was_taken_back() {
    let server = Server::default();
    let mut session = Scripted::new(&server).engine(EngineOptions::default()).session_maker().session();
    let first = session.add(Item(1, 1)).unwrap();
    session.expunge(first).unwrap();
    let savepoint = session.begin_nested().await.unwrap();
    session.add(Item(2, 2)).unwrap();
    session.rollback_to(savepoint).await.unwrap();
    session.add(Item(3, 3)).unwrap();
    session.commit().await.unwrap();
    let inserts = server.sent().iter().filter(|sent| sent.contains("INSERT")).count();
    assert_eq!(inserts, 1, "of what was added behind it");
}
