//! Values of PostgreSQL on their way to the server and back, in its binary form and as text.
//!
//! For the drivers of `sqlsession`, which name the types of columns and parameters by [`postgres_types`].
//!
//! | module | what it knows |
//! |---|---|
//! | `target` | what a parameter's type asks for |
//! | `natural` | what a value's parameter is declared as |
//! | `encode` | which values a type takes, and in which of the two formats they are sent |
//! | `text` | how PostgreSQL writes values |
//! | `decode` | what the bytes of a column mean |
//! | `copy` | the fields of COPY, which are those of a message whose parameters are all binary |
//! | `rows` | rows that are decoded when they are asked for |

mod bound;
mod check;
mod copy;
mod decimal;
mod decode;
mod encode;
mod natural;
mod pg_epoch;
mod rows;
mod target;
mod text;
mod undescribed;

pub use bound::Bound;
pub use check::{check, check_undescribed};
pub use copy::{takes_binary_copy, write_copy_field, write_copy_text};
pub use decode::{Decoding, Raw, owned};
pub use encode::write_as_text;
pub use natural::{Declared, declared};
pub use postgres_types;
pub use rows::{PgColumns, RawRow, batch};
pub use text::{write_f32, write_value};
pub use undescribed::undescribed;
