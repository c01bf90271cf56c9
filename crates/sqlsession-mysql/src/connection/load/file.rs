use std::{
    io::Write as _,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use mysql_async::Value;

/// How the server is to read the text, whatever its `sql_mode` takes a backslash for.
pub(super) const FORMAT: &str = "FIELDS TERMINATED BY X'09' ESCAPED BY X'5C' LINES TERMINATED BY X'0A'";

/// So many bytes go in one packet, which every server takes.
const CHUNK: usize = 64 * 1024;

/// Values, so many a row, as the text of a file.
pub(super) fn write(values: &[Value], width: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(values.len() * 12);
    for row in values.chunks(width.max(1)) {
        for (column, value) in row.iter().enumerate() {
            if column > 0 {
                text.push(b'\t');
            }
            write_value(&mut text, value);
        }
        text.push(b'\n');
    }
    text
}

fn write_value(text: &mut Vec<u8>, value: &Value) {
    // Writing to memory does not fail.
    let _ = match value {
        Value::NULL => text.write_all(b"\\N"),
        Value::Bytes(bytes) => {
            escape(text, bytes);
            Ok(())
        }
        Value::Int(number) => write!(text, "{number}"),
        Value::UInt(number) => write!(text, "{number}"),
        Value::Float(number) => write!(text, "{number:?}"),
        // The shortest text that is this number and no other.
        Value::Double(number) => write!(text, "{number:?}"),
        Value::Date(year, month, day, hour, minute, second, micros) => {
            write!(text, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micros:06}")
        }
        Value::Time(is_negative, days, hours, minutes, seconds, micros) => {
            let sign = if *is_negative { "-" } else { "" };
            let hours = u64::from(*days) * 24 + u64::from(*hours);
            write!(text, "{sign}{hours:02}:{minutes:02}:{seconds:02}.{micros:06}")
        }
    };
}

fn escape(text: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | b'\t' | b'\n' | 0)) {
        text.extend_from_slice(&rest[..at]);
        text.push(b'\\');
        text.push(match rest[at] {
            b'\t' => b't',
            b'\n' => b'n',
            0 => b'0',
            byte => byte,
        });
        rest = &rest[at + 1..];
    }
    text.extend_from_slice(rest);
}

/// The text of a file, chunk by chunk.
pub(super) struct Chunks(Bytes);

impl Chunks {
    pub(super) fn of(text: Vec<u8>) -> Self {
        Self(text.into())
    }
}

impl Stream for Chunks {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let length = self.0.len().min(CHUNK);
        Poll::Ready((length > 0).then(|| Ok(self.0.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_separates_is_escaped() {
        let values = [
            Value::from("a\tb\nc\\N\0é"),
            Value::NULL,
            Value::from(""),
            Value::Int(-1),
            Value::Double(1e300),
            Value::Time(false, 0, 1, 2, 3, 4),
        ];
        let text = String::from_utf8(write(&values, 3)).unwrap();
        assert_eq!(text, "a\\tb\\nc\\\\N\\0é\t\\N\t\n-1\t1e300\t01:02:03.000004\n");
    }
}
