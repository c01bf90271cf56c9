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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio_postgres::{Config, NoTls};

    use super::*;

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[tag][..], &length.to_be_bytes(), body].concat()
    }

    /// A server that tells these parameters at the start, and answers a question with this word. It gives the question.
    async fn serve(mut stream: DuplexStream, told: &[(&str, &str)], word: &str) -> Option<String> {
        let length = stream.read_u32().await.unwrap();
        let mut startup = vec![0; usize::try_from(length).unwrap() - 4];
        stream.read_exact(&mut startup).await.unwrap();
        let mut answer = message(b'R', &[0; 4]);
        for (name, value) in told {
            answer.extend(message(b'S', format!("{name}\0{value}\0").as_bytes()));
        }
        answer.extend(message(b'Z', b"I"));
        stream.write_all(&answer).await.unwrap();

        if stream.read_u8().await.ok()? != b'Q' {
            return None;
        }
        let length = stream.read_u32().await.unwrap();
        let mut question = vec![0; usize::try_from(length).unwrap() - 4];
        stream.read_exact(&mut question).await.unwrap();
        let asked = str::from_utf8(&question).unwrap().trim_end_matches('\0').to_owned();
        let row = [&[0, 1][..], &u32::try_from(word.len()).unwrap().to_be_bytes(), word.as_bytes()].concat();
        let column = [&b"\0\x01word\0"[..], &[0; 18]].concat();
        let answer =
            [message(b'T', &column), message(b'D', &row), message(b'C', b"SELECT 1\0"), message(b'Z', b"I")];
        stream.write_all(&answer.concat()).await.unwrap();
        // It hangs up when the client does.
        while stream.read(&mut question).await.unwrap() > 0 {}
        Some(asked)
    }

    /// Whether such a server will do, and what it was asked.
    async fn judge(
        wanted: TargetSessionAttrs,
        told: &[(&str, &str)],
        word: &str,
    ) -> (Result<(), String>, Option<String>) {
        let (near, far) = tokio::io::duplex(4096);
        let client = async {
            let config = Config::new().user("ada").to_owned();
            let (client, mut connection) = config.connect_raw(near, NoTls).await.unwrap();
            check(wanted, &client, &mut connection).await.map_err(|failure| failure.message().to_owned())
        };
        tokio::join!(client, serve(far, told, word))
    }

    #[tokio::test]
    async fn a_server_that_tells_is_not_asked() {
        use TargetSessionAttrs::{Primary, ReadOnly, ReadWrite, Standby};
        for (standby, read_only, fitting) in [
            ("off", "off", [Primary, ReadWrite]),
            ("off", "on", [Primary, ReadOnly]),
            ("on", "off", [Standby, ReadOnly]),
            ("on", "on", [Standby, ReadOnly]),
        ] {
            let told = [("in_hot_standby", standby), ("default_transaction_read_only", read_only)];
            for wanted in [Primary, Standby, ReadWrite, ReadOnly] {
                let (judged, question) = judge(wanted, &told, "").await;
                assert_eq!(judged.is_ok(), fitting.contains(&wanted), "{wanted:?} {told:?}");
                assert_eq!(question, None);
            }
        }
    }

    #[tokio::test]
    async fn an_older_server_is_asked() {
        use TargetSessionAttrs::{Any, Primary, ReadOnly, ReadWrite, Standby};
        let (recovery, read_only) = ("select pg_catalog.pg_is_in_recovery()", "show transaction_read_only");
        for (wanted, question, fitting, other) in [
            (Primary, recovery, "f", "t"),
            (Standby, recovery, "t", "f"),
            (ReadWrite, read_only, "off", "on"),
            (ReadOnly, read_only, "on", "off"),
        ] {
            assert_eq!(judge(wanted, &[], fitting).await, (Ok(()), Some(question.to_owned())));
            assert!(judge(wanted, &[], other).await.0.is_err(), "{wanted:?}");
        }
        assert_eq!(judge(Any, &[], "").await, (Ok(()), None));
    }
}
