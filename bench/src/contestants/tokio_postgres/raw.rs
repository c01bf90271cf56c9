use std::{hint::black_box, pin::pin};

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use futures_util::{TryStreamExt as _, future::try_join_all};
use tokio_postgres::{
    Client, NoTls, Statement,
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::rows;
use crate::{
    Fallible,
    contest::Contestant,
    place::Place,
    users::{DOLLARS, SELECT_ALL, SELECT_USERS, SETS, User, dollars, entities, nest, next_age},
};

pub struct TokioPostgres {
    pub client: Client,
    pub select: Statement,
    pub update: Statement,
    /// The statement of the case that prepares one of its own.
    other: Option<Statement>,
    pool: Pool,
}

const TYPES: [Type; 6] = [Type::INT8, Type::TEXT, Type::TEXT, Type::INT4, Type::FLOAT8, Type::TIMESTAMP];
const NONE: [&(dyn ToSql + Sync); 0] = [];
const ADD: &str = "insert into added (name, note, age, score, created) \
    select * from unnest($1::text[], $2::text[], $3::int[], $4::float8[], $5::timestamp[]) returning id";
const PEOPLE: &str = "select id, name, hair_color from people";
const COMPLEX: &str = "select u.id, u.name, u.hair_color, p.id, p.user_id, p.title, p.body from people u \
    left join posts p on u.id = p.user_id where u.hair_color = $1 order by u.name desc";

/// A connection, turned by a task of the runtime this is called in.
async fn client(place: &Place) -> Fallible<Client> {
    let (client, connection) = tokio_postgres::connect(&place.at, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

impl TokioPostgres {
    /// Prepared at its first use.
    async fn prepared(&mut self, sql: &str) -> Fallible<Statement> {
        if self.other.is_none() {
            self.other = Some(self.client.prepare(sql).await?);
        }
        self.other.clone().ok_or_else(|| "no statement".into())
    }
}

impl Contestant for TokioPostgres {
    const NAME: &'static str = "tokio-postgres";

    async fn open(place: &Place) -> Fallible<Self> {
        let client = client(place).await?;
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(place.at.parse()?, NoTls, recycling);
        Ok(Self {
            select: client.prepare(DOLLARS.select).await?,
            update: client.prepare(DOLLARS.update).await?,
            other: None,
            pool: Pool::builder(manager).max_size(8).build()?,
            client,
        })
    }

    async fn select(&mut self, id: i64) -> Fallible<()> {
        black_box(rows::user(&self.client.query_one(&self.select, &[&id]).await?)?);
        Ok(())
    }

    async fn begin(&mut self) -> Fallible<()> {
        Ok(self.client.batch_execute("begin").await?)
    }

    async fn unit(&mut self, id: i64) -> Fallible<()> {
        let transaction = self.client.transaction().await?;
        let found = rows::user(&transaction.query_one(&self.select, &[&id]).await?)?;
        transaction.execute(&self.update, &[&next_age(found.age), &id]).await?;
        Ok(transaction.commit().await?)
    }

    async fn checkout(&self, id: i64) -> Fallible<()> {
        let client = self.pool.get().await?;
        let select = client.prepare_cached(DOLLARS.select).await?;
        black_box(rows::user(&client.query_one(&select, &[&id]).await?)?);
        Ok(())
    }

    async fn flush(&mut self, n: u64) -> Fallible<()> {
        let transaction = self.client.transaction().await?;
        for change in entities::changes(n) {
            transaction.execute(&self.update, &[&change.age, &change.id]).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn bulk(&mut self, rows: i64) -> Fallible<()> {
        let transaction = self.client.transaction().await?;
        let sink = transaction.copy_in("copy bulk from stdin (format binary)").await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &TYPES));
        for user in User::many(rows) {
            let values: [&(dyn ToSql + Sync); 6] =
                [&user.id, &user.name, &user.note, &user.age, &user.score, &user.created];
            writer.as_mut().write(&values).await?;
        }
        writer.finish().await?;
        Ok(transaction.commit().await?)
    }

    async fn added(&mut self) -> Fallible<()> {
        let insert = self.prepared(ADD).await?;
        let transaction = self.client.transaction().await?;
        let mut users: Vec<User> = entities::new_users().collect();
        let names: Vec<&str> = users.iter().map(|user| &*user.name).collect();
        let notes: Vec<Option<&str>> = users.iter().map(|user| user.note.as_deref()).collect();
        let ages: Vec<i32> = users.iter().map(|user| user.age).collect();
        let scores: Vec<f64> = users.iter().map(|user| user.score).collect();
        let created: Vec<_> = users.iter().map(|user| user.created).collect();
        let ids = transaction.query(&insert, &[&names, &notes, &ages, &scores, &created]).await?;
        for (user, id) in users.iter_mut().zip(ids) {
            user.id = id.try_get(0)?;
        }
        black_box(users);
        Ok(transaction.commit().await?)
    }

    /// All in flight at once.
    async fn many(&mut self) -> Fallible<()> {
        let insert = self.prepared(DOLLARS.insert_pair).await?;
        let transaction = self.client.transaction().await?;
        let sets: Vec<(i64, String)> = (0..SETS).map(|id| (id, format!("name {id}"))).collect();
        let (within, insert) = (&transaction, &insert);
        try_join_all(sets.iter().map(|(id, name)| async move { within.execute(insert, &[id, name]).await }))
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn stream(&mut self) -> Fallible<usize> {
        let select = self.prepared(SELECT_ALL).await?;
        let mut rows = pin!(self.client.query_raw(&select, NONE).await?);
        let mut count = 0;
        while let Some(row) = rows.try_next().await? {
            black_box(rows::user(&row)?);
            count += 1;
        }
        Ok(count)
    }

    async fn all(&mut self) -> Fallible<usize> {
        let select = self.prepared(SELECT_ALL).await?;
        let mut rows = pin!(self.client.query_raw(&select, NONE).await?);
        let mut users: Vec<User> = Vec::new();
        while let Some(row) = rows.try_next().await? {
            users.push(rows::user(&row)?);
        }
        Ok(black_box(users).len())
    }

    async fn dynamic(&mut self) -> Fallible<usize> {
        let select = self.prepared(SELECT_USERS).await?;
        let rows = self.client.query(&select, &[]).await?;
        for row in &rows {
            black_box(rows::user_by_names(row)?);
        }
        Ok(rows.len())
    }

    async fn trivial(&mut self) -> Fallible<usize> {
        let select = self.prepared(PEOPLE).await?;
        let rows = self.client.query(&select, &[]).await?;
        let people = rows.iter().map(rows::person).collect::<Result<Vec<_>, _>>()?;
        Ok(black_box(people).len())
    }

    async fn complex(&mut self) -> Fallible<usize> {
        let select = self.prepared(COMPLEX).await?;
        let found = self.client.query(&select, &[&"black"]).await?;
        let mut people = Vec::with_capacity(found.len());
        for row in &found {
            let post: Option<i64> = row.try_get(3)?;
            people.push((rows::person(row)?, post.map(|_| rows::post(row, 3)).transpose()?));
        }
        Ok(black_box(people).len())
    }

    async fn insert(&mut self, rows: usize) -> Fallible<()> {
        let insert = match &self.other {
            Some(insert) => insert.clone(),
            None => {
                self.prepared(&format!("insert into people (name, hair_color) values {}", dollars(2, rows)))
                    .await?
            }
        };
        let names: Vec<String> = (0..rows).map(|n| format!("name {n}")).collect();
        let values: Vec<&(dyn ToSql + Sync)> =
            names.iter().flat_map(|name| [name as &(dyn ToSql + Sync), &"black"]).collect();
        self.client.execute(&insert, &values).await?;
        Ok(())
    }

    async fn associations(&mut self) -> Fallible<usize> {
        let select = self.prepared(PEOPLE).await?;
        let people =
            self.client.query(&select, &[]).await?.iter().map(rows::person).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
        let sql = "select id, user_id, title, body from posts where user_id = any($1)";
        let posts = self.client.query_typed(sql, &[(&ids, Type::INT8_ARRAY)]).await?;
        let posts = posts.iter().map(|row| rows::post(row, 0)).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let sql = "select id, post_id, text from comments where post_id = any($1)";
        let comments = self.client.query_typed(sql, &[(&ids, Type::INT8_ARRAY)]).await?;
        let comments = comments.iter().map(rows::comment).collect::<Result<Vec<_>, _>>()?;
        Ok(nest(people, posts, comments))
    }

    async fn connect(place: &Place) -> Fallible<()> {
        let client = client(place).await?;
        black_box(client.query_one("select 1", &[]).await?);
        Ok(())
    }
}
