//! The contest: what is done, who does it, and how it is measured.

mod cell;
mod contestant;
mod rounds;
mod work;

pub use cell::{Cell, enter, takes_part};
pub use contestant::Contestant;
pub use rounds::{Measured, run};
pub use work::{Sizes, Work};
