use std::{
    fmt,
    future::poll_fn,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    task::Poll,
    time::Duration,
};

use tokio::time::{sleep, timeout};

use super::{BoxFuture, Cancel};
use crate::{Error, ErrorKind, Result};

/// How long the server may take to answer a kill.
const LIMIT: Duration = Duration::from_secs(5);

/// How long a statement may take to end once it was first stopped.
const END_LIMIT: Duration = Duration::from_secs(10);

/// How long a statement that was stopped may go on before it is stopped again, at first and at most. A kill hits nothing
/// if it comes between two statements of one operation, or before the server has begun with the one it is meant for.
const AGAIN: Duration = Duration::from_millis(20);
const AGAIN_AT_MOST: Duration = Duration::from_secs(1);

/// How a driver stops the statement that a connection runs, from beside it.
pub trait Kill: Send + Sync + 'static {
    /// Asks the server to stop what runs. One that cannot be reached is not asked; who waits has a limit.
    ///
    /// What may hit the next statement, because the server takes it late, is told to `strikes`.
    fn kill<'k>(&'k self, strikes: &'k Strikes) -> BoxFuture<'k, ()>;
}

/// The kills of a connection that may hit later than they were meant to.
///
/// Two may be on their way at once, and one of them without an answer: how many there were is in the upper half, how many the
/// server has not taken in the lower one.
#[derive(Debug, Default)]
pub struct Strikes(AtomicU32);

impl Strikes {
    /// A kill goes out now.
    pub fn sending(&self) -> Strike<'_> {
        self.0.fetch_add(SENT | UNANSWERED, Ordering::AcqRel);
        Strike { strikes: self }
    }

    /// What was sent since the last time this was asked.
    fn take(&self) -> Sent {
        match self.0.load(Ordering::Acquire) {
            0 => Sent::Nothing,
            _ => Sent::of(self.0.swap(0, Ordering::AcqRel)),
        }
    }
}

const SENT: u32 = 1 << 16;
const UNANSWERED: u32 = 1;

/// A kill that is on its way.
#[derive(Debug)]
#[must_use = "a kill that was answered is told so"]
pub struct Strike<'s> {
    strikes: &'s Strikes,
}

impl Strike<'_> {
    /// The server has taken it.
    pub fn answered(self) {
        // One that was given up before it was answered is still one that may hit.
        let answer = |kills: u32| match kills % SENT {
            0 => kills | SENT,
            _ => kills - UNANSWERED,
        };
        let _ = self.strikes.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |kills| Some(answer(kills)));
    }
}

/// What has become of the kills of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// There was none.
    Nothing,
    /// One is on its way, or may be.
    Unanswered,
    /// The server has taken it: it hits the statement that runs, or the next one.
    Answered,
}

impl Sent {
    fn of(kills: u32) -> Self {
        match kills {
            0 => Self::Nothing,
            _ if kills.is_multiple_of(SENT) => Self::Answered,
            _ => Self::Unanswered,
        }
    }
}

/// Stops what a connection does, as often as it takes, over a way of its driver's. Cheap to clone.
///
/// For drivers whose connections live in a tokio runtime with a timer.
pub struct Stopper<K>(Arc<Inner<K>>);

struct Inner<K> {
    kill: K,
    strikes: Strikes,
    /// Whether what runs is to be stopped. Nobody waits for it: who cancels an operation polls it afterwards.
    asked: AtomicBool,
}

impl<K> Inner<K> {
    fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }
}

impl<K: Kill> Stopper<K> {
    /// A stopper that kills in this way.
    #[must_use]
    pub fn new(kill: K) -> Self {
        Self(Arc::new(Inner { kill, strikes: Strikes::default(), asked: AtomicBool::new(false) }))
    }

    /// How it kills.
    #[must_use]
    pub fn way(&self) -> &K {
        &self.0.kill
    }

    /// What was sent since the last time this was asked. What runs next is not to be stopped.
    #[must_use]
    pub fn take_sent(&self) -> Sent {
        self.0.asked.store(false, Ordering::Release);
        self.0.strikes.take()
    }

    /// Whether what runs is to be stopped: nothing more may be sent for it.
    ///
    /// # Errors
    /// `Cancelled` once it is.
    pub fn check(&self) -> Result<()> {
        if self.0.is_asked() {
            return Err(Error::new(ErrorKind::Cancelled, "the statement was stopped before it was sent"));
        }
        Ok(())
    }

