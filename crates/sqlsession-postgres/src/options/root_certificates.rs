use std::path::PathBuf;

/// The authorities whose certificates are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RootCertificates {
    /// Those in `~/.postgresql/root.crt`, if it is there.
    Usual,
    /// Those in this file of PEM.
    File(PathBuf),
    /// Those the system trusts.
    System,
}
