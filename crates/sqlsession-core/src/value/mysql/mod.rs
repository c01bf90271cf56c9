//! Values of MySQL's and MariaDB's protocol, for the drivers that read them.

mod decimal;
mod decode;
mod field;
mod float;
mod signature;
mod sort;

pub use decimal::Decimal;
pub use decode::{borrowed, date_time, owned, text};
pub use field::Field;
pub use float::finite;
pub use signature::Signature;
pub use sort::Sort;
