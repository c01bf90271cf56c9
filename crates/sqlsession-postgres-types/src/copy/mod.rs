//! The fields of COPY, in its binary format and as text.

mod binary;
mod literal;
mod numeric;
mod text;

pub use binary::{takes_binary_copy, write_copy_field};
pub use text::write_copy_text;
