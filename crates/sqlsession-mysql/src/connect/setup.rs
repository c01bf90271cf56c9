use mysql_async::{Conn, Row, Value, prelude::Queryable as _};

use crate::options::MysqlOptions;

/// What is known of a connection's server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Server {
    /// The variable that holds the isolation level.
    pub(crate) isolation_variable: &'static str,
    /// The most bytes it takes in one packet.
    pub(crate) max_packet: usize,
    /// Whether it takes many sets of values in one command.
    pub(crate) takes_sets: bool,
}

/// What MySQL assumes where it does not say.
const USUAL_MAX_PACKET: usize = 4 * 1024 * 1024;

/// Tells a new connection what the options say, ends its autocommit, and asks for what has to be known: one text, in
/// one round trip.
pub(super) async fn set_up(conn: &mut Conn, options: &MysqlOptions) -> mysql_async::Result<Server> {
    if let Some(command) = options.init_command() {
        conn.query_drop(command).await?;
    }
    let row = last_row(conn, &text(options)).await?;
    let said = |index| row.as_ref().and_then(|row| row.as_ref(index));
    let version = match said(0) {
        Some(Value::Bytes(text)) => String::from_utf8_lossy(text).into_owned(),
        _ => String::new(),
    };
    let max_packet = match said(1) {
        Some(Value::Bytes(text)) => std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()),
        _ => None,
    };
    let is_mariadb = version.contains("MariaDB");
    // MySQL dropped the old name in 8.0; MariaDB took the new one in 11.1.
    let renamed = if is_mariadb { (11, 1, 1) } else { (5, 7, 20) };
    let isolation_variable =
        if conn.server_version() >= renamed { "transaction_isolation" } else { "tx_isolation" };
    Ok(Server {
        isolation_variable,
        max_packet: max_packet.unwrap_or(USUAL_MAX_PACKET),
        takes_sets: is_mariadb && conn.server_version() >= (10, 2, 0),
    })
}

fn text(options: &MysqlOptions) -> String {
    let mut text = String::new();
    if options.collation().is_some() || options.charset() != "utf8mb4" {
        text.push_str(&format!("SET NAMES {}", options.charset()));
        if let Some(collation) = options.collation() {
            text.push_str(&format!(" COLLATE '{collation}'"));
        }
        text.push(';');
    }
    // A session then needs no BEGIN.
    text.push_str("SET autocommit = 0");
    for (variable, value) in [("time_zone", options.time_zone()), ("sql_mode", options.sql_mode())] {
        if let Some(value) = value {
            text.push_str(&format!(", {variable} = '{value}'"));
        }
    }
    text.push_str(";SELECT VERSION(), @@max_allowed_packet");
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
