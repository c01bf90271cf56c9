//! Mapped types: what a session adds, changes and deletes as objects.
//!
//! `#[derive(Entity)]` of the `sqlsession` crate writes the implementation of [`Entity`]; the unit of work that uses it
//! is the session's.

mod column;
mod column_type;
mod entity_trait;
mod key;
mod table;
mod tracked;

pub use column::{Column, Reference, ReferentialAction};
pub use column_type::{ColumnType, HasColumnType};
pub use entity_trait::Entity;
pub use key::Key;
pub use table::Table;
pub use tracked::Tracked;
