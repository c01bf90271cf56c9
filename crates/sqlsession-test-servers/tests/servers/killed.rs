use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The calling test starts itself once more as another process, which this variable tells apart.
const INNER: &str = "SQLSESSION_TEST_INNER";

/// Kills a process that shares a server and waits for the server and its folder to go. `shared` starts the server
/// and gives its folder and the file with its process; `variable` would name another server.
pub(crate) fn assert_ends_with_its_process(variable: &str, shared: impl FnOnce() -> (PathBuf, PathBuf)) {
    if std::env::var_os(INNER).is_some() {
        let (folder, pid_file) = shared();
        println!("\nfolder {}\npid file {}", folder.display(), pid_file.display());
        loop {
            sleep(Duration::from_secs(60));
        }
    }
    let name = std::thread::current().name().unwrap().to_owned();
    let mut inner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture"])
        .env(INNER, "1")
        .env_remove(variable)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(inner.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut after = |word: &str| lines.find_map(|line| line.strip_prefix(word).map(PathBuf::from)).unwrap();
    let (folder, pid_file) = (after("folder "), after("pid file "));
    let pid = std::fs::read_to_string(pid_file).unwrap().lines().next().unwrap().to_owned();
    let server = Path::new("/proc").join(pid);
    assert!(server.exists());

    inner.kill().unwrap();
    inner.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.exists() || folder.exists() {
        assert!(Instant::now() < deadline, "the server is still there");
        sleep(Duration::from_millis(20));
    }
}
