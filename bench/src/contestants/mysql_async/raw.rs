use std::hint::black_box;

use chrono::NaiveDateTime;
use deadpool::managed::Pool;
use futures_util::TryStreamExt as _;
use mysql_async::{Conn, Opts, OptsBuilder, Params, Row, Statement, TxOpts, Value, prelude::Queryable as _};

use super::pooled::ByHand;
use crate::{
    Fallible,
    contest::Contestant,
    place::Place,
    users::{
        Comment, MARKS, Person, Post, ROWS_A_STATEMENT, SELECT_ALL, SELECT_USERS, SETS, User, entities,
        marks, nest, next_age,
    },
};

pub struct MysqlAsync {
    conn: Conn,
    select: Statement,
    update: Statement,
    pool: Pool<ByHand>,
}

type Fields = (i64, String, Option<String>, i32, f64, NaiveDateTime);

const PEOPLE: &str = "select id, name, hair_color from people";
const COMPLEX: &str = "select u.id, u.name, u.hair_color, p.id, p.user_id, p.title, p.body from people u \
    left join posts p on u.id = p.user_id where u.hair_color = ? order by u.name desc";

fn user((id, name, note, age, score, created): Fields) -> User {
    User { id, name, note, age, score, created }
}

fn person((id, name, hair_color): (i64, String, Option<String>)) -> Person {
    Person { id, name, hair_color }
}

fn post((id, user_id, title, body): (i64, i64, String, Option<String>)) -> Post {
    Post { id, user_id, title, body }
}

fn user_by_names(row: &Row) -> Option<User> {
    Some(User {
        id: row.get("id")?,
        name: row.get("name")?,
        note: row.get("note")?,
        age: row.get("age")?,
        score: row.get("score")?,
        created: row.get("created")?,
    })
}

/// By TCP, as the others.
fn opts(place: &Place) -> Fallible<OptsBuilder> {
    Ok(OptsBuilder::from_opts(Opts::from_url(&place.at)?).prefer_socket(false))
}

fn values(ids: impl Iterator<Item = i64>) -> Params {
    Params::Positional(ids.map(Value::from).collect())
}

impl Contestant for MysqlAsync {
    const NAME: &'static str = "mysql_async";

    async fn open(place: &Place) -> Fallible<Self> {
        let mut conn = Conn::new(opts(place)?).await?;
        Ok(Self {
            select: conn.prep(MARKS.select).await?,
            update: conn.prep(MARKS.update).await?,
            pool: Pool::builder(ByHand(opts(place)?)).max_size(8).build()?,
            conn,
        })
    }

    async fn select(&mut self, id: i64) -> Fallible<()> {
        black_box(
            self.conn.exec_first::<Fields, _, _>(&self.select, (id,)).await?.map(user).ok_or("no row")?,
        );
        Ok(())
    }

    async fn begin(&mut self) -> Fallible<()> {
        Ok(self.conn.query_drop("begin").await?)
    }

    async fn unit(&mut self, id: i64) -> Fallible<()> {
        let mut transaction = self.conn.start_transaction(TxOpts::default()).await?;
        let found = transaction.exec_first::<Fields, _, _>(&self.select, (id,)).await?.map(user);
        let age = found.ok_or("no row")?.age;
        transaction.exec_drop(&self.update, (next_age(age), id)).await?;
        Ok(transaction.commit().await?)
    }

    /// The statement is out of mysql_async's own cache.
    async fn checkout(&self, id: i64) -> Fallible<()> {
        let mut conn = self.pool.get().await?;
        let select = conn.prep(MARKS.select).await?;
        black_box(conn.exec_first::<Fields, _, _>(&select, (id,)).await?.map(user).ok_or("no row")?);
        Ok(())
    }

