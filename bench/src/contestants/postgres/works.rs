use std::hint::black_box;

use postgres::{Client, NoTls, Statement, fallible_iterator::FallibleIterator as _};

use crate::{
    Fallible,
    contest::{Contestant, Work},
    contestants::tokio_postgres::user,
    place::Place,
    users::{DOLLARS, SELECT_ALL, User, next_age},
};

pub struct Postgres {
    client: Client,
    select: Statement,
    update: Statement,
    all: Statement,
}

impl Contestant for Postgres {
    const NAME: &'static str = "postgres, blocking";
    const BLOCKS: bool = true;

    fn does(work: Work) -> bool {
        matches!(work, Work::Select | Work::SelectInTransaction | Work::Unit | Work::All)
    }

    async fn open(place: &Place) -> Fallible<Self> {
        let mut client = Client::connect(&place.at, NoTls)?;
        Ok(Self {
            select: client.prepare(DOLLARS.select)?,
            update: client.prepare(DOLLARS.update)?,
            all: client.prepare(SELECT_ALL)?,
            client,
        })
    }

    async fn select(&mut self, id: i64) -> Fallible<()> {
        black_box(user(&self.client.query_one(&self.select, &[&id])?)?);
        Ok(())
    }

    async fn begin(&mut self) -> Fallible<()> {
        Ok(self.client.batch_execute("begin")?)
    }

    async fn unit(&mut self, id: i64) -> Fallible<()> {
        let mut transaction = self.client.transaction()?;
        let found = user(&transaction.query_one(&self.select, &[&id])?)?;
        transaction.execute(&self.update, &[&next_age(found.age), &id])?;
        Ok(transaction.commit()?)
    }

    async fn all(&mut self) -> Fallible<usize> {
        let rows = self.client.query_raw(&self.all, Vec::<i64>::new())?;
        let users: Vec<User> = rows.map(|row| user(&row)).collect()?;
        Ok(black_box(users).len())
    }
}
