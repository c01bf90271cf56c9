use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{
    EngineSetup, Halt, Maker, Stage,
    session_options::{keeps_objects, session_options},
};
use crate::Backend;

impl Stage<'_> {
    /// Makes an engine of a scenario; the inner error is one of the library's.
    pub(crate) fn make_engine(
        &mut self,
        backend: &dyn Backend,
        number: usize,
        name: &str,
        options: &Map<String, Json>,
    ) -> Result<sqlsession_core::Result<()>, Halt> {
        Ok(EngineSetup::read(options, self.database)?.and_then(|EngineSetup { url, options }| {
            let listener = Arc::clone(&self.recorder).listener(number);
            let engine = self.client.engine(backend, url, options.listen(listener))?;
            self.engines.insert(name.to_owned(), engine);
            Ok(())
        }))
    }

    /// Makes the shortcuts of a scenario, over its engine `e`.
    pub(crate) fn make_shortcuts(&mut self, options: &Json) -> Result<(), Halt> {
        let Some(engine) = self.engines.get("e") else {
            return Err(Halt::skip("the shortcuts have the engine `e`"));
        };
        let options = options.as_object().cloned().unwrap_or_default();
        let (of_sessions, _info) = session_options(&options)?;
        self.shortcuts = Some(engine.shortcuts(of_sessions, false));
        self.shortcuts_keep = keeps_objects(&options).unwrap_or(false);
        Ok(())
    }

    /// Makes a session maker of a scenario.
    pub(crate) fn make_maker(&mut self, name: &str, options: &Map<String, Json>) -> Result<(), Halt> {
        let engine = match options.get("bind") {
            Some(Json::Null) => return Err(Halt::NoCounterpart("a session maker has an engine")),
            bind => bind.and_then(Json::as_str).unwrap_or("e"),
        };
        let Some(engine) = self.engines.get(engine) else {
            return Err(Halt::Broken(format!("maker {name} is bound to no engine")));
        };
        let maker = Maker::new(engine, options)?;
        self.makers.insert(name.to_owned(), maker);
        Ok(())
    }
}
