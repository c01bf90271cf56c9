//! `cargo xtask servers start|stop|status`.

use anyhow::{Context, Result, bail};
use sqlsession_test_servers::record::{Record, Records};
use sqlsession_test_servers::{Server, ServerProgram};

use crate::args::ServersAction;
use crate::backend::{BACKENDS, Backend};

/// Starts, stops or lists the background servers of the given backends.
///
/// `start` prints nothing but shell lines that set the URLs, so that `eval "$(cargo xtask servers start)"` works.
/// A server that runs already is kept.
///
/// # Errors
/// A server is not installed, does not start or does not stop.
pub fn run(action: ServersAction, backends: &[&'static Backend]) -> Result<()> {
    let records = Records::of_workspace();
    sweep(&records)?;
    for backend in backends {
        let Some(program) = backend.server else { bail!("{} needs no server", backend.name) };
        let mine: Vec<Record> = background(&records, program)?;
        match action {
            ServersAction::Start => {
                let record = match mine.into_iter().find(|record| record.process.is_running()) {
                    Some(record) => record,
                    None => start(program)?,
                };
                println!("{}", export(backend.variable, &record.url));
            }
            ServersAction::Stop => {
                for record in mine {
                    records.stop(&record, program.stop_signal())?;
                    println!("stopped {} (process {})", record.program, record.process.pid);
                }
            }
            ServersAction::Status => {
                if mine.is_empty() {
                    println!("{}: not started", backend.name);
                }
                for record in mine {
                    let state = if record.process.is_running() { "runs" } else { "is gone" };
                    println!("{}: process {} {state}, {}", backend.name, record.process.pid, record.url);
                }
            }
        }
    }
    Ok(())
}

/// Stops the servers whose owners were killed before they could stop them.
///
/// # Errors
/// A record cannot be read or a server does not stop.
pub fn sweep(records: &Records) -> Result<()> {
    for record in records.load()?.iter().filter(|record| record.is_orphan()) {
        let program = BACKENDS
            .iter()
            .flat_map(Backend::programs)
            .find(|program| program.name() == record.program)
            .with_context(|| format!("unknown server program {:?}", record.program))?;
        records.stop(record, program.stop_signal())?;
    }
    Ok(())
}

fn background(records: &Records, program: &dyn ServerProgram) -> Result<Vec<Record>> {
    let mut found = records.load()?;
    found.retain(|record| record.is_background() && record.program == program.name());
    Ok(found)
}

fn start(program: &'static dyn ServerProgram) -> Result<Record> {
    if !program.is_installed() {
        bail!("{} is not installed: run {}", program.name(), install_command(program));
    }
    eprintln!("starting {}", program.name());
    Server::launch(program)?.detach()
}

/// The command that installs a server, for people.
#[must_use]
pub fn install_command(program: &dyn ServerProgram) -> String {
    format!("`apt-get install -y --no-install-recommends {}`", program.packages().join(" "))
}

fn export(variable: &str, url: &str) -> String {
    format!("export {variable}='{url}'")
}

#[cfg(test)]
mod tests {
    use sqlsession_test_servers::POSTGRES;

    use super::*;

    #[test]
    fn lines_can_be_read_by_a_shell() {
        let line = export("SQLSESSION_POSTGRES_URL", "postgresql://u:p@127.0.0.1:20001/d?x=1&y=2");
        let script = format!("{line}; printf %s \"$SQLSESSION_POSTGRES_URL\"");
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(output.stdout, b"postgresql://u:p@127.0.0.1:20001/d?x=1&y=2");
    }

    #[test]
    fn the_command_to_install_is_named() {
        assert_eq!(install_command(&POSTGRES), "`apt-get install -y --no-install-recommends postgresql`");
    }
}
