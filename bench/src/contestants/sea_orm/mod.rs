//! SeaORM as its documentation recommends: entities and active models on its pool with its defaults, loaders for what
//! belongs to a row. It has no connection of its own to hold: each call takes one out of the pool.

mod tables;
mod works;

pub use works::SeaOrm;
