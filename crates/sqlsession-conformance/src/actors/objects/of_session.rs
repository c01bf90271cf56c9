use std::collections::BTreeMap;

use sqlsession_core::{Error, ErrorKind, Result, Value};

use super::{
    object::{Object, State},
    of_database::{key_and_lock, new_user},
    shelf::Shelf,
};
use crate::{
    actors::Halt,
    client::Session,
    outcome::{Body, ShownEntity},
    scenario::Step,
    user::User,
};

/// Whether an operation of a session is about objects.
pub(crate) fn is_of_objects(op: &str) -> bool {
    const OPS: [&str; 13] = [
        "get",
        "get_one",
        "add_new",
        "add",
        "delete",
        "merge",
        "refresh",
        "expire",
        "contains",
        "select_entity",
        "counts",
        "expire_all",
        "expunge_all",
    ];
    OPS.contains(&op)
}

impl Shelf {
    /// Does what a session is told to do with objects.
    pub(crate) async fn session_step(
        &mut self,
        session: &mut dyn Session,
        step: &Step,
    ) -> Result<Body, Halt> {
        let own = step.actor.as_str();
        let body = match step.op.as_str() {
            "get" | "get_one" => self.get(session, step).await?,
            "add_new" => self.add_new(session, step)?,
            "select_entity" => self.select(session, own).await,
            "counts" => Ok(self.counts(session, own)),
            "expire_all" => {
                session.expire_all();
                self.of_session(own)
                    .filter(|object| object.state == State::Persistent)
                    .for_each(Object::expire);
                Ok(Body::None)
            }
            "expunge_all" => {
                session.expunge_all();
                self.of_session(own).for_each(Object::detach);
                Ok(Body::None)
            }
            op => {
                let Some(place) = step.text("object").and_then(|name| self.place(name)) else {
                    return Ok(Body::Absent);
                };
                match op {
                    "add" => self.add(session, own, place),
                    "delete" => self.delete(session, own, place),
                    "merge" => self.merge(session, step, place).await,
                    "refresh" => self.refresh(session, own, place).await,
                    "expire" => self.expire(session, own, place),
                    "contains" => {
                        let object = &self.objects[place];
                        let is_here =
                            object.session.as_deref() == Some(own) && object.state != State::Deleted;
                        Ok(Body::Value(Value::Bool(is_here)))
                    }
                    _ => return Err(Halt::Skip(format!("operation {own}.{op} is not known to the runner"))),
                }
            }
        };
        Ok(body.unwrap_or_else(Body::from))
    }

    async fn get(&mut self, session: &mut dyn Session, step: &Step) -> Result<Result<Body>, Halt> {
        let (ident, locks) = key_and_lock(step)?;
        let found = if locks { session.get_for_update(ident).await } else { session.get(ident).await };
        Ok(match (found, step.op.as_str()) {
            (Err(error), _) => Err(error),
            (Ok(None), "get_one") => Err(Error::new(ErrorKind::NoRows, "there is no such row")),
            (Ok(None), _) => Ok(Body::Entity(None)),
            (Ok(Some(user)), _) => {
                let place = self.meet(&step.actor, user, locks);
                self.name(step.kept_as(), place);
                Ok(self.shown(place))
            }
        })
    }

    fn add_new(&mut self, session: &mut dyn Session, step: &Step) -> Result<Result<Body>, Halt> {
        let user = new_user(step.options("fields"))?;
        let place = self.keep(Object { user, ..Object::default() });
        self.name(step.kept_as(), place);
        Ok(self.add(session, &step.actor, place))
    }

    fn add(&mut self, session: &mut dyn Session, own: &str, place: usize) -> Result<Body> {
        let object = &mut self.objects[place];
        match (object.state, object.session.as_deref()) {
            (_, Some(other)) if other != own => {
                return Err(Error::new(ErrorKind::InvalidState, "the object is another session's"));
            }
            (State::Transient, _) => {
                object.tracked = Some(session.add(object.user.clone())?);
                object.state = State::Pending;
            }
            (State::Detached, _) => {
                // An entity that comes back needs no session; one that was changed is updated.
                if object.is_changed {
                    object.tracked = Some(session.update(object.user.clone())?);
                } else {
                    session.add_all(Vec::new())?;
                }
                object.state = State::Persistent;
            }
            (State::Deleted, _) => {
                return Err(Error::new(ErrorKind::InvalidState, "the object has been deleted"));
            }
            (State::Pending | State::Persistent, _) => object.is_to_go = false,
        }
        object.session = Some(own.to_owned());
        object.is_changed = false;
        Ok(self.shown(place))
    }

