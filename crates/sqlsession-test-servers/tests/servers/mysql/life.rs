use sqlsession_test_servers::{Mysql, MysqlProduct, MysqlServer, mysql_client};

use super::products;

#[test]
fn a_server_is_as_it_was_asked_for() {
    for product in products() {
        let server = Mysql::new(product)
            .setting("max_connections", "17")
            .setting("init_connect", "SET @greeting = \"it's # \\\\ me\"")
            .statement("CREATE USER ada@'%' IDENTIFIED BY 'a b'")
            .statement("CREATE TABLE t (\n  id int\n)")
            .statement("INSERT INTO t\nVALUES (1), (2); SELECT 1")
            .statement("GRANT SELECT ON t TO ada@'%'")
            .start()
            .unwrap();
        assert_eq!(server.product(), product);
        let version = server.query("SELECT version()").unwrap();
        assert_eq!(version.contains("MariaDB"), product == MysqlProduct::Mariadb, "{version}");
        assert_eq!(server.query("SELECT @@max_connections, @@local_infile").unwrap(), "17|1");
        assert_eq!(server.query("SELECT id, id + 1, NULL FROM t ORDER BY id").unwrap(), "1|2|NULL\n2|3|NULL");
        let ada = server.url_as("ada", Some("a%20b"));
        assert_eq!(mysql_client(&ada, "SELECT @greeting, id FROM t LIMIT 1").unwrap(), "it's # \\\\ me|1");
        let ada = server.url_by_socket("ada", Some("a%20b"));
        assert_eq!(mysql_client(&ada, "SELECT user()").unwrap(), "ada@localhost");
        assert_eq!(
            mysql_client(&server.url(), "SELECT current_user(), database()").unwrap(),
            "root@127.0.0.1|sqlsession"
        );
        assert!(server.certificates().is_err());
        let with_tls = format!("{}?ssl_mode=VERIFY_IDENTITY", server.url());
        assert!(mysql_client(&with_tls, "SELECT 1").unwrap_err().to_string().contains("2026"));
    }
}

#[test]
fn a_wrong_option_is_named() {
    for product in products() {
        let message = Mysql::new(product).statement("CREATE ROLLE").start().unwrap_err().to_string();
        assert!(message.contains("1064"), "{message}");
        let message = Mysql::new(product).setting("no_such_variable", "1").start().unwrap_err().to_string();
        assert!(message.contains("no_such_variable"), "{message}");
    }
}

#[test]
fn data_survives_a_kill_and_a_stop() {
    for product in products() {
        let mut server = MysqlServer::start(product).unwrap();
        let (url, folder) = (server.url(), server.folder().to_owned());
        server.query("CREATE TABLE t (id int); INSERT INTO t VALUES (1)").unwrap();
        server.kill().unwrap();
        assert!(server.query("SELECT 1").is_err());
        server.restart().unwrap();
        server.query("INSERT INTO t VALUES (2)").unwrap();
        server.stop().unwrap();
        assert!(mysql_client(&url, "SELECT 1").unwrap_err().to_string().contains("Can't connect"));
        server.restart().unwrap();
        assert_eq!(mysql_client(&url, "SELECT id FROM t ORDER BY id").unwrap(), "1\n2");
        drop(server);
        assert!(!folder.exists());
        assert!(mysql_client(&url, "SELECT 1").is_err());
    }
}
