use sqlsession_test_servers::{Postgres, PostgresServer, psql};

#[test]
fn a_server_is_as_it_was_asked_for() {
    let server = Postgres::new()
        .setting("max_connections", "17")
        .setting("search_path", "it's, public")
        .access("local all ada reject")
        .statement("CREATE ROLE ada LOGIN PASSWORD 'a b'")
        .statement("CREATE TABLE t (\n  id int\n)")
        .statement("INSERT INTO t\nVALUES (1), (2)")
        .start()
        .unwrap();
    assert_eq!(server.query("SHOW max_connections").unwrap(), "17");
    assert_eq!(server.query("SHOW search_path").unwrap(), "it's, public");
    assert_eq!(server.query("SELECT id, id + 1 FROM public.t ORDER BY id").unwrap(), "1|2\n2|3");
    assert!(psql(&server.url_by_socket("ada"), "SELECT 1").unwrap_err().to_string().contains("rejects"));
    assert_eq!(psql(&server.url_as("ada", Some("a%20b")), "SELECT 1").unwrap(), "1");
    assert_eq!(
        psql(&server.url(), "SELECT current_user, current_database()").unwrap(),
        "sqlsession|sqlsession"
    );
    assert!(server.certificates().is_err());
}

#[test]
fn a_wrong_option_is_named() {
    let message = Postgres::new().statement("CREATE ROLE").start().unwrap_err().to_string();
    assert!(message.contains("syntax error at or near"), "{message}");
}

#[test]
fn data_survives_a_kill_and_a_stop() {
    let mut server = PostgresServer::start().unwrap();
    let (url, folder) = (server.url(), server.folder().to_owned());
    server.query("CREATE TABLE t (id int); INSERT INTO t VALUES (1)").unwrap();
    server.kill().unwrap();
    assert!(server.query("SELECT 1").is_err());
    server.restart().unwrap();
    assert_eq!(server.query("INSERT INTO t VALUES (2) RETURNING id").unwrap(), "2");
    server.stop().unwrap();
    assert!(psql(&url, "SELECT 1").is_err());
    server.restart().unwrap();
    assert_eq!(psql(&url, "SELECT id FROM t ORDER BY id").unwrap(), "1\n2");
    drop(server);
    assert!(!folder.exists());
    assert!(psql(&url, "SELECT 1").unwrap_err().to_string().contains("refused"));
}
