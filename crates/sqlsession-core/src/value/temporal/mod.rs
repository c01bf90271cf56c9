//! Dates and times without a library behind them, and their text: ISO 8601 as SQLite's functions read it.

mod calendar;
mod date;
mod date_time;
mod offset_date_time;
mod parse;
mod plain;
mod text;
mod time;

pub use date::Date;
pub use date_time::DateTime;
pub use offset_date_time::OffsetDateTime;
pub(super) use parse::parse_date_time;
pub use text::TemporalText;
pub use time::Time;
