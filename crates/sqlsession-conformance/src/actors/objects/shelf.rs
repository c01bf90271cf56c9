use std::collections::BTreeMap;

use super::{
    follow::Seen,
    object::{Object, State},
};
use crate::user::User;

/// The objects of a scenario, by the names that its steps give them.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    pub(super) objects: Vec<Object>,
    /// One object may have several names.
    names: BTreeMap<String, usize>,
    /// How each session was found after the last step.
    pub(super) seen: BTreeMap<String, Seen>,
    /// Sessions whose objects keep their values past a commit.
    pub(super) keeping: Vec<String>,
}

impl Shelf {
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// Gives an object a name.
    pub(super) fn name(&mut self, name: Option<&str>, place: usize) {
        if let Some(name) = name {
            self.names.insert(name.to_owned(), place);
        }
    }

    pub(super) fn keep(&mut self, object: Object) -> usize {
        self.objects.push(object);
        self.objects.len() - 1
    }

    /// The object of a session for this row: it has one at most.
    pub(super) fn identity(&self, session: &str, key: i64) -> Option<usize> {
        self.objects.iter().position(|object| object.is_persistent_in(session) && object.key == Some(key))
    }

    /// The object of a session for a row that was read: the one it has, with the values it has, or another.
    pub(super) fn meet(&mut self, session: &str, user: User, is_fresh: bool) -> usize {
        let Some(place) = user.id().and_then(|key| self.identity(session, key)) else {
            return self.keep(Object::loaded(user, session));
        };
        let object = &mut self.objects[place];
        if object.is_expired() || is_fresh {
            object.load(user);
        }
        place
    }

    pub(super) fn of_session<'s>(&'s mut self, session: &'s str) -> impl Iterator<Item = &'s mut Object> {
        self.objects.iter_mut().filter(move |object| object.session.as_deref() == Some(session))
    }

    /// How many objects a session has rows for.
    pub(super) fn count(&self, session: &str) -> usize {
        let has = |object: &&Object| {
            object.session.as_deref() == Some(session) && object.state == State::Persistent
        };
        self.objects.iter().filter(has).count()
    }

    /// The objects of this session keep their values past a commit.
    pub(crate) fn keeps_past_commit(&mut self, session: &str) {
        self.keeping.push(session.to_owned());
    }
}
