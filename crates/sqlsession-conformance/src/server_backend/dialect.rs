/// How a server is told what the runner needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    /// The backend's name.
    pub(super) name: &'static str,
    /// Who makes the server, by what this statement says, where there are several.
    pub(super) product: Option<&'static str>,
    /// Makes an empty database of this name, which needs no quotes.
    pub(super) create_database: fn(&str) -> String,
    /// Removes it, also under open connections.
    pub(super) drop_database: fn(&str) -> String,
    /// The numbers of the connections to the database that this one is to, but for itself.
    pub(super) connections: &'static str,
    /// Ends the connection of this number.
    pub(super) kill: fn(i64) -> String,
}

/// PostgreSQL.
pub(super) const POSTGRES: Dialect = Dialect {
    name: "postgres",
    product: None,
    create_database: |name| format!("create database {name}"),
    drop_database: |name| format!("drop database if exists {name} with (force)"),
    connections: "select pid from pg_stat_activity \
                  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'",
    kill: |pid| format!("select pg_terminate_backend({pid})"),
};

/// MySQL and MariaDB.
pub(super) const MYSQL: Dialect = Dialect {
    name: "mysql",
    product: Some("select if(version() like '%MariaDB%', 'MariaDB', 'MySQL')"),
    create_database: |name| format!("create database {name}"),
    drop_database: |name| format!("drop database if exists {name}"),
    connections: "select id from information_schema.processlist \
                  where db = database() and id <> connection_id() order by id",
    kill: |id| format!("kill connection {id}"),
};
