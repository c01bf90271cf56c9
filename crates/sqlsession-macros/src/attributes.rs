//! What stands in `#[from_row(…)]`, on the struct and on its fields.

use proc_macro2::Span;
use syn::{Attribute, LitStr, Path, Type, meta::ParseNestedMeta, parse_quote};

use crate::naming::Rule;

/// The attributes of the struct.
pub(crate) struct ContainerAttributes {
    pub(crate) krate: Path,
    pub(crate) rename_all: Option<(Rule, Span)>,
}

impl ContainerAttributes {
    pub(crate) fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut krate = None;
        let mut rename_all = None;
        each(attributes, |meta| {
            if meta.path.is_ident("crate") {
                let path = meta.value()?.parse::<LitStr>()?.parse_with(Path::parse_mod_style)?;
                once(&mut krate, path, &meta)
            } else if meta.path.is_ident("rename_all") {
                let literal = meta.value()?.parse::<LitStr>()?;
                once(&mut rename_all, (Rule::parse(&literal)?, literal.span()), &meta)
            } else {
                Err(meta.error("unknown attribute; a struct takes crate and rename_all"))
            }
        })?;
        Ok(Self { krate: krate.unwrap_or_else(|| parse_quote!(::sqlsession)), rename_all })
    }
}

/// The attributes of a field, each with the place where it stands.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) rename: Option<(String, Span)>,
    pub(crate) default: Option<Span>,
    pub(crate) skip: Option<Span>,
    pub(crate) flatten: Option<Span>,
    pub(crate) try_from: Option<(Type, Span)>,
    pub(crate) json: Option<Span>,
}

impl FieldAttributes {
    pub(crate) fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut parsed = Self::default();
        each(attributes, |meta| {
            let span = meta.path.get_ident().map_or_else(Span::call_site, syn::Ident::span);
            if meta.path.is_ident("rename") {
                let name = meta.value()?.parse::<LitStr>()?.value();
                once(&mut parsed.rename, (name, span), &meta)
            } else if meta.path.is_ident("default") {
                once(&mut parsed.default, span, &meta)
            } else if meta.path.is_ident("skip") {
                once(&mut parsed.skip, span, &meta)
            } else if meta.path.is_ident("flatten") {
                once(&mut parsed.flatten, span, &meta)
            } else if meta.path.is_ident("try_from") {
                let source = meta.value()?.parse::<LitStr>()?.parse()?;
                once(&mut parsed.try_from, (source, span), &meta)
            } else if meta.path.is_ident("json") {
                once(&mut parsed.json, span, &meta)
            } else {
                Err(meta.error(
                    "unknown attribute; a field takes rename, default, skip, flatten, try_from and json",
                ))
            }
        })?;
        parsed.check()?;
        Ok(parsed)
    }

    /// `skip` and `flatten` leave nothing for the others to say; JSON is converted by serde.
    fn check(&self) -> syn::Result<()> {
        let others = [
            self.rename.as_ref().map(|(_, span)| *span),
            self.default,
            self.try_from.as_ref().map(|(_, span)| *span),
            self.json,
        ];
        let refused = match self {
            Self { skip: Some(_), .. } => {
                others.into_iter().flatten().chain(self.flatten).next().map(|span| (span, "skip"))
            }
            Self { flatten: Some(_), .. } => {
                others.into_iter().flatten().next().map(|span| (span, "flatten"))
            }
            Self { json: Some(_), try_from: Some((_, span)), .. } => Some((*span, "json")),
            _ => None,
        };
        match refused {
            Some((span, beside)) => {
                Err(syn::Error::new(span, format!("this has no meaning beside `{beside}`")))
            }
            None => Ok(()),
        }
    }
}

fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("from_row"))
        .try_for_each(|attribute| attribute.parse_nested_meta(&mut read))
}

fn once<T>(slot: &mut Option<T>, value: T, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(meta.error("this is said twice")),
    }
}
