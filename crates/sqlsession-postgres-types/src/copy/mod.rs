//! The fields of COPY, in its binary format and as text.

mod assigned;
mod binary;
mod literal;
mod money;
mod numeric;
mod text;

pub use binary::{takes_binary_copy, write_copy_field};
pub use money::{Money, holds_money};
pub use text::write_copy_text;
