use std::{fs, path::Path, sync::LazyLock};

use sqlsession_postgres::ErrorKind;
use sqlsession_test_servers::{AuthRole, Postgres, PostgresServer, ServerCertificate};

use crate::{
    client::{ask, is_encrypted, refusal},
    servers::{url, with_roles},
};

fn showing(certificate: ServerCertificate) -> PostgresServer {
    let mut server = Postgres::new().auth_roles().start().unwrap();
    server.show_certificate(certificate).unwrap();
    server
}

fn checked(server: &PostgresServer, mode: &str, authority: &Path) -> String {
    url(server, AuthRole::Trust, &format!("sslmode={mode}&sslrootcert={}", authority.display()))
}

#[tokio::test]
async fn an_authority_that_is_not_trusted_is_refused() {
    let server = with_roles();
    let wrong = server.certificates().unwrap().wrong_authority();
    // `require` checks where there are certificates of authorities.
    for mode in ["require", "verify-ca", "verify-full"] {
        let error = refusal(&checked(server, mode, &wrong)).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Tls, Some("UnknownIssuer")), "{mode}");
        assert!(error.message().contains("comes from an authority that is not trusted"), "{error}");
    }
    assert!(is_encrypted(&checked(server, "prefer", &wrong)).await.unwrap(), "it checks nothing");
    let error = refusal(&url(server, AuthRole::Trust, "sslrootcert=system")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Tls, Some("UnknownIssuer")));
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_refused() {
    static SERVER: LazyLock<PostgresServer> = LazyLock::new(|| showing(ServerCertificate::Expired));
    let authority = SERVER.certificates().unwrap().authority();
    for mode in ["require", "verify-ca", "verify-full"] {
        let error = refusal(&checked(&SERVER, mode, &authority)).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Tls, Some("Expired")), "{mode}");
        assert!(error.message().contains("has expired"), "{error}");
    }
    assert!(is_encrypted(&url(&SERVER, AuthRole::Trust, "sslmode=require")).await.unwrap());
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused_by_the_strictest_mode_only() {
    static SERVER: LazyLock<PostgresServer> = LazyLock::new(|| showing(ServerCertificate::OtherHost));
    let authority = SERVER.certificates().unwrap().authority();
    for mode in ["require", "verify-ca"] {
        assert!(is_encrypted(&checked(&SERVER, mode, &authority)).await.unwrap(), "{mode}");
    }
    let error = refusal(&checked(&SERVER, "verify-full", &authority)).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Tls, Some("NotValidForName")));
    assert!(error.message().contains("not for the host 127.0.0.1"), "{error}");
    assert!(error.message().contains("elsewhere.test"), "{error}");
}

#[tokio::test]
async fn a_client_logs_in_by_its_certificate() {
    let server = with_roles();
    let files = server.certificates().unwrap();
    let own = |certificate: &Path, key: &Path| {
        let options = format!("sslmode=require&sslcert={}&sslkey={}", certificate.display(), key.display());
        url(server, AuthRole::Certificate, &options)
    };
    let good = own(&files.client_certificate(), &files.client_key());
    assert_eq!(ask(&good, "select current_user::text").await.unwrap(), AuthRole::Certificate.name());

    let error = refusal(&url(server, AuthRole::Certificate, "sslmode=require")).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("28000")));
    assert!(error.message().contains("requires a valid client certificate"), "{error}");

    // Signed by nobody the server knows.
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("other.crt"), folder.path().join("other.key"));
    let made = rcgen::generate_simple_self_signed([AuthRole::Certificate.name().to_owned()]).unwrap();
    fs::write(&certificate, made.cert.pem()).unwrap();
    write_key(&key, &made.signing_key.serialize_pem());
    let error = refusal(&own(&certificate, &key)).await;
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert_eq!(error.code(), Some("UnknownCA"));
}

#[tokio::test]
async fn a_file_that_is_of_no_use_is_a_matter_of_configuration() {
    let server = with_roles();
    let files = server.certificates().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::write(at("empty"), "").unwrap();
    fs::write(at("open.key"), fs::read(files.client_key()).unwrap()).unwrap();
    write_key(Path::new(&at("empty.key")), "");
    write_key(
        Path::new(&at("encrypted.key")),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    write_key(Path::new(&at("other.key")), &rcgen::KeyPair::generate().unwrap().serialize_pem());
    let certificate = format!("sslcert={}", files.client_certificate().display());
    for (options, part) in [
        (format!("sslrootcert={}", at("missing")), "cannot read"),
        (format!("sslrootcert={}", at("empty")), "has no certificate"),
        (format!("sslrootcert={}&sslcrl={}", files.authority().display(), at("missing")), "cannot read"),
        (
            format!("sslrootcert={}&sslcrl={}", files.authority().display(), at("empty")),
            "has no list of revoked",
        ),
        (format!("sslcert={}&sslkey={}", at("missing"), files.client_key().display()), "cannot read"),
        (format!("{certificate}&sslkey={}", at("missing")), "cannot read"),
        (format!("{certificate}&sslkey={}", at("empty.key")), "has no key"),
        (format!("{certificate}&sslkey={}", at("open.key")), "may be read or written by others"),
        (format!("{certificate}&sslkey={}", at("encrypted.key")), "is encrypted"),
        (format!("{certificate}&sslkey={}", at("other.key")), "cannot be used"),
    ] {
        let error = refusal(&url(server, AuthRole::Trust, &format!("sslmode=require&{options}"))).await;
        assert_eq!(error.kind(), ErrorKind::Configuration, "{options}");
        assert!(error.message().contains(part), "{error}");
    }
}

fn write_key(file: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(file, text).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}
