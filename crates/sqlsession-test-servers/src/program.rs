use std::fmt::Debug;
use std::process::Command;

use anyhow::Result;
use rustix::process::Signal;

use crate::home::Home;

/// What [`Server`](super::Server) must know of a database server.
pub trait ServerProgram: Debug + Sync {
    /// The name in messages.
    fn name(&self) -> &'static str;

    /// The user that packages of it run it under.
    fn user(&self) -> &'static str;

    /// The Debian packages that bring it.
    fn packages(&self) -> &'static [&'static str];

    /// Whether its programs are on this machine.
    fn is_installed(&self) -> bool;

    /// Fills the folder with a fresh database.
    ///
    /// # Errors
    /// A program is missing or fails.
    fn prepare(&self, home: &Home) -> Result<()>;

    /// The server itself, on that port of 127.0.0.1, in the foreground.
    ///
    /// # Errors
    /// A program is missing.
    fn command(&self, home: &Home, port: u16) -> Result<Command>;

    /// Whether the server that runs as process `pid` takes connections.
    fn is_ready(&self, home: &Home, port: u16, pid: u32) -> bool;

    /// What a fresh server still needs once it takes connections, for the first time only.
    ///
    /// # Errors
    /// Something that was asked for cannot be done.
    fn set_up(&self, _home: &Home) -> Result<()> {
        Ok(())
    }

    /// The signal that ends it at once and in order, with clients connected.
    fn stop_signal(&self) -> Signal;

    /// The URL of its test database.
    fn url(&self, port: u16) -> String;
}

impl<P: ServerProgram + ?Sized> ServerProgram for &P {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn user(&self) -> &'static str {
        (**self).user()
    }

    fn packages(&self) -> &'static [&'static str] {
        (**self).packages()
    }

    fn is_installed(&self) -> bool {
        (**self).is_installed()
    }

    fn prepare(&self, home: &Home) -> Result<()> {
        (**self).prepare(home)
    }

    fn command(&self, home: &Home, port: u16) -> Result<Command> {
        (**self).command(home, port)
    }

    fn is_ready(&self, home: &Home, port: u16, pid: u32) -> bool {
        (**self).is_ready(home, port, pid)
    }

    fn set_up(&self, home: &Home) -> Result<()> {
        (**self).set_up(home)
    }

    fn stop_signal(&self) -> Signal {
        (**self).stop_signal()
    }

    fn url(&self, port: u16) -> String {
        (**self).url(port)
    }
}
