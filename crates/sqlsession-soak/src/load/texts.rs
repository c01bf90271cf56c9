//! Texts that were never seen before, which no cache may keep for ever.

use sqlsession::{Result, text};

use super::units::{Worker, check};

pub(super) async fn new_texts(worker: &mut Worker) -> Result<()> {
    let mut session = worker.session();
    for _ in 0..10 {
        let number = worker.random.below(1 << 40);
        let sql =
            format!("select name as name_{number}, {number} as n from items where id = :id /* {number} */");
        // As often as it takes to be prepared.
        for id in 1..=4 {
            let (name, n): (String, i64) = session.one(text(sql.clone()).bind("id", id)).await?;
            check(n == number && name == format!("item {id}"), "the answer to another text")?;
        }
    }
    let number = worker.random.below(1 << 40);
    let mut rows = session.stream(format!("select id as id_{number} from items")).await?;
    rows.next().await.transpose()?;
    drop(rows);
    session.close().await
}
