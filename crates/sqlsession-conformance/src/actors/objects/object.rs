use sqlsession_core::entity::Tracked;

use crate::{
    outcome::ShownEntity,
    user::{FIELDS, User},
};

/// A mapped object.
#[derive(Debug, Default)]
pub(super) struct Object {
    /// The attributes that are loaded, or were set.
    pub(super) user: User,
    /// The key of its row, which is known also when nothing is loaded.
    pub(super) key: Option<i64>,
    pub(super) state: State,
    /// The session that it belongs to.
    pub(super) session: Option<String>,
    /// What that session holds for it, until the transaction ends.
    pub(super) tracked: Option<Tracked<User>>,
    /// Whether what the session holds has been written.
    pub(super) is_written: bool,
    /// Whether its row was inserted in the transaction that runs.
    pub(super) is_new: bool,
    /// Whether its row is to be deleted by the next flush.
    pub(super) is_to_go: bool,
    /// Whether it was changed while it was nobody's.
    pub(super) is_changed: bool,
}

/// In SQLAlchemy's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum State {
    #[default]
    Transient,
    Pending,
    Persistent,
    Deleted,
    Detached,
}

impl Object {
    /// An object of this session, out of its row.
    pub(super) fn loaded(user: User, session: &str) -> Self {
        let mut object =
            Self { session: Some(session.to_owned()), state: State::Persistent, ..Self::default() };
        object.load(user);
        object
    }

    pub(super) fn load(&mut self, user: User) {
        self.key = user.id();
        self.user = user;
    }

    pub(super) fn is_persistent_in(&self, session: &str) -> bool {
        self.state == State::Persistent && self.session.as_deref() == Some(session)
    }

    pub(super) fn is_expired(&self) -> bool {
        self.state == State::Persistent && self.user.0.iter().any(Option::is_none)
    }

    /// Forgets its values: they are read again when they are asked for.
    pub(super) fn expire(&mut self) {
        self.user = User::default();
    }

    /// The session has nothing of it any more.
    pub(super) fn let_go(&mut self) {
        self.tracked = None;
        self.is_written = false;
        self.is_new = false;
        self.is_to_go = false;
    }

    /// What was done with it in the transaction is undone.
    pub(super) fn undo(&mut self) {
        if self.state == State::Pending || self.is_new {
            self.state = State::Transient;
            self.session = None;
            self.key = None;
        } else {
            self.state = State::Persistent;
            self.expire();
        }
        self.let_go();
    }

    /// It leaves its session.
    pub(super) fn detach(&mut self) {
        self.state = match self.state {
            State::Pending | State::Transient => State::Transient,
            _ => State::Detached,
        };
        self.session = None;
        self.let_go();
    }

    pub(super) fn show(&self) -> ShownEntity {
        let loaded = FIELDS.iter().zip(&self.user.0);
        ShownEntity {
            state: match self.state {
                State::Transient => "transient",
                State::Pending => "pending",
                State::Persistent => "persistent",
                State::Deleted => "deleted",
                State::Detached => "detached",
            },
            loaded: loaded.filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?))).collect(),
        }
    }
}
