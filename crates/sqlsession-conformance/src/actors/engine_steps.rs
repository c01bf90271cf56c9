use serde_json::Map;
use sqlsession_core::{Result, Value, session::Info};

use super::{
    Halt, Stage,
    session_options::{keeps_objects, session_options},
    unit::{Block, Unit},
    unit_steps::options_of,
};
use crate::{
    client::{self, Connection, Engine},
    outcome::{Body, PoolFigures},
    scenario::Step,
};

/// A session maker, and what its sessions remember from the start.
#[derive(Debug, Clone)]
pub(crate) struct Maker {
    maker: client::Maker,
    info: Info,
    /// Whether the objects of its sessions keep their values past a commit.
    keeps_objects: bool,
}

impl Maker {
    pub(crate) fn new(engine: &Engine, options: &Map<String, serde_json::Value>) -> Result<Self, Halt> {
        let keeps_objects = keeps_objects(options).unwrap_or_default();
        let (options, info) = session_options(options)?;
        Ok(Self { maker: engine.session_maker_with(options), info, keeps_objects })
    }
}

impl Stage<'_> {
    pub(super) async fn engine_step(&mut self, engine: &Engine, step: &Step) -> Result<Body, Halt> {
        match step.op.as_str() {
            "connect" | "with_connect" | "with_begin" => {
                let block = if step.op == "with_begin" { Block::Begin } else { Block::Close };
                Ok(match connect(engine, step, block).await? {
                    Ok(connection) => {
                        self.enter(step, Unit::connection(connection, block));
                        Body::Ok
                    }
                    Err(error) => error.into(),
                })
            }
            "pool_status" => Ok(Body::Pool(figures(engine))),
            "dispose" if step.flag("close") == Some(false) => {
                Err(Halt::NoCounterpart("idle connections are closed with their engine, not forgotten"))
            }
            "dispose" => {
                let disposed = engine.dispose();
                self.recorder.note("engine_disposed");
                Ok(disposed.map_or_else(Body::from, |()| Body::None))
            }
            "execution_options" => {
                let options = match options_of(step, "options")? {
                    Ok(options) => options,
                    Err(error) => return Ok(error.into()),
                };
                if let Some(name) = step.kept_as() {
                    match engine.other(options) {
                        Ok(engine) => self.engines.insert(name.to_owned(), engine),
                        Err(error) => return Ok(error.into()),
                    };
                }
                Ok(Body::Ok)
            }
            "maker" => {
                let maker = Maker::new(engine, step.options("options").unwrap_or(&Map::new()))?;
                if let Some(name) = step.kept_as() {
                    self.makers.insert(name.to_owned(), maker);
                }
                Ok(Body::Ok)
            }
            "isolation_levels" => {
                let mut levels: Vec<_> =
                    engine.dialect().isolation_levels.iter().map(|level| level.as_str().to_owned()).collect();
                levels.sort();
                Ok(Body::Values(levels.into_iter().map(Value::Text).collect()))
            }
            "default_isolation_level" => {
                Ok(Body::NoCounterpart("the server's own isolation level is not asked for"))
            }
            "raw_connection" => {
                Err(Halt::NoCounterpart("the raw connection of a driver has operations of its own"))
            }
            op => Err(Halt::Skip(format!("operation {op} of an engine is not known to the runner"))),
        }
    }

    pub(super) async fn maker_step(&mut self, maker: &Maker, step: &Step) -> Result<Body, Halt> {
        let none = Map::new();
        let written = step.options("options").unwrap_or(&none);
        let keeps = keeps_objects(written).unwrap_or(maker.keeps_objects);
        let (options, info) = session_options(written)?;
        match step.op.as_str() {
            "open" | "with_open" | "with_begin" => {
                let mut session = maker.maker.session_with(options);
                session.info().extend(maker.info.clone());
                session.info().extend(info);
                let mut block = Block::Close;
                if step.op == "with_begin" {
                    block = Block::Begin;
                    if let Err(error) = session.begin().await {
                        return Ok(error.into());
                    }
                }
                self.enter(step, Unit::session(session, block));
                if keeps {
                    self.keep_objects(step);
                }
                Ok(Body::Ok)
            }
            "configure" => {
                maker.maker.configure(options);
                if let Some(maker) = self.makers.get_mut(&step.actor) {
                    maker.info.extend(info);
                    maker.keeps_objects = keeps;
                }
                Ok(Body::None)
            }
            "close_all" => Err(Halt::NoCounterpart(
                "sessions belong to those who use them, and are not closed from outside",
            )),
            op => Err(Halt::Skip(format!("operation {op} of a session maker is not known to the runner"))),
        }
    }
}

async fn connect(engine: &Engine, step: &Step, block: Block) -> Result<Result<Box<dyn Connection>>, Halt> {
    let options = match options_of(step, "execution_options")? {
        Ok(options) => options,
        Err(error) => return Ok(Err(error)),
    };
    let mut connection = match engine.connect_with(options).await {
        Ok(connection) => connection,
        Err(error) => return Ok(Err(error)),
    };
    if block == Block::Begin
        && let Err(error) = connection.begin().await
    {
        return Ok(Err(error));
    }
    Ok(Ok(connection))
}

/// The figures of the pool, in SQLAlchemy's words.
fn figures(engine: &Engine) -> PoolFigures {
    let status = engine.pool_status();
    let count = |connections: usize| i64::try_from(connections).unwrap_or(i64::MAX);
    PoolFigures {
        class: "QueuePool".to_owned(),
        size: count(status.size),
        checked_in: count(status.idle),
        checked_out: count(status.in_use),
        overflow: status.overflow(),
    }
}
