//! What the bytes of a column mean.
//!
//! Types that are borrowed from the row, or are numbers, are [`Decoding`]s of their own and cost nothing. The rest is
//! computed once per value by [`owned`], from the binary form. Bytes that are not what the type says are given as they are.

mod array;
mod borrowed;
mod composite;
mod geometric;
mod hstore;
mod input;
mod interval;
mod network;
mod numeric;
mod owned;
mod plan;
mod range;
mod raw;
mod simple;
#[cfg(test)]
mod tests;
mod text_form;
mod text_search;

pub use owned::owned;
pub use plan::Decoding;
pub use raw::Raw;
