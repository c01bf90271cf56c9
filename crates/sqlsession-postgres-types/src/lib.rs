#![doc = include_str!("../README.md")]

mod bound;
mod check;
mod copy;
mod decimal;
mod decode;
mod encode;
mod natural;
mod passfile;
mod pg_epoch;
mod rows;
mod target;
mod text;
mod undescribed;

pub use bound::{Bound, Checked};
pub use check::{CheckedValues, check, check_undescribed, checked};
pub use copy::{Money, holds_money, takes_binary_copy, write_copy_field, write_copy_text};
pub use decode::{Decoding, Raw, owned};
pub use encode::write_as_text;
pub use natural::{Declared, declared};
pub use passfile::{Account, PassfileAnswer, SOCKET_FOLDERS, look_up_password};
pub use postgres_types;
pub use rows::{PackedRows, PackedSize, PgColumns, RawRow, batch};
pub use text::{write_f32, write_value};
pub use undescribed::undescribed;
