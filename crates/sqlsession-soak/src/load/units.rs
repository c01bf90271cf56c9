use std::time::Duration;

use sqlsession::{
    AsyncEngine, AsyncSession, BeginMode, Error, ErrorKind, Result, SessionOptions, driver::IsolationLevel,
    text,
};

use crate::{Backend, random::Random};

const ROWS: i64 = 5000;

/// One task, and what it works with.
pub(crate) struct Worker {
    pub(super) number: i64,
    pub(super) backend: Backend,
    pub(super) engine: AsyncEngine,
    pub(super) random: Random,
}

impl Worker {
    /// A session that may write: on SQLite it takes its turn first.
    pub(super) fn session(&self) -> AsyncSession {
        let options = SessionOptions::default().begin_mode(BeginMode::Immediate);
        self.engine.session_maker_with(options).session()
    }

    fn reader(&self) -> AsyncSession {
        self.engine.session_maker().session()
    }

    /// A row of its own, that no other worker writes.
    pub(super) fn own_row(&self) -> i64 {
        self.number + 1
    }
}

pub(super) async fn create_tables(engine: &AsyncEngine) -> Result<()> {
    let mut session = engine.session_maker().session();
    session
        .execute("create table items (id integer primary key, name varchar(200) not null, n bigint)")
        .await?;
    session.execute("create table notes (worker integer, id integer, note varchar(2000))").await?;
    session.execute("create index notes_of on notes (worker)").await?;
    session
        .bulk_insert("items", ["id", "name", "n"], (1..=ROWS).map(|id| (id, format!("item {id}"), id * 7)))
        .await?;
    session.commit().await
}

pub(super) async fn read(worker: &mut Worker) -> Result<()> {
    let mut session = worker.reader();
    for _ in 0..5 {
        let id = worker.random.below(ROWS) + 1;
        let (found, name, _): (i64, String, Option<i64>) =
            session.one(text("select id, name, n from items where id = :id").bind("id", id)).await?;
        check(found == id && name == format!("item {id}"), "another row than was asked for")?;
    }
    let ids: Vec<i64> = (0..worker.random.below(20)).map(|_| worker.random.below(ROWS) + 1).collect();
    session.scalars::<String>(text("select name from items where id in :ids").bind("ids", ids)).await?;
    session.close().await
}

pub(super) async fn write(worker: &mut Worker) -> Result<()> {
    let mut session = worker.session();
    let row = worker.own_row();
    let n = worker.random.below(1_000_000);
    session.execute(text("update items set n = :n where id = :id").bind("n", n).bind("id", row)).await?;
    let read: i64 = session.scalar_one(text("select n from items where id = :id").bind("id", row)).await?;
    check(read == n, "another value than was written")?;
    if n % 2 == 0 {
        return session.commit().await;
    }
    let note = "x".repeat(usize::try_from(n % 1500).unwrap_or(0));
    let insert = text("insert into notes values (:worker, :id, :note)")
        .bind("worker", worker.number)
        .bind("id", n)
        .bind("note", note);
    session.execute(insert).await?;
    session
        .execute_and_commit(text("delete from notes where worker = :worker").bind("worker", worker.number))
        .await
        .map(drop)
}

pub(super) async fn stream(worker: &mut Worker) -> Result<()> {
    let mut session = worker.reader();
    let mut rows = session.stream("select id, name from items order by id").await?;
    let mut count = 0;
    while let Some(batch) = rows.next_batch::<(i64, String)>().await {
        count += batch?.len();
    }
    drop(rows);
    check(count == usize::try_from(ROWS).unwrap_or(0), "another number of rows than there are")?;
    // Left early, the session goes on.
    let mut rows = session.stream("select a.id from items a, items b where b.id <= 10").await?;
    for _ in 0..100 {
        rows.next().await.transpose()?;
    }
    drop(rows);
    session.scalar_one::<i64>("select count(*) from items where id < 10").await?;
    session.close().await
}

pub(super) async fn bulk(worker: &mut Worker) -> Result<()> {
    let mut session = worker.session();
    let (worker, count) = (worker.number, worker.random.below(2000) + 1);
    let rows = (0..count).map(move |id| (worker, id, format!("note {id} of {worker}")));
    session.bulk_insert("notes", ["worker", "id", "note"], rows).await?;
    let delete = text("delete from notes where worker = :worker").bind("worker", worker);
    session.execute_and_commit(delete).await.map(drop)
}

pub(super) async fn many(worker: &mut Worker) -> Result<()> {
    let mut session = worker.session();
    let row = worker.own_row();
    let sets = (0..50).map(|n| [("n", n), ("id", row)]);
    session.execute_many_and_commit("update items set n = :n where id = :id", sets).await.map(drop)
}

pub(super) async fn savepoints(worker: &mut Worker) -> Result<()> {
    let mut session = worker.session();
    let update = text("update items set n = n + 1 where id = :id").bind("id", worker.own_row());
    session.execute(&update).await?;
    session.nested(async |inner| inner.execute(&update).await.map(drop)).await?;
    let refused = session
        .nested(async |inner| {
            inner.execute(&update).await?;
            inner.execute("insert into items values (1, 'there already', 0)").await.map(drop)
        })
        .await;
    check(refused.is_err_and(|error| error.kind() == ErrorKind::UniqueViolation), "a row twice")?;
    let outer = session.begin_nested().await?;
    session.execute(&update).await?;
    session.begin_nested().await?;
    session.rollback_to(outer).await?;
    session.commit().await
}

pub(super) async fn options(worker: &mut Worker) -> Result<()> {
    let serializable = SessionOptions::default().isolation_level(IsolationLevel::Serializable);
    let mut session = worker.engine.session_maker_with(serializable).session();
    session.scalar_one::<i64>("select count(*) from items where id < 5").await?;
    session.close().await?;
    let read_only = SessionOptions::default().read_only(true).statement_timeout(Duration::from_secs(60));
    let mut session = worker.engine.session_maker_with(read_only).session();
    let refused = session.execute("delete from notes where worker = -1").await;
    check(refused.is_err_and(|error| error.kind() == ErrorKind::ReadOnly), "a write that was not to be")?;
    drop(session);
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut connection = worker.engine.connect_with(autocommit).await?;
    connection.scalar_one::<i64>("select count(*) from items where id < 5").await?;
    connection.close().await
}

/// # Errors
/// `InvalidState` with these words, if it is not so.
pub(super) fn check(is_so: bool, words: &'static str) -> Result<()> {
    if is_so { Ok(()) } else { Err(Error::new(ErrorKind::InvalidState, words)) }
}
