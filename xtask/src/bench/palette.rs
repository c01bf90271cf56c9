//! Who is drawn, and in which colour.

/// How a contestant is drawn.
#[derive(Debug)]
pub(super) struct Ink {
    pub(super) contestant: &'static str,
    pub(super) colour: &'static str,
    /// Drawn as a ring: another face of what is drawn full.
    pub(super) ring: bool,
    /// It is ours.
    pub(super) ours: bool,
}

pub(super) const INK: &str = "#1f2933";
pub(super) const FAINT: &str = "#7b8794";
pub(super) const GRID: &str = "#e4e7eb";
pub(super) const OURS: &str = "#e8590c";

/// Those of the overview, ours last, so that they are drawn over the others.
#[rustfmt::skip]
pub(super) const INKS: &[Ink] = &[
    Ink { contestant: "SQLAlchemy ORM (Python)", colour: "#495057", ring: false, ours: false },
    Ink { contestant: "SQLAlchemy Core (Python)", colour: "#495057", ring: true, ours: false },
    Ink { contestant: "SeaORM", colour: "#0ca678", ring: false, ours: false },
    Ink { contestant: "diesel-async", colour: "#9c36b5", ring: false, ours: false },
    Ink { contestant: "diesel, blocking", colour: "#9c36b5", ring: true, ours: false },
    Ink { contestant: "sqlx", colour: "#1c7ed6", ring: false, ours: false },
    Ink { contestant: "sqlsession, blocking", colour: OURS, ring: true, ours: true },
    Ink { contestant: "sqlsession", colour: OURS, ring: false, ours: true },
];

/// The colour of any contestant.
pub(super) fn colour(contestant: &str) -> &'static str {
    let known = INKS.iter().find(|ink| ink.contestant == contestant).map(|ink| ink.colour);
    known.unwrap_or(if contestant.starts_with("sqlsession") { "#ffa94d" } else { "#adb5bd" })
}
