use sqlsession::{ErrorKind, Statement, statement::ParameterSet, text};

use crate::{
    places::{databases, refused_without_loss},
    refused,
};

const INSERT: &str = "insert into t values (:id, :name)";

#[tokio::test]
async fn a_missing_parameter() {
    refused_without_loss(ErrorKind::BadParameter, "name", async |session| {
        session.execute(text(INSERT).bind("id", 7)).await
    })
    .await;
    refused_without_loss(ErrorKind::BadParameter, "id", async |session| session.execute(INSERT).await).await;
    refused_without_loss(ErrorKind::BadParameter, "name", async |session| {
        session.stream(text(INSERT).bind("id", 7)).await.map(drop)
    })
    .await;
    // The second set lacks one: the first is not sent either.
    refused_without_loss(ErrorKind::BadParameter, "name", async |session| {
        let whole = ParameterSet::new().bind("id", 7).bind("name", "x");
        session.execute_many(INSERT, [whole, ParameterSet::new().bind("id", 8)]).await
    })
    .await;
}

#[tokio::test]
async fn a_parameter_too_many() {
    refused_without_loss(ErrorKind::BadParameter, "nmae", async |session| {
        session.execute(text(INSERT).bind("id", 7).bind("name", "x").bind("nmae", "y")).await
    })
    .await;
    refused_without_loss(ErrorKind::BadParameter, "id", async |session| {
        session.execute(text("select 1").bind("id", 7)).await
    })
    .await;
    refused_without_loss(ErrorKind::BadParameter, "", async |session| {
        session.execute(Statement::raw("select 1").bind("id", 7)).await
    })
    .await;
}

#[tokio::test]
async fn placeholders_of_the_driver() {
    for sql in ["insert into t values (?, ?)", "insert into t values (?1, ?2)", "select $1", "select @id"] {
        refused_without_loss(ErrorKind::BadParameter, "write `:name`", async |session| {
            session.execute(sql.to_owned()).await
        })
        .await;
        refused_without_loss(ErrorKind::BadParameter, "0 values were given", async |session| {
            session.execute(Statement::raw(sql)).await
        })
        .await;
    }
}

#[tokio::test]
async fn several_statements_in_one() {
    for sql in ["insert into t values (7, 'x'); delete from t", "select 1; select 2"] {
        refused_without_loss(ErrorKind::Unsupported, "execute_script", async |session| {
            session.execute(sql.to_owned()).await
        })
        .await;
        refused_without_loss(ErrorKind::Unsupported, "execute_script", async |session| {
            session.stream(sql.to_owned()).await.map(drop)
        })
        .await;
    }
    // A semicolon at the end, or inside a text, is none too many.
    let [(_, db), _] = databases().await;
    assert_eq!(db.scalar::<String>("select 'a;b' ; ").await.unwrap().as_deref(), Some("a;b"));
}

/// What only the server can refuse is refused inside the transaction, which goes on.
#[tokio::test]
async fn what_the_server_refuses() {
    for (sql, kind, culprit) in [
        ("selct 1", ErrorKind::Syntax, "selct"),
        ("select (", ErrorKind::Syntax, "incomplete input"),
        ("select 'open", ErrorKind::Syntax, "open"),
        ("select * from nosuch", ErrorKind::UndefinedTable, "nosuch"),
        ("select nosuch from t", ErrorKind::UndefinedColumn, "nosuch"),
        ("insert into t (nosuch) values (1)", ErrorKind::UndefinedColumn, "nosuch"),
        ("insert into t values (1, 'again')", ErrorKind::UniqueViolation, "t.id"),
        ("insert into t values (7, 'before')", ErrorKind::UniqueViolation, "t.name"),
        ("insert into t values (7, null)", ErrorKind::NotNullViolation, "t.name"),
        ("begin", ErrorKind::Database, "within a transaction"),
    ] {
        for (_dir, db) in databases().await {
            let mut session = db.session_maker().session();
            session.execute("insert into t values (1, 'before')").await.unwrap();
            let error = session.execute(sql).await.unwrap_err();
            assert_eq!(error.statement(), Some(sql), "{error:?}");
            refused::<()>(Err(error), kind, culprit);
            assert!(session.is_active(), "{sql}");
            session.execute("insert into t values (2, 'after')").await.unwrap();
            session.commit().await.unwrap();
            assert_eq!(db.scalars::<i64>("select id from t order by id").await.unwrap(), [1, 2], "{sql}");
        }
    }
}

#[tokio::test]
async fn rows_of_a_statement_that_has_none() {
    for (_dir, db) in databases().await {
        db.execute("insert into t values (1, 'a')").await.unwrap();
        let mut session = db.session_maker().session();
        let mut result = session.execute("update t set name = 'b'").await.unwrap();
        assert_eq!(result.rowcount(), Some(1));
        assert!(!result.returns_rows());
        refused(result.all::<(i64,)>(), ErrorKind::InvalidState, "returns no rows");
        refused(result.first::<(i64,)>(), ErrorKind::InvalidState, "returns no rows");
        refused(result.scalar::<i64>(), ErrorKind::InvalidState, "returns no rows");
        refused(result.keys(), ErrorKind::InvalidState, "returns no rows");
        // The shortcut of the session refuses to read, and what was written stands.
        let named = session.scalar::<i64>("update t set name = 'c'").await;
        refused(named, ErrorKind::InvalidState, "returns no rows");
        session.commit().await.unwrap();
        assert_eq!(db.scalar::<String>("select name from t").await.unwrap().as_deref(), Some("c"));
    }
}

#[tokio::test]
async fn one_row_where_there_is_none_or_more() {
    for (_dir, db) in databases().await {
        let mut session = db.session_maker().session();
        session.execute("insert into t values (1, 'a'), (2, 'b'), (3, 'c')").await.unwrap();
        let none = "select id from t where id > 9";
        let three = "select id from t";
        refused(session.one::<(i64,)>(none).await, ErrorKind::NoRows, "there is none");
        refused(session.one::<(i64,)>(three).await, ErrorKind::SeveralRows, "there are 3");
        refused(session.scalar_one::<i64>(none).await, ErrorKind::NoRows, "there is none");
        refused(session.scalar_one::<i64>(three).await, ErrorKind::SeveralRows, "there are 3");
        refused(session.one_or_none::<(i64,)>(three).await, ErrorKind::SeveralRows, "there are 3");
        assert_eq!(session.one_or_none::<(i64,)>(none).await.unwrap(), None);
        session.commit().await.unwrap();
        assert_eq!(db.scalar::<i64>("select count(*) from t").await.unwrap(), Some(3));
    }
}

#[tokio::test]
async fn a_closed_result() {
    let [(_, db), _] = databases().await;
    let mut result = db.execute("select 1 union select 2").await.unwrap();
    assert_eq!(result.fetch_one::<(i64,)>().unwrap(), Some((1,)));
    result.close();
    result.close();
    refused(result.all::<(i64,)>(), ErrorKind::InvalidState, "closed");
    refused(result.fetch_one::<(i64,)>(), ErrorKind::InvalidState, "closed");
    refused(result.scalar_one::<i64>(), ErrorKind::InvalidState, "closed");
    refused(result.mappings(), ErrorKind::InvalidState, "closed");
    refused(result.partitions::<(i64,)>(0).map(drop), ErrorKind::OutOfRange, "at least one");
}
