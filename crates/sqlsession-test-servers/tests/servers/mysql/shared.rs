use std::path::PathBuf;

use sqlsession_test_servers::{MysqlDatabase, mysql_client, mysql_url};

use crate::killed::assert_ends_with_its_process;

#[test]
fn databases_of_the_shared_server_are_fresh_and_go_away() {
    let (one, two) = (MysqlDatabase::create().unwrap(), MysqlDatabase::create().unwrap());
    assert_ne!(one.name(), two.name());
    one.query("CREATE TABLE t (id int)").unwrap();
    two.query("CREATE TABLE t (id int)").unwrap();
    assert_eq!(mysql_client(one.url(), "SELECT database()").unwrap(), one.name());
    let version = one.query("SELECT version()").unwrap();
    assert!(version.contains(one.product().name()) || !version.contains("MariaDB"), "{version}");

    // A transaction that is open in the database does not keep it.
    let (name, url) = (one.name().to_owned(), one.url().to_owned());
    let open = std::thread::spawn(move || mysql_client(&url, "BEGIN; SELECT * FROM t; SELECT sleep(600)"));
    let waits = format!("SELECT count(*) FROM information_schema.processlist WHERE db = '{name}'");
    while mysql_client(mysql_url().unwrap(), &waits).unwrap() != "1" {
        std::thread::yield_now();
    }
    drop(one);
    assert!(open.join().unwrap().is_err());
    let seen = format!("SHOW DATABASES WHERE `Database` IN ('{name}', '{}')", two.name());
    assert_eq!(mysql_client(mysql_url().unwrap(), &seen).unwrap(), two.name());
}

#[test]
fn the_shared_server_ends_with_a_killed_process() {
    assert_ends_with_its_process("SQLSESSION_MYSQL_URL", || {
        let pid_file = mysql_client(mysql_url().unwrap(), "SELECT @@pid_file").unwrap();
        let pid_file = PathBuf::from(pid_file);
        (pid_file.parent().unwrap().to_owned(), pid_file)
    });
}
