//! Servers from `docker-compose.yml`.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use sqlsession_test_servers::port;

use crate::backend::Service;
use crate::bounded::status_within;
use crate::workspace;

const ANSWER_LIMIT: Duration = Duration::from_secs(10);
const HEALTHY_LIMIT: Duration = Duration::from_secs(180);

/// A Docker engine with a compose program, and the project that was started on it. Dropping it removes the
/// containers with their data.
#[derive(Debug)]
pub(super) struct Compose {
    program: Program,
    project: String,
    ports: Vec<(&'static str, u16)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    /// `docker compose`, which waits for health by itself.
    Plugin,
    /// The older `docker-compose`.
    Standalone,
}

impl Program {
    fn command(self) -> Command {
        let mut command = Command::new(match self {
            Self::Plugin => "docker",
            Self::Standalone => "docker-compose",
        });
        if self == Self::Plugin {
            command.arg("compose");
        }
        command
    }
}

impl Compose {
    /// `None` when no engine answers in time or there is no compose program.
    pub(super) fn find() -> Option<Self> {
        let works = |command: &mut Command| matches!(status_within(command, ANSWER_LIMIT), Ok(Some(status)) if status.success());
        if !works(Command::new("docker").arg("info")) {
            return None;
        }
        let program = [Program::Plugin, Program::Standalone]
            .into_iter()
            .find(|program| works(program.command().arg("version")))?;
        let project = format!("sqlsession-test-{}", std::process::id());
        Some(Self { program, project, ports: Vec::new() })
    }

    /// Starts the services on free ports, waits until they are healthy, and gives each variable with its URL.
    pub(super) fn up(&mut self, services: &[Service]) -> Result<Vec<(&'static str, String)>> {
        let mut urls = Vec::new();
        for service in services {
            let port = port::free()?;
            self.ports.push((service.port_variable, port));
            urls.push((service.variable, service.url(port)));
        }
        let names: Vec<&str> = services.iter().map(|service| service.name).collect();
        let mut up = self.command();
        up.args(["up", "-d"]);
        if self.program == Program::Plugin {
            up.arg("--wait");
        }
        let status = up.args(&names).status().context("run docker compose")?;
        if !status.success() {
            bail!("docker compose up failed: {status}");
        }
        if self.program == Program::Standalone {
            for name in names {
                self.wait_until_healthy(name)?;
            }
        }
        Ok(urls)
    }

    fn command(&self) -> Command {
        let mut command = self.program.command();
        command.args(["-f", "docker-compose.yml", "-p", &self.project]);
        command.envs(self.ports.iter().map(|(variable, port)| (variable, port.to_string())));
        command.current_dir(workspace::root()).stdin(Stdio::null());
        command
    }

    fn wait_until_healthy(&self, service: &str) -> Result<()> {
        let deadline = Instant::now() + HEALTHY_LIMIT;
        let container = output(self.command().args(["ps", "-q", service]))?;
        loop {
            let format = "{{.State.Health.Status}}";
            let health = output(Command::new("docker").args(["inspect", "-f", format, &container]))?;
            if health == "healthy" {
                return Ok(());
            }
            if health == "unhealthy" || Instant::now() >= deadline {
                bail!("the service {service} is {health}");
            }
            sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Compose {
    fn drop(&mut self) {
        if self.ports.is_empty() {
            return;
        }
        let status = self.command().args(["down", "-v"]).status();
        if !status.is_ok_and(|status| status.success()) {
            eprintln!("warning: the containers of {} are left behind", self.project);
        }
    }
}

fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
