use anyhow::Result;

use super::configuration::settings;
use super::product::{MysqlProduct, installer};
use super::program::{CONFIGURATION, OWNER, USER};
use crate::home::Home;
use crate::template::Template;

static MARIADB: Template = Template::new(USER, make_mariadb);
static MYSQL: Template = Template::new(USER, make_mysql);

/// The data with the test database and its owner, who needs no password by the Unix socket.
pub(super) fn template(product: MysqlProduct) -> &'static Template {
    match product {
        MysqlProduct::Mariadb => &MARIADB,
        MysqlProduct::Mysql => &MYSQL,
    }
}

/// One statement per line: the bootstrap mode reads no other form.
fn statements() -> String {
    format!(
        "CREATE DATABASE {OWNER};\n\
        CREATE USER root@'127.0.0.1' IDENTIFIED BY '{OWNER}';\n\
        GRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n"
    )
}

fn make_mariadb(home: &Home) -> Result<()> {
    let mut install = home.command(&installer()?)?;
    install.arg("--no-defaults").arg(format!("--datadir={}", home.join("data").display()));
    install.args(["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]);
    install.arg("--innodb-log-file-size=16M");
    home.run(&mut install, None)?;
    // The installation has made a root without a password for every address of this machine.
    let text =
        format!("FLUSH PRIVILEGES;\nDROP USER IF EXISTS root@'127.0.0.1', root@'::1';\n{}", statements());
    let input = home.write("setup.sql", &text)?;
    let mut bootstrap = server(MysqlProduct::Mariadb, home)?;
    bootstrap.arg("--bootstrap");
    home.run(&mut bootstrap, Some(&input))
}

fn make_mysql(home: &Home) -> Result<()> {
    let setup = home.write("setup.sql", &statements())?;
    let mut initialize = server(MysqlProduct::Mysql, home)?;
    initialize.arg("--initialize-insecure").arg(format!("--init-file={}", setup.display()));
    home.run(&mut initialize, None)
}

fn server(product: MysqlProduct, home: &Home) -> Result<std::process::Command> {
    let file = home.write(CONFIGURATION, &settings(product, home.path()))?;
    let mut command = product.command(home)?;
    command.arg(format!("--defaults-file={}", file.display()));
    Ok(command)
}
