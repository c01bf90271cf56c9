use std::sync::{Arc, OnceLock};

use super::{
    Cost, begins_as_query,
    effects::{Effects, effects},
};
use crate::driver::Dialect;

/// A text in a driver's placeholder style, with what is known about it and what is remembered about running it.
///
/// One exists per engine and SQL text; connections share it.
#[derive(Debug)]
pub struct CompiledText {
    sql: Arc<str>,
    placeholders: Box<[usize]>,
    outline: Outline,
    effects: OnceLock<Effects>,
    cost: Cost,
}

/// A text with its placeholders written, and where they are.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) sql: Arc<str>,
    pub(super) placeholders: Vec<usize>,
}

impl Rendered {
    /// A text without placeholders.
    pub(super) fn of(sql: impl Into<Arc<str>>) -> Self {
        Self { sql: sql.into(), placeholders: Vec::new() }
    }
}

/// What the tokenizer saw of a text as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Outline {
    pub(super) blank: bool,
    pub(super) several: bool,
}

impl CompiledText {
    /// A text that needs no rewriting, such as one a driver writes itself.
    #[must_use]
    pub fn raw(sql: impl Into<Arc<str>>) -> Self {
        Self::new(Rendered::of(sql), Outline::default())
    }

    /// A text in which there may be several statements, as it is.
    pub(crate) fn script(sql: impl Into<Arc<str>>) -> Self {
        Self::new(Rendered::of(sql), Outline { several: true, ..Outline::default() })
    }

    /// A text of this crate's own, which commits nothing, and where its placeholders begin.
    pub(crate) fn written(sql: String, placeholders: Vec<usize>) -> Self {
        let rendered = Rendered { sql: sql.into(), placeholders };
        let effects = Effects { only_reads: begins_as_query(&rendered.sql), ..Effects::WORK };
        Self { effects: OnceLock::from(effects), ..Self::new(rendered, Outline::default()) }
    }

    pub(super) fn new(rendered: Rendered, outline: Outline) -> Self {
        let Rendered { sql, placeholders } = rendered;
        Self {
            sql,
            placeholders: placeholders.into(),
            outline,
            effects: OnceLock::new(),
            cost: Cost::default(),
        }
    }

    /// The text to send.
    #[must_use]
    pub fn sql(&self) -> &Arc<str> {
        &self.sql
    }

    /// Where the placeholders begin, in bytes and in their order. Not known of [`raw`](Self::raw): none.
    #[must_use]
    pub fn placeholders(&self) -> &[usize] {
        &self.placeholders
    }

    /// Whether nothing is in it but blanks, comments and semicolons. Not known of [`raw`](Self::raw): false.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.outline.blank
    }

    /// Whether something follows a semicolon. Not known of [`raw`](Self::raw): false.
    ///
    /// That does not make it several statements: the bodies of triggers, procedures and functions hold semicolons
    /// too. A driver asks its server, or its parser, before it refuses.
    #[must_use]
    pub fn has_inner_semicolon(&self) -> bool {
        self.outline.several
    }

    /// Whether something that it does may be durable when it has run, or has failed: COMMIT is in it or, where the dialect
    /// has [such statements](Dialect::implicit_commits), one that commits by itself. Read off the text once.
    #[must_use]
    pub fn may_commit(&self, dialect: &Dialect) -> bool {
        self.effects(dialect).may_commit
    }

    pub(crate) fn effects(&self, dialect: &Dialect) -> Effects {
        *self.effects.get_or_init(|| effects(&self.sql, dialect))
    }

    /// How long it takes to run.
    #[must_use]
    pub fn cost(&self) -> &Cost {
        &self.cost
    }
}
