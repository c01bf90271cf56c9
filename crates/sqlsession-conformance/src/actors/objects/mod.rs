//! SQLAlchemy's mapped objects, as far as scenarios have them.
//!
//! This library has no such objects: an entity is a value, a session takes it and gives it back. The runner does with
//! sessions what a program would do in place of touching an object, and keeps for each object what SQLAlchemy says of it:
//! whose it is, in which state, and which of its attributes are loaded.

mod follow;
mod object;
mod of_database;
mod of_object;
mod of_session;
mod shelf;

pub(super) use follow::Ending;
pub(super) use of_session::is_of_objects;
pub(super) use shelf::Shelf;
