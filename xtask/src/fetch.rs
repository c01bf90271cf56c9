//! `cargo xtask servers fetch-mysql`: servers that the releases of this machine's system do not have.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use sqlsession_test_servers::MysqlProduct;
use sqlsession_test_servers::programs::find;

/// The suite of Debian that has MySQL.
const SUITE: &str = "sid";
const PACKAGE: &str = "mysql-server-core";
const MIRROR: &str = "http://deb.debian.org/debian";
/// Where Debian says which mirror it uses.
const SOURCES: &str = "/etc/apt/sources.list.d/debian.sources";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Fetches MySQL's server and all that it needs, down to the C library, by `apt-get` with lists and a state of
/// their own, and unpacks it to [`MysqlProduct::root`]. The system is not changed, and need not be
/// Debian. Does nothing when it is there.
///
/// # Errors
/// `apt-get`, `dpkg-deb` or Debian's keyring is missing, the folder is of no use, or the packages cannot
/// be had.
pub fn mysql() -> Result<()> {
    let target = MysqlProduct::root();
    if MysqlProduct::has_mysql(&target) {
        println!("MySQL is in {} already", target.display());
        return Ok(());
    }
    MysqlProduct::check_root(&target)?;
    for program in ["apt-get", "dpkg-deb"] {
        find(program, &[]).with_context(|| format!("MySQL cannot be fetched without {program}"))?;
    }
    if !Path::new(KEYRING).is_file() {
        bail!("MySQL cannot be fetched without {KEYRING}, of the package debian-archive-keyring");
    }
    let parent = target.parent().context("MySQL cannot be fetched into the root folder")?;
    fs::create_dir_all(parent).with_context(|| format!("make {}", parent.display()))?;
    // Beside the target, so that it can be moved there whole.
    let work = parent.join(format!("fetch-{}", std::process::id()));
    fs::create_dir(&work).with_context(|| format!("make {}", work.display()))?;
    println!("fetching {PACKAGE} of Debian {SUITE}");
    let result = unpack(&work).and_then(|root| {
        // Fails where something else is in the target.
        fs::rename(&root, &target).with_context(|| format!("make {}", target.display()))
    });
    fs::remove_dir_all(&work).with_context(|| format!("remove {}", work.display()))?;
    result?;
    println!("MySQL is in {}", target.display());
    Ok(())
}

/// Fills a folder in `work` with the files of the packages.
fn unpack(work: &Path) -> Result<PathBuf> {
    for folder in ["lists/partial", "cache/archives/partial", "sources", "root"] {
        let folder = work.join(folder);
        fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    }
    let mirror = fs::read_to_string(SOURCES).ok().and_then(|text| mirror(&text).map(str::to_owned));
    let mirror = mirror.as_deref().unwrap_or(MIRROR);
    let source =
        format!("Types: deb\nURIs: {mirror}\nSuites: {SUITE}\nComponents: main\nSigned-By: {KEYRING}\n");
    fs::write(work.join("sources/debian.sources"), source).context("write the sources")?;
    // Nothing counts as installed, so that the C library comes too.
    fs::write(work.join("status"), "").context("write the status")?;
    run(apt(work).arg("update"))?;
    run(apt(work).args(["--yes", "--download-only", "install", PACKAGE]))?;
    let root = work.join("root");
    for entry in fs::read_dir(work.join("cache/archives")).context("list the packages")? {
        let path = entry.context("list the packages")?.path();
        if path.extension() == Some(OsStr::new("deb")) {
            run(Command::new("dpkg-deb").arg("--extract").arg(path).arg(&root))?;
        }
    }
    Ok(root)
}

fn apt(work: &Path) -> Command {
    let work = work.display();
    let mut command = Command::new("apt-get");
    command.arg("-qq");
    for option in [
        "Dir::Etc::SourceList=/dev/null",
        &format!("Dir::Etc::SourceParts={work}/sources"),
        &format!("Dir::State={work}"),
        &format!("Dir::State::Lists={work}/lists"),
        &format!("Dir::State::status={work}/status"),
        &format!("Dir::Cache={work}/cache"),
        "APT::Install-Recommends=false",
        // Its own user could not write into our folder.
        "APT::Sandbox::User=",
        "APT::Keep-Downloaded-Packages=true",
        "Acquire::Languages=none",
        // Images of Debian empty the caches after each run.
        "APT::Update::Post-Invoke::=",
        "DPkg::Post-Invoke::=",
    ] {
        command.args(["-o", option]);
    }
    command
}

/// The first address in a file of sources.
fn mirror(sources: &str) -> Option<&str> {
    sources.lines().find_map(|line| line.strip_prefix("URIs:")?.split_whitespace().next())
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("run {name}"))?;
    if !status.success() {
        bail!("{name} failed: {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_of_this_machine_is_taken() {
        let text = "Types: deb\n# URIs: http://old\nURIs: http://mirror/debian http://other\nSuites: x\n";
        assert_eq!(mirror(text), Some("http://mirror/debian"));
        assert_eq!(mirror("deb http://mirror/debian x main"), None);
    }
}
