//! Values of every type, to the server and back.

mod cases;
mod parameters;
mod round_trip;
mod values;
