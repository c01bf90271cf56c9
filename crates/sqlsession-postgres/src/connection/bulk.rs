use bytes::{BufMut as _, BytesMut};
use futures_util::future::join;
use sqlsession_core::{
    Error, ErrorKind, Result,
    bulk::{BulkRows, quote_name},
    driver::{Begin, BulkRequest, Outcome, ServerTransaction},
};
use tokio_postgres::{SimpleQueryMessage, Statement, types::Type};

use super::{postgres_connection::Inner, riding::Riding};
use crate::{
    client::CopyIn,
    error::from_postgres,
    types::{Money, holds_money, takes_binary_copy, write_copy_field, write_copy_text},
};

/// Data are handed on in pieces of about this size.
const PIECE: usize = 64 * 1024;
/// What a binary COPY begins with: its signature, no flags, no extension (PostgreSQL's manual on COPY).
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

impl Inner {
    /// Inserts rows by COPY: in its binary format where every column has one that this driver writes, else as text.
    pub(super) async fn bulk_insert(&mut self, request: BulkRequest) -> Result<Outcome> {
        let BulkRequest { table, columns, mut rows, begin, options, .. } = request;
        // Behind a pooler what is prepared and what runs it have to meet in one server session.
        let own = self.pooled && begin.is_none() && self.server.transaction() == ServerTransaction::Idle;
        let begin = if own { Some(Begin::default()) } else { begin };
        let table = table.quoted('"');
        let columns: Vec<String> = columns.iter().map(|column| quote_name(column, '"')).collect();
        let columns = columns.join(", ");
        let begin = self.begin_apart(begin, options.timeout).await?;
        let target = format!("{table} ({columns})");
        let riding = Riding { begin: begin.as_deref(), commit: false };
        let copying = async {
            let (types, copy) = self.describe(&table, &columns, &target, riding).await?;
            self.goes_on().await?;
            if types.iter().all(takes_binary_copy) {
                let mut sink = self.client.copy_in_prepared(&copy).await?;
                send_binary(&mut sink, &types, &mut rows).await?;
                sink.finish().await
            } else {
                let money = if types.iter().any(holds_money) { Some(self.ask_money().await?) } else { None };
                let mut sink = self.client.begin_copy_in(&format!("COPY {target} FROM STDIN")).await?;
                send_text(&mut sink, &types, money, &mut rows).await?;
                sink.finish().await
            }
        };
        // What was prepared ends with it, before COMMIT: behind a pooler another session would be told to close it.
        let inserted = Self::bounded(&*self.canceller, options.timeout, copying).await;
        if own {
            self.end_own(inserted.as_ref().err()).await?;
        }
        let inserted = inserted?;
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(inserted);
        Ok(outcome)
    }

    /// How the server reads amounts of money.
    async fn ask_money(&self) -> Result<Money> {
        let messages = self.client.simple_query(Money::QUESTION).await.map_err(from_postgres)?;
        let answer = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        answer
            .map(Money::of)
            .ok_or_else(|| Error::new(ErrorKind::Database, "the server does not say how it writes money"))
    }

    /// The types of a table's columns, as the server describes a query for them, and in the same flight the binary COPY
    /// that will most often do.
    async fn describe(
        &self,
        table: &str,
        columns: &str,
        target: &str,
        riding: Riding<'_>,
    ) -> Result<(Vec<Type>, Statement)> {
        let query = format!("SELECT {columns} FROM {table}");
        let copy = format!("COPY {target} FROM STDIN (FORMAT binary)");
        let preparing = async {
            let (query, copy) = join(self.client.prepare(&query), self.client.prepare(&copy)).await;
            Ok((query.map_err(from_postgres)?, copy.map_err(from_postgres)?))
        };
        let (query, copy) = riding.carry_prepare(&self.server, preparing).await?;
        Ok((query.columns().iter().map(|column| column.type_().clone()).collect(), copy))
    }
}

async fn send_binary(copy: &mut CopyIn<'_>, types: &[Type], rows: &mut BulkRows) -> Result<()> {
    let count = i16::try_from(types.len())
        .map_err(|_| Error::new(ErrorKind::BadParameter, "a row has more columns than COPY can take"))?;
    let mut data = BytesMut::with_capacity(PIECE + PIECE / 8);
    data.put_slice(HEADER);
    while rows.advance()? {
        data.put_i16(count);
        for (value, ty) in rows.row().iter().zip(types) {
            write_copy_field(value, ty, &mut data).map_err(|error| in_row(error, rows.number()))?;
        }
        hand_on(copy, &mut data).await?;
    }
    data.put_i16(-1);
    copy.send(data).await
}

async fn send_text(
    copy: &mut CopyIn<'_>,
    types: &[Type],
    money: Option<Money>,
    rows: &mut BulkRows,
) -> Result<()> {
    let mut data = BytesMut::with_capacity(PIECE + PIECE / 8);
    while rows.advance()? {
        for (index, (value, ty)) in rows.row().iter().zip(types).enumerate() {
            if index > 0 {
                data.put_u8(b'\t');
            }
            write_copy_text(value, ty, money, &mut data).map_err(|error| in_row(error, rows.number()))?;
        }
        data.put_u8(b'\n');
        hand_on(copy, &mut data).await?;
    }
    copy.send(data).await
}

/// Sends what has been gathered, once it is enough.
async fn hand_on(copy: &mut CopyIn<'_>, data: &mut BytesMut) -> Result<()> {
    if data.len() < PIECE {
        return Ok(());
    }
    let piece = data.split();
    data.reserve(PIECE + PIECE / 8);
    copy.send(piece).await
}

fn in_row(error: Error, number: u64) -> Error {
    Error::new(error.kind(), format!("row {number}: {}", error.message())).with_cause(error)
}
