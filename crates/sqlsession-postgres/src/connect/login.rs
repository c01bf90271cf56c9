use std::path::PathBuf;

use sqlsession_core::{Error, ErrorKind, Result};
use sqlsession_postgres_types::{Account, PassfileAnswer, look_up_password};
use tokio_postgres::config::{ChannelBinding as Binding, Config, SslMode, SslNegotiation};

use crate::options::{ChannelBinding, Host, PostgresOptions};

/// Who connects to which database of a host.
#[derive(Debug)]
pub(super) struct Login {
    config: Config,
    /// The password file that was not used because others may read it.
    open_passfile: Option<PathBuf>,
}

impl Login {
    /// The login for this host. It may read the password file, on a thread where that holds up nobody.
    pub(super) async fn of(options: &PostgresOptions, host: &Host) -> Result<Self> {
        let user = match options.user() {
            Some(user) => user.to_owned(),
            None => whoami::username().map_err(|error| {
                Error::new(ErrorKind::Configuration, "there is no user, and the system does not name one")
                    .with_cause(error)
            })?,
        };
        let database = options.database().unwrap_or(&user);
        let mut config = Config::new();
        config.user(&user).dbname(database);
        if let Some(name) = options.application_name() {
            config.application_name(name);
        }
        if let Some(text) = options.options() {
            config.options(text);
        }
        config.channel_binding(match options.channel_binding() {
            ChannelBinding::Disable => Binding::Disable,
            ChannelBinding::Prefer => Binding::Prefer,
            ChannelBinding::Require => Binding::Require,
        });
        let mut login = Self { config, open_passfile: None };
        match options.password() {
            Some(password) => {
                login.config.password(password);
            }
            None => login.look_up(options, host, &user, database).await,
        }
        Ok(login)
    }

    async fn look_up(&mut self, options: &PostgresOptions, host: &Host, user: &str, database: &str) {
        let Some(file) = options.passfile() else { return };
        let (host, user, database) = (host.clone(), user.to_owned(), database.to_owned());
        let path = file.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let account = Account { host: host.name(), port: host.port(), database: &database, user: &user };
            look_up_password(&path, account)
        });
        match answer.await {
            Ok(PassfileAnswer::Password(password)) => {
                self.config.password(password);
            }
            Ok(PassfileAnswer::TooOpen) => self.open_passfile = Some(file),
            Ok(PassfileAnswer::Nothing) | Err(_) => {}
        }
    }

    pub(super) fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// What to say of a password that is missing.
    pub(super) fn note(&self) -> Option<String> {
        let file = self.open_passfile.as_ref()?;
        Some(format!("the password file {} was not used, because others may read it", file.display()))
    }

    /// For tokio-postgres, which takes a stream as it is: with `is_encrypted` it asks it for its channel binding.
    pub(super) fn config(&self, is_encrypted: bool) -> Config {
        let mut config = self.config.clone();
        if is_encrypted {
            config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
        } else {
            config.ssl_mode(SslMode::Disable);
        }
        config
    }
}
