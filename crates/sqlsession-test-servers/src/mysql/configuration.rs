//! What stands in the files of a server.

use std::fmt::Write;
use std::path::Path;

use super::product::MysqlProduct;

/// Fast rather than durable: what is committed outlives the server's processes (the 2), not the machine.
const SETTINGS: &str = "\
bind-address=127.0.0.1
skip-name-resolve
innodb_buffer_pool_size=64M
innodb_flush_log_at_trx_commit=2
innodb_doublewrite=0
innodb_flush_method=nosync
performance_schema=OFF
character-set-server=utf8mb4
local_infile=ON
";

const MARIADB_SETTINGS: &str = "\
skip-log-bin
innodb_log_file_size=16M
plugin-load-add=auth_ed25519
";

/// TLS is only on when it is asked for, as in MariaDB, so MySQL makes no certificates of its own.
const MYSQL_SETTINGS: &str = "\
disable-log-bin
innodb_redo_log_capacity=16M
mysqlx=OFF
auto_generate_certs=OFF
secure-file-priv=
";

/// The begin of the file `my.cnf` of a server in `folder`.
pub(super) fn settings(product: MysqlProduct, folder: &Path) -> String {
    let folder = folder.display();
    // A server that starts takes away what it finds in its tmpdir: it must not be that of another one at work.
    let mut text = format!(
        "[mysqld]\ndatadir={folder}/data\ntmpdir={folder}\nsocket={folder}/socket\npid-file={folder}/pid\n{SETTINGS}"
    );
    match product {
        MysqlProduct::Mariadb => text.push_str(MARIADB_SETTINGS),
        MysqlProduct::Mysql => {
            text.push_str(MYSQL_SETTINGS);
            let usr = MysqlProduct::root().join("usr");
            let places = [
                ("basedir", ""),
                ("lc-messages-dir", "share/mysql"),
                ("character-sets-dir", "share/mysql/charsets"),
                ("plugin-dir", "lib/mysql/plugin"),
            ];
            for (name, place) in places {
                text.push_str(&setting(name, &usr.join(place).display().to_string()));
            }
        }
    }
    text
}

/// A line of `my.cnf`.
pub(super) fn setting(name: &str, value: &str) -> String {
    let mut line = format!("{name}=\"");
    for sign in value.chars() {
        match sign {
            '"' | '\\' => {
                let _ = write!(line, "\\{sign}");
            }
            '\n' => line.push_str("\\n"),
            _ => line.push(sign),
        }
    }
    line.push_str("\"\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        assert_eq!(
            setting("init_connect", "SET @a = \"b\\\n\" # c"),
            "init_connect=\"SET @a = \\\"b\\\\\\n\\\" # c\"\n"
        );
    }

    #[test]
    fn only_mysql_is_told_where_its_files_are() {
        let folder = Path::new("/tmp/a");
        assert!(settings(MysqlProduct::Mysql, folder).contains("\nplugin-dir=\""));
        assert!(!settings(MysqlProduct::Mariadb, folder).contains("plugin-dir"));
        assert!(settings(MysqlProduct::Mariadb, folder).contains("\nsocket=/tmp/a/socket\n"));
    }
}
