use std::sync::atomic::{AtomicU8, Ordering};

/// What has become of a COPY … TO STDOUT, and of what its query has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum CopiedOut {
    /// There was none.
    Nothing,
    /// The server has not said yet how it ended.
    Begun,
    /// It is part of a transaction that goes on.
    Open,
    /// It is durable.
    Committed,
    /// It is part of a transaction that has failed or was rolled back.
    Undone,
}

use CopiedOut::{Begun, Committed, Nothing, Open, Undone};

/// The last one.
#[derive(Debug)]
pub(super) struct LastCopyOut(AtomicU8);

impl LastCopyOut {
    pub(super) fn none() -> Self {
        Self(AtomicU8::new(Nothing as u8))
    }

    pub(super) fn get(&self) -> CopiedOut {
        let number = self.0.load(Ordering::Acquire);
        [Nothing, Begun, Open, Committed].into_iter().find(|state| *state as u8 == number).unwrap_or(Undone)
    }

    pub(super) fn set(&self, state: CopiedOut) {
        self.0.store(state as u8, Ordering::Release);
    }

    /// The server is ready. Since it was so before it may have refused something, and what it completed last may be a COMMIT.
    pub(super) fn is_ready(&self, status: u8, refused: bool, committed: bool) {
        let state = match (self.get(), status) {
            (Begun | Open, _) if refused => Undone,
            (Begun, b'I') => Committed,
            (Begun, _) => Open,
            (Open, b'I') if committed => Committed,
            (Open, b'I') => Undone,
            _ => return,
        };
        self.set(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_durable_when_its_transaction_is() {
        // The status, whether something was refused, whether it was a COMMIT.
        for (answers, wanted) in [
            (&[(b'I', false, false)][..], Committed),
            (&[(b'I', true, false)], Undone),
            (&[(b'E', true, false)], Undone),
            (&[(b'T', false, false)], Open),
            (&[(b'T', false, false), (b'T', false, false)], Open),
            (&[(b'T', false, false), (b'I', false, true)], Committed),
            (&[(b'T', false, false), (b'I', false, false)], Undone),
            (&[(b'T', false, false), (b'I', true, true)], Undone),
            (&[(b'I', false, false), (b'I', true, false)], Committed),
        ] {
            let last = LastCopyOut::none();
            last.is_ready(b'I', false, false);
            assert_eq!(last.get(), Nothing);
            last.set(Begun);
            for (status, refused, committed) in answers {
                last.is_ready(*status, *refused, *committed);
            }
            assert_eq!(last.get(), wanted, "{answers:?}");
        }
    }
}
