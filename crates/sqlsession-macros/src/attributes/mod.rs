//! What stands in `#[from_row(…)]`, `#[entity(…)]` and `#[embedded(…)]`, on the struct and on its fields.

mod check;
mod container;
mod field;
mod parse;
mod reference;

pub(crate) use container::ContainerAttributes;
pub(crate) use field::FieldAttributes;
pub(crate) use parse::{each, once, path_of, text};
pub(crate) use reference::Reference;
