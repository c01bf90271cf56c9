//! The other libraries, and how sqlsession stands beside them.

use super::compare::Ratio;
use super::results::Time;

/// How their names begin. What is none of them and not ours is a raw driver.
const PEERS: [&str; 4] = ["diesel", "SeaORM", "SQLAlchemy", "sqlx"];

/// How one stands beside another; the worse is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    Ahead,
    /// Behind in the middle, and within the spread: what the rounds showed of the two overlaps.
    Level,
    Behind,
}

impl Standing {
    fn of(ours: Ratio, theirs: Ratio) -> Self {
        if ours.middle <= theirs.middle {
            Self::Ahead
        } else if ours.least <= theirs.most {
            Self::Level
        } else {
            Self::Behind
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Level => "level",
            Self::Behind => "**behind**",
        }
    }
}

/// The best of the peers.
#[derive(Debug)]
pub(super) struct Best<'r> {
    pub(super) peer: &'r str,
    pub(super) ratio: Ratio,
    /// How we stand beside all of them.
    pub(super) standing: Standing,
}

impl<'r> Best<'r> {
    /// Of a case, by what is looked at; none where no peer takes part.
    pub(super) fn of(
        contestants: &[&'r Time],
        ours: Ratio,
        look: impl Fn(&Time) -> Option<Ratio>,
    ) -> Option<Self> {
        let peers = contestants.iter().filter(|time| is_peer(&time.contestant));
        let ratios: Vec<(&str, Ratio)> =
            peers.filter_map(|time| Some((&*time.contestant, look(time)?))).collect();
        let standing = ratios.iter().map(|(_, theirs)| Standing::of(ours, *theirs)).max()?;
        let (peer, ratio) =
            ratios.into_iter().min_by(|one, other| one.1.middle.total_cmp(&other.1.middle))?;
        Some(Self { peer, ratio, standing })
    }
}

pub(super) fn is_peer(contestant: &str) -> bool {
    PEERS.iter().any(|peer| contestant.starts_with(peer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(least: f64, middle: f64, most: f64) -> Ratio {
        Ratio { middle, least, most }
    }

    fn time(contestant: &str, nanos: [f64; 3]) -> Time {
        Time {
            group: String::new(),
            case: String::new(),
            contestant: contestant.to_owned(),
            nanos: nanos.to_vec(),
            waits: Vec::new(),
        }
    }

    #[test]
    fn ranges_that_overlap_are_level() {
        let theirs = ratio(1.0, 1.1, 1.2);
        assert_eq!(Standing::of(ratio(0.9, 1.1, 1.3), theirs), Standing::Ahead);
        assert_eq!(Standing::of(ratio(1.2, 1.3, 1.4), theirs), Standing::Level);
        assert_eq!(Standing::of(ratio(1.21, 1.3, 1.4), theirs), Standing::Behind);
    }

    #[test]
    fn the_best_peer_is_named_and_every_peer_is_looked_at() {
        let first = time("rusqlite", [1.0; 3]);
        let times = [
            time("sqlsession", [2.0, 2.0, 2.0]),
            time("sqlx", [1.0, 1.5, 2.5]),
            time("SeaORM", [1.9, 1.9, 1.9]),
            time("sqlsession over sqlx", [1.0; 3]),
        ];
        let contestants: Vec<&Time> = std::iter::once(&first).chain(&times).collect();
        let look = |time: &Time| Some(Ratio::times(time, &first));
        let best = Best::of(&contestants, Ratio::times(&times[0], &first), look).unwrap();
        assert_eq!((best.peer, best.standing), ("sqlx", Standing::Behind), "SeaORM never took as long");
        assert!(Best::of(&contestants[..2], ratio(1.0, 1.0, 1.0), look).is_none());
    }
}
