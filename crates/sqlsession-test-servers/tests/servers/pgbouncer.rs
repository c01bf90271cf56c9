use sqlsession_test_servers::{AUTH_PASSWORD, AuthRole, PgBouncer, Postgres, PostgresServer, psql};

#[test]
fn transactions_share_the_connections_behind_it() {
    let server = Postgres::new().auth_roles().start().unwrap();
    let role = AuthRole::Scram.name();
    let mut bouncer = PgBouncer::in_front_of(&server)
        .user(role, AUTH_PASSWORD)
        .setting("default_pool_size", "1")
        .start()
        .unwrap();
    assert_eq!(psql(&bouncer.url(), "SELECT current_user").unwrap(), "sqlsession");
    let as_role = format!("postgresql://{role}:{AUTH_PASSWORD}@127.0.0.1:{}/sqlsession", bouncer.port());
    assert_eq!(psql(&as_role, "SELECT current_user").unwrap(), role);
    let message = psql(&as_role.replace(AUTH_PASSWORD, "wrong"), "SELECT 1").unwrap_err().to_string();
    assert!(message.contains("SASL authentication failed"), "{message}");

    let pid = |sql: &str| psql(&bouncer.url(), sql).unwrap();
    let first = pid("SET statement_timeout = 1234; SELECT pg_backend_pid()");
    assert_eq!(pid("SELECT pg_backend_pid()"), first, "one connection serves one client after the other");
    assert_eq!(pid("SHOW statement_timeout"), "1234ms", "and nobody resets it");
    let pools = bouncer.admin("SHOW POOLS").unwrap();
    assert!(
        pools.lines().any(|line| line.starts_with("sqlsession|sqlsession|") && line.contains("|transaction"))
    );
    let tracked = bouncer.admin("SHOW CONFIG").unwrap().contains("\nmax_prepared_statements|100|");
    assert_eq!(tracked, PgBouncer::tracks_prepared_statements().unwrap());

    bouncer.kill().unwrap();
    assert!(psql(&bouncer.url(), "SELECT 1").unwrap_err().to_string().contains("refused"));
    bouncer.restart().unwrap();
    assert_eq!(psql(&bouncer.url(), "SELECT 1").unwrap(), "1");
}

#[test]
fn it_outlives_the_server_behind_it() {
    let mut server = PostgresServer::start().unwrap();
    let bouncer = PgBouncer::in_front_of(&server).setting("server_login_retry", "0").start().unwrap();
    assert_eq!(psql(&bouncer.url(), "SELECT 1").unwrap(), "1");
    server.restart().unwrap();
    assert_eq!(psql(&bouncer.url(), "SELECT 1").unwrap(), "1");
}

#[test]
fn a_wrong_setting_is_named() {
    let server = PostgresServer::start().unwrap();
    let message =
        PgBouncer::in_front_of(&server).setting("pool_mode", "sometimes").start().unwrap_err().to_string();
    assert!(message.contains("pool_mode"), "{message}");
}
