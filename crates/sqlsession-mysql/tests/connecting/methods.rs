//! Each way to log in, with each mode of encryption, on each product.

use std::sync::OnceLock;

use sqlsession_mysql::{ErrorKind, Result};
use sqlsession_test_servers::{Mysql, MysqlAuthRole, MysqlProduct, MysqlServer};

use crate::{
    client::{ask, is_encrypted, patiently, refusal},
    modes::MODES,
};

/// The servers there are: MariaDB, and MySQL itself where it is unpacked, see `cargo xtask servers fetch-mysql`.
fn servers() -> &'static [MysqlServer] {
    static SERVERS: OnceLock<Vec<MysqlServer>> = OnceLock::new();
    SERVERS.get_or_init(|| {
        let products = MysqlProduct::installed().into_iter();
        products.map(|product| Mysql::new(product).auth_roles().start().unwrap()).collect()
    })
}

/// Each role, with each mode and the server's authority.
fn each() -> impl Iterator<Item = (&'static MysqlServer, MysqlAuthRole, &'static str, String)> {
    servers().iter().flat_map(|server| {
        let roles = MysqlAuthRole::of(server.product()).iter();
        roles.flat_map(move |role| {
            MODES.iter().map(move |mode| {
                let authority = server.certificates().unwrap().authority();
                (server, *role, *mode, format!("?ssl_mode={mode}&ssl_ca={}", authority.display()))
            })
        })
    })
}

#[tokio::test]
async fn each_way_works_in_each_mode() {
    for (server, role, mode, query) in each() {
        let place = format!("{:?}, {role:?}, {mode}", server.product());
        let url = format!("{}{query}", server.url_as(role.name(), role.password()));
        let certificates = server.certificates().unwrap();
        let (certificate, key) = (certificates.client_certificate(), certificates.client_key());
        let certified = format!("{url}&ssl_cert={}&ssl_key={}", certificate.display(), key.display());
        let url = match role {
            MysqlAuthRole::Certificate if mode != "DISABLED" => {
                assert_eq!(refusal(&url).await.kind(), ErrorKind::Authentication, "{place}, no certificate");
                certified
            }
            _ => url,
        };
        let needs_encryption = matches!(role, MysqlAuthRole::Tls | MysqlAuthRole::Certificate);
        if role == MysqlAuthRole::Locked || (needs_encryption && mode == "DISABLED") {
            let error = refusal(&url).await;
            assert_eq!(error.kind(), ErrorKind::Authentication, "{place}: {error:?}");
            continue;
        }
        // MySQL asks for the whole password at the first login of a user, and not at the next ones.
        for _ in 0..2 {
            let who =
                log_in(role, async || ask(&url, "select substring_index(current_user(), '@', 1)").await)
                    .await;
            assert_eq!(who.unwrap(), role.name(), "{place}");
        }
        let encrypted = log_in(role, async || is_encrypted(&url).await).await;
        assert_eq!(encrypted.unwrap(), mode != "DISABLED", "{place}");
    }
}

async fn log_in<T>(role: MysqlAuthRole, login: impl AsyncFn() -> Result<T>) -> Result<T> {
    if role == MysqlAuthRole::Ed25519 { patiently(login).await } else { login().await }
}

#[tokio::test]
async fn a_wrong_password_is_refused_in_each_mode_and_not_repeated() {
    for (server, role, mode, query) in each() {
        let url = format!("{}{query}", server.url_as(role.name(), Some("wr0ng")));
        let error = refusal(&url).await;
        let place = format!("{:?}, {role:?}, {mode}: {error:?}", server.product());
        assert_eq!(error.kind(), ErrorKind::Authentication, "{place}");
        assert!(error.code().is_some() && !place.contains("wr0ng"), "{place}");
    }
}

#[tokio::test]
async fn a_wrong_authority_is_refused_before_anybody_logs_in() {
    for (server, role, mode, _) in each().filter(|(_, _, mode, _)| mode.starts_with("VERIFY")) {
        let wrong = server.certificates().unwrap().wrong_authority();
        let url = server.url_as(role.name(), Some("wr0ng"));
        let error = refusal(&format!("{url}?ssl_mode={mode}&ssl_ca={}", wrong.display())).await;
        assert_eq!(error.kind(), ErrorKind::Tls, "{:?}, {role:?}, {mode}: {error:?}", server.product());
    }
}

#[tokio::test]
async fn a_server_that_wants_encryption_says_so() {
    for product in MysqlProduct::installed() {
        let server = Mysql::new(product).tls().setting("require_secure_transport", "ON").start().unwrap();
        assert!(is_encrypted(&server.url()).await.unwrap());
        let error = refusal(&format!("{}?ssl_mode=DISABLED", server.url())).await;
        // MariaDB says that access is denied.
        let expected = match product {
            MysqlProduct::Mysql => (ErrorKind::Tls, Some("3159")),
            MysqlProduct::Mariadb => (ErrorKind::Authentication, Some("1045")),
        };
        assert_eq!((error.kind(), error.code()), expected, "{error:?}");
    }
}