    /// Drives a statement to its end, for so long. Once it is to be stopped it is, as often as it takes.
    ///
    /// # Errors
    /// `ConnectionLost` if it does not end then: the connection is of no more use.
    pub async fn guard<T>(
        &self,
        limit: Option<Duration>,
        statement: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let mut statement = pin!(statement);
        let mut late = false;
        {
            let mut over = limit.map(|limit| Box::pin(sleep(limit)));
            let ended = poll_fn(|cx| {
                if let Poll::Ready(result) = statement.as_mut().poll(cx) {
                    return Poll::Ready(Some(result));
                }
                if self.0.is_asked() {
                    return Poll::Ready(None);
                }
                if let Some(over) = &mut over
                    && over.as_mut().poll(cx).is_ready()
                {
                    late = true;
                    return Poll::Ready(None);
                }
                Poll::Pending
            });
            if let Some(result) = ended.await {
                return result;
            }
        }
        // Seldom run, and not to make the future of every statement longer.
        Box::pin(self.stop(late, statement)).await
    }

    /// Stops a statement, as often as it takes.
    async fn stop<T>(
        &self,
        late: bool,
        mut statement: Pin<&mut impl Future<Output = Result<T>>>,
    ) -> Result<T> {
        if late {
            self.cancel().await;
        }
        let mut pause = AGAIN;
        let stopping = async {
            loop {
                match timeout(pause, statement.as_mut()).await {
                    Ok(result) => break result,
                    Err(_) => self.cancel().await,
                }
                pause = (pause * 2).min(AGAIN_AT_MOST);
            }
        };
        let result = timeout(END_LIMIT, stopping).await.unwrap_or_else(|elapsed| {
            let words = "the statement was to be stopped, and does not end";
            Err(Error::new(ErrorKind::ConnectionLost, words).with_cause(elapsed))
        });
        result.map_err(|error| match error.kind() {
            ErrorKind::Cancelled if late => error.with_kind(ErrorKind::StatementTimeout),
            _ => error,
        })
    }
}

impl<K: Kill> Cancel for Stopper<K> {
    fn cancel(&self) -> BoxFuture<'static, ()> {
        let inner = Arc::clone(&self.0);
        inner.asked.store(true, Ordering::Release);
        Box::pin(async move {
            let _ = timeout(LIMIT, inner.kill.kill(&inner.strikes)).await;
        })
    }
}

impl<K> Clone for Stopper<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> fmt::Debug for Stopper<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stopper").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{future::ready, sync::atomic::AtomicUsize};

    use super::*;

    /// Counts how often it was asked to kill.
    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Kill for Count {
        fn kill<'k>(&'k self, strikes: &'k Strikes) -> BoxFuture<'k, ()> {
            self.0.fetch_add(1, Ordering::Relaxed);
            strikes.sending().answered();
            Box::pin(ready(()))
        }
    }

    fn kills(stopper: &Stopper<Count>) -> usize {
        stopper.way().0.load(Ordering::Relaxed)
    }

    #[test]
    fn a_kill_without_an_answer_is_not_forgotten_for_another_that_has_one() {
        let strikes = Strikes::default();
        assert_eq!(strikes.take(), Sent::Nothing);
        let (first, second) = (strikes.sending(), strikes.sending());
        drop(second);
        first.answered();
        assert_eq!((strikes.take(), strikes.take()), (Sent::Unanswered, Sent::Nothing));
        let (first, second) = (strikes.sending(), strikes.sending());
        second.answered();
        first.answered();
        assert_eq!(strikes.take(), Sent::Answered);
        let late = strikes.sending();
        assert_eq!(strikes.take(), Sent::Unanswered);
        late.answered();
        assert_eq!(strikes.take(), Sent::Answered);
    }

    /// The kill that comes with the request hits nothing, and nothing else wakes who waits.
    #[tokio::test]
    async fn what_was_cancelled_is_stopped_when_it_is_polled_again() {
        let stopper = Stopper::new(Count::default());
        let statement = poll_fn(|_| match kills(&stopper) {
            0 | 1 => Poll::Pending,
            _ => Poll::Ready(Err::<(), _>(Error::new(ErrorKind::Cancelled, "killed"))),
        });
        let mut guarded = pin!(stopper.guard(None, statement));
        assert!(timeout(Duration::ZERO, guarded.as_mut()).await.is_err());
        stopper.cancel().await;
        assert_eq!(stopper.check().unwrap_err().kind(), ErrorKind::Cancelled);
        let ended = timeout(END_LIMIT, guarded).await.expect("it ends");
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!((kills(&stopper), stopper.take_sent()), (2, Sent::Answered));
        assert!(stopper.check().is_ok());
    }
}
