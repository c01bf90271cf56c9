use std::pin::{Pin, pin};

use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::SinkExt as _;
use sqlsession_core::{
    Error, ErrorKind, Result,
    bulk::{BulkRows, quote_name},
    driver::{BulkRequest, Outcome},
};
use tokio_postgres::{CopyInSink, types::Type};

use super::{postgres_connection::Inner, riding::Riding};
use crate::{
    error::from_postgres,
    types::{takes_binary_copy, write_copy_field, write_copy_text},
};

/// Data are handed on in pieces of about this size.
const PIECE: usize = 64 * 1024;
/// What a binary COPY begins with: its signature, no flags, no extension (PostgreSQL's manual on COPY).
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

impl Inner {
    /// Inserts rows by COPY: in its binary format where every column has one that this driver writes, else as text.
    pub(super) async fn bulk_insert(&mut self, request: BulkRequest) -> Result<Outcome> {
        let BulkRequest { table, columns, mut rows, begin, options, .. } = request;
        let table = table.quoted('"');
        let columns: Vec<String> = columns.iter().map(|column| quote_name(column, '"')).collect();
        let columns = columns.join(", ");
        let begin = self.begin_apart(begin).await?;
        let types = self.types_of(&table, &columns, Riding::new(begin, false)).await?;
        let binary = types.iter().all(takes_binary_copy);
        let format = if binary { " (FORMAT binary)" } else { "" };
        let sql = format!("COPY {table} ({columns}) FROM STDIN{format}");
        let copying = async {
            let sink: CopyInSink<Bytes> = self.client.copy_in(&sql).await.map_err(from_postgres)?;
            let mut sink = pin!(sink);
            let sent = if binary {
                send_binary(sink.as_mut(), &types, &mut rows).await
            } else {
                send_text(sink.as_mut(), &mut rows).await
            };
            match sent {
                Ok(()) => sink.finish().await.map_err(from_postgres),
                // What the server has said against the data is why they could not be sent.
                Err(error) if error.is_disconnect() => {
                    sink.finish().await.map_err(from_postgres).and(Err(error))
                }
                // The COPY fails when the sink is dropped.
                Err(error) => Err(error),
            }
        };
        let inserted = Self::bounded(&*self.canceller, options.timeout, copying).await?;
        let mut outcome = Outcome::default();
        outcome.rows_affected = Some(inserted);
        Ok(outcome)
    }

    /// The types of a table's columns, as the server describes a query for them.
    async fn types_of(&mut self, table: &str, columns: &str, riding: Riding) -> Result<Vec<Type>> {
        let sql = format!("SELECT {columns} FROM {table}");
        let preparing = async { self.client.prepare(&sql).await.map_err(from_postgres) };
        let prepared = riding.carry(&self.client, preparing).await;
        self.note_riding(&prepared);
        Ok(prepared?.columns().iter().map(|column| column.type_().clone()).collect())
    }
}

async fn send_binary(
    mut sink: Pin<&mut CopyInSink<Bytes>>,
    types: &[Type],
    rows: &mut BulkRows,
) -> Result<()> {
    let count = i16::try_from(types.len())
        .map_err(|_| Error::new(ErrorKind::BadParameter, "a row has more columns than COPY can take"))?;
    let mut data = BytesMut::with_capacity(PIECE + PIECE / 8);
    data.put_slice(HEADER);
    while rows.advance()? {
        data.put_i16(count);
        for (value, ty) in rows.row().iter().zip(types) {
            write_copy_field(value, ty, &mut data).map_err(|error| in_row(error, rows.number()))?;
        }
        hand_on(sink.as_mut(), &mut data).await?;
    }
    data.put_i16(-1);
    sink.feed(data.freeze()).await.map_err(from_postgres)
}

async fn send_text(mut sink: Pin<&mut CopyInSink<Bytes>>, rows: &mut BulkRows) -> Result<()> {
    let mut data = BytesMut::with_capacity(PIECE + PIECE / 8);
    while rows.advance()? {
        for (index, value) in rows.row().iter().enumerate() {
            if index > 0 {
                data.put_u8(b'\t');
            }
            write_copy_text(value, &mut data);
        }
        data.put_u8(b'\n');
        hand_on(sink.as_mut(), &mut data).await?;
    }
    sink.feed(data.freeze()).await.map_err(from_postgres)
}

/// Sends what has been gathered, once it is enough.
async fn hand_on(mut sink: Pin<&mut CopyInSink<Bytes>>, data: &mut BytesMut) -> Result<()> {
    if data.len() < PIECE {
        return Ok(());
    }
    let piece = data.split().freeze();
    data.reserve(PIECE + PIECE / 8);
    sink.feed(piece).await.map_err(from_postgres)
}

fn in_row(error: Error, number: u64) -> Error {
    Error::new(error.kind(), format!("row {number}: {}", error.message())).with_cause(error)
}
