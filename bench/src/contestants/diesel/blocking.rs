use diesel::{
    Connection as _, QueryResult, RunQueryDsl as _, SqliteConnection,
    connection::{DefaultLoadingMode, SimpleConnection as _},
};

use super::{
    tables::{NewPerson, NewUser, bulk, many_users, people},
    works,
};
use crate::{
    Fallible,
    contest::{Contestant, Work},
    place::Place,
    users::User,
};

/// Diesel itself.
pub struct Blocking {
    connection: SqliteConnection,
}

mod blocking_works {
    super::works::works!(
        diesel::SqliteConnection,
        [diesel::{Connection as _, RunQueryDsl as _}],
        [],
        []
    );

    pub async fn bulk(connection: &mut Connection, rows: i64) -> Fallible<()> {
        Ok(super::bulk(connection, rows)?)
    }

    pub async fn insert(connection: &mut Connection, rows: usize) -> Fallible<()> {
        Ok(super::insert(connection, rows)?)
    }
}

pub fn bulk(connection: &mut SqliteConnection, rows: i64) -> QueryResult<()> {
    connection.transaction(|connection| {
        for users in User::chunks(rows) {
            let users: Vec<NewUser> = users.into_iter().map(NewUser::from).collect();
            diesel::insert_into(bulk::table).values(users).execute(connection)?;
        }
        Ok(())
    })
}

pub fn insert(connection: &mut SqliteConnection, rows: usize) -> QueryResult<()> {
    diesel::insert_into(people::table).values(NewPerson::many(rows)).execute(connection).map(drop)
}

fn open(place: &Place) -> Fallible<SqliteConnection> {
    let mut connection = SqliteConnection::establish(&place.at)?;
    connection.batch_execute("pragma synchronous = normal")?;
    Ok(connection)
}

impl Contestant for Blocking {
    const NAME: &'static str = "diesel, blocking";
    const BLOCKS: bool = true;

    fn does(work: Work) -> bool {
        !matches!(
            work,
            Work::SelectInTransaction
                | Work::Checkout
                | Work::Contended
                | Work::Added
                | Work::Many
                | Work::Dynamic
        )
    }

    async fn open(place: &Place) -> Fallible<Self> {
        Ok(Self { connection: open(place)? })
    }

    async fn script(&mut self, sql: &str) -> Fallible<()> {
        Ok(self.connection.batch_execute(sql)?)
    }

    async fn stream(&mut self) -> Fallible<usize> {
        let rows = many_users::table.load_iter::<User, DefaultLoadingMode>(&mut self.connection)?;
        let mut count = 0;
        for user in rows {
            std::hint::black_box(user?);
            count += 1;
        }
        Ok(count)
    }

    async fn connect(place: &Place) -> Fallible<()> {
        blocking_works::one(&mut open(place)?).await
    }

    works::on_its_connection!(blocking_works);
}
