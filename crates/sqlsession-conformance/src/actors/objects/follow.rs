use super::{
    object::{Object, State},
    shelf::Shelf,
};
use crate::client::Session;

/// How a session was found after a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    in_transaction: bool,
    is_active: bool,
}

/// What a step was for the objects of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ending {
    /// A transaction that is over was committed.
    pub(crate) commits: bool,
    /// The session was closed.
    pub(crate) closes: bool,
}

impl Shelf {
    /// Takes note of what a step has made of a session's objects.
    pub(crate) fn follow(&mut self, name: &str, session: &dyn Session, ending: Ending) {
        let now = Seen { in_transaction: session.in_transaction(), is_active: session.is_active() };
        let before = self.seen.insert(name.to_owned(), now);
        let was_in_transaction = before.is_some_and(|before| before.in_transaction);
        let has_failed = now.in_transaction && !now.is_active && before.is_none_or(|before| before.is_active);
        let nothing_to_delete = session.changes().deleted == 0;
        for object in self.of_session(name).filter(|_| !ending.closes || ending.commits) {
            follow_tracked(object, session);
            if object.is_to_go && nothing_to_delete {
                object.state = State::Deleted;
            }
        }
        // What is closed lets its objects go first, as they are.
        let is_undone = !now.in_transaction && was_in_transaction && !ending.commits && !ending.closes;
        if has_failed || is_undone {
            self.of_session(name).for_each(Object::undo);
        } else if ending.commits && !now.in_transaction {
            let keeps = self.keeping.iter().any(|keeping| keeping == name);
            for object in self.of_session(name) {
                object.let_go();
                match object.state {
                    State::Deleted => object.detach(),
                    State::Persistent if !keeps => object.expire(),
                    _ => {}
                }
            }
        }
        if ending.closes {
            self.of_session(name).for_each(Object::detach);
        }
    }
}

/// What has become of what the session holds for an object: it waits, it is written, or it was undone.
fn follow_tracked(object: &mut Object, session: &dyn Session) {
    let Some(tracked) = object.tracked else { return };
    match session.tracked(tracked) {
        Ok(user) if !object.is_written => {
            object.is_new |= object.state == State::Pending;
            object.state = State::Persistent;
            object.is_written = true;
            object.load(user.clone());
        }
        Err(error) if error.message().contains("no longer held") => object.undo(),
        Ok(_) | Err(_) => {}
    }
}
