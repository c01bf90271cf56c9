use proc_macro2::{Ident, Span};
use syn::{Attribute, LitInt, LitStr, Type, meta::ParseNestedMeta};

use super::{Reference, each, once, parse::span_of, reference::action, text};
use crate::target::Target;

/// The attributes of a field, each with the place where it stands.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) rename: Option<(String, Span)>,
    pub(crate) skip: Option<Span>,
    pub(crate) flatten: Option<Span>,
    pub(crate) try_from: Option<(Type, Span)>,
    pub(crate) json: Option<Span>,
    /// Of `FromRow`: `Default::default()` where the column is missing.
    pub(crate) default: Option<Span>,
    /// The rest is of entities, and of what is embedded in them.
    pub(crate) key: Option<Span>,
    pub(crate) generated: Option<Span>,
    pub(crate) unique: Option<Span>,
    pub(crate) prefix: Option<(String, Span)>,
    pub(crate) column_type: Option<(String, Span)>,
    pub(crate) length: Option<(u32, Span)>,
    pub(crate) precision: Option<(u32, Span)>,
    pub(crate) scale: Option<(u32, Span)>,
    /// The server's default, as SQL.
    pub(crate) sql_default: Option<(String, Span)>,
    pub(crate) references: Option<(Reference, Span)>,
    pub(crate) on_delete: Option<(Ident, Span)>,
}

impl FieldAttributes {
    pub(crate) fn parse(attributes: &[Attribute], target: Target) -> syn::Result<Self> {
        let mut parsed = Self::default();
        each(attributes, target.attribute(), |meta| {
            let known = parsed.take(&meta)?
                || target == Target::FromRow && parsed.take_of_row(&meta)?
                || target != Target::FromRow && parsed.take_of_column(&meta)?
                || target == Target::Entity && parsed.take_of_entity(&meta)?;
            if known {
                return Ok(());
            }
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            Err(meta.error(match name.as_str() {
                "key" | "generated" if target == Target::Embedded => {
                    format!("`{name}` is for fields of the entity itself, not of what is embedded in it")
                }
                _ => format!("unknown attribute; a field takes {}", target.field_attributes()),
            }))
        })?;
        parsed.check()?;
        Ok(parsed)
    }

    /// Whether it was one that every field may have.
    fn take(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        let span = span_of(meta);
        if meta.path.is_ident("rename") {
            once(&mut self.rename, (text(meta)?.value(), span), meta)?;
        } else if meta.path.is_ident("skip") {
            once(&mut self.skip, span, meta)?;
        } else if meta.path.is_ident("flatten") {
            once(&mut self.flatten, span, meta)?;
        } else if meta.path.is_ident("try_from") {
            once(&mut self.try_from, (meta.value()?.parse::<LitStr>()?.parse()?, span), meta)?;
        } else if meta.path.is_ident("json") {
            once(&mut self.json, span, meta)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn take_of_row(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        let is_default = meta.path.is_ident("default");
        if is_default {
            once(&mut self.default, span_of(meta), meta)?;
        }
        Ok(is_default)
    }

    fn take_of_entity(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        let slot = if meta.path.is_ident("key") {
            &mut self.key
        } else if meta.path.is_ident("generated") {
            &mut self.generated
        } else {
            return Ok(false);
        };
        once(slot, span_of(meta), meta)?;
        Ok(true)
    }

    fn take_of_column(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        let span = span_of(meta);
        if meta.path.is_ident("unique") {
            once(&mut self.unique, span, meta)?;
        } else if meta.path.is_ident("prefix") {
            once(&mut self.prefix, (text(meta)?.value(), span), meta)?;
        } else if meta.path.is_ident("column_type") {
            once(&mut self.column_type, (text(meta)?.value(), span), meta)?;
        } else if meta.path.is_ident("length") {
            once(&mut self.length, (number(meta)?, span), meta)?;
        } else if meta.path.is_ident("precision") {
            once(&mut self.precision, (number(meta)?, span), meta)?;
        } else if meta.path.is_ident("scale") {
            once(&mut self.scale, (number(meta)?, span), meta)?;
        } else if meta.path.is_ident("default") {
            if !meta.input.peek(syn::Token![=]) {
                return Err(meta.error("the server's default is SQL: `default = \"0\"`, `default = \"''\"`"));
            }
            once(&mut self.sql_default, (text(meta)?.value(), span), meta)?;
        } else if meta.path.is_ident("references") {
            once(&mut self.references, (Reference::parse(&text(meta)?)?, span), meta)?;
        } else if meta.path.is_ident("on_delete") {
            once(&mut self.on_delete, (action(&text(meta)?)?, span), meta)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

fn number(meta: &ParseNestedMeta<'_>) -> syn::Result<u32> {
    meta.value()?.parse::<LitInt>()?.base10_parse()
}
