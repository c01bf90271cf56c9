use std::sync::OnceLock;

use sqlsession_mysql::ErrorKind;
use sqlsession_test_servers::{Mysql, MysqlAuthRole, MysqlProduct, MysqlServer};

use crate::client::{ask, is_encrypted, refusal};

/// MySQL itself, where it is unpacked: `cargo xtask servers fetch-mysql`.
fn server() -> Option<&'static MysqlServer> {
    static SERVER: OnceLock<Option<MysqlServer>> = OnceLock::new();
    let start = || Mysql::new(MysqlProduct::Mysql).auth_roles().start().unwrap();
    SERVER.get_or_init(|| MysqlProduct::Mysql.is_installed().then(start)).as_ref()
}

fn url(server: &MysqlServer, role: MysqlAuthRole, mode: &str) -> String {
    format!("{}?ssl_mode={mode}", server.url_as(role.name(), role.password()))
}

#[tokio::test]
async fn caching_sha2_works_with_and_without_encryption() {
    let Some(server) = server() else { return };
    // The first login of a user asks for the whole password, by the server's key; the next ones do not.
    for mode in ["DISABLED", "DISABLED", "REQUIRED", "PREFERRED"] {
        let url = url(server, MysqlAuthRole::CachingSha2, mode);
        let who = ask(&url, "select substring_index(current_user(), '@', 1)").await.unwrap();
        assert_eq!(who, MysqlAuthRole::CachingSha2.name(), "{mode}");
        assert_eq!(is_encrypted(&url).await.unwrap(), mode != "DISABLED");
    }
    assert!(!is_encrypted(&url(server, MysqlAuthRole::Empty, "DISABLED")).await.unwrap());
    let wrong = server.url_as(MysqlAuthRole::CachingSha2.name(), Some("wr0ng"));
    for mode in ["DISABLED", "REQUIRED"] {
        let error = refusal(&format!("{wrong}?ssl_mode={mode}")).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("1045")), "{mode}");
    }
    let error = refusal(&url(server, MysqlAuthRole::Locked, "DISABLED")).await;
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error:?}");
}
