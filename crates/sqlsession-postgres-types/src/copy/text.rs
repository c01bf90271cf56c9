use std::fmt::Write;

use bytes::{BufMut, BytesMut};
use sqlsession_core::Value;

use crate::text::write_value;

/// Appends a field of a COPY in text format. NULL is `\N`.
pub fn write_copy_text(value: &Value, out: &mut BytesMut) {
    match value {
        Value::Null => out.put_slice(b"\\N"),
        Value::Text(text) | Value::Json(text) | Value::Decimal(text) => escape(text, out),
        Value::Bytes(_) | Value::Array(_) => {
            let mut text = String::new();
            write(value, &mut text);
            escape(&text, out);
        }
        // No character of the others is special.
        value => write(value, out),
    }
}

fn write(value: &Value, out: &mut impl Write) {
    // Neither a string nor a buffer refuses text.
    let _: Result<(), std::fmt::Error> = write_value(value.as_ref(), out);
}

/// A backslash before what would end the field or the row, and before backslashes.
fn escape(text: &str, out: &mut BytesMut) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r')) {
        out.put_slice(&rest[..at]);
        out.put_slice(match rest[at] {
            b'\t' => b"\\t",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            _ => b"\\\\",
        });
        rest = &rest[at + 1..];
    }
    out.put_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(value: impl Into<Value>) -> String {
        let mut out = BytesMut::new();
        write_copy_text(&value.into(), &mut out);
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn fields_never_end_early() {
        assert_eq!(field(Value::Null), "\\N");
        assert_eq!(field("\\N"), "\\\\N");
        assert_eq!(field("a\tb\nc\rd\\"), "a\\tb\\nc\\rd\\\\");
        assert_eq!(field(vec![0_u8, 255]), "\\\\x00ff");
        assert_eq!(field(["a b", "\"", "\t"]), "{\"a b\",\"\\\\\"\",\"\\t\"}");
        assert_eq!(field(-7), "-7");
        assert_eq!(field(true), "true");
        assert_eq!(field(Value::Decimal("1\t2".into())), "1\\t2");
    }
}
