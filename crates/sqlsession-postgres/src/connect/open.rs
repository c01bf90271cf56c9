use std::{future::Future, sync::Arc, time::Duration};

use sqlsession_core::Result;
use tokio::{net::lookup_host, time::timeout};
use tokio_postgres::{Client, Connection};

use super::{
    Address, Failure, Guarded,
    address::Way,
    failure::Failures,
    fallback::other_way,
    login::Login,
    order::arrange,
    session_attrs::{check, rounds},
    socket::Place,
};
use crate::{
    options::{Host, PostgresOptions, SslMode, TargetSessionAttrs},
    tls::Encryption,
    wire::{Established, ServerState, Tap},
};

/// A connection that nobody drives yet.
pub(crate) struct Opened {
    pub client: Client,
    pub connection: Connection<Tap<Guarded>, Tap<Guarded>>,
    pub state: Arc<ServerState>,
    pub address: Address,
}

/// Connects to the first server that takes the login and is the one that is looked for.
///
/// Hosts and the addresses of their names are tried one after the other. A refusal that lies with the login ends the
/// search, as in libpq: a wrong password is no better elsewhere.
///
/// Cancel safe: dropped, it leaves nothing behind.
///
/// # Errors
/// - `Configuration` if options do not go together, or a certificate cannot be read.
/// - `Authentication`, `Privilege`: the server refused the user.
/// - `Tls`: there was no encryption as it was asked for.
/// - `ConnectTimeout`: no address answered in time.
/// - `ConnectionFailed`: anything else, or different reasons at different addresses.
pub(crate) async fn open(options: &PostgresOptions) -> Result<Opened> {
    options.check()?;
    let mut hosts = match options.hosts() {
        [] => vec![Host::new("", crate::options::DEFAULT_PORT).resolved()],
        hosts => hosts.iter().map(Host::resolved).collect(),
    };
    arrange(&mut hosts, options.load_balance_hosts());
    let may_encrypt =
        options.ssl_mode() != SslMode::Disable && hosts.iter().any(|host| host.socket().is_none());
    let encryption = if may_encrypt { Encryption::of(options).await? } else { None };
    let mut failures = Failures::default();
    for wanted in rounds(options.target_session_attrs()) {
        failures = Failures::default();
        for host in &hosts {
            let search = Search { options, host, encryption: encryption.as_ref(), wanted: *wanted };
            if let Some(opened) = search.run(&mut failures).await? {
                return Ok(opened);
            }
            if failures.is_settled() {
                return Err(failures.into_error());
            }
        }
    }
    Err(failures.into_error())
}

/// The search among the addresses of one host.
struct Search<'o> {
    options: &'o PostgresOptions,
    host: &'o Host,
    encryption: Option<&'o Encryption>,
    wanted: TargetSessionAttrs,
}

impl Search<'_> {
    async fn run(&self, failures: &mut Failures) -> Result<Option<Opened>> {
        let places = match self.places().await {
            Ok(places) => places,
            Err(failure) => {
                failures.add(self.host.to_string(), failure);
                return Ok(None);
            }
        };
        let login = Login::of(self.options, self.host).await?;
        for place in places {
            let mut address = self.address(place);
            match self.within(self.log_in_somehow(&login, &mut address)).await {
                Ok(opened) => return Ok(Some(opened)),
                Err(failure) => failures.add(address.to_string(), failure),
            }
            if failures.is_settled() {
                break;
            }
        }
        Ok(None)
    }

    async fn places(&self) -> Result<Vec<Place>, Failure> {
        if let Some(path) = self.host.socket() {
            return Ok(vec![Place::Unix(path)]);
        }
        let found = async {
            let found = lookup_host((self.host.name(), self.host.port())).await;
            found.map(Iterator::collect::<Vec<_>>).map_err(Failure::unknown_host)
        };
        let mut addresses = self.within(found).await?;
        arrange(&mut addresses, self.options.load_balance_hosts());
        Ok(addresses.into_iter().map(Place::Tcp).collect())
    }

    fn address(&self, place: Place) -> Address {
        let way = match (self.encryption, &place, self.options.ssl_mode()) {
            (None, ..) | (_, Place::Unix(_), _) | (.., SslMode::Disable | SslMode::Allow) => Way::Plain,
            (Some(encryption), _, SslMode::Prefer) => Way::IfOffered(encryption.clone()),
            (Some(encryption), ..) => Way::Encrypted(encryption.clone()),
        };
        let options = self.options;
        Address {
            host: self.host.clone(),
            place,
            way,
            keepalive: options.keepalive(),
            limit: options.connect_timeout(),
        }
    }

    /// Logs in, and once more the other way where the mode leaves it open whether the connection is encrypted.
    async fn log_in_somehow(&self, login: &Login, address: &mut Address) -> Result<Opened, Failure> {
        let failure = match self.log_in(login, address).await {
            Ok(opened) => return Ok(opened),
            Err(failure) => failure,
        };
        let mode = self.options.ssl_mode();
        let Some((way, words)) = other_way(mode, address, self.encryption, &failure) else {
            return Err(failure);
        };
        address.way = way;
        match self.log_in(login, address).await {
            Err(other) if other.message() != failure.message() => {
                Err(failure.with_note(&format!("{words}: {}", other.message())))
            }
            Err(_) => Err(failure),
            opened => opened,
        }
    }

    async fn log_in(&self, login: &Login, address: &mut Address) -> Result<Opened, Failure> {
        let wire = address.stream().await?;
        let is_encrypted = wire.is_encrypted();
        if let (Way::IfOffered(encryption), true) = (&address.way, is_encrypted) {
            address.way = Way::Encrypted(encryption.clone());
        } else if !is_encrypted {
            address.way = Way::Plain;
        }
        let (tap, state) = Tap::new(Guarded::new(wire, self.options.required_auth()));
        let (client, mut connection) =
            login.config(is_encrypted).connect_raw(tap, Established).await.map_err(|error| {
                let failure = Failure::refused(error, login.has_password());
                match login.note() {
                    Some(note) => failure.with_note(&note),
                    None => failure,
                }
            })?;
        match check(self.wanted, &client, &mut connection).await {
            Ok(()) => Ok(Opened { client, connection, state, address: address.clone() }),
            Err(failure) => {
                // The server is told that this was all.
                drop(client);
                let _ = connection.await;
                Err(failure)
            }
        }
    }

    /// Bounds what is done for one address.
    async fn within<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let Some(limit) = self.options.connect_timeout() else { return work.await };
        bounded(limit, work).await
    }
}

async fn bounded<T>(limit: Duration, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    match timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(Failure::late(limit)),
    }
}
