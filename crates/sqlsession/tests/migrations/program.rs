//! The program `sqlsession-migrate`.

use std::process::{Command, Output};

use crate::{FILL, INIT, place::Place};

fn program(arguments: &[&str], url: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sqlsession-migrate"));
    command.args(arguments).env_remove("DATABASE_URL");
    if let Some(url) = url {
        command.env("DATABASE_URL", url);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn it_applies_a_folder_and_says_what() {
    let place = Place::sqlite();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for (name, sql) in [INIT, FILL, ("README.md", "no migration"), ("._V9__x.sql", "nor this")] {
        std::fs::write(folder.path().join(name), sql).unwrap();
    }

    let pending = program(&["--status", &place.url(), path], None);
    assert_eq!(said(&pending), "pending  V1__init\npending  V2__fill\n");
    assert_eq!(said(&program(&[&place.url(), path], None)), "applied  V1__init\napplied  V2__fill\n");
    assert_eq!(said(&program(&[path], Some(&place.url()))), "nothing to apply\n");
    let applied = said(&program(&["--status", path], Some(&place.url())));
    assert!(applied.starts_with("applied  V1__init  20"), "{applied}");

    std::fs::write(folder.path().join("V3__broken.sql"), "select 1; select nothing").unwrap();
    let failed = program(&[&place.url(), path], None);
    assert!(!failed.status.success());
    let words = String::from_utf8(failed.stderr).unwrap();
    assert!(
        words.contains("migration V3__broken, statement 2: ") && words.contains("select nothing"),
        "{words}"
    );
}

#[test]
fn it_says_how_it_is_called() {
    assert!(said(&program(&["--help"], None)).starts_with("sqlsession-migrate [--status] [URL] [FOLDER]"));
    for arguments in [&[][..], &["--what"], &["folder"], &["sqlite://", "a", "b"], &["a", "b"]] {
        assert!(!program(arguments, None).status.success(), "{arguments:?}");
    }
    assert!(!program(&["sqlite://", "no such folder"], None).status.success());
}

#[cfg(unix)]
#[test]
fn arguments_need_not_be_utf_8() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, path::Path};

    let run = |arguments: &[&OsStr], url: Option<&OsStr>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sqlsession-migrate"));
        command.args(arguments).env_remove("DATABASE_URL");
        command.envs(url.map(|url| ("DATABASE_URL", url))).output().unwrap()
    };
    let odd = OsStr::from_bytes(b"sqlite:///caf\xe9.db");
    for output in [run(&[odd], None), run(&[], Some(odd))] {
        assert_eq!(output.status.code(), Some(1));
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(words.starts_with("error: the URL of the database is not UTF-8"), "{words}");
    }
    // A folder may be called anything.
    let place = Place::sqlite();
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join(Path::new(OsStr::from_bytes(b"caf\xe9")));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join(INIT.0), INIT.1).unwrap();
    let url = place.url();
    assert_eq!(said(&run(&[OsStr::new(&url), folder.as_os_str()], None)), "applied  V1__init\n");
}
