use std::pin::pin;

use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{Client, Connection, SimpleQueryMessage};

use super::Failure;
use crate::options::TargetSessionAttrs;

/// The choices to go through the hosts with, one after the other.
pub(super) fn rounds(wanted: TargetSessionAttrs) -> &'static [TargetSessionAttrs] {
    use TargetSessionAttrs::{Any, PreferStandby, Primary, ReadOnly, ReadWrite, Standby};
    match wanted {
        Any => &[Any],
        ReadWrite => &[ReadWrite],
        ReadOnly => &[ReadOnly],
        Primary => &[Primary],
        Standby => &[Standby],
        PreferStandby => &[Standby, Any],
    }
}

/// Refuses a server that is not the one that is looked for.
///
/// PostgreSQL 14 and later tell by themselves what has to be known; others are asked.
pub(super) async fn check<S, T>(
    wanted: TargetSessionAttrs,
    client: &Client,
    connection: &mut Connection<S, T>,
) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    use TargetSessionAttrs::{Any, PreferStandby, Primary, ReadOnly, ReadWrite, Standby};
    let (is_wanted, reason) = match wanted {
        Any | PreferStandby => return Ok(()),
        Primary => (!is_standby(client, connection).await?, "the server is a standby"),
        Standby => (is_standby(client, connection).await?, "the server is no standby"),
        ReadWrite => (!is_read_only(client, connection).await?, "the server's transactions are read-only"),
        ReadOnly => (is_read_only(client, connection).await?, "the server's transactions are not read-only"),
    };
    if is_wanted { Ok(()) } else { Err(Failure::not_wanted(reason)) }
}

async fn is_standby<S, T>(client: &Client, connection: &mut Connection<S, T>) -> Result<bool, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    if let Some(word) = connection.parameter("in_hot_standby") {
        return Ok(word == "on");
    }
    Ok(ask(client, connection, "select pg_catalog.pg_is_in_recovery()").await? == "t")
}

async fn is_read_only<S, T>(client: &Client, connection: &mut Connection<S, T>) -> Result<bool, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let words =
        [connection.parameter("in_hot_standby"), connection.parameter("default_transaction_read_only")];
    if let [Some(standby), Some(read_only)] = words {
        return Ok(standby == "on" || read_only == "on");
    }
    Ok(ask(client, connection, "show transaction_read_only").await? == "on")
}

/// Asks the server for one word, and drives the connection meanwhile.
async fn ask<S, T>(client: &Client, connection: &mut Connection<S, T>, sql: &str) -> Result<String, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let query = pin!(client.simple_query(sql));
    let messages = match select(query, connection).await {
        Either::Left((messages, _)) => messages.map_err(|error| Failure::refused(error, true))?,
        Either::Right((Err(error), _)) => return Err(Failure::refused(error, true)),
        Either::Right((Ok(()), _)) => return Err(Failure::not_wanted("the server closed the connection")),
    };
    let word = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    word.ok_or_else(|| Failure::not_wanted("the server does not say whether it is read-only"))
}
