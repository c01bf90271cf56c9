use std::{env, path::PathBuf};

use sqlsession_core::{Error, ErrorKind, Result};
use sqlsession_postgres_types::{Account, PassfileAnswer, look_up_password};
use sqlx_core::connection::ConnectOptions as _;
use sqlx_postgres::{PgConnectOptions, PgConnection};
use tokio::task::spawn_blocking;

use super::error::from_sqlx;

/// The file in which the password of each connection is looked up that has none of its own.
///
/// sqlx looks in it before it knows the URL's account, and so for another one.
#[derive(Debug, Clone, Default)]
pub(super) struct Passfile(Option<PathBuf>);

impl Passfile {
    /// This one, or that of the variable, or libpq's own in the user's folder.
    pub(super) fn new(named: Option<String>) -> Self {
        let set = || env::var_os("PGPASSFILE").filter(|file| !file.is_empty()).map(PathBuf::from);
        let usual = || Some(env::home_dir().filter(|home| !home.as_os_str().is_empty())?.join(".pgpass"));
        Self(named.map(PathBuf::from).or_else(set).or_else(usual))
    }

    /// Opens a connection, with the password that is in the file at this moment.
    pub(super) async fn connect(&self, options: &PgConnectOptions) -> Result<PgConnection> {
        let Some(file) = &self.0 else { return options.connect().await.map_err(from_sqlx) };
        match self.look_up(options).await {
            PassfileAnswer::Password(password) => {
                let password = String::from_utf8(password).map_err(|error| {
                    let message =
                        format!("sqlx sends passwords in UTF-8, and one in {} is not", file.display());
                    Error::new(ErrorKind::Configuration, message).with_cause(error.utf8_error())
                })?;
                options.clone().password(&password).connect().await.map_err(from_sqlx)
            }
            PassfileAnswer::Nothing => options.connect().await.map_err(from_sqlx),
            PassfileAnswer::TooOpen => options.connect().await.map_err(from_sqlx).map_err(|error| {
                if error.kind() != ErrorKind::Authentication {
                    return error;
                }
                let message = format!(
                    "{}; the password file {} was not used, because others may read it",
                    error.message(),
                    file.display()
                );
                Error::new(error.kind(), message).with_details(error.details().clone()).with_cause(error)
            }),
        }
    }

    async fn look_up(&self, options: &PgConnectOptions) -> PassfileAnswer {
        let Some(file) = self.0.clone() else { return PassfileAnswer::Nothing };
        let folder = options.get_socket().map(|folder| folder.display().to_string());
        let host = folder.unwrap_or_else(|| options.get_host().to_owned());
        let (port, user) = (options.get_port(), options.get_username().to_owned());
        let database = options.get_database().unwrap_or(&user).to_owned();
        // A thread on which that holds up nobody.
        spawn_blocking(move || {
            look_up_password(&file, Account { host: &host, port, database: &database, user: &user })
        })
        .await
        .unwrap_or(PassfileAnswer::Nothing)
    }
}
