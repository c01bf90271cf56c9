use sea_query::Alias;
use sqlsession_core::entity::ColumnType;

use super::dialect::Dialect;

/// The type of a column as SQL, or what is wrong with it.
pub(super) fn column_type(
    column_type: &ColumnType,
    dialect: Dialect,
) -> Result<sea_query::ColumnType, &'static str> {
    // These are sea-query's own, because it makes an identity of no others.
    match column_type {
        ColumnType::SmallInteger => return Ok(sea_query::ColumnType::SmallInteger),
        ColumnType::Integer => return Ok(sea_query::ColumnType::Integer),
        ColumnType::BigInteger => return Ok(sea_query::ColumnType::BigInteger),
        _ => {}
    }
    let name = match dialect {
        Dialect::Sqlite => sqlite(column_type)?,
        Dialect::Postgres => postgres(column_type)?,
        Dialect::Mysql => mysql(column_type)?,
    };
    Ok(sea_query::ColumnType::Custom(Alias::new(name).into()))
}

const UNKNOWN: &str = "is of a type that is not known here: name one with `column_type`";

/// SQLite takes every name and looks for words in it: with `text` inside, nothing is made a number.
fn sqlite(column_type: &ColumnType) -> Result<String, &'static str> {
    Ok(match column_type {
        ColumnType::Boolean => "boolean".to_owned(),
        ColumnType::BigUnsigned => "integer".to_owned(),
        ColumnType::Float | ColumnType::Double => "real".to_owned(),
        ColumnType::Decimal(_) | ColumnType::Text => "text".to_owned(),
        ColumnType::String(length) => format!("varchar({length})"),
        ColumnType::Bytes => "blob".to_owned(),
        ColumnType::Date => "date_text".to_owned(),
        ColumnType::Time => "time_text".to_owned(),
        ColumnType::DateTime | ColumnType::OffsetDateTime => "datetime_text".to_owned(),
        ColumnType::Uuid => "uuid_text".to_owned(),
        ColumnType::Json => "json_text".to_owned(),
        ColumnType::Array(_) => return Err("is an array, and SQLite has none"),
        ColumnType::Custom(name) => name.clone().into_owned(),
        _ => return Err(UNKNOWN),
    })
}

fn postgres(column_type: &ColumnType) -> Result<String, &'static str> {
    Ok(match column_type {
        ColumnType::Boolean => "boolean".to_owned(),
        ColumnType::SmallInteger => "smallint".to_owned(),
        ColumnType::Integer => "integer".to_owned(),
        ColumnType::BigInteger => "bigint".to_owned(),
        ColumnType::BigUnsigned => "numeric(20)".to_owned(),
        ColumnType::Float => "real".to_owned(),
        ColumnType::Double => "double precision".to_owned(),
        ColumnType::Decimal(None) => "numeric".to_owned(),
        ColumnType::Decimal(Some((precision, scale))) => format!("numeric({precision}, {scale})"),
        ColumnType::Text => "text".to_owned(),
        ColumnType::String(length) => format!("varchar({length})"),
        ColumnType::Bytes => "bytea".to_owned(),
        ColumnType::Date => "date".to_owned(),
        ColumnType::Time => "time".to_owned(),
        ColumnType::DateTime => "timestamp".to_owned(),
        ColumnType::OffsetDateTime => "timestamptz".to_owned(),
        ColumnType::Uuid => "uuid".to_owned(),
        ColumnType::Json => "jsonb".to_owned(),
        ColumnType::Array(element) => format!("{}[]", postgres(element)?),
        ColumnType::Custom(name) => name.clone().into_owned(),
        _ => return Err(UNKNOWN),
    })
}

fn mysql(column_type: &ColumnType) -> Result<String, &'static str> {
    Ok(match column_type {
        ColumnType::Boolean => "boolean".to_owned(),
        ColumnType::BigUnsigned => "bigint unsigned".to_owned(),
        ColumnType::Float => "float".to_owned(),
        ColumnType::Double => "double".to_owned(),
        ColumnType::Decimal(None) => {
            return Err("is a decimal of any precision, which MySQL has not: say `precision` and `scale`");
        }
        ColumnType::Decimal(Some((precision, scale))) => format!("decimal({precision}, {scale})"),
        ColumnType::Text => "longtext".to_owned(),
        ColumnType::String(length) => format!("varchar({length})"),
        ColumnType::Bytes => "longblob".to_owned(),
        ColumnType::Date => "date".to_owned(),
        ColumnType::Time => "time(6)".to_owned(),
        ColumnType::DateTime | ColumnType::OffsetDateTime => "datetime(6)".to_owned(),
        ColumnType::Uuid => "char(36)".to_owned(),
        ColumnType::Json => "json".to_owned(),
        ColumnType::Array(_) => return Err("is an array, and MySQL has none"),
        ColumnType::Custom(name) => name.clone().into_owned(),
        _ => return Err(UNKNOWN),
    })
}
