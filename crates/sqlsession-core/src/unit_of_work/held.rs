//! Entities that a session holds, and gives out.

use super::{run::Kind, work::UnitOfWork};
use crate::{Entity, Error, ErrorKind, Result, entity::Tracked};

impl UnitOfWork {
    /// The error of an entity that a session was never given.
    pub(crate) fn foreign() -> Error {
        state("this entity is another session's")
    }

    /// # Errors
    /// `InvalidState` when it has not been written, is no longer held, or is another session's.
    pub(crate) fn look<E: Entity>(&self, tracked: Tracked<E>) -> Result<&E> {
        let (run, index) = self.find_written(tracked)?;
        self.runs[run].typed::<E>().and_then(|all| all.get(index)?.as_ref()).ok_or_else(taken)
    }

    /// # Errors
    /// As [`look`](Self::look).
    pub(crate) fn take<E: Entity>(&mut self, tracked: Tracked<E>) -> Result<E> {
        let (run, index) = self.find_written(tracked)?;
        self.runs[run].typed_mut::<E>().and_then(|all| all.get_mut(index)?.take()).ok_or_else(taken)
    }

    /// Takes an entity back that has not been written.
    ///
    /// # Errors
    /// `InvalidState` when it has been, is no longer held, or is another session's.
    pub(crate) fn expunge<E: Entity>(&mut self, tracked: Tracked<E>) -> Result<E> {
        let (run, index) = self.find_pending(tracked)?;
        let run = &mut self.runs[run];
        let taken_back = run.typed_mut::<E>().and_then(|all| all.get_mut(index)?.take()).ok_or_else(taken)?;
        if run.kind == Kind::Update {
            // What it overrode is to be written after all.
            run.superseded = None;
        }
        Ok(taken_back)
    }

    /// # Errors
    /// As [`expunge`](Self::expunge).
    pub(crate) fn pending_mut<E: Entity>(&mut self, tracked: Tracked<E>) -> Result<&mut E> {
        let (run, index) = self.find_pending(tracked)?;
        self.runs[run].typed_mut::<E>().and_then(|all| all.get_mut(index)?.as_mut()).ok_or_else(taken)
    }

    fn find_pending<E: Entity>(&self, tracked: Tracked<E>) -> Result<(usize, usize)> {
        let (run, index) = self.find(tracked)?;
        if index < self.runs[run].written {
            return Err(state("this entity has been written already"));
        }
        Ok((run, index))
    }

    fn find_written<E: Entity>(&self, tracked: Tracked<E>) -> Result<(usize, usize)> {
        let (run, index) = self.find(tracked)?;
        if index >= self.runs[run].written {
            return Err(state("this entity has not been written yet: flush or commit the session first"));
        }
        match &self.runs[run].failure {
            Some(failure) => Err(failure.copy()),
            None => Ok((run, index)),
        }
    }

    /// The run that an entity is in, and where.
    fn find<E: Entity>(&self, tracked: Tracked<E>) -> Result<(usize, usize)> {
        if tracked.session != self.session {
            return Err(Self::foreign());
        }
        let behind = self.runs.partition_point(|run| run.first <= tracked.place);
        let Some(place) = behind.checked_sub(1).filter(|_| tracked.transaction == self.era) else {
            return Err(gone());
        };
        let index = tracked.place - self.runs[place].first;
        if index < self.runs[place].entities.len() { Ok((place, index)) } else { Err(gone()) }
    }
}

fn gone() -> Error {
    state(
        "this entity is no longer held: it was rolled back, let go of, or another transaction has begun since",
    )
}

fn taken() -> Error {
    state("this entity has been taken out already")
}

fn state(words: &'static str) -> Error {
    Error::new(ErrorKind::InvalidState, words)
}
