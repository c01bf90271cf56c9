use std::hint::black_box;

use futures_util::TryStreamExt as _;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectOptions, ConnectionTrait as _,
    Database as SeaDatabase, DatabaseConnection, EntityTrait as _, IntoActiveModel as _, LoaderTrait as _,
    QueryFilter as _, QueryOrder as _, QueryTrait as _, TransactionTrait as _,
    sqlx::sqlite::SqliteSynchronous,
};

use super::tables::{bulk, comments, many_users, people, posts, users};
use crate::{
    Fallible,
    contest::{Contestant, Work},
    place::{Database, Place},
    users::{User, entities, next_age},
};

pub struct SeaOrm(DatabaseConnection);

async fn pool(place: &Place, size: u32) -> Fallible<DatabaseConnection> {
    let url = match place.database {
        Database::Sqlite => format!("sqlite://{}", place.at),
        Database::SqliteInMemory => "sqlite::memory:".to_owned(),
        Database::Postgres => format!("{}?sslmode=disable", place.at),
        Database::Mariadb => format!("{}?ssl-mode=disabled", place.at),
    };
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(size)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| options.synchronous(SqliteSynchronous::Normal));
    Ok(SeaDatabase::connect(options).await?)
}

impl Contestant for SeaOrm {
    const NAME: &'static str = "SeaORM";

    fn does(work: Work) -> bool {
        !matches!(work, Work::SelectInTransaction | Work::Added | Work::Many)
    }

    async fn open(place: &Place) -> Fallible<Self> {
        Ok(Self(pool(place, 8).await?))
    }

    async fn script(&mut self, sql: &str) -> Fallible<()> {
        self.0.execute_unprepared(sql).await?;
        Ok(())
    }

    async fn select(&mut self, id: i64) -> Fallible<()> {
        self.checkout(id).await
    }

    async fn unit(&mut self, id: i64) -> Fallible<()> {
        let transaction = self.0.begin().await?;
        let found = users::Entity::find_by_id(id).one(&transaction).await?.ok_or("no row")?;
        let age = next_age(found.age);
        let mut user = found.into_active_model();
        user.age = Set(age);
        black_box(user.update(&transaction).await?);
        Ok(transaction.commit().await?)
    }

    async fn checkout(&self, id: i64) -> Fallible<()> {
        black_box(users::Entity::find_by_id(id).one(&self.0).await?.ok_or("no row")?);
        Ok(())
    }

    async fn flush(&mut self, n: u64) -> Fallible<()> {
        let transaction = self.0.begin().await?;
        for change in entities::changes(n) {
            let user = users::ActiveModel { id: Set(change.id), age: Set(change.age), ..Default::default() };
            users::Entity::update(user).exec(&transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn bulk(&mut self, rows: i64) -> Fallible<()> {
        let transaction = self.0.begin().await?;
        for users in User::chunks(rows) {
            let models = users.into_iter().map(|User { id, name, note, age, score, created }| {
                bulk::Model { id, name, note, age, score, created }.into_active_model()
            });
            bulk::Entity::insert_many(models).exec_without_returning(&transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn stream(&mut self) -> Fallible<usize> {
        let mut rows = many_users::Entity::find().stream(&self.0).await?;
        let mut count = 0;
        while let Some(user) = rows.try_next().await? {
            black_box(user);
            count += 1;
        }
        Ok(count)
    }

    async fn all(&mut self) -> Fallible<usize> {
        Ok(black_box(many_users::Entity::find().all(&self.0).await?).len())
    }

    async fn dynamic(&mut self) -> Fallible<usize> {
        let rows = self.0.query_all(&users::Entity::find().into_query()).await?;
        for row in &rows {
            black_box(User {
                id: row.try_get("", "id")?,
                name: row.try_get("", "name")?,
                note: row.try_get("", "note")?,
                age: row.try_get("", "age")?,
                score: row.try_get("", "score")?,
                created: row.try_get("", "created")?,
            });
        }
        Ok(rows.len())
    }

    async fn trivial(&mut self) -> Fallible<usize> {
        Ok(black_box(people::Entity::find().all(&self.0).await?).len())
    }

    async fn complex(&mut self) -> Fallible<usize> {
        let rows = people::Entity::find()
            .find_also_related(posts::Entity)
            .filter(people::Column::HairColor.eq("black"))
            .order_by_desc(people::Column::Name)
            .all(&self.0)
            .await?;
        Ok(black_box(rows).len())
    }

    async fn insert(&mut self, rows: usize) -> Fallible<()> {
        let models = (0..rows).map(|n| people::ActiveModel {
            name: Set(format!("name {n}")),
            hair_color: Set(Some("black".to_owned())),
            ..Default::default()
        });
        people::Entity::insert_many(models).exec_without_returning(&self.0).await?;
        Ok(())
    }

    async fn associations(&mut self) -> Fallible<usize> {
        let people = people::Entity::find().all(&self.0).await?;
        let posts: Vec<Vec<posts::Model>> = people.load_many(posts::Entity, &self.0).await?;
        let flat: Vec<posts::Model> = posts.iter().flatten().cloned().collect();
        let comments: Vec<Vec<comments::Model>> = flat.load_many(comments::Entity, &self.0).await?;
        let count = comments.iter().map(Vec::len).sum();
        black_box((people, posts, comments));
        Ok(count)
    }

    async fn connect(place: &Place) -> Fallible<()> {
        let database = pool(place, 1).await?;
        database.execute_unprepared("select 1").await?;
        Ok(database.close().await?)
    }
}
