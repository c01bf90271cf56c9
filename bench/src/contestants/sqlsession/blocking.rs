use sqlsession::{Database, blocking::Session};

use super::{Native, by_await::keep, way::url};
use crate::{
    Fallible,
    contest::{Contestant, Work},
    place::Place,
    users::{User, autocommit, options, sessions},
};

/// The blocking face.
pub struct Blocking {
    database: Database,
    selects: Session,
    units: Session,
}

impl Contestant for Blocking {
    const NAME: &'static str = "sqlsession, blocking";
    const BLOCKS: bool = true;

    fn does(work: Work) -> bool {
        matches!(work, Work::Select | Work::SelectInTransaction | Work::Unit | Work::Checkout | Work::All)
    }

    async fn open(place: &Place) -> Fallible<Self> {
        let database = Database::create_with(url::<Native>(place), options())?;
        let selects = database.session_maker().session_with(autocommit());
        let units = database.session_maker().session();
        Ok(Self { database, selects, units })
    }

    async fn script(&mut self, sql: &str) -> Fallible<()> {
        Ok(self.selects.execute_script(sql)?)
    }

    async fn select(&mut self, id: i64) -> Fallible<()> {
        keep(sessions::select_blocking(&mut self.selects, id)?)
    }

    async fn begin(&mut self) -> Fallible<()> {
        self.selects = self.database.session_maker().session();
        Ok(())
    }

    async fn unit(&mut self, id: i64) -> Fallible<()> {
        Ok(sessions::unit_blocking(&mut self.units, id)?)
    }

    async fn checkout(&self, id: i64) -> Fallible<()> {
        let mut connection = self.database.engine().connect_with(autocommit())?;
        keep(sessions::select_by_blocking_connection(&mut connection, id)?)
    }

    async fn all(&mut self) -> Fallible<usize> {
        let users: Vec<User> = self.selects.all(crate::users::SELECT_ALL)?;
        Ok(users.len())
    }
}
