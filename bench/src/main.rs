//! `cargo xtask bench`.

fn main() -> sqlsession_bench::cell::Fallible<()> {
    sqlsession_bench::run()
}
