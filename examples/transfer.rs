//! A bank transfer that runs again when it met another: `cargo run --example transfer [URL]`.
//!
//! Tasks move money between the same few accounts at the same time, some of them in opposite directions. A server ends such
//! a meeting by making one of the two fail, SQLite by letting them wait; no task has to know.

use sqlsession::{AsyncDatabase, AsyncSession, Error, ErrorKind, Result, RetryOptions, text};

const ACCOUNTS: i64 = 4;
const EACH: i64 = 400;
const TASKS: i64 = 8;
const TRANSFERS: i64 = 25;

#[tokio::main]
async fn main() -> Result<()> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "sqlite:///transfer.db".into());
    let db = AsyncDatabase::create(url)?;
    open_accounts(&db).await?;

    let tasks: Vec<_> = (0..TASKS).map(|number| tokio::spawn(transfers(db.clone(), number))).collect();
    let (mut moved, mut refused) = (0, 0);
    for task in tasks {
        let (there, not) =
            task.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
        moved += there;
        refused += not;
    }

    let balances: Vec<i64> = db.scalars("select balance from example_account order by id").await?;
    println!("{moved} transfers made, {refused} refused: {balances:?}");
    assert_eq!(moved + refused, TASKS * TRANSFERS, "each task heard what became of each of its transfers");
    assert!(moved > 0, "some were made");
    assert_eq!(balances.iter().sum::<i64>(), ACCOUNTS * EACH, "nothing is lost and nothing is there twice");
    assert!(balances.iter().all(|balance| *balance >= 0), "nobody has spent what was not there");
    db.execute("drop table example_account").await.map(drop)
}

async fn open_accounts(db: &AsyncDatabase) -> Result<()> {
    db.execute("drop table if exists example_account").await?;
    db.execute("create table example_account (id bigint primary key, balance bigint not null)").await?;
    let accounts = (1..=ACCOUNTS).map(|id| [("id", id), ("balance", EACH)]);
    db.execute_many("insert into example_account values (:id, :balance)", accounts).await.map(drop)
}

/// One task's transfers: how many were made, how many refused.
async fn transfers(db: AsyncDatabase, number: i64) -> Result<(i64, i64)> {
    let (mut moved, mut refused) = (0, 0);
    for round in 0..TRANSFERS {
        let from = (number + round) % ACCOUNTS + 1;
        let to = (number + 3 * round + 1) % ACCOUNTS + 1;
        match transfer(&db, from, to, 100 + 40 * number).await? {
            true => moved += 1,
            false => refused += 1,
        }
    }
    Ok((moved, refused))
}

/// Moves money, if there is enough. Everything in the closure is one transaction, which begins anew after a deadlock, a
/// serialization failure, a lost connection; never when something of it may be durable.
async fn transfer(db: &AsyncDatabase, from: i64, to: i64, amount: i64) -> Result<bool> {
    let patient = RetryOptions::default().attempts(50);
    db.session_maker()
        .run(&patient, async |session| {
            if !add(session, from, -amount).await? {
                return Ok(false);
            }
            if !add(session, to, amount).await? {
                // Not `Ok`: that would commit the half that is done.
                return Err(Error::new(ErrorKind::NoRows, format!("there is no account {to}")));
            }
            Ok(true)
        })
        .await
}

/// Whether the account is there and has enough.
async fn add(session: &mut AsyncSession, id: i64, amount: i64) -> Result<bool> {
    let update = text(
        "update example_account set balance = balance + :amount where id = :id and balance + :amount >= 0",
    );
    let result = session.execute(update.bind("amount", amount).bind("id", id)).await?;
    Ok(result.rowcount() == Some(1))
}
