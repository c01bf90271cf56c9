use sqlsession_core::{Error, ErrorKind, Result, Value};

use super::{object::State, shelf::Shelf};
use crate::{actors::Halt, client::Session, outcome::Body, scenario::Step, value::read};

impl Shelf {
    /// The session that an object belongs to.
    pub(crate) fn owner(&self, object: &str) -> Option<String> {
        self.objects.get(self.place(object)?)?.session.clone()
    }

    /// Does what an object is told, whose session is given if it has one.
    pub(crate) async fn object_step(
        &mut self,
        session: Option<&mut dyn Session>,
        step: &Step,
    ) -> Result<Body, Halt> {
        let Some(place) = self.place(&step.actor) else { return Ok(Body::Absent) };
        let field = step.text("field").unwrap_or_default();
        let body = match step.op.as_str() {
            "show" => Ok(self.shown(place)),
            "read" => self.read(session, place, field).await,
            "set" => {
                let value = step.fields.get("value").map(read).transpose().map_err(Halt::Skip)?;
                self.set(session, place, field, value.unwrap_or(Value::Null)).await
            }
            op => return Err(Halt::Skip(format!("operation {op} of an object is not known to the runner"))),
        };
        Ok(body.unwrap_or_else(Body::from))
    }

    /// Reads an attribute. One that is not loaded is an object to be refreshed, which a program does itself.
    async fn read(&mut self, session: Option<&mut dyn Session>, place: usize, field: &str) -> Result<Body> {
        let object = &mut self.objects[place];
        let is_loaded = object.user.field(field).is_some_and(|value| value.is_some());
        match (object.state, session, object.session.clone()) {
            (State::Persistent, Some(session), Some(own)) if !is_loaded => {
                self.refresh(session, &own, place).await?;
            }
            (State::Detached, ..) if !is_loaded => {
                return Err(Error::new(ErrorKind::InvalidState, "an entity is read again by a session"));
            }
            _ => {}
        }
        let value = self.objects[place].user.field(field).and_then(|value| value.clone());
        Ok(Body::Value(value.unwrap_or(Value::Null)))
    }

    /// Changes an attribute. Where a session is to write that, a program tells it.
    async fn set(
        &mut self,
        mut session: Option<&mut dyn Session>,
        place: usize,
        field: &str,
        value: Value,
    ) -> Result<Body> {
        let object = &self.objects[place];
        let own = object.session.clone();
        let is_expired = object.is_expired();
        if let (true, Some(own), Some(session)) = (is_expired, own, session.as_deref_mut()) {
            // An UPDATE is of an entity that has all its values.
            self.refresh(session, &own, place).await?;
        }
        let object = &mut self.objects[place];
        if let Some(own) = object.user.field(field) {
            *own = Some(value);
        }
        match (object.state, session) {
            (State::Pending | State::Persistent, Some(session)) => {
                match object.tracked.filter(|_| !object.is_written) {
                    Some(tracked) => session.pending_mut(tracked)?.clone_from(&object.user),
                    None => {
                        object.tracked = Some(session.update(object.user.clone())?);
                        object.is_written = false;
                    }
                }
            }
            _ => object.is_changed = true,
        }
        Ok(self.shown(place))
    }
}
