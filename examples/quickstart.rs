//! A session, end to end: `cargo run --example quickstart [URL]`.
//!
//! Without a URL it works on the file `quickstart.db` in the current folder, where a second run finds what the first one
//! left.

use sqlsession::{AsyncDatabase, Result, text};

#[tokio::main]
async fn main() -> Result<()> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "sqlite:///quickstart.db".into());
    let db = AsyncDatabase::create(url)?;
    println!("engine     {}", db.engine().url());

    db.execute("create table if not exists visitors (id integer primary key, name varchar(100) not null)")
        .await?;
    let found: i64 = db.scalar("select count(*) from visitors").await?.unwrap_or(0);
    println!("created    table visitors, with {found} rows from earlier runs");

    let mut session = db.session_maker().session();
    let insert = |id: i64, name: &'static str| {
        text("insert into visitors (id, name) values (:id, :name)").bind("id", id).bind("name", name)
    };

    let result = session.execute(insert(found + 1, "Ada")).await?;
    println!("inserted   {} row in a transaction that began by itself", result.rowcount().unwrap_or(0));
    session.rollback().await?;
    println!("rolled back");

    session.execute(insert(found + 1, "Grace")).await?;
    session.commit().await?;
    println!("committed  one visitor more");

    let names: Vec<String> = session.scalars("select name from visitors order by id").await?;
    session.close().await?;
    println!("read back  {} visitors: {}", names.len(), names.join(", "));
    assert_eq!(names.len() as i64, found + 1, "the row rolled back is gone, the row committed is there");
    Ok(())
}
