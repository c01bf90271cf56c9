use anyhow::Result;

use super::program::{OWNER, USER, program, run_statements};
use crate::home::Home;
use crate::template::Template;

/// A cluster with the superuser and its database.
pub(super) static TEMPLATE: Template = Template::new(USER, make);

fn make(home: &Home) -> Result<()> {
    let password = home.write("password", &format!("{OWNER}\n"))?;
    let mut initdb = home.command(&program("initdb")?)?;
    initdb.arg("-D").arg(home.join("data")).arg("--pwfile").arg(password);
    initdb.args(["-U", OWNER, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
    initdb.args(["--auth-local=trust", "--auth-host=scram-sha-256"]);
    home.run(&mut initdb, None)?;
    run_statements(home, "postgres", &[format!("CREATE DATABASE {OWNER}")])
}
