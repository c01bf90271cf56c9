//! The data of a fresh server, made once in each process: a copy takes a fraction of the time.

use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};
use rustix::process::Signal;

use crate::home::Home;
use crate::programs::find;
use crate::watchdog::Watchdog;

/// How the folder `data` of a fresh server is made, and that folder once somebody asked for it.
pub(crate) struct Template {
    user: &'static str,
    make: fn(&Home) -> Result<()>,
    made: OnceLock<Result<Made, String>>,
}

struct Made {
    home: Home,
    /// Removes the folder at the end of the process.
    _watchdog: Watchdog,
}

impl Template {
    /// `make` fills the folder `data` of the home that it is given, of a server that is usually run by `user`.
    pub(crate) const fn new(user: &'static str, make: fn(&Home) -> Result<()>) -> Self {
        Self { user, make, made: OnceLock::new() }
    }

    /// Makes the folder `data` of `home` a copy.
    pub(crate) fn copy_to(&self, home: &Home) -> Result<()> {
        let made = self.made.get_or_init(|| self.make().map_err(|error| format!("{error:#}")));
        let made = made.as_ref().map_err(|message| anyhow!("{message}"))?;
        let mut copy = home.command(&find("cp", &[]).context("there is no program cp")?)?;
        copy.arg("-a").arg(made.home.join("data")).arg(home.join("data"));
        home.run(&mut copy, None)
    }

    fn make(&self) -> Result<Made> {
        let home = Home::new(self.user)?;
        let watchdog = Watchdog::new(home.path(), Signal::TERM)?;
        (self.make)(&home)?;
        Ok(Made { home, _watchdog: watchdog })
    }
}