    async fn flush(&mut self, n: u64) -> Fallible<()> {
        let mut transaction = self.conn.start_transaction(TxOpts::default()).await?;
        for change in entities::changes(n) {
            transaction.exec_drop(&self.update, (change.age, change.id)).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn bulk(&mut self, rows: i64) -> Fallible<()> {
        let mut transaction = self.conn.start_transaction(TxOpts::default()).await?;
        let sets =
            User::many(rows).map(|user| (user.id, user.name, user.note, user.age, user.score, user.created));
        transaction.exec_batch("insert into bulk values (?, ?, ?, ?, ?, ?)", sets).await?;
        Ok(transaction.commit().await?)
    }

    async fn added(&mut self) -> Fallible<()> {
        let insert = format!(
            "insert into added (name, note, age, score, created) values {} returning id",
            marks(5, ROWS_A_STATEMENT as usize)
        );
        let mut transaction = self.conn.start_transaction(TxOpts::default()).await?;
        let mut users: Vec<User> = entities::new_users().collect();
        for some in users.chunks_mut(ROWS_A_STATEMENT as usize) {
            let values = some.iter().flat_map(|user| {
                [
                    user.name.as_str().into(),
                    user.note.as_deref().into(),
                    user.age.into(),
                    user.score.into(),
                    user.created.into(),
                ]
            });
            let ids: Vec<i64> = transaction.exec(&*insert, Params::Positional(values.collect())).await?;
            for (user, id) in some.iter_mut().zip(ids) {
                user.id = id;
            }
        }
        black_box(users);
        Ok(transaction.commit().await?)
    }

    async fn many(&mut self) -> Fallible<()> {
        let mut transaction = self.conn.start_transaction(TxOpts::default()).await?;
        let sets = (0..SETS).map(|id| (id, format!("name {id}")));
        transaction.exec_batch(MARKS.insert_pair, sets).await?;
        Ok(transaction.commit().await?)
    }

    async fn stream(&mut self) -> Fallible<usize> {
        let mut rows = self.conn.exec_stream::<Fields, _, _>(SELECT_ALL, ()).await?;
        let mut count = 0;
        while let Some(fields) = rows.try_next().await? {
            black_box(user(fields));
            count += 1;
        }
        Ok(count)
    }

    async fn all(&mut self) -> Fallible<usize> {
        Ok(black_box(self.conn.exec_map(SELECT_ALL, (), user).await?).len())
    }

    async fn dynamic(&mut self) -> Fallible<usize> {
        let rows: Vec<Row> = self.conn.exec(SELECT_USERS, ()).await?;
        for row in &rows {
            black_box(user_by_names(row).ok_or("no such value")?);
        }
        Ok(rows.len())
    }

    async fn trivial(&mut self) -> Fallible<usize> {
        Ok(black_box(self.conn.exec_map(PEOPLE, (), person).await?).len())
    }

    async fn complex(&mut self) -> Fallible<usize> {
        type Joined = (i64, String, Option<String>, Option<i64>, Option<i64>, Option<String>, Option<String>);
        let read = |(id, name, hair_color, post_id, user_id, title, body): Joined| {
            let post = post_id.zip(user_id).zip(title);
            (
                person((id, name, hair_color)),
                post.map(|((id, user_id), title)| post_of(id, user_id, title, body)),
            )
        };
        Ok(black_box(self.conn.exec_map(COMPLEX, ("black",), read).await?).len())
    }

    async fn insert(&mut self, rows: usize) -> Fallible<()> {
        let insert = format!("insert into people (name, hair_color) values {}", marks(2, rows));
        let values = (0..rows).flat_map(|n| [Value::from(format!("name {n}")), Value::from("black")]);
        Ok(self.conn.exec_drop(insert, Params::Positional(values.collect())).await?)
    }

    async fn associations(&mut self) -> Fallible<usize> {
        let people: Vec<Person> = self.conn.exec_map(PEOPLE, (), person).await?;
        let sql =
            format!("select id, user_id, title, body from posts where user_id in {}", marks(people.len(), 1));
        let posts: Vec<Post> =
            self.conn.exec_map(sql, values(people.iter().map(|person| person.id)), post).await?;
        let sql =
            format!("select id, post_id, text from comments where post_id in {}", marks(posts.len(), 1));
        let comments: Vec<Comment> = self
            .conn
            .exec_map(sql, values(posts.iter().map(|post| post.id)), |(id, post_id, text)| Comment {
                id,
                post_id,
                text,
            })
            .await?;
        Ok(nest(people, posts, comments))
    }

    async fn connect(place: &Place) -> Fallible<()> {
        let mut conn = Conn::new(opts(place)?).await?;
        black_box(conn.query_first::<i64, _>("select 1").await?);
        Ok(conn.disconnect().await?)
    }
}

fn post_of(id: i64, user_id: i64, title: String, body: Option<String>) -> Post {
    post((id, user_id, title, body))
}
