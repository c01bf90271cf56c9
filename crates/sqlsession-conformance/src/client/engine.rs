use std::{ops::Deref, sync::Arc};

use sqlsession::{AsyncDatabase, Database};
use sqlsession_core::{
    AsyncEngine, AsyncSessionMaker, Engine as AnyEngine, Result, SessionOptions, blocking,
};

use super::{Connection, Session, Shortcuts};

/// An engine. What only looks at it is that of the engine behind it, to which it derefs.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Async(AsyncEngine),
    Blocking(blocking::Engine),
}

impl Engine {
    pub(crate) async fn connect_with(&self, options: SessionOptions) -> Result<Box<dyn Connection>> {
        Ok(match self {
            Self::Async(engine) => Box::new(engine.connect_with(options).await?),
            Self::Blocking(engine) => Box::new(engine.connect_with(options)?),
        })
    }

    /// One with other options, over the same pool.
    pub(crate) fn other(&self, options: SessionOptions) -> Result<Self> {
        Ok(match self {
            Self::Async(engine) => Self::Async(engine.with_options(options).into()),
            Self::Blocking(engine) => Self::Blocking(blocking::Engine::new(engine.with_options(options))?),
        })
    }

    pub(crate) fn session_maker_with(&self, options: SessionOptions) -> Maker {
        match self {
            Self::Async(engine) => Maker::Async(engine.session_maker_with(options)),
            Self::Blocking(engine) => Maker::Blocking(engine.session_maker_with(options)),
        }
    }

    pub(crate) fn shortcuts(&self, options: SessionOptions, commit_on_exit: bool) -> Arc<dyn Shortcuts> {
        match self {
            Self::Async(engine) => Arc::new(AsyncDatabase::new(engine.clone(), options, commit_on_exit)),
            Self::Blocking(engine) => Arc::new(Database::new(engine.clone(), options, commit_on_exit)),
        }
    }
}

impl Deref for Engine {
    type Target = dyn AnyEngine;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Async(engine) => &**engine.inner(),
            Self::Blocking(engine) => &**engine.inner(),
        }
    }
}

/// A session maker.
#[derive(Debug, Clone)]
pub(crate) enum Maker {
    Async(AsyncSessionMaker),
    Blocking(blocking::SessionMaker),
}

impl Maker {
    pub(crate) fn session_with(&self, options: SessionOptions) -> Box<dyn Session> {
        match self {
            Self::Async(maker) => Box::new(maker.session_with(options)),
            Self::Blocking(maker) => Box::new(maker.session_with(options)),
        }
    }

    pub(crate) fn configure(&self, options: SessionOptions) {
        match self {
            Self::Async(maker) => maker.configure(options),
            Self::Blocking(maker) => maker.configure(options),
        }
    }
}
