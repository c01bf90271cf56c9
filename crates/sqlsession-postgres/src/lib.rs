#![doc = include_str!("../README.md")]

mod rows;
mod types;
mod wire;
