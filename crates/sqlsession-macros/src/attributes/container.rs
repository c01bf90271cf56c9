use proc_macro2::Span;
use syn::{Attribute, LitStr, Path, parse_quote};

use super::{each, once, path_of, text};
use crate::{naming::Rule, target::Target};

/// The attributes of the struct.
pub(crate) struct ContainerAttributes {
    pub(crate) krate: Path,
    pub(crate) rename_all: Option<(Rule, Span)>,
    /// The name of an entity's table.
    pub(crate) table: Option<LitStr>,
}

impl ContainerAttributes {
    pub(crate) fn parse(attributes: &[Attribute], target: Target) -> syn::Result<Self> {
        let mut krate = None;
        let mut rename_all = None;
        let mut table = None;
        each(attributes, target.attribute(), |meta| {
            if meta.path.is_ident("crate") {
                once(&mut krate, path_of(&meta)?, &meta)
            } else if meta.path.is_ident("rename_all") {
                let literal = meta.value()?.parse::<LitStr>()?;
                once(&mut rename_all, (Rule::parse(&literal)?, literal.span()), &meta)
            } else if meta.path.is_ident("table") && target == Target::Entity {
                let name = text(&meta)?;
                check_table(&name)?;
                once(&mut table, name, &meta)
            } else {
                let known = if target == Target::Entity {
                    "crate, rename_all and table"
                } else {
                    "crate and rename_all"
                };
                Err(meta.error(format!("unknown attribute; a struct takes {known}")))
            }
        })?;
        Ok(Self { krate: krate.unwrap_or_else(|| parse_quote!(::sqlsession)), rename_all, table })
    }
}

/// Whether the parts of the name, where none is in quotes, are there. What is in quotes is looked at when it is used.
pub(super) fn check_table(name: &LitStr) -> syn::Result<()> {
    let text = name.value();
    let parts: Vec<&str> = text.split('.').collect();
    if !text.contains('"') && (parts.len() > 3 || parts.contains(&"")) {
        return Err(syn::Error::new(
            name.span(),
            "a table is named as `users`, `app.users` or `\"odd.name\"`",
        ));
    }
    Ok(())
}
