//! What MySQL and MariaDB have of their own in sqlx.

mod backend;
mod error;
mod fields;
mod kill;
mod options;
mod parameters;
mod rows;
mod settings;
mod surroundings;
mod variant;
