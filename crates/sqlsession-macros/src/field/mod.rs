//! One field: which column it belongs to, and how it is read from it and written to it.

mod column;
mod reading;
mod writing;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Member, Path, Type, ext::IdentExt, spanned::Spanned};

use crate::{attributes::FieldAttributes, naming::Rule, target::Target, types::inside_option};

pub(crate) struct Field<'f> {
    member: Member,
    ty: &'f Type,
    attributes: FieldAttributes,
    target: Target,
    column: ColumnName,
    /// Where an error about its name points.
    span: Span,
}

enum ColumnName {
    Named(String),
    Placed(usize),
}

impl<'f> Field<'f> {
    /// `place` is the number of columns read by position before this field.
    pub(crate) fn new(
        field: &'f syn::Field,
        index: usize,
        place: usize,
        rule: Option<Rule>,
        target: Target,
    ) -> syn::Result<Self> {
        let attributes = FieldAttributes::parse(&field.attrs, target)?;
        let member = field.ident.clone().map_or_else(|| Member::from(index), Member::from);
        let column = match (&attributes.rename, &field.ident) {
            (Some((name, _)), _) => ColumnName::Named(name.clone()),
            (None, Some(ident)) => {
                let name = ident.unraw().to_string();
                ColumnName::Named(rule.map_or(name.clone(), |rule| rule.apply(&name)))
            }
            (None, None) => ColumnName::Placed(place),
        };
        let span = attributes.rename.as_ref().map_or_else(|| member.span(), |(_, span)| *span);
        let field = Self { member, ty: &field.ty, attributes, target, column, span };
        field.check_option()?;
        Ok(field)
    }

    /// What an `Option` may not be, and what only an `Option` may be.
    fn check_option(&self) -> syn::Result<()> {
        let FieldAttributes { key, generated, on_delete, .. } = &self.attributes;
        let is_option = inside_option(self.source_type()).is_some();
        if key.is_some() && is_option && generated.is_none() {
            let message =
                "a key is never NULL; an `Option` is for one that the server generates: `generated`";
            return Err(syn::Error::new(self.ty.span(), message));
        }
        match on_delete {
            Some((action, span)) if action == "SetNull" && !is_option => {
                Err(syn::Error::new(*span, "only an `Option` can be set to NULL"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn ty(&self) -> &Type {
        self.ty
    }

    pub(crate) fn is_planned(&self) -> bool {
        self.attributes.skip.is_none()
    }

    pub(crate) fn is_embedded(&self) -> bool {
        self.attributes.flatten.is_some()
    }

    /// Whether it takes the next column of the row.
    pub(crate) fn is_by_position(&self) -> bool {
        matches!(self.column, ColumnName::Placed(_)) && self.is_planned() && !self.is_embedded()
    }

    /// The name of the one column that is its own.
    pub(crate) fn named_column(&self) -> Option<(&str, Span)> {
        match &self.column {
            ColumnName::Named(name) if self.is_planned() && !self.is_embedded() => Some((name, self.span)),
            _ => None,
        }
    }

    /// The name as it is written in the code, for what an error is to say.
    fn plain_name(&self) -> String {
        match &self.column {
            ColumnName::Named(name) => name.clone(),
            ColumnName::Placed(place) => place.to_string(),
        }
    }

    /// The name of its column, or its place, as an expression. What is embedded has a `prefix` at hand.
    fn column_expression(&self) -> TokenStream {
        match &self.column {
            ColumnName::Named(name) if self.target == Target::Embedded => quote!([prefix, #name].concat()),
            ColumnName::Named(name) => name.to_token_stream(),
            ColumnName::Placed(place) => place.to_token_stream(),
        }
    }

    /// What stands before the names of the columns of an embedded field, as an expression.
    fn prefix_expression(&self) -> TokenStream {
        let prefix = self.attributes.prefix.as_ref().map_or("", |(prefix, _)| prefix);
        match self.target {
            Target::Embedded => quote!(&[prefix, #prefix].concat()),
            _ => prefix.to_token_stream(),
        }
    }

    /// The type that stands in the database, but for JSON.
    fn source_type(&self) -> &Type {
        self.attributes.try_from.as_ref().map_or(self.ty, |(source, _)| source)
    }

    /// What is read from the column, before any conversion. An `Option` that is JSON is `None` for NULL, and for the
    /// null of JSON.
    fn source(&self, krate: &Path) -> TokenStream {
        let ty = self.source_type();
        match (self.attributes.json, inside_option(ty)) {
            (Some(_), Some(_)) => quote!(::core::option::Option<#krate::value::Json<#ty>>),
            (Some(_), None) => quote!(#krate::value::Json<#ty>),
            (None, _) => ty.to_token_stream(),
        }
    }
}
