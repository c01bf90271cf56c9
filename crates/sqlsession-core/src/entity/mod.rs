//! Mapped types: what a session adds, changes and deletes as objects.
//!
//! `#[derive(Entity)]` of the `sqlsession` crate writes the implementation of [`Entity`]; the unit of work that uses it
//! is the session's.

mod column;
mod column_type;
mod embedded;
mod entity_trait;
mod has_column_type;
mod key;
mod table;
mod tracked;

pub use column::{Column, Reference, ReferentialAction};
pub use column_type::ColumnType;
pub use embedded::Embedded;
pub use entity_trait::Entity;
pub use has_column_type::HasColumnType;
pub use key::Key;
pub use table::Table;
pub use tracked::Tracked;
