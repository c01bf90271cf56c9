use postgres::NoTls;
use sqlsession::{AsyncDatabase, Database};
use sqlsession_test_servers::PostgresServer;

use crate::{
    cell::Fallible,
    users::{ROWS, options},
};

pub const SELECT_RAW: &str = "select id, name, note, age, score, created from users where id = $1";
pub const UPDATE_RAW: &str = "update users set age = $2 where id = $1";

const COLUMNS: &str = "(id bigint, name text not null, note text, age int not null, score float8 not null, \
    created timestamp not null)";

/// A server with a small table and a large one.
pub struct Fixture(PostgresServer);

impl Fixture {
    pub fn start() -> Fallible<Self> {
        let fixture = Self(PostgresServer::start()?);
        fixture.0.query(&format!(
            "create table users {COLUMNS}; alter table users add primary key (id); \
             create table many_users {COLUMNS}; \
             insert into many_users select n, 'user number ' || n, \
               case when n % 3 > 0 then 'a note of some length for user ' || n end, n % 90, n / 7.0, \
               timestamp '2026-01-02 03:04:05.678901' + n * interval '1 s' \
             from generate_series(1, 1000000) n; \
             insert into users select * from many_users where id <= {ROWS}; analyze"
        ))?;
        // Outside of the block that several statements are.
        fixture.0.query("vacuum")?;
        Ok(fixture)
    }

    /// Runs statements.
    pub fn query(&self, sql: &str) -> Fallible<()> {
        self.0.query(sql)?;
        Ok(())
    }

    /// An empty table of this name, with the columns of a user.
    pub fn table(&self, name: &str) -> Fallible<()> {
        self.0.query(&format!("create table {name} {COLUMNS}"))?;
        Ok(())
    }

    pub fn url(&self) -> String {
        self.0.url()
    }

    /// A connection by hand, turned by a task of the runtime this is called in.
    pub async fn client(&self) -> Fallible<tokio_postgres::Client> {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    pub fn blocking_client(&self) -> Fallible<postgres::Client> {
        Ok(postgres::Client::connect(&self.url(), NoTls)?)
    }

    pub fn database(&self) -> Fallible<AsyncDatabase> {
        Ok(AsyncDatabase::create_with(self.url(), options())?)
    }

    pub fn blocking_database(&self) -> Fallible<Database> {
        Ok(Database::create_with(self.url(), options())?)
    }
}
