use mysql_async::{Conn, Error, Row, Value, prelude::Queryable as _};
use sqlsession_core::value::mysql::Decimal;

use crate::options::MysqlOptions;

/// What is known of a connection's server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) is_mariadb: bool,
    /// The most digits that it has behind a decimal number's point.
    pub(crate) most_fraction: usize,
    /// The variable that holds the isolation level.
    pub(crate) isolation_variable: &'static str,
    /// The most bytes it takes in one packet.
    pub(crate) max_packet: usize,
    /// Whether it takes many sets of values in one command.
    pub(crate) takes_sets: bool,
    /// Whether it has done so on this connection.
    pub(crate) has_taken_sets: bool,
    /// Whether INSERT has RETURNING.
    pub(crate) has_returning: bool,
    /// Whether the rows of one INSERT have their generated keys one behind the other.
    pub(crate) numbers_rows: bool,
    /// Its number for the connection.
    pub(crate) connection_id: u64,
    /// What tells it from others behind the same name, if it says.
    identity: Option<Value>,
}

/// What MySQL assumes where it does not say.
const USUAL_MAX_PACKET: usize = 4 * 1024 * 1024;

/// What tells one server from another.
const IDENTITY: &str = "CONCAT_WS(' ', @@hostname, @@port, @@server_id, @@datadir)";

impl Server {
    /// Whether this connection leads to the same server, as far as that can be told.
    pub(crate) async fn is_at(&self, conn: &mut Conn) -> bool {
        if self.identity.is_none() {
            return true;
        }
        let said = last_row(conn, &format!("SELECT {IDENTITY}")).await;
        said.is_ok_and(|row| row.and_then(|row| row.as_ref(0).cloned()) == self.identity)
    }
}

/// Tells a new connection what the options say, ends its autocommit, and asks for what has to be known: one text, in
/// one round trip, and two more with an `init_command`.
pub(super) async fn set_up(conn: &mut Conn, options: &MysqlOptions) -> mysql_async::Result<Server> {
    if let Some(command) = options.init_command() {
        // First, so that the command may set something else.
        conn.query_drop(names(options)).await?;
        conn.query_drop(command).await?;
    }
    let row = match last_row(conn, &text(options, IDENTITY)).await {
        // What speaks the protocol may not have all the variables.
        Err(Error::Server(_)) => last_row(conn, &text(options, "NULL")).await?,
        row => row?,
    };
    let said = |index| row.as_ref().and_then(|row| row.as_ref(index));
    let number = |index| match said(index) {
        Some(Value::Bytes(text)) => std::str::from_utf8(text).ok()?.parse::<u64>().ok(),
        _ => None,
    };
    let says = |name: &str| matches!(said(0), Some(Value::Bytes(version)) if String::from_utf8_lossy(version).contains(name));
    let is_mariadb = says("MariaDB");
    // MySQL dropped the old name in 8.0; MariaDB took the new one in 11.1.
    let renamed = if is_mariadb { (11, 1, 1) } else { (5, 7, 20) };
    let isolation_variable =
        if conn.server_version() >= renamed { "transaction_isolation" } else { "tx_isolation" };
    Ok(Server {
        is_mariadb,
        most_fraction: if is_mariadb { Decimal::MARIADB_FRACTION } else { Decimal::MYSQL_FRACTION },
        takes_sets: is_mariadb && takes_sets(conn.server_version()),
        has_taken_sets: false,
        has_returning: is_mariadb && conn.server_version() >= (10, 5, 0),
        numbers_rows: !is_mariadb && !says("TiDB"),
        isolation_variable,
        max_packet: number(1).and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(USUAL_MAX_PACKET),
        // The greeting holds the last 32 bits of it only.
        connection_id: number(2).unwrap_or_else(|| conn.id().into()),
        identity: said(3).filter(|said| **said != Value::NULL).cloned(),
    })
}

/// Whether MariaDB runs a statement with several sets of values in one command, and stores all of them.
///
/// It has the command since 10.2. Before these releases a trigger that inserts took the sets for its own (MDEV-24411).
fn takes_sets(version: (u16, u16, u16)) -> bool {
    match version {
        (10, 5, patch) => patch >= 26,
        (10, 6, patch) => patch >= 19,
        (10, 11, patch) => patch >= 9,
        (11, 1, patch) => patch >= 6,
        (11, 2, patch) => patch >= 5,
        (11, 4, patch) => patch >= 3,
        version => version >= (11, 5, 2),
    }
}

/// Sets the character set, also where it is that of the greeting: it comes with a collation that need not be the
/// server's for it.
fn names(options: &MysqlOptions) -> String {
    let mut text = format!("SET NAMES {}", options.charset());
    if let Some(collation) = options.collation() {
        text.push_str(&format!(" COLLATE '{collation}'"));
    }
    text
}

fn text(options: &MysqlOptions, identity: &str) -> String {
    let charset = options.charset();
    // A collation may be the command's. What is sent and read is what this driver writes and reads.
    let mut text = match options.init_command() {
        Some(_) => format!("SET character_set_client = {charset}, character_set_results = {charset}"),
        None => names(options),
    };
    // A session then needs no BEGIN.
    text.push_str(";SET autocommit = 0");
    for (variable, value) in [("time_zone", options.time_zone()), ("sql_mode", options.sql_mode())] {
        if let Some(value) = value {
            text.push_str(&format!(", {variable} = '{value}'"));
        }
    }
    text.push_str(&format!(";SELECT VERSION(), @@max_allowed_packet, CONNECTION_ID(), {identity}"));
    text
}

/// Runs all statements of a text and gives the last row of them all.
async fn last_row(conn: &mut Conn, text: &str) -> mysql_async::Result<Option<Row>> {
    let mut result = conn.query_iter(text).await?;
    let mut last = None;
    loop {
        while let Some(row) = result.next().await? {
            last = Some(row);
        }
        if result.is_empty() {
            break;
        }
    }
    result.drop_result().await?;
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_collation_is_asked_for() {
        assert!(text(&MysqlOptions::new(), IDENTITY).starts_with("SET NAMES utf8mb4;"));
        let chosen = text(&MysqlOptions::new().with_collation("utf8mb4_bin"), IDENTITY);
        assert!(chosen.starts_with("SET NAMES utf8mb4 COLLATE 'utf8mb4_bin';"));
        let commanded = text(&MysqlOptions::new().with_init_command("SET @x = 1"), IDENTITY);
        assert!(commanded.starts_with("SET character_set_client = utf8mb4, "), "{commanded}");
    }
}
