use std::sync::LazyLock;

use sqlsession_test_servers::{AuthRole, Postgres, PostgresServer, ServerCertificate, psql};

fn start() -> PostgresServer {
    Postgres::new().auth_roles().start().unwrap()
}

/// Logs in by TCP and gives the role and whether TLS is used.
fn login(
    server: &PostgresServer,
    role: AuthRole,
    password: Option<&str>,
    options: &str,
) -> Result<String, String> {
    let target = format!("{}?{options}", server.url_as(role.name(), password));
    psql(&target, "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        .map_err(|error| error.to_string())
}

const PLAIN: &str = "sslmode=disable";
const TLS: &str = "sslmode=require";

#[test]
fn each_role_logs_in_in_its_own_way_only() {
    static SERVER: LazyLock<PostgresServer> = LazyLock::new(start);
    let server = &*SERVER;
    let certificates = server.certificates().unwrap();
    let with_certificate = format!(
        "{TLS}&sslcert={}&sslkey={}",
        certificates.client_certificate().display(),
        certificates.client_key().display()
    );
    let attempt = |role: AuthRole, options| login(server, role, role.password(), options);
    let (with, without) =
        (|role: AuthRole| format!("{}|t", role.name()), |role: AuthRole| format!("{}|f", role.name()));

    for role in [AuthRole::Trust, AuthRole::Password, AuthRole::Md5, AuthRole::Scram] {
        assert_eq!(attempt(role, PLAIN), Ok(without(role)));
        assert_eq!(attempt(role, TLS), Ok(with(role)));
        assert_eq!(attempt(role, &with_certificate), Ok(with(role)));
    }
    for role in [AuthRole::Password, AuthRole::Md5, AuthRole::Scram] {
        let message = login(server, role, Some("wrong"), TLS).unwrap_err();
        assert!(message.contains("password authentication failed"), "{message}");
        let message = login(server, role, None, TLS).unwrap_err();
        assert!(message.contains("no password supplied"), "{message}");
    }

    assert_eq!(attempt(AuthRole::ScramTls, TLS), Ok(with(AuthRole::ScramTls)));
    assert_eq!(attempt(AuthRole::ScramPlain, PLAIN), Ok(without(AuthRole::ScramPlain)));
    assert_eq!(attempt(AuthRole::Certificate, &with_certificate), Ok(with(AuthRole::Certificate)));
    for (role, options) in [
        (AuthRole::ScramTls, PLAIN),
        (AuthRole::ScramPlain, TLS),
        (AuthRole::Certificate, PLAIN),
        (AuthRole::Rejected, PLAIN),
        (AuthRole::Rejected, TLS),
    ] {
        let message = attempt(role, options).unwrap_err();
        assert!(message.contains("pg_hba.conf rejects connection"), "{message}");
    }
    let message = attempt(AuthRole::Certificate, TLS).unwrap_err();
    assert!(message.contains("valid client certificate"), "{message}");

    let message = attempt(AuthRole::Scram, "sslmode=disable&channel_binding=require").unwrap_err();
    assert!(message.contains("channel binding"), "{message}");
    let bound = attempt(AuthRole::Scram, "sslmode=require&channel_binding=require");
    assert_eq!(bound, Ok(with(AuthRole::Scram)));

    assert_eq!(server.query("SELECT count(*) FROM pg_authid WHERE rolpassword LIKE 'md5%'").unwrap(), "1");
    let by_socket = psql(&server.url_by_socket(AuthRole::Scram.name()), "SELECT current_user").unwrap();
    assert_eq!(by_socket, AuthRole::Scram.name());
}

#[test]
fn certificates_are_good_wrong_expired_or_anothers() {
    let mut server = start();
    let certificates = server.certificates().unwrap();
    let verify = |server: &PostgresServer, mode: &str, authority: &std::path::Path, host: &str| {
        let target = format!(
            "host={host} port={} dbname=sqlsession user={} sslmode={mode} sslrootcert={}",
            server.port(),
            AuthRole::Trust.name(),
            authority.display()
        );
        psql(&target, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            .map_err(|error| error.to_string())
    };
    let good = certificates.authority();
    assert_eq!(verify(&server, "verify-full", &good, "localhost").as_deref(), Ok("t"));
    assert_eq!(verify(&server, "verify-full", &good, "127.0.0.1").as_deref(), Ok("t"));
    let message = verify(&server, "verify-ca", &certificates.wrong_authority(), "localhost").unwrap_err();
    assert!(message.contains("certificate verify failed"), "{message}");

    server.show_certificate(ServerCertificate::OtherHost).unwrap();
    assert_eq!(verify(&server, "verify-ca", &good, "localhost").as_deref(), Ok("t"));
    let message = verify(&server, "verify-full", &good, "localhost").unwrap_err();
    assert!(message.contains("elsewhere.test"), "{message}");

    server.show_certificate(ServerCertificate::Expired).unwrap();
    let message = verify(&server, "verify-ca", &good, "localhost").unwrap_err();
    assert!(message.contains("certificate verify failed"), "{message}");

    server.show_certificate(ServerCertificate::Valid).unwrap();
    assert_eq!(verify(&server, "verify-full", &good, "localhost").as_deref(), Ok("t"));
}
