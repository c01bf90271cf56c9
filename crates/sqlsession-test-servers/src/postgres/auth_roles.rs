//! One role for each way to authenticate.

use super::program::Postgres;
use crate::certificates::{AUTH_PASSWORD, CERTIFICATE_USER};

/// A role of [`Postgres::auth_roles`], which can log in by TCP in one way only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthRole {
    /// Without a password.
    Trust,
    /// By its password in clear text.
    Password,
    /// By the MD5 hash of its password.
    Md5,
    /// By SCRAM-SHA-256, with or without TLS.
    Scram,
    /// By SCRAM-SHA-256, with TLS only.
    ScramTls,
    /// By SCRAM-SHA-256, without TLS only.
    ScramPlain,
    /// By a client certificate, which needs TLS.
    Certificate,
    /// In no way.
    Rejected,
}

impl AuthRole {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Trust,
        Self::Password,
        Self::Md5,
        Self::Scram,
        Self::ScramTls,
        Self::ScramPlain,
        Self::Certificate,
        Self::Rejected,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trust => "trustuser",
            Self::Password => "passworduser",
            Self::Md5 => "md5user",
            Self::Scram => "scramuser",
            Self::ScramTls => "scramtlsuser",
            Self::ScramPlain => "scramplainuser",
            Self::Certificate => CERTIFICATE_USER,
            Self::Rejected => "rejecteduser",
        }
    }

    /// Its password, for those that have one.
    #[must_use]
    pub fn password(self) -> Option<&'static str> {
        match self {
            Self::Trust | Self::Certificate => None,
            _ => Some(AUTH_PASSWORD),
        }
    }

    /// The kind of connection and the method in `pg_hba.conf`.
    fn access(self) -> (&'static str, &'static str) {
        match self {
            Self::Trust => ("host", "trust"),
            Self::Password => ("host", "password"),
            Self::Md5 => ("host", "md5"),
            Self::Scram => ("host", "scram-sha-256"),
            Self::ScramTls => ("hostssl", "scram-sha-256"),
            Self::ScramPlain => ("hostnossl", "scram-sha-256"),
            Self::Certificate => ("hostssl", "cert"),
            Self::Rejected => ("host", "reject"),
        }
    }

    fn statements(self) -> [String; 2] {
        let encryption = if self == Self::Md5 { "md5" } else { "scram-sha-256" };
        let password = self.password().map(|password| format!(" PASSWORD '{password}'")).unwrap_or_default();
        [
            format!("SET password_encryption = '{encryption}'"),
            format!("CREATE ROLE {} LOGIN{password}", self.name()),
        ]
    }
}

impl Postgres {
    /// Turns TLS on and makes every [`AuthRole`]. By TCP each can log in in its own way only; by the Unix
    /// socket they need no password.
    #[must_use]
    pub fn auth_roles(self) -> Self {
        AuthRole::ALL.into_iter().fold(self.tls(), |postgres, role| {
            let (connection, method) = role.access();
            let [encryption, create] = role.statements();
            postgres
                .access(format!("{connection} all {} 127.0.0.0/8 {method}", role.name()))
                .access(format!("host all {} 127.0.0.0/8 reject", role.name()))
                .statement(encryption)
                .statement(create)
        })
    }
}
