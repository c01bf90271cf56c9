use mysql_async::{Conn, OptsBuilder};
use sqlsession::{AsyncDatabase, Database};
use sqlsession_test_servers::{MysqlProduct, MysqlServer};

use crate::{
    cell::Fallible,
    users::{MANY, ROWS, options},
};

pub const SELECT_RAW: &str = "select id, name, note, age, score, created from users where id = ?";
pub const UPDATE_RAW: &str = "update users set age = ? where id = ?";

const COLUMNS: &str = "(id bigint, name varchar(100) not null, note text, age int not null, \
    score double not null, created datetime(6) not null)";

/// A server with a small table and a large one.
pub struct Fixture(MysqlServer);

impl Fixture {
    pub fn start() -> Fallible<Self> {
        let fixture = Self(MysqlServer::start(MysqlProduct::Mariadb)?);
        fixture.0.query(&format!(
            "use sqlsession; create table users {COLUMNS}; alter table users add primary key (id); \
             create table many_users {COLUMNS}; \
             insert into many_users select seq, concat('user number ', seq), \
               case when seq % 3 > 0 then concat('a note of some length for user ', seq) end, seq % 90, seq / 7.0, \
               timestamp '2026-01-02 03:04:05.678901' + interval seq second \
             from seq_1_to_{MANY}; \
             insert into users select * from many_users where id <= {ROWS}; analyze table users, many_users"
        ))?;
        Ok(fixture)
    }

    /// Runs statements.
    pub fn query(&self, sql: &str) -> Fallible<()> {
        self.0.query(&format!("use sqlsession; {sql}"))?;
        Ok(())
    }

    /// An empty table of this name, with the columns of a user.
    pub fn table(&self, name: &str) -> Fallible<()> {
        self.0.query(&format!("use sqlsession; create table if not exists {name} {COLUMNS}"))?;
        Ok(())
    }

    /// A connection by hand, over TCP as the others.
    pub fn opts(&self) -> Fallible<OptsBuilder> {
        Ok(OptsBuilder::from_opts(mysql_async::Opts::from_url(&self.0.url())?).prefer_socket(false))
    }

    pub async fn conn(&self) -> Fallible<Conn> {
        Ok(Conn::new(self.opts()?).await?)
    }

    pub fn database(&self) -> Fallible<AsyncDatabase> {
        Ok(AsyncDatabase::create_with(self.url(), options())?)
    }

    pub fn blocking_database(&self) -> Fallible<Database> {
        Ok(Database::create_with(self.url(), options())?)
    }

    fn url(&self) -> String {
        self.0.url()
    }
}
