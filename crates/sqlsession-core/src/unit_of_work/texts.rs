use std::{
    ptr,
    sync::{Arc, Mutex, PoisonError},
};

use hashlink::LruCache;

use super::sql::{self, Verb};
use crate::{Result, driver::Dialect, entity::Table, statement::CompiledText};

/// As many as of the texts that users write.
const CAPACITY: usize = 500;

/// The texts that an engine has written for entities.
#[derive(Debug)]
pub(crate) struct EntityTexts(Mutex<LruCache<TextKey, Arc<CompiledText>>>);

/// What a text depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TextKey {
    /// The table, by where it is: it stays there.
    table: usize,
    pub(crate) verb: Verb,
    /// The columns that are given values.
    pub(crate) columns: Box<[usize]>,
    /// Whether the other columns are asked for.
    pub(crate) returning: bool,
}

impl TextKey {
    pub(crate) fn new(table: &'static Table, verb: Verb, columns: impl Into<Box<[usize]>>) -> Self {
        Self { table: ptr::from_ref(table).addr(), verb, columns: columns.into(), returning: false }
    }

    pub(crate) fn returning(self, returning: bool) -> Self {
        Self { returning, ..self }
    }
}

impl Default for EntityTexts {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl EntityTexts {
    /// The text of this key.
    ///
    /// # Errors
    /// `BadParameter` when the table's name is malformed.
    pub(crate) fn get(
        &self,
        table: &'static Table,
        key: TextKey,
        dialect: &Dialect,
    ) -> Result<Arc<CompiledText>> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = texts.get(&key) {
            return Ok(Arc::clone(text));
        }
        drop(texts);
        let text = Arc::new(sql::write(table, &key, dialect)?);
        texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Another session may have been quicker; what is learnt of the text must not get lost.
        Ok(Arc::clone(texts.entry(key).or_insert(text)))
    }
}
