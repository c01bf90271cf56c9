use std::time::Duration;

use sqlsession_postgres::{ErrorKind, PostgresEngine, text};
use sqlsession_test_servers::AuthRole;

use crate::servers::{url, with_roles};

#[tokio::test]
async fn a_statement_is_cancelled_the_way_its_connection_goes() {
    let server = with_roles();
    let authority = server.certificates().unwrap().authority();
    let checked = format!("sslmode=verify-full&sslrootcert={}", authority.display());
    let by_socket = server.url_by_socket(AuthRole::Trust.name());
    for url in
        [url(server, AuthRole::Scram, &checked), url(server, AuthRole::Scram, "sslmode=disable"), by_socket]
    {
        let mut session = PostgresEngine::new(url.as_str()).unwrap().session_maker().session();
        let sleep = text("select pg_sleep(100)").timeout(Duration::from_millis(50));
        let error = session.execute(sleep).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::StatementTimeout, Some("57014")), "{url}");
        session.rollback().await.unwrap();
        assert_eq!(session.scalar_one::<i32>("select 1").await.unwrap(), 1);
    }
}
