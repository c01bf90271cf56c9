//! Which database an engine is of, in OpenTelemetry's words.

use sqlsession_core::events::Observed;

/// What every span and every metric of an engine says.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    /// `db.system.name`.
    pub(crate) system: &'static str,
    /// `db.namespace`.
    pub(crate) namespace: Option<String>,
    /// `server.address`; none for SQLite.
    pub(crate) address: Option<String>,
    /// `server.port`, where the URL has one.
    pub(crate) port: Option<u16>,
}

impl Database {
    pub(crate) fn of(engine: &Observed<'_>) -> Self {
        let system = match engine.dialect.name {
            "mysql" if engine.url.dialect_name() == "mariadb" => "mariadb",
            other => other,
        };
        let named = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            system,
            namespace: named(engine.url.database()),
            address: named(engine.url.host()),
            port: engine.url.port(),
        }
    }
}
