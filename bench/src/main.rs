//! `cargo xtask bench`.

fn main() -> sqlsession_bench::Fallible<()> {
    sqlsession_bench::timing::run()
}
