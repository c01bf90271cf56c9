//! Statements of `sea-query`, written for the dialect when they run.

mod builder;
mod statements;
mod values;

#[cfg(test)]
mod tests;
