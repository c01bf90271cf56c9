use sqlsession_test_servers::{MysqlProduct, MysqlServer, PostgresServer};

/// A server of a test's own, to be killed and started again.
pub(crate) enum OwnServer {
    Postgres(PostgresServer),
    Mysql(MysqlServer),
}

impl OwnServer {
    pub(crate) fn postgres() -> Self {
        Self::Postgres(PostgresServer::start().unwrap())
    }

    pub(crate) fn mysql() -> Self {
        Self::Mysql(MysqlServer::start(MysqlProduct::Mariadb).unwrap())
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::Mysql(_) => "mysql",
        }
    }

    pub(crate) fn port(&self) -> u16 {
        match self {
            Self::Postgres(server) => server.port(),
            Self::Mysql(server) => server.port(),
        }
    }

    /// Its URL by what listens on this port, without encryption, so that what passes can be counted.
    pub(crate) fn url_through(&self, port: u16) -> String {
        match self {
            Self::Postgres(server) => format!("{}?sslmode=disable", server.url_through(port)),
            Self::Mysql(server) => format!("{}?ssl_mode=disabled", server.url_through(port)),
        }
    }

    pub(crate) fn url(&self) -> String {
        self.url_through(self.port())
    }

    pub(crate) fn kill(&mut self) {
        match self {
            Self::Postgres(server) => server.kill().unwrap(),
            Self::Mysql(server) => server.kill().unwrap(),
        }
    }

    pub(crate) fn restart(&mut self) {
        match self {
            Self::Postgres(server) => server.restart().unwrap(),
            Self::Mysql(server) => server.restart().unwrap(),
        }
    }
}
