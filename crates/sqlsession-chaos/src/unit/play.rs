//! The steps of a script, for both faces: the blocking one is the same without `await`.

use sqlsession::{AsyncSession, ErrorKind, Savepoint, blocking};

use super::ending::Trouble;
use super::script::{Script, Step};
use crate::crew::Desk;

/// Plays all steps but the commit. `$wait` is `.await` or nothing.
macro_rules! play {
    ($session:expr, $script:expr, $desk:expr, [$($wait:tt)*]) => {{
        let mut savepoint: Option<Savepoint> = None;
        while let Some(step) = $script.next() {
            $desk.is_at(step.name());
            match step {
                Step::Read(side) => {
                    let balance: i64 = $session.scalar_one($script.read(side))$($wait)*?;
                    $script.learn(side, balance);
                }
                Step::Write(write) => {
                    let result = $session.execute($script.write(write))$($wait)*?;
                    if result.rowcount() != Some(1) {
                        return Err(Trouble::Broken(format!("{} changed {:?} rows", step.name(), result.rowcount())));
                    }
                }
                Step::Refused => match $session.execute($script.refused())$($wait)* {
                    Err(error) if error.kind() == ErrorKind::CheckViolation => {}
                    Err(error) => return Err(error.into()),
                    Ok(_) => return Err(Trouble::Broken("a balance below zero was accepted".into())),
                },
                Step::Slow => {
                    $session.scalar_one::<i64>($script.slow())$($wait)*?;
                }
                Step::Savepoint => savepoint = Some($session.begin_nested()$($wait)*?),
                Step::RollBackTo => {
                    if let Some(savepoint) = savepoint.take() {
                        $session.rollback_to(savepoint)$($wait)*?;
                    }
                }
                Step::Release => {
                    if let Some(savepoint) = savepoint.take() {
                        $session.release(savepoint)$($wait)*?;
                    }
                }
            }
        }
        Ok(())
    }};
}

pub(super) async fn play(
    session: &mut AsyncSession,
    script: &mut Script<'_>,
    desk: &Desk,
) -> Result<(), Trouble> {
    play!(session, script, desk, [.await])
}

pub(super) fn play_blocking(
    session: &mut blocking::Session,
    script: &mut Script<'_>,
    desk: &Desk,
) -> Result<(), Trouble> {
    play!(session, script, desk, [])
}
