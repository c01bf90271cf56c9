//! MariaDB, and MySQL where it is on this machine.

mod authentication;
mod life;
mod proxied;
mod shared;

use sqlsession_test_servers::MysqlProduct;

/// MariaDB, which the tests need, and MySQL if it is there.
fn products() -> Vec<MysqlProduct> {
    if !MysqlProduct::Mysql.is_installed() {
        println!("not tried on MySQL: `cargo xtask servers fetch-mysql` brings it");
        return vec![MysqlProduct::Mariadb];
    }
    MysqlProduct::ALL.to_vec()
}
