//! The chapters of the guide, each as the documentation of a module, so that `cargo test --doc` compiles and runs their code.
//! What is included from the examples is run there.

macro_rules! chapters {
    ($($name:ident $file:literal,)+) => {$(
        #[doc = include_str!($file)]
        pub mod $name {}
    )+};
}

chapters! {
    introduction "src/introduction.md",
    first_steps "src/first-steps.md",
    sessions "src/sessions.md",
    results "src/results.md",
    entities "src/entities.md",
    migrations "src/migrations.md",
    errors "src/errors.md",
    pool "src/pool.md",
    postgres "src/postgres.md",
    mysql "src/mysql.md",
    sqlite "src/sqlite.md",
    web "src/web.md",
    traces "src/traces.md",
    testing "src/testing.md",
    from_sqlalchemy "src/from-sqlalchemy.md",
    from_sqlx "src/from-sqlx.md",
    driver "src/driver.md",
}
