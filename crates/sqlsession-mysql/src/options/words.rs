use sqlsession_core::option_words;

option_words! {
    /// Whether a connection is encrypted and what of the server's certificate is checked: MySQL's `ssl-mode`.
    ///
    /// A Unix socket is never encrypted, whatever the mode.
    SslMode, "ssl_mode":
    /// Never encrypted.
    Disabled = "disabled",
    /// Encrypted if the server can, else not. No certificate is checked.
    Preferred = "preferred",
    /// Encrypted. No certificate is checked.
    Required = "required",
    /// Encrypted, and the certificate comes from an authority of `ssl_ca`, which must be given.
    VerifyCa = "verify_ca",
    /// As `verify_ca`, and the certificate is made out to the host's name.
    VerifyIdentity = "verify_identity",
}

impl SslMode {
    /// Whether there is no connection that is not encrypted.
    pub(crate) fn is_encrypted(self) -> bool {
        matches!(self, Self::Required | Self::VerifyCa | Self::VerifyIdentity)
    }
}

#[cfg(feature = "tls")]
impl SslMode {
    /// Whether the server's certificate is checked.
    pub(crate) fn is_verified(self) -> bool {
        matches!(self, Self::VerifyCa | Self::VerifyIdentity)
    }
}
