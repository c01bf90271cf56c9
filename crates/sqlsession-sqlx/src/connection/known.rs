use std::sync::Arc;

use hashlink::LruCache;
use sqlsession_core::{ErrorKind, Result, Value, row::Columns, statement::CompiledText};
use sqlx_core::{column::Column, row::Row as _, statement::Statement};

use super::inner::{Inner, sql_of};
use crate::{
    SqlxDatabase,
    backend::{Backend, Gathered as _},
};

/// What is known of a statement.
pub(super) struct Known<DB: SqlxDatabase> {
    /// The text that is sent.
    pub(super) sql: Arc<str>,
    pub(super) variant: DB::Variant,
    /// As it was prepared; `None` for one that the server does not prepare.
    pub(super) prepared: Option<DB::Statement>,
    /// Its columns; `None` if it gives no rows, or if that is not known.
    pub(super) columns: Option<Arc<Columns>>,
}

impl<DB: SqlxDatabase> Known<DB> {
    /// No rows of it yet.
    pub(super) fn gathered(&self) -> DB::Gathered {
        DB::Gathered::new(self.prepared.is_some())
    }

    /// The columns of this row: its own as they are known, or others after a change of the schema.
    pub(super) fn columns_of(&self, row: &DB::Row) -> Arc<Columns> {
        let names = || row.columns().iter().map(Column::name);
        match &self.columns {
            Some(known) if known.names().eq(names()) => Arc::clone(known),
            _ => Columns::new(names()),
        }
    }
}

/// The statements that ran last.
pub(super) struct KnownStatements<DB: SqlxDatabase> {
    kept: LruCache<Key<DB>, Arc<Known<DB>>>,
    /// The rows that were sent once, last.
    once: Option<Key<DB>>,
}

/// A text, and what it is prepared for.
type Key<DB> = (Arc<str>, <DB as Backend>::Variant);

impl<DB: SqlxDatabase> KnownStatements<DB> {
    pub(super) fn new(statements: usize) -> Self {
        Self { kept: LruCache::new(statements), once: None }
    }

    pub(super) fn clear(&mut self) {
        self.kept.clear();
    }
}

/// The text that is sent for this variant.
fn worded<DB: SqlxDatabase>(text: &CompiledText, variant: &DB::Variant) -> Arc<str> {
    match DB::wording(text, variant) {
        std::borrow::Cow::Borrowed(_) => Arc::clone(text.sql()),
        std::borrow::Cow::Owned(worded) => worded.into(),
    }
}

impl<DB: SqlxDatabase> Inner<DB> {
    /// What is known of this statement with these values, which is prepared if nothing is.
    pub(super) async fn know(
        &mut self,
        text: &CompiledText,
        values: &[Value],
        rows: bool,
    ) -> Result<Arc<Known<DB>>> {
        let known = self.know_variant(text, values, DB::variant(text, values, rows)).await?;
        let refined = known.prepared.as_ref().and_then(|as_is| DB::refine(values, as_is, &known.variant));
        match refined {
            Some(variant) => self.know_variant(text, values, variant).await,
            None => Ok(known),
        }
    }

    /// What is sent once of these rows, with its arguments: prepared for their types, it would take the place of others
    /// that are kept. `None` for rows that are like the last ones, or for which it is kept already.
    pub(super) fn know_once(
        &mut self,
        text: &CompiledText,
        values: &[Value],
    ) -> Result<Option<(Known<DB>, DB::Arguments)>> {
        let Some(arguments) = DB::bind_once(values)? else { return Ok(None) };
        let key = (Arc::clone(text.sql()), DB::variant(text, values, true));
        if self.known.kept.contains_key(&key) || self.known.once.as_ref() == Some(&key) {
            return Ok(None);
        }
        let (_, variant) = self.known.once.insert(key);
        let sql = worded::<DB>(text, variant);
        Ok(Some((Known { sql, variant: variant.clone(), prepared: None, columns: None }, arguments)))
    }

    async fn know_variant(
        &mut self,
        text: &CompiledText,
        values: &[Value],
        variant: DB::Variant,
    ) -> Result<Arc<Known<DB>>> {
        let key = (Arc::clone(text.sql()), variant);
        if let Some(known) = self.known.kept.get(&key) {
            return Ok(Arc::clone(known));
        }
        let (_, variant) = &key;
        let sql = worded::<DB>(text, variant);
        // What is blank the servers take as text, if at all.
        let prepared = if text.is_blank() || (values.is_empty() && DB::is_for_text(text)) {
            None
        } else {
            let types = DB::types(variant);
            let preparing = DB::prepare(&mut self.client, sql_of(Arc::clone(&sql)), &types);
            match preparing.await.map_err(DB::error) {
                Ok(prepared) => Some(prepared),
                Err(error) if DB::is_for_text_only(&error) && values.is_empty() => None,
                Err(error) => return Err(error),
            }
        };
        let columns = prepared
            .as_ref()
            .map(Statement::columns)
            .filter(|columns| !columns.is_empty())
            .map(|columns| Columns::new(columns.iter().map(Column::name)));
        let known = Arc::new(Known { sql, variant: variant.clone(), prepared, columns });
        self.known.kept.insert(key, Arc::clone(&known));
        Ok(known)
    }

    /// Forgets every statement, here and in sqlx.
    pub(super) async fn forget_all(&mut self) -> Result<()> {
        use sqlx_core::connection::Connection as _;

        self.known.clear();
        self.client.clear_cached_statements().await.map_err(DB::error)
    }

    /// Whether a statement that has lost its plan can be sent once more without a loss: it was alone in its transaction,
    /// which is then over, and the error is not one that a procedure met behind its own COMMIT.
    pub(super) async fn has_to_run_again<T>(
        &mut self,
        text: &CompiledText,
        result: &Result<T>,
        alone: bool,
    ) -> Result<bool> {
        if !matches!(result, Err(error) if error.kind() == ErrorKind::SchemaChanged) {
            return Ok(false);
        }
        let again = alone && !DB::may_commit_and_fail(text);
        if again {
            self.roll_back_failed(result.as_ref().err()).await?;
        }
        self.forget_all().await?;
        Ok(again)
    }
}
