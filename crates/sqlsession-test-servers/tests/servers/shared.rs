use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sqlsession_test_servers::{PostgresDatabase, postgres_url, psql};

#[test]
fn databases_of_the_shared_server_are_fresh_and_go_away() {
    let (one, two) = (PostgresDatabase::create().unwrap(), PostgresDatabase::create().unwrap());
    assert_ne!(one.name(), two.name());
    one.query("CREATE TABLE t (id int)").unwrap();
    two.query("CREATE TABLE t (id int)").unwrap();
    assert_eq!(psql(one.url(), "SELECT current_database()").unwrap(), one.name());
    let name = one.name().to_owned();
    drop(one);
    let seen = format!("SELECT count(*) FROM pg_database WHERE datname IN ('{name}', '{}')", two.name());
    assert_eq!(psql(postgres_url().unwrap(), &seen).unwrap(), "1");
}

/// This test starts itself once more as another process, which this variable tells apart.
const INNER: &str = "SQLSESSION_TEST_INNER";

#[test]
fn the_shared_server_ends_with_a_killed_process() {
    if std::env::var_os(INNER).is_some() {
        let folder = psql(postgres_url().unwrap(), "SHOW data_directory").unwrap();
        println!("\nfolder {folder}");
        loop {
            sleep(Duration::from_secs(60));
        }
    }
    let name = std::thread::current().name().unwrap().to_owned();
    let mut inner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture"])
        .env(INNER, "1")
        .env_remove("SQLSESSION_POSTGRES_URL")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(inner.stdout.take().unwrap()).lines();
    let folder = lines.map(Result::unwrap).find_map(|line| line.strip_prefix("folder ").map(str::to_owned));
    let data = folder.unwrap();
    let data = Path::new(&data);
    let pid =
        std::fs::read_to_string(data.join("postmaster.pid")).unwrap().lines().next().unwrap().to_owned();
    let server = Path::new("/proc").join(pid);
    assert!(server.exists());

    inner.kill().unwrap();
    inner.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.exists() || data.parent().unwrap().exists() {
        assert!(Instant::now() < deadline, "the server is still there");
        sleep(Duration::from_millis(20));
    }
}
