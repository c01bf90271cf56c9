//! The README of Python's `sqlalchemy_database`, walked through in Rust: `cargo run --all-features --example walkthrough [URL]`.
//!
//! Without a URL it works on the file `walkthrough.db` in the current folder. It makes its table anew each time.

use sqlsession::{
    AnyDatabase, AsyncDatabase, Database, Entity, OuterTransaction, Result, blocking,
    schema::Schema,
    sea_query::{Asterisk, Expr, ExprTrait, Query, SelectStatement},
    value::DateTime,
};

// The model: a mapped type.
#[derive(Debug, Clone, PartialEq, Entity)]
#[entity(table = "walkthrough_user")]
struct User {
    #[entity(key, generated)]
    id: i64,
    #[entity(unique, length = 30)]
    username: String,
    #[entity(length = 30)]
    password: String,
    #[entity(generated, default = "current_timestamp")]
    create_time: Option<DateTime>,
}

impl User {
    fn new(username: &str) -> Self {
        Self { id: 0, username: username.into(), password: String::new(), create_time: None }
    }
}

const TABLE: &str = "walkthrough_user";

/// `select(User).where(User.id == id)`
fn by_id(id: i64) -> SelectStatement {
    Query::select().column(Asterisk).from(TABLE).and_where(Expr::col("id").eq(id)).to_owned()
}

fn insert(username: &str, password: &str) -> sqlsession::Statement {
    Query::insert()
        .into_table(TABLE)
        .columns(["username", "password"])
        .values_panic([username.into(), password.into()])
        .into()
}

#[tokio::main]
async fn main() -> Result<()> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "sqlite:///walkthrough.db".into());

    // AsyncDatabase: one call makes the engine and the session maker.
    let db = AsyncDatabase::create(url.as_str())?;
    async_shortcuts(&db).await?;
    with_sessions(&db).await?;
    in_a_test(&db).await?;

    // Database: the same by blocking calls, which must not hold up a runtime.
    let sync_db = Database::create(url)?;
    tokio::task::block_in_place(|| blocking_shortcuts(&sync_db))?;

    // AbcAsyncDatabase: a library that takes either.
    library(&db).await?;
    library(&sync_db).await?;
    a_blocking_function_in_an_async_scope(&db, &sync_db).await?;
    db.drop_table::<User>().await
}

async fn async_shortcuts(db: &AsyncDatabase) -> Result<()> {
    db.drop_table::<User>().await?;
    // run_sync(Base.metadata.create_all, is_session=False)
    db.create_table::<User>().await?;
    db.save_all((1..=5).map(|number| User::new(&format!("User-{number}")))).await?;

    // update
    let update = Query::update()
        .table(TABLE)
        .value("username", "new_user")
        .and_where(Expr::col("id").eq(1))
        .to_owned();
    let result = db.execute(update).await?;
    println!("update       {:?} row", result.rowcount());

    // select, with a look at the result before the session is closed
    let user: Option<User> = db.execute_then(by_id(1), |mut result| result.one_or_none()).await?;
    println!("select       {:?}", user.map(|user| user.username));

    // insert
    db.execute(insert("User-6", "password-6")).await?;

    // delete
    let delete = Query::delete().from_table(TABLE).and_where(Expr::col("id").eq(6)).to_owned();
    println!("delete       {:?} row", db.execute(delete).await?.rowcount());

    // scalar: an entity is a row, a scalar a value
    let user: Option<User> = db.one_or_none(by_id(1)).await?;
    let name: Option<String> = db.scalar("select username from walkthrough_user where id = 1").await?;
    assert_eq!(user.map(|user| user.username), name);

    // scalars_all
    let users: Vec<User> = db.all(Query::select().column(Asterisk).from(TABLE)).await?;
    println!("scalars_all  {} users", users.len());

    // get
    let user = db.get::<User>(1).await?;
    println!("get          {:?}", user.as_ref().map(|user| &user.username));

    // delete
    if let Some(user) = user {
        db.delete(&user).await?;
    }

    // save: insert or update; the entity comes back with what the server has generated
    let user = db.save(User::new("new_user")).await?;
    assert!(user.create_time.is_some());
    println!("save         {} with the key {}", user.username, user.id);
    let user = db.save(User { password: "secret".into(), ..user }).await?;

    // run_sync: a plain function is given a blocking session
    let count = db.run_sync(count_users).await?;
    println!("run_sync     {count} users");

    // session_maker
    let mut session = db.session_maker().session();
    assert_eq!(session.get::<User>(user.id).await?, Some(user));
    session.close().await
}

