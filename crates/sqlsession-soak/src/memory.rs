use std::fs;

use anyhow::{Context, Result};

/// The memory of its own that a process has in use, in KiB: what it maps from files, or shares with others, is not
/// counted.
///
/// # Errors
/// There is no such process, or no `/proc`.
pub(crate) fn resident(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB")).context("find RssAnon")?;
    number.trim().parse().context("read RssAnon")
}

/// KiB as MiB.
pub(crate) fn mib(kib: u64) -> String {
    format!("{:.1} MiB", kib as f64 / 1024.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_to_is_resident() {
        let before = resident(std::process::id()).unwrap();
        let written = std::hint::black_box(vec![1_u8; 32 << 20]);
        let after = resident(std::process::id()).unwrap();
        assert!(after > before + (24 << 10), "{before} {after}");
        drop(written);
        assert!(resident(u32::MAX).is_err());
    }
}
