use std::sync::OnceLock;

use sqlsession_mysql::{Error, ErrorKind, MysqlEngine, Result};
use sqlsession_test_servers::{Mysql, MysqlProduct, MysqlServer};

/// The password of all users that have one.
pub(crate) const PASSWORD: &str = "s3cret";

/// A server with TLS and a user for each way to log in.
pub(crate) fn server() -> &'static MysqlServer {
    static SERVER: OnceLock<MysqlServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        let user = |name: &str, how: &str| format!("CREATE USER {name}@'%' {how}");
        Mysql::new(MysqlProduct::Mariadb)
            .tls()
            .statement(user(
                "native",
                &format!("IDENTIFIED VIA mysql_native_password USING PASSWORD('{PASSWORD}')"),
            ))
            .statement(user("ed", &format!("IDENTIFIED VIA ed25519 USING PASSWORD('{PASSWORD}')")))
            .statement(user("nopassword", ""))
            .statement(user("tlsonly", &format!("IDENTIFIED BY '{PASSWORD}' REQUIRE SSL")))
            .statement(user("certified", "REQUIRE SUBJECT '/CN=certuser'"))
            .statement(
                "GRANT ALL ON sqlsession.* TO native@'%', ed@'%', nopassword@'%', tlsonly@'%', certified@'%'",
            )
            .start()
            .unwrap()
    })
}

/// The URL of a user of [`server`].
pub(crate) fn url(user: &str, password: Option<&str>, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{mark}{query}", server().url_as(user, password))
}

/// What a server answers to a connection of its own.
pub(crate) async fn ask(url: &str, sql: &'static str) -> Result<String> {
    let engine = MysqlEngine::new(url)?;
    let mut session = engine.session_maker().session();
    session.scalar_one::<String>(sql).await
}

/// Repeats a refused login by ed25519: the first one of an engine is refused by chance one time in 256, as the crate's
/// documentation says.
pub(crate) async fn patiently<T>(login: impl AsyncFn() -> Result<T>) -> Result<T> {
    let mut answer = login().await;
    for _ in 0..3 {
        if answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::Authentication) {
            answer = login().await;
        }
    }
    answer
}

/// Whether a connection is encrypted.
pub(crate) async fn is_encrypted(url: &str) -> Result<bool> {
    let engine = MysqlEngine::new(url)?;
    let mut session = engine.session_maker().session();
    let row: (String, String) = session.one("show session status like 'Ssl_cipher'").await?;
    Ok(!row.1.is_empty())
}

/// Why there is no connection.
pub(crate) async fn refusal(url: &str) -> Error {
    match ask(url, "select current_user()").await {
        Ok(user) => panic!("{url} connects {user}"),
        Err(error) => error,
    }
}
