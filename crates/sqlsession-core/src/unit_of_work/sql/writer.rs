use crate::{
    Result,
    bulk::quote_name,
    driver::{Dialect, PlaceholderStyle},
    entity::Table,
    statement::CompiledText,
};

/// A text that is being written.
pub(super) struct Writer<'t> {
    pub(super) table: &'t Table,
    sql: String,
    placeholders: Vec<usize>,
    quote: char,
    style: PlaceholderStyle,
    name: String,
}

impl<'t> Writer<'t> {
    pub(super) fn new(table: &'t Table, dialect: &Dialect) -> Result<Self> {
        Ok(Self {
            table,
            sql: String::new(),
            placeholders: Vec::new(),
            quote: dialect.quote,
            style: dialect.placeholders,
            name: table.table_name()?.quoted(dialect.quote),
        })
    }

    pub(super) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// The table's name.
    pub(super) fn name(&mut self) -> &mut Self {
        self.sql.push_str(&self.name);
        self
    }

    /// The name of the column at this place of the table.
    pub(super) fn column(&mut self, column: usize) -> &mut Self {
        let name = self.table.columns().get(column).map_or("", |column| &*column.name);
        self.sql.push_str(&quote_name(name, self.quote));
        self
    }

    /// The next parameter.
    pub(super) fn parameter(&mut self) -> &mut Self {
        self.placeholders.push(self.sql.len());
        let number = self.placeholders.len();
        match self.style {
            PlaceholderStyle::Dollar => self.sql.push_str(&format!("${number}")),
            PlaceholderStyle::NumberedQuestion => self.sql.push_str(&format!("?{number}")),
            PlaceholderStyle::Question => self.sql.push('?'),
        }
        self
    }

    /// What is written for each of the items, with this between them.
    pub(super) fn each<T>(
        &mut self,
        between: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        for (number, item) in items.into_iter().enumerate() {
            if number > 0 {
                self.sql.push_str(between);
            }
            write(self, item);
        }
        self
    }

    /// The names of columns, separated by commas.
    pub(super) fn columns(&mut self, columns: &[usize]) -> &mut Self {
        self.each(", ", columns, |sql, column| {
            sql.column(*column);
        })
    }

    /// As many parameters as there are of these, separated by commas.
    pub(super) fn parameters(&mut self, columns: &[usize]) -> &mut Self {
        self.each(", ", columns, |sql, _| {
            sql.parameter();
        })
    }

    /// The columns of the key.
    pub(super) fn key(&self) -> Vec<usize> {
        self.table.key_columns().collect()
    }

    pub(super) fn finish(self) -> CompiledText {
        CompiledText::written(self.sql, self.placeholders)
    }
}
