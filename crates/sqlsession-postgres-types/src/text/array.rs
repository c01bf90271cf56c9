use std::fmt::{self, Write};

use postgres_types::Type;
use sqlsession_core::Value;

use super::{Quoting, write_quoted, write_value};

/// What stands between the elements of an array of this type.
pub(crate) fn delimiter(member: &Type) -> char {
    match (member, member.name()) {
        (&Type::BOX, _) => ';',
        // Those of PostGIS.
        (_, "geometry" | "geography") => ':',
        _ => ',',
    }
}

/// Nested lists are dimensions. Nothing here looks at their lengths.
pub(crate) fn write_array(values: &[Value], delimiter: char, out: &mut impl Write) -> fmt::Result {
    let mut scratch = String::new();
    write_dimension(values, delimiter, &mut scratch, out)
}

fn write_dimension(
    values: &[Value],
    delimiter: char,
    scratch: &mut String,
    out: &mut impl Write,
) -> fmt::Result {
    out.write_char('{')?;
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.write_char(delimiter)?;
        }
        match value {
            Value::Null => out.write_str("NULL")?,
            Value::Array(inner) => write_dimension(inner, delimiter, scratch, out)?,
            Value::Text(text) | Value::Json(text) => write_quoted(text, Quoting::Array { delimiter }, out)?,
            value => {
                scratch.clear();
                write_value(value.as_ref(), scratch)?;
                write_quoted(scratch, Quoting::Array { delimiter }, out)?;
            }
        }
    }
    out.write_char('}')
}
