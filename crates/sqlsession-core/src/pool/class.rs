use std::str::FromStr;

use crate::{Error, ErrorKind};

/// What kind of pool an engine has. The names are SQLAlchemy's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PoolClass {
    /// Keeps `pool_size` connections and opens `max_overflow` more when all are in use: `QueuePool`.
    #[default]
    Queue,
    /// Keeps none: each checkout opens a connection and each check-in closes it, as many at once as are asked for, 4096 at
    /// most: `NullPool`. For a pooler between the program and the server.
    Null,
    /// Keeps one, whatever its age, and lends it to one after the other: `StaticPool`. SQLAlchemy's lends it to several
    /// at once, who then share a transaction; here a connection has one user.
    Static,
}

impl FromStr for PoolClass {
    type Err = Error;

    /// Takes the short name or SQLAlchemy's class name, in any case.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.to_ascii_lowercase().as_str() {
            "queue" | "queuepool" | "asyncadaptedqueuepool" => Ok(Self::Queue),
            "null" | "nullpool" => Ok(Self::Null),
            "static" | "staticpool" => Ok(Self::Static),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                format!("unknown pool class {text:?}: use queue, null or static"),
            )),
        }
    }
}
