use sqlsession_core::option_words;

option_words! {
    /// Whether a connection is encrypted and what of the server's certificate is checked: libpq's `sslmode`.
    ///
    /// A Unix socket is never encrypted, whatever the mode, as in libpq.
    SslMode, "sslmode":
    /// Never encrypted.
    Disable = "disable",
    /// Encrypted only if the server refuses a connection that is not.
    Allow = "allow",
    /// Encrypted if the server can, else not. No certificate is checked.
    Prefer = "prefer",
    /// Encrypted. The certificate is checked as by `verify-ca` where there is a file of root certificates, else not at all.
    Require = "require",
    /// Encrypted, and the certificate comes from an authority that is trusted.
    VerifyCa = "verify-ca",
    /// As `verify-ca`, and the certificate is made out to the host's name.
    VerifyFull = "verify-full",
}

option_words! {
    /// How encryption begins: libpq's `sslnegotiation`.
    SslNegotiation, "sslnegotiation":
    /// The server is asked first.
    Postgres = "postgres",
    /// At once, which saves a round trip. PostgreSQL 17 and later; needs the mode `require` or a stricter one.
    Direct = "direct",
}

option_words! {
    /// Whether a password is proven for this encrypted connection alone: libpq's `channel_binding`.
    ChannelBinding, "channel_binding":
    /// It is not.
    Disable = "disable",
    /// It is, where the connection is encrypted and the server can.
    Prefer = "prefer",
    /// It is, or there is no connection: the server must ask for a SCRAM password over TLS.
    Require = "require",
}

option_words! {
    /// Which of several servers will do: libpq's `target_session_attrs`.
    TargetSessionAttrs, "target_session_attrs":
    /// Any.
    Any = "any",
    /// One whose transactions may write by default.
    ReadWrite = "read-write",
    /// One whose transactions may not write by default.
    ReadOnly = "read-only",
    /// One that is no standby.
    Primary = "primary",
    /// A standby.
    Standby = "standby",
    /// A standby; if there is none, any.
    PreferStandby = "prefer-standby",
}

option_words! {
    /// In which order several servers are tried: libpq's `load_balance_hosts`.
    LoadBalanceHosts, "load_balance_hosts":
    /// As they are given.
    Disable = "disable",
    /// By chance, and so are the addresses of a name.
    Random = "random",
}

impl SslMode {
    /// Whether there is no connection that is not encrypted.
    pub(crate) fn is_encrypted(self) -> bool {
        matches!(self, Self::Require | Self::VerifyCa | Self::VerifyFull)
    }
}
