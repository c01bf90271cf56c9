use proc_macro2::Span;
use syn::{Attribute, LitStr, Path, parse_quote};

use crate::{
    attributes::{each, once, path_of, text},
    naming::Rule,
};

const ATTRIBUTE: &str = "enumerated";

/// The attributes of the enum.
pub(super) struct EnumAttributes {
    pub(super) krate: Path,
    pub(super) rename_all: Option<Rule>,
    pub(super) integer: Option<Span>,
}

impl EnumAttributes {
    pub(super) fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut krate = None;
        let mut rename_all = None;
        let mut integer = None;
        each(attributes, ATTRIBUTE, |meta| {
            if meta.path.is_ident("crate") {
                once(&mut krate, path_of(&meta)?, &meta)
            } else if meta.path.is_ident("rename_all") {
                let literal = meta.value()?.parse::<LitStr>()?;
                once(&mut rename_all, (Rule::parse(&literal)?, literal.span()), &meta)
            } else if meta.path.is_ident("integer") {
                let span = meta.path.get_ident().map_or_else(Span::call_site, syn::Ident::span);
                once(&mut integer, span, &meta)
            } else {
                Err(meta.error("unknown attribute; an enum takes crate, rename_all and integer"))
            }
        })?;
        if let (Some(_), Some((_, span))) = (integer, rename_all) {
            return Err(no_text(span));
        }
        Ok(Self {
            krate: krate.unwrap_or_else(|| parse_quote!(::sqlsession)),
            rename_all: rename_all.map(|(rule, _)| rule),
            integer,
        })
    }
}

/// The name that a variant is given, and where.
pub(super) fn renamed(attributes: &[Attribute]) -> syn::Result<Option<LitStr>> {
    let mut name = None;
    each(attributes, ATTRIBUTE, |meta| {
        if meta.path.is_ident("rename") {
            once(&mut name, text(&meta)?, &meta)
        } else {
            Err(meta.error("unknown attribute; a variant takes rename"))
        }
    })?;
    Ok(name)
}

pub(super) fn no_text(span: Span) -> syn::Error {
    syn::Error::new(span, "this has no meaning beside `integer`")
}