    fn delete(&mut self, session: &mut dyn Session, own: &str, place: usize) -> Result<Body> {
        let object = &mut self.objects[place];
        let Some(key) = object.key.filter(|_| matches!(object.state, State::Persistent | State::Detached))
        else {
            return Err(Error::new(ErrorKind::InvalidState, "the object has no row"));
        };
        if object.session.as_deref().is_some_and(|other| other != own) {
            return Err(Error::new(ErrorKind::InvalidState, "the object is another session's"));
        }
        if !object.is_to_go {
            session.delete_by_key(key)?;
        }
        object.state = State::Persistent;
        object.session = Some(own.to_owned());
        object.is_to_go = true;
        Ok(self.shown(place))
    }

    async fn merge(&mut self, session: &mut dyn Session, step: &Step, place: usize) -> Result<Body> {
        let own = step.actor.as_str();
        let given = self.objects[place].user.clone();
        let key = self.objects[place].key.or(given.id());
        let row = match key {
            Some(key) => session.get(key).await?,
            None => None,
        };
        let is_there = row.is_some();
        let mut user = row.map_or_else(|| given.clone(), |row| given.clone().or(&row));
        if let Some(key) = key {
            user.0[0] = Some(Value::I64(key));
        }
        let tracked = session.merge(user.clone()).await?;
        let merged = if is_there {
            let merged = self.meet(own, user.clone(), true);
            self.objects[merged].state = State::Persistent;
            merged
        } else {
            self.keep(Object { user, state: State::Pending, ..Object::default() })
        };
        let object = &mut self.objects[merged];
        object.session = Some(own.to_owned());
        object.tracked = Some(tracked);
        object.is_written = false;
        self.name(step.kept_as(), merged);
        Ok(self.shown(merged))
    }

    pub(super) async fn refresh(
        &mut self,
        session: &mut dyn Session,
        own: &str,
        place: usize,
    ) -> Result<Body> {
        let object = &mut self.objects[place];
        let (true, Some(key)) = (object.is_persistent_in(own), object.key) else {
            return Err(Error::new(ErrorKind::InvalidState, "the object has no row in this session"));
        };
        let mut user = User([Some(Value::I64(key)), None, None]);
        session.refresh(&mut user).await?;
        object.load(user);
        Ok(self.shown(place))
    }

    fn expire(&mut self, session: &mut dyn Session, own: &str, place: usize) -> Result<Body> {
        let object = &mut self.objects[place];
        let (true, Some(key)) = (object.is_persistent_in(own), object.key) else {
            return Err(Error::new(ErrorKind::InvalidState, "the object has no row in this session"));
        };
        if let Some(tracked) = object.tracked.filter(|_| !object.is_written) {
            session.expunge(tracked)?;
            object.tracked = None;
        }
        session.expire(key);
        object.expire();
        Ok(self.shown(place))
    }

    async fn select(&mut self, session: &mut dyn Session, own: &str) -> Result<Body> {
        let all = "SELECT id, username, password FROM users ORDER BY id";
        let rows = session.entities(all).await?;
        let mut names = Vec::with_capacity(rows.len());
        for row in rows {
            // Where the session has an object for the row, that is what SQLAlchemy gives.
            let mut user = match row.id().and_then(|key| self.identity(own, key)) {
                Some(place) => {
                    let object = &mut self.objects[place];
                    if object.is_expired() {
                        object.load(row);
                    }
                    object.user.clone()
                }
                None => row,
            };
            names.push(user.field("username").and_then(Option::take).unwrap_or(Value::Null));
        }
        Ok(Body::Values(names))
    }

    fn counts(&self, session: &dyn Session, own: &str) -> Body {
        let changes = session.changes();
        let counts = [
            ("new", changes.new),
            ("dirty", changes.changed),
            ("deleted", changes.deleted),
            ("identity_map", self.count(own)),
        ];
        let count = |count| Value::I64(i64::try_from(count).unwrap_or(i64::MAX));
        Body::Mapping(Some(BTreeMap::from(counts.map(|(name, number)| (name.to_owned(), count(number))))))
    }

    pub(super) fn shown(&self, place: usize) -> Body {
        Body::Entity(self.objects.get(place).map(Object::show))
    }
}

impl From<ShownEntity> for Body {
    fn from(entity: ShownEntity) -> Self {
        Self::Entity(Some(entity))
    }
}
