use bytes::{BufMut, BytesMut};
use postgres_types::Type;
use sqlsession_core::{Result, Value};

use super::{Money, assigned::assigned};
use crate::{
    encode::{Encoded, encode},
    text::write_value,
};

/// Appends a field of a COPY in text format into a column of this type. NULL is `\N`.
///
/// Text is left to the server to read. Where the column [`holds_money`](crate::holds_money), it has to be known how the
/// server writes money.
///
/// # Errors
/// Those of [`check`](crate::check); `Unsupported` if only the server could convert the value, and for numbers into
/// money that nothing is known of.
pub fn write_copy_text(value: &Value, ty: &Type, money: Option<Money>, out: &mut BytesMut) -> Result<()> {
    let assigned = assigned(value, ty, money)?;
    match (&*assigned, encode(&assigned, ty)?) {
        (_, Encoded::Null) => out.put_slice(b"\\N"),
        (_, Encoded::Array(array) | Encoded::ParsedArray(array)) => {
            let mut text = String::new();
            ignore(array.write_text(&mut text));
            escape(&text, out);
        }
        (Value::Text(text) | Value::Json(text) | Value::Decimal(text), _) => escape(text, out),
        (value @ (Value::Bytes(_) | Value::Array(_)), _) => {
            let mut text = String::new();
            ignore(write_value(value.as_ref(), &mut text));
            escape(&text, out);
        }
        // No character of the others is special.
        (value, _) => ignore(write_value(value.as_ref(), out)),
    }
    Ok(())
}

/// Neither a string nor a buffer refuses text.
fn ignore(_: std::fmt::Result) {}

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
    use sqlsession_core::ErrorKind;

    use super::*;

    fn try_field(value: impl Into<Value>, ty: &Type) -> Result<String> {
        let mut out = BytesMut::new();
        write_copy_text(&value.into(), ty, Some(Money::of("1,50 €")), &mut out)?;
        Ok(String::from_utf8(out.to_vec()).unwrap())
    }

    #[track_caller]
    fn field(value: impl Into<Value>, ty: &Type) -> String {
        try_field(value, ty).unwrap()
    }

    #[test]
    fn fields_never_end_early() {
        assert_eq!(field(Value::Null, &Type::INT4), "\\N");
        assert_eq!(field("\\N", &Type::TEXT), "\\\\N");
        assert_eq!(field("a\tb\nc\rd\\", &Type::TEXT), "a\\tb\\nc\\rd\\\\");
        assert_eq!(field(vec![0_u8, 255], &Type::BYTEA), "\\\\x00ff");
        assert_eq!(field(["a b", "\"", "\t"], &Type::TEXT_ARRAY), "{\"a b\",\"\\\\\"\",\"\\t\"}");
        assert_eq!(field(["(1,1),(0,0)"; 2], &Type::BOX_ARRAY), "{(1,1),(0,0);(1,1),(0,0)}");
        assert_eq!(field(-7, &Type::INT8), "-7");
        assert_eq!(field(true, &Type::BOOL), "true");
    }

    #[test]
    fn a_value_is_what_the_column_makes_of_it() {
        let decimal = |text: &str| Value::Decimal(text.to_owned());
        let at = Value::DateTime("2024-02-29 12:34:56".parse().unwrap());
        assert_eq!(field(1e15, &Type::INT8), "1000000000000000");
        assert_eq!(field(decimal("12.00"), &Type::INT4), "12");
        assert_eq!(field(1, &Type::BOOL), "true");
        assert_eq!(field(Value::array([1e15]), &Type::INT8_ARRAY), "{1000000000000000}");
        assert_eq!(field(at.clone(), &Type::DATE), "2024-02-29");
        assert_eq!(field(at, &Type::TIME), "12:34:56");
        assert_eq!(field(vec![b'A'], &Type::CHAR), "A");
        assert_eq!(field(0.1 + 0.2, &Type::NUMERIC), "3e-1");
        assert_eq!(field(Value::array([0.1 + 0.2]), &Type::NUMERIC_ARRAY), "{3e-1}");
        assert_eq!(field(decimal("-1234.56"), &Type::MONEY), "(1234,56)");
        assert_eq!(field("-1234.56", &Type::MONEY), "-1234.56");
        assert_eq!(field(Value::array([decimal("1234.56")]), &Type::MONEY_ARRAY), "{\"1234,56\"}");
    }

    #[test]
    fn what_the_binary_format_refuses_is_refused() {
        let moment = || Value::OffsetDateTime("2024-02-29 12:34:56+02".parse().unwrap());
        let at = Value::DateTime("2024-02-29 12:34:56".parse().unwrap());
        let refused = |value: Value, ty: &Type| try_field(value, ty).unwrap_err().kind();
        assert_eq!(refused(moment(), &Type::TIMESTAMP), ErrorKind::BadParameter);
        assert_eq!(refused(Value::array([moment()]), &Type::TIMESTAMP_ARRAY), ErrorKind::BadParameter);
        assert_eq!(refused(at, &Type::TIMESTAMPTZ), ErrorKind::Unsupported);
        assert_eq!(refused(1.5.into(), &Type::INT4), ErrorKind::BadParameter);
        assert_eq!(refused(70_000.into(), &Type::INT2), ErrorKind::OutOfRange);
        assert_eq!(refused("a\0".into(), &Type::TEXT), ErrorKind::BadParameter);
        assert_eq!(refused(true.into(), &Type::INT4), ErrorKind::BadParameter);
        assert_eq!(refused(vec![255_u8].into(), &Type::CHAR), ErrorKind::Unsupported);
        assert_eq!(refused(Value::Decimal("1\t2".into()), &Type::TEXT), ErrorKind::BadParameter);
        let unasked = write_copy_text(&1.into(), &Type::MONEY, None, &mut BytesMut::new());
        assert_eq!(unasked.unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
