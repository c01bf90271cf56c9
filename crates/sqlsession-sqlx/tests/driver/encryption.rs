use std::{path::Path, process::Command, sync::LazyLock};

use sqlsession_sqlx::{ErrorKind, Result, SqlxEngine, sqlx_mysql::MySql, sqlx_postgres::Postgres};
use sqlsession_test_servers::{
    AuthRole, Mysql, MysqlProduct, MysqlServer, Postgres as Servers, PostgresServer, ServerCertificate,
};

/// A PostgreSQL server with this certificate.
fn showing(certificate: ServerCertificate) -> PostgresServer {
    let mut server = Servers::new().auth_roles().start().unwrap();
    server.show_certificate(certificate).unwrap();
    server
}

fn postgres() -> &'static PostgresServer {
    static SERVER: LazyLock<PostgresServer> = LazyLock::new(|| showing(ServerCertificate::Valid));
    &SERVER
}

fn url(server: &PostgresServer, options: &str) -> String {
    format!("{}?{options}", server.url_as(AuthRole::Trust.name(), None))
}

/// Whether PostgreSQL's connection of this URL is encrypted.
async fn is_encrypted(url: &str) -> Result<bool> {
    let mut session = SqlxEngine::<Postgres>::new(url)?.session_maker().session();
    session.scalar_one::<bool>("select ssl from pg_stat_ssl where pid = pg_backend_pid()").await
}

/// Whether MySQL's is.
async fn is_encrypted_mysql(url: &str) -> Result<bool> {
    let mut session = SqlxEngine::<MySql>::new(url)?.session_maker().session();
    let row: (String, String) = session.one("show session status like 'Ssl_cipher'").await?;
    Ok(!row.1.is_empty())
}

/// The file's name as an option of this name.
fn file(option: &str, file: &Path) -> String {
    format!("{option}={}", file.display())
}

#[tokio::test]
async fn postgres_checks_the_certificate_where_it_was_asked_to() {
    let server = postgres();
    let certificates = server.certificates().unwrap();
    let right = file("sslrootcert", &certificates.authority());
    let wrong = file("sslrootcert", &certificates.wrong_authority());
    assert!(is_encrypted(&url(server, &format!("sslmode=verify-full&{right}"))).await.unwrap());
    for options in [format!("sslmode=verify-full&{wrong}"), "sslrootcert=system".to_owned()] {
        let error = is_encrypted(&url(server, &options)).await.unwrap_err();
        assert!(error.message().contains("UnknownIssuer"), "{options}: {error}");
    }
    let other = showing(ServerCertificate::OtherHost);
    let right = file("sslrootcert", &other.certificates().unwrap().authority());
    let error = is_encrypted(&url(&other, &format!("sslmode=verify-full&{right}"))).await.unwrap_err();
    assert!(error.message().contains("certificate not valid for name"), "{error}");
    // As libpq, and without a check.
    assert!(is_encrypted(&url(server, "sslmode=require")).await.unwrap());
    assert!(is_encrypted(&url(server, &format!("sslmode=prefer&{wrong}"))).await.unwrap());
}

#[tokio::test]
async fn checks_that_sqlx_does_not_make_for_postgres_are_refused() {
    let server = postgres();
    let root = file("sslrootcert", &server.certificates().unwrap().authority());
    for (options, part) in [
        (format!("sslmode=verify-ca&{root}"), "sslmode=verify-ca"),
        ("sslmode=verify-ca".to_owned(), "sslmode=verify-ca"),
        (format!("sslmode=require&{root}"), "sslmode=require with sslrootcert"),
        ("sslmode=require&sslrootcert=system".to_owned(), "sslrootcert=system needs sslmode=verify-full"),
        ("sslmode=verify-ca&sslrootcert=system".to_owned(), "sslrootcert=system needs sslmode=verify-full"),
    ] {
        let error = is_encrypted(&url(server, &options)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{options}: {error}");
        assert!(error.message().contains(part), "{options}: {error}");
    }
}

/// Set in the second process, which trusts this server's authority as if it were the system's.
const CHILD: &str = "SQLSESSION_TEST_URL";

#[tokio::test]
async fn the_system_s_authorities_are_trusted_for_a_name_only() {
    if let Ok(url) = std::env::var(CHILD) {
        println!("{}", is_encrypted(&url).await.map_err(|error| error.to_string()).unwrap());
        return;
    }
    let other = showing(ServerCertificate::OtherHost);
    let wrong = file("sslrootcert", &other.certificates().unwrap().wrong_authority());
    let connects = |server: &PostgresServer, options: &str, variable: (&str, &str)| {
        let child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "encryption::the_system_s_authorities_are_trusted_for_a_name_only",
                "--nocapture",
            ])
            .env(CHILD, url(server, options))
            .env("SSL_CERT_FILE", server.certificates().unwrap().authority())
            .env(variable.0, variable.1)
            .output()
            .unwrap();
        child.status.success() && String::from_utf8(child.stdout).unwrap().contains("true")
    };
    assert!(connects(postgres(), "sslrootcert=system", ("LANG", "C")));
    assert!(connects(postgres(), "", ("PGSSLROOTCERT", "system")));
    assert!(connects(postgres(), "sslmode=require", ("LANG", "C")));
    for options in ["sslrootcert=system", &format!("sslmode=verify-ca&{wrong}")] {
        assert!(!connects(&other, options, ("LANG", "C")), "{options}: made out to another host");
    }
    assert!(!connects(postgres(), "", ("PGSSLMODE", "verify-ca")));
    assert!(!connects(postgres(), "", ("PGSSLMODE", "verify-everything")));
    let authority = other.certificates().unwrap().wrong_authority();
    assert!(!connects(postgres(), "sslmode=require", ("PGSSLROOTCERT", authority.to_str().unwrap())));
}

#[tokio::test]
async fn mysql_checks_the_name_beside_the_authority() {
    for product in MysqlProduct::installed() {
        let mut server = Mysql::new(product).tls().start().unwrap();
        let certificates = server.certificates().unwrap();
        let (right, wrong) =
            (file("ssl_ca", &certificates.authority()), file("ssl_ca", &certificates.wrong_authority()));
        let by = |server: &MysqlServer, options: &str| format!("{}?{options}", server.url());
        assert!(
            is_encrypted_mysql(&by(&server, &format!("ssl_mode=VERIFY_IDENTITY&{right}"))).await.unwrap()
        );
        assert!(is_encrypted_mysql(&by(&server, &format!("ssl_mode=REQUIRED&{wrong}"))).await.unwrap());
        for options in [format!("ssl_mode=VERIFY_IDENTITY&{wrong}"), "ssl_mode=VERIFY_IDENTITY".to_owned()] {
            let error = is_encrypted_mysql(&by(&server, &options)).await.unwrap_err();
            assert!(error.message().contains("UnknownIssuer"), "{options}: {error}");
        }
        server.show_certificate(ServerCertificate::OtherHost).unwrap();
        let error =
            is_encrypted_mysql(&by(&server, &format!("ssl_mode=VERIFY_IDENTITY&{right}"))).await.unwrap_err();
        assert!(error.message().contains("certificate not valid for name"), "{error}");
        for options in [right.clone(), format!("ssl_mode=VERIFY_CA&{right}"), "ssl_mode=VERIFY_CA".to_owned()]
        {
            let error = is_encrypted_mysql(&by(&server, &options)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{options}: {error}");
            assert!(error.message().contains("VERIFY_IDENTITY"), "{options}: {error}");
        }
    }
}
