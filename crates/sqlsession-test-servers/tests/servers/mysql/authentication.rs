use std::path::Path;

use sqlsession_test_servers::{
    Mysql, MysqlAuthRole, MysqlProduct, MysqlServer, ServerCertificate, mysql_client,
};

use super::products;

fn start(product: MysqlProduct) -> MysqlServer {
    Mysql::new(product).auth_roles().start().unwrap()
}

const PLAIN: &str = "ssl_mode=DISABLED";
const TLS: &str = "ssl_mode=REQUIRED";
const WHO: &str = "SELECT substring_index(current_user(), '@', 1); SHOW SESSION STATUS LIKE 'Ssl_cipher'";

/// Logs in and gives the user and whether TLS is used.
fn login(url: &str) -> Result<(String, bool), String> {
    let answer = mysql_client(url, WHO).map_err(|error| error.to_string())?;
    let (user, cipher) = answer.split_once('\n').unwrap();
    Ok((user.to_owned(), !cipher.trim_start_matches("Ssl_cipher").trim_matches('|').is_empty()))
}

#[test]
fn each_role_logs_in_in_its_own_way_only() {
    for product in products() {
        let server = start(product);
        let certificates = server.certificates().unwrap();
        let with_certificate = format!(
            "{TLS}&ssl_cert={}&ssl_key={}",
            certificates.client_certificate().display(),
            certificates.client_key().display()
        );
        let by_tcp = |role: MysqlAuthRole, password, options: &str| {
            login(&format!("{}?{options}", server.url_as(role.name(), password)))
        };
        for &role in MysqlAuthRole::of(product) {
            let attempt = |options| by_tcp(role, role.password(), options);
            let (with, without) = (Ok((role.name().to_owned(), true)), Ok((role.name().to_owned(), false)));
            if role == MysqlAuthRole::Locked {
                let message = attempt(TLS).unwrap_err();
                assert!(message.contains("locked"), "{message}");
                continue;
            }
            assert_eq!(attempt(&with_certificate), with, "{role:?}");
            if role == MysqlAuthRole::Certificate {
                assert!(attempt(TLS).unwrap_err().contains("1045"));
            } else {
                assert_eq!(attempt(TLS), with, "{role:?}");
            }
            if [MysqlAuthRole::Certificate, MysqlAuthRole::Tls].contains(&role) {
                assert!(attempt(PLAIN).unwrap_err().contains("1045"));
            } else {
                assert_eq!(attempt(PLAIN), without, "{role:?}");
                let socket = server.url_by_socket(role.name(), role.password());
                assert_eq!(login(&socket), without, "{role:?}");
            }
            for password in [Some("wrong"), None].into_iter().filter(|&password| password != role.password())
            {
                let message = by_tcp(role, password, &with_certificate).unwrap_err();
                assert!(message.contains("1045 (28000)"), "{role:?} {message}");
            }
        }
    }
}

#[test]
fn each_role_has_its_own_method() {
    for product in products() {
        let server = start(product);
        let method = |role: MysqlAuthRole| {
            server.query(&format!("SELECT plugin FROM mysql.user WHERE user = '{}'", role.name())).unwrap()
        };
        let default = match product {
            MysqlProduct::Mariadb => "mysql_native_password",
            MysqlProduct::Mysql => "caching_sha2_password",
        };
        for &role in MysqlAuthRole::of(product) {
            let expected = if role == MysqlAuthRole::Ed25519 { "ed25519" } else { default };
            assert_eq!(method(role), expected, "{role:?}");
        }
    }
}

#[test]
fn certificates_are_good_wrong_expired_or_anothers() {
    for product in products() {
        let mut server = start(product);
        let certificates = server.certificates().unwrap();
        let verify = |server: &MysqlServer, authority: &Path, host: &str| {
            let url = server.url_as(MysqlAuthRole::Empty.name(), None).replace("127.0.0.1", host);
            login(&format!("{url}?ssl_mode=VERIFY_IDENTITY&ssl_ca={}", authority.display()))
        };
        let good = certificates.authority();
        let fine = Ok((MysqlAuthRole::Empty.name().to_owned(), true));
        assert_eq!(verify(&server, &good, "localhost"), fine);
        assert_eq!(verify(&server, &good, "127.0.0.1"), fine);
        let message = verify(&server, &certificates.wrong_authority(), "localhost").unwrap_err();
        assert!(message.contains("2026"), "{message}");

        for certificate in [ServerCertificate::OtherHost, ServerCertificate::Expired] {
            server.show_certificate(certificate).unwrap();
            let message = verify(&server, &good, "localhost").unwrap_err();
            assert!(message.contains("2026"), "{certificate:?} {message}");
        }
        server.show_certificate(ServerCertificate::Valid).unwrap();
        assert_eq!(verify(&server, &good, "localhost"), fine);
    }
}
