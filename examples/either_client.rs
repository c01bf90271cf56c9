//! A library that takes either client: `cargo run --example either_client [URL]`.
//!
//! `notes` is what such a library looks like. Its user has an [`AsyncDatabase`] or a [`Database`], and it does not ask.

use sqlsession::{AsyncDatabase, Database, Error, ErrorKind, Result};

/// The library.
mod notes {
    use sqlsession::{AnyDatabase, Entity, Result};

    #[derive(Debug, Clone, PartialEq, Entity)]
    #[entity(table = "example_note")]
    pub(crate) struct Note {
        #[entity(key)]
        pub(crate) id: i64,
        pub(crate) words: String,
    }

    pub(crate) async fn create_table(db: &impl AnyDatabase) -> Result<()> {
        db.async_execute("drop table if exists example_note").await?;
        let create = "create table example_note (id bigint primary key, words varchar(100) not null)";
        db.async_execute(create).await.map(drop)
    }

    /// Keeps the notes, all of them or none: its user may have opened a scope around, and is then asked to commit.
    pub(crate) async fn keep(db: &impl AnyDatabase, notes: &[&str]) -> Result<()> {
        let notes = (1..).zip(notes).map(|(id, words)| Note { id, words: (*words).to_owned() });
        db.async_save_all(notes.collect()).await.map(drop)
    }

    pub(crate) async fn correct(db: &impl AnyDatabase, id: i64, words: &str) -> Result<Option<Note>> {
        // The same closure, whichever client it is: a blocking session is handed to it.
        let words = words.to_owned();
        db.async_run_sync(move |session| {
            let Some(mut note) = session.get::<Note>(id)? else { return Ok(None) };
            note.words = words;
            let note = session.update(note)?;
            session.flush()?;
            session.take(note).map(Some)
        })
        .await
    }

    pub(crate) async fn count(db: &impl AnyDatabase) -> Result<i64> {
        Ok(db.async_scalar("select count(*) from example_note").await?.unwrap_or(0))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "sqlite:///either_client.db".into());
    use_it(&Database::create(url.as_str())?, "blocks").await?;
    let db = AsyncDatabase::create(url)?;
    use_it(&db, "awaits").await?;

    // Within a scope of its user's the library's work is part of the user's transaction.
    let refused = db
        .scope(async {
            notes::keep(&db, &["never committed"]).await?;
            assert_eq!(notes::count(&db).await?, 1);
            Err::<(), _>(Error::new(ErrorKind::InvalidState, "the user has thought again"))
        })
        .await;
    assert_eq!(
        refused.err().map(|error| error.message().to_owned()).as_deref(),
        Some("the user has thought again")
    );
    assert_eq!(notes::count(&db).await?, 0, "what the library did went with the scope");
    db.execute("drop table example_note").await.map(drop)
}

async fn use_it(db: &impl sqlsession::AnyDatabase, how: &str) -> Result<()> {
    notes::create_table(db).await?;
    notes::keep(db, &["buy milk", "call Ada"]).await?;
    let corrected = notes::correct(db, 2, "call Grace").await?;
    println!("a client that {how}: {:?}", corrected.as_ref().map(|note| &note.words));
    assert_eq!(corrected, Some(notes::Note { id: 2, words: "call Grace".into() }));
    assert_eq!(notes::correct(db, 3, "nobody").await?, None);
    assert_eq!(notes::count(db).await?, 2);
    db.async_execute("delete from example_note").await.map(drop)
}
