//! Installing a server from Debian's or Ubuntu's packages.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use sqlsession_test_servers::programs::find;

/// Installs packages; the lists are fetched once per value.
#[derive(Debug, Default)]
pub(super) struct Apt {
    updated: bool,
}

impl Apt {
    /// Whether this machine is of that kind and this process may change it.
    pub(super) fn is_usable() -> bool {
        rustix::process::geteuid().is_root()
            && Path::new("/etc/debian_version").exists()
            && find("apt-get", &[]).is_some()
    }

    /// Installs the packages.
    pub(super) fn install(&mut self, packages: &[&str]) -> Result<()> {
        if !self.updated {
            run(&["update", "-qq"])?;
            self.updated = true;
        }
        let options = ["-o", "DPkg::Lock::Timeout=120", "install", "-y", "-qq", "--no-install-recommends"];
        run(&[&options, packages].concat())
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    println!("running apt-get {}", arguments.join(" "));
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()
        .context("run apt-get")?;
    if !status.success() {
        bail!("apt-get {} failed: {status}", arguments.join(" "));
    }
    Ok(())
}
