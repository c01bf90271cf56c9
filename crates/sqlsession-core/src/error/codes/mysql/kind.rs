use crate::ErrorKind;

/// The kind of a server's error, by its number (MySQL's and MariaDB's manuals on server errors) and, for numbers that
/// say nothing here, by its SQLSTATE.
#[must_use]
pub fn kind(code: u16, state: &str, message: &str) -> ErrorKind {
    match code {
        // The server's options do not let the statement run: `--read-only`, or others such as `--secure-file-priv`.
        1290 if !message.contains("read-only") && !message.contains("read_only") => ErrorKind::Unsupported,
        1022 | 1062 | 1169 | 1586 | 1859 => ErrorKind::UniqueViolation,
        1216 | 1217 | 1451 | 1452 | 1761 | 1762 => ErrorKind::ForeignKeyViolation,
        1048 | 1138 | 1263 | 1364 => ErrorKind::NotNullViolation,
        // MySQL's and MariaDB's own numbers for CHECK.
        3819 | 4025 => ErrorKind::CheckViolation,
        1213 | 1614 | 3058 | 3132 => ErrorKind::Deadlock,
        // A snapshot that is too old (MariaDB), a certification that failed (group replication).
        1020 | 3101 => ErrorKind::SerializationFailure,
        1205 | 3133 | 3572 => ErrorKind::LockTimeout,
        1969 | 3024 => ErrorKind::StatementTimeout,
        1317 => ErrorKind::Cancelled,
        1045 | 1130 | 1251 | 1275 | 1698 | 1862 | 1820 | 3118 | 3955 | 4151 => ErrorKind::Authentication,
        1044 | 1142 | 1143 | 1227 | 1370 | 1419 | 3530 => ErrorKind::Privilege,
        1064 | 1065 | 1149 => ErrorKind::Syntax,
        1051 | 1109 | 1146 => ErrorKind::UndefinedTable,
        1054 => ErrorKind::UndefinedColumn,
        1264 | 1406 | 1690 | 1441 => ErrorKind::OutOfRange,
        1265 | 1292 | 1366 | 1367 | 1411 | 3140 | 3141 | 3156 | 4079 => ErrorKind::TypeMismatch,
        1290 | 1792 | 1836 => ErrorKind::ReadOnly,
        1021 | 1037 | 1038 | 1041 | 1114 | 1135 | 1203 | 1206 | 1226 | 1461 => ErrorKind::ResourceExhausted,
        // The server goes down, or ends this connection.
        1053 | 1077 | 1079 | 1080 | 1152 | 1153 | 1154 | 1155 | 1156..=1161 | 1184 | 1927 | 3169 | 4031 => {
            ErrorKind::ConnectionLost
        }
        1235 | 1295 | 1178 => ErrorKind::Unsupported,
        // One that SQL's own EXECUTE or DEALLOCATE does not know is not one of the driver's.
        1243 if message.ends_with("EXECUTE") || message.ends_with("DEALLOCATE PREPARE") => by_state(state),
        1243 | 1615 => ErrorKind::SchemaChanged,
        1033..=1036 | 1194 | 1195 | 1712 => ErrorKind::Corrupt,
        1192 | 1399..=1402 | 1568 | 1766 => ErrorKind::InvalidState,
        _ => by_state(state),
    }
}

fn by_state(state: &str) -> ErrorKind {
    match state {
        "40001" => ErrorKind::SerializationFailure,
        "70100" => ErrorKind::Cancelled,
        "42S02" => ErrorKind::UndefinedTable,
        "42S22" => ErrorKind::UndefinedColumn,
        "25006" => ErrorKind::ReadOnly,
        "22003" | "22001" => ErrorKind::OutOfRange,
        "22007" | "22018" => ErrorKind::TypeMismatch,
        _ => match state.get(..2) {
            Some("08") => ErrorKind::ConnectionLost,
            Some("28") => ErrorKind::Authentication,
            Some("25") => ErrorKind::InvalidState,
            _ => ErrorKind::Database,
        },
    }
}

/// Whether the server may have rolled the whole transaction back with this error: what it then says of the transaction
/// has to be asked for. A deadlock does, a lock timeout if the server is set up so.
#[must_use]
pub fn may_end_transaction(code: u16) -> bool {
    matches!(code, 1020 | 1180 | 1196 | 1197 | 1205 | 1206 | 1213 | 1402 | 1613 | 1614 | 3101 | 1047)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_timeout_is_no_deadlock() {
        assert_eq!(kind(1205, "HY000", ""), ErrorKind::LockTimeout);
        assert_eq!(kind(1213, "40001", ""), ErrorKind::Deadlock);
    }

    #[test]
    fn only_some_options_of_a_server_make_it_read_only() {
        let because = |option: &str| {
            let message = format!(
                "The MySQL server is running with the {option} option so it cannot execute this statement"
            );
            kind(1290, "HY000", &message)
        };
        for option in ["--read-only", "--super-read-only"] {
            assert_eq!(because(option), ErrorKind::ReadOnly);
        }
        assert_eq!(because("--secure-file-priv"), ErrorKind::Unsupported);
    }

    #[test]
    fn a_number_without_a_kind_has_that_of_its_state() {
        assert_eq!(kind(65_000, "42S02", ""), ErrorKind::UndefinedTable);
        assert_eq!(kind(65_000, "08S01", ""), ErrorKind::ConnectionLost);
        assert_eq!(kind(65_000, "HY000", ""), ErrorKind::Database);
    }
}
