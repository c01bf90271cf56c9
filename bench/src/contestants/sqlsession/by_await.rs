use std::marker::PhantomData;

use sqlsession::{AsyncDatabase, AsyncSession, Value, text};

use super::way::{Way, url};
use crate::{
    Fallible,
    contest::Contestant,
    place::Place,
    users::{Comment, Person, Post, SETS, User, autocommit, entities, nest, options, sessions},
};

pub struct Sqlsession<W> {
    pub database: AsyncDatabase,
    /// In autocommit, until [`Contestant::begin`].
    pub selects: AsyncSession,
    /// Whose work is committed.
    pub units: AsyncSession,
    way: PhantomData<W>,
}

impl<W: Way> Contestant for Sqlsession<W> {
    const NAME: &'static str = W::NAME;

    async fn open(place: &Place) -> Fallible<Self> {
        let database = AsyncDatabase::create_with(url::<W>(place), options())?;
        let selects = database.session_maker().session_with(autocommit());
        let units = database.session_maker().session();
        Ok(Self { database, selects, units, way: PhantomData })
    }

    async fn script(&mut self, sql: &str) -> Fallible<()> {
        Ok(self.selects.execute_script(sql).await?)
    }

    async fn select(&mut self, id: i64) -> Fallible<()> {
        keep(sessions::select(&mut self.selects, id).await?)
    }

    async fn begin(&mut self) -> Fallible<()> {
        self.selects = self.database.session_maker().session();
        Ok(())
    }

    async fn unit(&mut self, id: i64) -> Fallible<()> {
        Ok(sessions::unit(&mut self.units, id).await?)
    }

    async fn checkout(&self, id: i64) -> Fallible<()> {
        let mut connection = self.database.engine().connect_with(autocommit()).await?;
        keep(sessions::select_by_connection(&mut connection, id).await?)
    }

    async fn flush(&mut self, n: u64) -> Fallible<()> {
        Ok(entities::change(&mut self.units, n).await?)
    }

    async fn bulk(&mut self, rows: i64) -> Fallible<()> {
        Ok(sessions::fill(&mut self.units, rows).await?)
    }

    async fn added(&mut self) -> Fallible<()> {
        keep(entities::add(&mut self.units).await?)
    }

    async fn many(&mut self) -> Fallible<()> {
        let sets = (0..SETS).map(|id| [("id", id.into()), ("name", format!("name {id}").into())]);
        let sets: Vec<[(&str, Value); 2]> = sets.collect();
        Ok(self
            .units
            .execute_many_and_commit("insert into pairs values (:id, :name)", sets)
            .await
            .map(drop)?)
    }

    async fn stream(&mut self) -> Fallible<usize> {
        Ok(sessions::stream_by_row(&mut self.selects).await?)
    }

    async fn all(&mut self) -> Fallible<usize> {
        let users: Vec<User> = self.selects.all(crate::users::SELECT_ALL).await?;
        Ok(users.len())
    }

    async fn dynamic(&mut self) -> Fallible<usize> {
        Ok(sessions::dynamic(&mut self.selects).await?)
    }

    async fn trivial(&mut self) -> Fallible<usize> {
        let people: Vec<Person> = self.selects.all("select id, name, hair_color from people").await?;
        Ok(people.len())
    }

    async fn complex(&mut self) -> Fallible<usize> {
        let rows: Vec<sessions::PersonWithPost> =
            self.selects.all(text(sessions::COMPLEX).bind("color", "black")).await?;
        Ok(rows.len())
    }

    async fn insert(&mut self, rows: usize) -> Fallible<()> {
        Ok(sessions::insert(&mut self.units, rows).await?)
    }

    async fn associations(&mut self) -> Fallible<usize> {
        let session = &mut self.selects;
        let people: Vec<Person> = session.all("select id, name, hair_color from people").await?;
        let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
        let posts: Vec<Post> = session.all(text(sessions::POSTS).bind("ids", ids)).await?;
        let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
        let comments: Vec<Comment> = session.all(text(sessions::COMMENTS).bind("ids", ids)).await?;
        Ok(nest(people, posts, comments))
    }

    async fn connect(place: &Place) -> Fallible<()> {
        let database = AsyncDatabase::create_with(url::<W>(place), options())?;
        let mut connection = database.engine().connect_with(autocommit()).await?;
        connection.scalar_one::<i64>("select 1").await?;
        connection.close().await?;
        database.engine().dispose()?;
        Ok(())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the last word of a work")]
pub fn keep<T>(read: T) -> Fallible<()> {
    std::hint::black_box(read);
    Ok(())
}
