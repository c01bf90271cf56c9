use std::{fs, os::unix::fs::PermissionsExt, process::Command, time::Duration};

use sqlsession_sqlx::{ErrorKind, Result, SqlxEngine, sqlx_postgres::Postgres, text};
use sqlsession_test_servers::{AUTH_PASSWORD, AuthRole, Postgres as Servers};

/// Set in the second process, whose variables are libpq's.
const CHILD: &str = "SQLSESSION_TEST_URL";

async fn user(url: &str) -> Result<String> {
    let mut session = SqlxEngine::<Postgres>::new(url)?.session_maker().session();
    session.scalar_one::<String>("select current_user::text").await
}

#[tokio::test]
async fn a_password_is_looked_up_for_the_account_of_the_url() {
    if let Ok(url) = std::env::var(CHILD) {
        println!("user {:?}", user(&url).await);
        return;
    }
    let server = Servers::new().auth_roles().start().unwrap();
    let role = AuthRole::Scram.name();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passwords");
    let answer = |mode: u32, lines: &str| {
        fs::write(&file, lines).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "passfile::a_password_is_looked_up_for_the_account_of_the_url", "--nocapture"])
            .env(CHILD, format!("{}?sslmode=disable", server.url_as(role, None)))
            .env("PGPASSFILE", &file)
            .env("PGHOST", "elsewhere")
            .env("PGUSER", "ada")
            .output()
            .unwrap();
        String::from_utf8(child.stdout).unwrap()
    };
    let expected = format!("user Ok({role:?})");
    let port = server.port();
    let own = format!("elsewhere:*:*:*:wrong\n127.0.0.1:{port}:sqlsession:{role}:{AUTH_PASSWORD}\n");
    let found = answer(0o600, &own);
    assert!(found.contains(&expected), "{found}");
    // The password of the variables' account is not told to the URL's server.
    let foreign = answer(0o600, &format!("elsewhere:*:*:ada:{AUTH_PASSWORD}\n"));
    assert!(foreign.contains("Authentication"), "{foreign}");
    let open = answer(0o644, &own);
    assert!(open.contains("was not used, because others may read it"), "{open}");
}

#[tokio::test]
async fn it_is_looked_up_for_each_connection() {
    let server = Servers::new().auth_roles().start().unwrap();
    let role = AuthRole::Scram.name();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passwords");
    let write = |password: &str| {
        fs::write(&file, format!("127.0.0.1:*:*:{role}:{password}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    };
    write("wrong");
    let url = format!("{}?sslmode=disable&passfile={}", server.url_as(role, None), file.display());
    let engine = SqlxEngine::<Postgres>::new(url.as_str()).unwrap();
    let mut session = engine.session_maker().session();
    assert_eq!(session.execute("select 1").await.unwrap_err().code(), Some("28P01"));
    session.rollback().await.unwrap();
    write(AUTH_PASSWORD);
    let process = "select pg_backend_pid()";
    let before: i64 = session.scalar_one(process).await.unwrap();
    // So it is for the one by which a statement is stopped: the connection stays.
    let sleeping = text("select pg_sleep(60)").timeout(Duration::from_millis(50));
    assert_eq!(session.execute(sleeping).await.unwrap_err().kind(), ErrorKind::StatementTimeout);
    session.rollback().await.unwrap();
    assert_eq!(session.scalar_one::<i64>(process).await.unwrap(), before);
}
