//! What is said of a statement's text, worked out once.

use std::sync::{Arc, Mutex, PoisonError};

use hashlink::LruCache;
use sqlsession_core::statement::{Lexicon, summary, without_literals};

/// As many texts as an engine remembers itself.
const TEXTS: usize = 500;

/// A text, as a trace shows it.
#[derive(Debug)]
pub(super) struct Outline {
    /// `db.query.summary`.
    pub(super) summary: String,
    /// `db.query.text`.
    pub(super) text: String,
}

impl Outline {
    /// `db.operation.name`: the first word.
    pub(super) fn operation(&self) -> &str {
        self.summary.split(' ').next().unwrap_or_default()
    }
}

/// The outlines of the texts that ran last.
#[derive(Debug)]
pub(super) struct Texts {
    lexicon: Lexicon,
    outlines: Mutex<LruCache<String, Arc<Outline>>>,
}

impl Texts {
    pub(super) fn new(lexicon: Lexicon) -> Self {
        Self { lexicon, outlines: Mutex::new(LruCache::new(TEXTS)) }
    }

    pub(super) fn outline(&self, sql: &str) -> Arc<Outline> {
        let mut outlines = self.outlines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outline) = outlines.get(sql) {
            return outline.clone();
        }
        let outline = Arc::new(Outline {
            summary: summary(sql, self.lexicon),
            text: without_literals(sql, self.lexicon),
        });
        outlines.insert(sql.to_owned(), outline.clone());
        outline
    }
}
