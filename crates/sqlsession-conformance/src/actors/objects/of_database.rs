use sqlsession_core::{Error, ErrorKind, Result, Value, text};

use super::{
    object::{Object, State},
    shelf::Shelf,
};
use crate::{
    actors::Halt,
    client::{Session, Shortcuts},
    outcome::Body,
    scenario::Step,
    user::User,
    value::read,
};

/// What is to be saved.
#[derive(Default)]
struct Instances {
    /// The objects among them, which come first.
    places: Vec<usize>,
    users: Vec<User>,
}

impl Shelf {
    /// Does what the shortcuts are told to do with objects, which are nobody's afterwards.
    pub(crate) async fn database_step(
        &mut self,
        database: &dyn Shortcuts,
        step: &Step,
        keeps: bool,
    ) -> Result<Body, Halt> {
        let body = match step.op.as_str() {
            "get" => {
                let (ident, locks) = key_and_lock(step)?;
                let found =
                    if locks { database.get_for_update(ident).await } else { database.get(ident).await };
                found.map(|user| self.found(step, user))
            }
            "execute_select" => {
                let (ident, _) = key_and_lock(step)?;
                let select = "SELECT id, username, password FROM users WHERE id = :id";
                let found = database.one_or_none(text(select).bind("id", ident)).await;
                found.map(|user| self.found(step, user))
            }
            "delete" => {
                let Some(place) = step.text("object").and_then(|name| self.place(name)) else {
                    return Ok(Body::Absent);
                };
                self.delete_alone(database, place).await
            }
            "save" => {
                let Some(instances) = self.instances(step)? else { return Ok(Body::Absent) };
                self.save(database, instances, keeps).await
            }
            op => return Err(Halt::Skip(format!("operation db.{op} is not known to the runner"))),
        };
        Ok(body.unwrap_or_else(Body::from))
    }

    /// Does the steps of a function that is given a session.
    pub(crate) async fn body_step(&mut self, session: &mut dyn Session, step: &Step) -> Result<Body, Halt> {
        if step.actor.starts_with('u') {
            return self.object_step(Some(session), step).await;
        }
        self.session_step(session, step).await
    }

    /// The session of a function is closed, and was committed or not.
    pub(crate) fn left(&mut self, session: &str, committed: bool, keeps: bool) {
        for object in self.of_session(session) {
            if object.state == State::Persistent && committed && !keeps {
                object.expire();
            }
            object.detach();
        }
    }

    fn found(&mut self, step: &Step, user: Option<User>) -> Body {
        let Some(user) = user else { return Body::Entity(None) };
        let mut object = Object { state: State::Detached, ..Object::default() };
        object.load(user);
        let place = self.keep(object);
        self.name(step.kept_as(), place);
        self.shown(place)
    }

    async fn delete_alone(&mut self, database: &dyn Shortcuts, place: usize) -> Result<Body> {
        let object = &mut self.objects[place];
        let Some(key) = object.key.filter(|_| object.state == State::Detached) else {
            return Err(Error::new(ErrorKind::InvalidState, "the object has no row, or is a session's"));
        };
        database.delete_by_key(key).await?;
        Ok(Body::None)
    }

    /// What is to be saved; `None` when one of the objects was never made.
    fn instances(&self, step: &Step) -> Result<Option<Instances>, Halt> {
        let Instances { mut places, mut users } = Instances::default();
        for name in step.fields.get("objects").and_then(serde_json::Value::as_array).into_iter().flatten() {
            let Some(place) = name.as_str().and_then(|name| self.place(name)) else { return Ok(None) };
            let object = &self.objects[place];
            let mut user = object.user.clone();
            if let Some(key) = object.key {
                user.0[0].get_or_insert(Value::I64(key));
            }
            places.push(place);
            users.push(user);
        }
        for fields in step.fields.get("new").and_then(serde_json::Value::as_array).into_iter().flatten() {
            users.push(new_user(fields.as_object())?);
        }
        Ok(Some(Instances { places, users }))
    }

    async fn save(
        &mut self,
        database: &dyn Shortcuts,
        Instances { places, users }: Instances,
        keeps: bool,
    ) -> Result<Body> {
        if places.iter().any(|place| self.objects[*place].session.is_some()) {
            return Err(Error::new(ErrorKind::InvalidState, "the object is a session's"));
        }
        let saved = database.save_all(users).await;
        for (index, place) in places.iter().enumerate() {
            let object = &mut self.objects[*place];
            object.is_changed = false;
            match &saved {
                Ok(users) => {
                    object.load(users[index].clone());
                    object.state = State::Detached;
                    if !keeps {
                        object.expire();
                    }
                }
                // What a rollback undoes is read again.
                Err(_) if object.state == State::Detached => object.expire(),
                Err(_) => {}
            }
        }
        saved.map(|_| Body::None)
    }
}

/// The key that a step asks for, and whether the row is to be locked.
pub(super) fn key_and_lock(step: &Step) -> Result<(i64, bool), Halt> {
    let Some(ident) = step.fields.get("ident").and_then(serde_json::Value::as_i64) else {
        return Err(Halt::skip("a key is a number here"));
    };
    let mut locks = false;
    for (name, value) in step.options("options").into_iter().flatten() {
        match (name.as_str(), value.as_bool()) {
            ("with_for_update", Some(truth)) => locks = truth,
            ("populate_existing", Some(false)) | ("with_for_update", None) if value.is_null() => {}
            _ => return Err(Halt::Skip(format!("the option {name} of get is not known to the runner"))),
        }
    }
    Ok((ident, locks))
}

/// An entity with these fields.
pub(super) fn new_user(fields: Option<&serde_json::Map<String, serde_json::Value>>) -> Result<User, Halt> {
    let mut user = User::default();
    for (name, value) in fields.into_iter().flatten() {
        let value = read(value).map_err(Halt::Skip)?;
        match user.field(name) {
            Some(field) => *field = Some(value),
            None => return Err(Halt::Skip(format!("the entity has no field {name}"))),
        }
    }
    Ok(user)
}
