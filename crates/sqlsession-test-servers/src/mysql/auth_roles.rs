//! One user for each way to authenticate.

use super::product::MysqlProduct;
use super::program::{Mysql, OWNER};
use crate::certificates::AUTH_PASSWORD;

/// A user of [`Mysql::auth_roles`], which can log in in one way only, from any address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MysqlAuthRole {
    /// Without a password, by the default method of the server.
    Empty,
    /// By mysql_native_password. MariaDB only.
    Native,
    /// By ed25519. MariaDB only.
    Ed25519,
    /// By caching_sha2_password, with or without TLS. MySQL only.
    CachingSha2,
    /// By the default method of the server, with TLS only (`REQUIRE SSL`).
    Tls,
    /// The same, and with a client certificate that the authority has signed (`REQUIRE X509`).
    Certificate,
    /// In no way: the account is locked.
    Locked,
}

impl MysqlAuthRole {
    /// Those that a server of that product has.
    #[must_use]
    pub fn of(product: MysqlProduct) -> &'static [Self] {
        match product {
            MysqlProduct::Mariadb => {
                &[Self::Empty, Self::Native, Self::Ed25519, Self::Tls, Self::Certificate, Self::Locked]
            }
            MysqlProduct::Mysql => {
                &[Self::Empty, Self::CachingSha2, Self::Tls, Self::Certificate, Self::Locked]
            }
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "emptyuser",
            Self::Native => "nativeuser",
            Self::Ed25519 => "ed25519user",
            Self::CachingSha2 => "sha2user",
            Self::Tls => "tlsuser",
            Self::Certificate => "x509user",
            Self::Locked => "lockeduser",
        }
    }

    /// Its password, if it has one.
    #[must_use]
    pub fn password(self) -> Option<&'static str> {
        (self != Self::Empty).then_some(AUTH_PASSWORD)
    }

    fn create(self) -> String {
        let how = match self {
            Self::Empty => String::new(),
            Self::Native => format!("IDENTIFIED VIA mysql_native_password USING PASSWORD('{AUTH_PASSWORD}')"),
            Self::Ed25519 => format!("IDENTIFIED VIA ed25519 USING PASSWORD('{AUTH_PASSWORD}')"),
            Self::CachingSha2 => format!("IDENTIFIED WITH caching_sha2_password BY '{AUTH_PASSWORD}'"),
            Self::Tls => format!("IDENTIFIED BY '{AUTH_PASSWORD}' REQUIRE SSL"),
            Self::Certificate => format!("IDENTIFIED BY '{AUTH_PASSWORD}' REQUIRE X509"),
            Self::Locked => format!("IDENTIFIED BY '{AUTH_PASSWORD}' ACCOUNT LOCK"),
        };
        format!("CREATE USER {}@'%' {how}", self.name())
    }
}

impl Mysql {
    /// Turns TLS on and makes every [`MysqlAuthRole`] of the product, with all rights in the test database.
    #[must_use]
    pub fn auth_roles(self) -> Self {
        MysqlAuthRole::of(self.product()).iter().fold(self.tls(), |mysql, role| {
            mysql
                .statement(role.create())
                .statement(format!("GRANT ALL PRIVILEGES ON {OWNER}.* TO {}@'%'", role.name()))
        })
    }
}
