use std::sync::OnceLock;

use super::Column;
use crate::{Error, ErrorKind, Result, TableName, bulk::check_name};

/// The table of an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    name: &'static str,
    columns: Vec<Column>,
    checked: Checked,
}

/// Whether a table was found good: each unit of work asks. It makes no other table of it.
#[derive(Debug, Clone, Default)]
struct Checked(OnceLock<()>);

impl PartialEq for Checked {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Table {
    /// A table without columns. The name is written as a [`TableName`] is.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, columns: Vec::new(), checked: Checked::default() }
    }

    /// The same table with one more column.
    #[must_use]
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self.checked = Checked::default();
        self
    }

    /// The same table with more columns.
    #[must_use]
    pub fn with_columns(mut self, columns: impl IntoIterator<Item = Column>) -> Self {
        self.columns.extend(columns);
        self.checked = Checked::default();
        self
    }

    /// Its name as it was given.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its name.
    ///
    /// # Errors
    /// `BadParameter` when it is malformed.
    pub fn table_name(&self) -> Result<TableName> {
        self.name.parse()
    }

    /// Its columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The places of the columns of the primary key.
    pub fn key_columns(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().enumerate().filter(|(_, column)| column.is_key).map(|(place, _)| place)
    }

    /// Whether a session can work with it.
    ///
    /// # Errors
    /// `Configuration` without a key or with two columns of one name, `BadParameter` for a malformed name.
    pub fn check(&self) -> Result<()> {
        if self.checked.0.get().is_none() {
            self.look_over()?;
            // Another may have been quicker.
            let _ = self.checked.0.set(());
        }
        Ok(())
    }

    fn look_over(&self) -> Result<()> {
        self.table_name()?;
        if self.key_columns().next().is_none() {
            return Err(self.wrong("has no primary key"));
        }
        self.columns.iter().try_for_each(|column| check_name("name of a column", &column.name))?;
        for (place, column) in self.columns.iter().enumerate() {
            if self.columns[..place].iter().any(|before| before.name == column.name) {
                return Err(self.wrong(&format!("has two columns `{}`", column.name)));
            }
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> Error {
        Error::new(ErrorKind::Configuration, format!("the table `{}` {what}", self.name))
    }
}
