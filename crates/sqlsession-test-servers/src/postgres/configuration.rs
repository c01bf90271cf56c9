//! What stands in the files of a PostgreSQL server.

/// Fast rather than durable: the data lives no longer than the server, and outlives its processes, not the
/// machine. A standby that was down for a while finds what it missed.
pub(super) const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
fsync = off
max_connections = 100
shared_buffers = 32MB
autovacuum = off
jit = off
wal_keep_size = 64MB
wal_retrieve_retry_interval = 100ms
";

/// The superuser by the Unix socket is how the server itself is looked after.
pub(super) const ACCESS_FIRST: &str = "\
local all sqlsession trust
local replication sqlsession trust
";

pub(super) const ACCESS_LAST: &str = "\
local all all trust
host all all 127.0.0.0/8 scram-sha-256
host all all ::1/128 scram-sha-256
";

/// A line of `postgresql.conf`.
pub(super) fn setting(name: &str, value: &str) -> String {
    format!("{name} = '{}'\n", value.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        assert_eq!(setting("log_line_prefix", "it's %p"), "log_line_prefix = 'it''s %p'\n");
    }
}