fn count_users(session: &mut blocking::Session) -> Result<i64> {
    session.scalar_one("select count(*) from walkthrough_user")
}

/// What FastAPI's `Depends(db.session_generator)` and the middleware do: a session for a piece of work.
async fn with_sessions(db: &AsyncDatabase) -> Result<()> {
    // Depends(db.session_generator)
    let mut sessions = db.session_generator();
    while let Some(session) = sessions.next().await? {
        session.add(User::new("by a generator"))?;
    }

    // async with db(): ... db.session ...
    db.scope(async {
        assert!(db.scoped());
        let added = db.add(User::new("in a scope"))?;
        db.flush().await?;
        let user = db.take(added)?;
        db.session()?.get_one::<User>(user.id).await?;
        db.save(User { password: "x".into(), ..user }).await
    })
    .await?;
    println!("scope        committed when it ended");
    Ok(())
}

/// join_transaction_mode="create_savepoint"
async fn in_a_test(db: &AsyncDatabase) -> Result<()> {
    let before: Option<i64> = db.scalar("select count(*) from walkthrough_user").await?;
    let outer = OuterTransaction::begin(db.engine()).await?;
    let test = db.within(&outer);
    test.save(User::new("only in the test")).await?;
    outer.rollback().await?;
    assert_eq!(db.scalar("select count(*) from walkthrough_user").await?, before);
    println!("test         left nothing");
    Ok(())
}

fn blocking_shortcuts(db: &Database) -> Result<()> {
    Schema::new().table::<User>().create_all(db)?;
    db.execute(insert("User-7", "password-7"))?;
    let user: Option<User> = db.one_or_none(
        Query::select().column(Asterisk).from(TABLE).and_where(Expr::col("username").eq("User-7")),
    )?;
    let id = user.map(|user| user.id).unwrap_or_default();
    let user = db.get_one::<User>(id)?;
    let user = db.save(User { password: "changed".into(), ..user })?;
    let count = db.run_sync(count_users)?;
    println!("blocking     {count} users");
    db.scope(|| db.delete(&user))?;
    let mut session = db.session_maker().session();
    assert_eq!(session.get::<User>(id)?, None);
    session.close()
}

/// Does not care which client its user has.
async fn library(db: &impl AnyDatabase) -> Result<()> {
    let user = db.async_save(User::new("by a library")).await?;
    let found = db.async_get::<User>(user.id).await?;
    assert_eq!(found.as_ref(), Some(&user));
    let names = db.async_scalars::<String>("select username from walkthrough_user order by id").await?;
    println!("library      {} users", names.len());
    db.async_run_sync(count_users).await?;
    db.async_delete(&user).await
}

/// asyncify
async fn a_blocking_function_in_an_async_scope(db: &AsyncDatabase, sync_db: &Database) -> Result<()> {
    db.scope(async {
        db.execute(insert("by await", "")).await?;
        let inside = sync_db.clone();
        let count = sync_db.asyncify(db, move || {
            inside.execute(insert("by a blocking function", ""))?;
            inside.scalar::<i64>("select count(*) from walkthrough_user")
        });
        println!("asyncify     {} users in one transaction", count.await?.unwrap_or_default());
        Ok(())
    })
    .await
}
