use sqlsession_sqlx::text;

use crate::database::Database;

const NUMBERS: &str =
    "with recursive c(n) as (select 1 union all select n + 1 from c where n < 900) select n from c";

#[tokio::test]
async fn rows_come_in_batches_and_can_be_left() {
    for database in Database::all() {
        let mut session = database.engine.session_maker().session();
        session.execute("create table t (n int)").await.unwrap();
        session.execute("insert into t values (1)").await.unwrap();
        let mut sum = 0;
        {
            let mut stream = session.stream(NUMBERS).await.unwrap();
            while let Some(row) = stream.next().await.transpose().unwrap() {
                sum += row.get::<i64>(0).unwrap();
            }
        }
        assert_eq!(sum, 900 * 901 / 2, "{}", database.name);
        {
            let mut stream = session.stream(NUMBERS).await.unwrap();
            stream.next().await.unwrap().unwrap();
        }
        // The transaction goes on behind a stream that was left.
        assert_eq!(session.scalar_one::<i64>("select count(*) from t").await.unwrap(), 1);
        let nothing = text("select n from t where n > :n").bind("n", 5);
        let result = session.execute(nothing).await.unwrap();
        assert_eq!(result.keys().unwrap().names().collect::<Vec<_>>(), ["n"], "{}", database.name);
        session.commit().await.unwrap();
    }
}
