use proc_macro2::{Ident, Span};
use syn::LitStr;

use super::container::check_table;

/// The column of another table that a field refers to: `"teams(id)"`.
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) column: String,
}

impl Reference {
    pub(super) fn parse(literal: &LitStr) -> syn::Result<Self> {
        let text = literal.value();
        let parts = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
        let Some((table, column)) = parts.filter(|(table, column)| !table.is_empty() && !column.is_empty())
        else {
            return Err(syn::Error::new(literal.span(), "a column of another table is written `teams(id)`"));
        };
        check_table(&LitStr::new(table, literal.span()))?;
        Ok(Self { table: table.to_owned(), column: column.to_owned() })
    }
}

/// The variant of `ReferentialAction` that is meant.
pub(super) fn action(literal: &LitStr) -> syn::Result<Ident> {
    let variant = match literal.value().to_lowercase().as_str() {
        "no action" => "NoAction",
        "cascade" => "Cascade",
        "set null" => "SetNull",
        _ => {
            return Err(syn::Error::new(
                literal.span(),
                "unknown action; known are no action, cascade and set null",
            ));
        }
    };
    Ok(Ident::new(variant, Span::call_site()))
}
