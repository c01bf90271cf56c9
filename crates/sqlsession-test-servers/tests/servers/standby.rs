use sqlsession_test_servers::{AuthRole, Postgres, PostgresServer, psql};

const RECOVERY: &str = "SELECT pg_is_in_recovery()";

#[test]
fn a_standby_follows_and_takes_over() {
    let mut primary = Postgres::new().auth_roles().start().unwrap();
    primary.query("CREATE TABLE t (id int); INSERT INTO t VALUES (1)").unwrap();
    let mut standby = primary.standby().unwrap();
    assert_ne!(standby.port(), primary.port());
    assert_eq!(
        (primary.query(RECOVERY).unwrap(), standby.query(RECOVERY).unwrap()),
        ("f".into(), "t".into())
    );

    primary.query("INSERT INTO t VALUES (2)").unwrap();
    standby.catch_up_with(&primary).unwrap();
    assert_eq!(psql(&standby.url(), "SELECT id FROM t ORDER BY id").unwrap(), "1\n2");
    let message = standby.query("INSERT INTO t VALUES (3)").unwrap_err().to_string();
    assert!(message.contains("25006"), "{message}");
    assert!(primary.promote().is_err(), "it is no standby");

    standby.stop().unwrap();
    primary.query("INSERT INTO t VALUES (3)").unwrap();
    standby.restart().unwrap();
    standby.catch_up_with(&primary).unwrap();

    primary.kill().unwrap();
    assert_eq!(standby.query("SELECT count(*) FROM t").unwrap(), "3");
    standby.promote().unwrap();
    assert_eq!(standby.query(RECOVERY).unwrap(), "f");
    assert_eq!(standby.query("INSERT INTO t VALUES (4) RETURNING id").unwrap(), "4");
    standby.kill().unwrap();
    standby.restart().unwrap();
    assert_eq!(standby.query(RECOVERY).unwrap(), "f");
    let authority = standby.certificates().unwrap().authority();
    assert_eq!(authority, standby.folder().join("data/tls/authority.crt"));
    let verified = format!(
        "{}?sslmode=verify-full&sslrootcert={}",
        standby.url_as(AuthRole::Trust.name(), None),
        authority.display()
    );
    assert_eq!(psql(&verified, "SELECT 1").unwrap(), "1");
}

#[test]
fn of_two_hosts_the_one_that_takes_writes_is_found() {
    let primary = PostgresServer::start().unwrap();
    let standby = primary.standby().unwrap();
    let both = format!(
        "host=127.0.0.1,127.0.0.1 port={},{} user=sqlsession password=sqlsession dbname=sqlsession",
        standby.port(),
        primary.port()
    );
    let port_of = |wanted: &str| {
        psql(&format!("{both} target_session_attrs={wanted}"), "SHOW port").unwrap().parse::<u16>().unwrap()
    };
    assert_eq!(port_of("any"), standby.port());
    assert_eq!(port_of("read-write"), primary.port());
    assert_eq!(port_of("standby"), standby.port());
    drop(primary);
    standby.promote().unwrap();
    assert_eq!(port_of("read-write"), standby.port());
}
