use std::path::Path;

use sqlsession_test_servers::{PostgresDatabase, postgres_url, psql};

use crate::killed::assert_ends_with_its_process;

#[test]
fn databases_of_the_shared_server_are_fresh_and_go_away() {
    let (one, two) = (PostgresDatabase::create().unwrap(), PostgresDatabase::create().unwrap());
    assert_ne!(one.name(), two.name());
    one.query("CREATE TABLE t (id int)").unwrap();
    two.query("CREATE TABLE t (id int)").unwrap();
    assert_eq!(psql(one.url(), "SELECT current_database()").unwrap(), one.name());
    let name = one.name().to_owned();
    drop(one);
    let seen = format!("SELECT count(*) FROM pg_database WHERE datname IN ('{name}', '{}')", two.name());
    assert_eq!(psql(postgres_url().unwrap(), &seen).unwrap(), "1");
}

#[test]
fn the_shared_server_ends_with_a_killed_process() {
    assert_ends_with_its_process("SQLSESSION_POSTGRES_URL", || {
        let data = psql(postgres_url().unwrap(), "SHOW data_directory").unwrap();
        let data = Path::new(&data);
        (data.parent().unwrap().to_owned(), data.join("postmaster.pid"))
    });
}
