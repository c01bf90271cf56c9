use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Path, spanned::Spanned};

use super::{ColumnName, Field};
use crate::{attributes::FieldAttributes, target::Target, types::inside_option};

impl Field<'_> {
    /// The bounds that a field has to meet whose type depends on a type parameter.
    pub(crate) fn bounds(&self, krate: &Path) -> TokenStream {
        let ty = self.ty;
        if self.attributes.skip.is_some() {
            return quote!(#ty: ::core::default::Default,);
        }
        if self.is_embedded() {
            return quote!(#ty: #krate::row::FromRow,);
        }
        let source = self.source(krate);
        let default = self.attributes.default.map(|_| quote!(#ty: ::core::default::Default,));
        quote!(#source: #krate::value::FromValueOwned, #default)
    }

    /// The statement that adds it to the plan.
    pub(crate) fn plan(&self) -> TokenStream {
        let (ty, column) = (self.ty, self.column_expression());
        if self.is_embedded() {
            let prefix = self.prefix_expression();
            match self.target {
                Target::FromRow => quote_spanned!(ty.span()=> plan.nested::<#ty>(columns)?;),
                _ => quote_spanned!(ty.span()=> plan.embedded::<#ty>(columns, #prefix)?;),
            }
        } else if self.attributes.default.is_some() {
            quote!(plan.optional_column(columns, #column);)
        } else {
            quote!(plan.column(columns, #column)?;)
        }
    }

    /// `member: expression`, for field `number` of the plan.
    pub(crate) fn read(&self, number: usize, krate: &Path) -> TokenStream {
        let (member, ty) = (&self.member, self.ty);
        let value = if self.attributes.skip.is_some() {
            quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default())
        } else if self.is_embedded() {
            match self.target {
                Target::FromRow => quote_spanned!(ty.span()=> plan.get_nested::<#ty>(row, #number)?),
                _ => quote_spanned!(ty.span()=> plan.get_embedded::<#ty>(row, #number)?),
            }
        } else {
            let source = self.source(krate);
            let converted = self.converted(&quote!(|error| plan.refused(row, #number, error)));
            if self.attributes.default.is_some() {
                quote_spanned! {ty.span()=>
                    match plan.get_optional::<#source>(row, #number)? {
                        ::core::option::Option::Some(value) => #converted,
                        ::core::option::Option::None => <#ty as ::core::default::Default>::default(),
                    }
                }
            } else {
                quote_spanned!(ty.span()=> { let value = plan.get::<#source>(row, #number)?; #converted })
            }
        };
        quote!(#member: #value)
    }

    /// Whether it is just read from its column.
    pub(crate) fn is_plain(&self) -> bool {
        let FieldAttributes { skip, default, flatten, json, try_from, .. } = &self.attributes;
        skip.is_none() && default.is_none() && flatten.is_none() && json.is_none() && try_from.is_none()
    }

    /// `member: expression`, without a plan, for field `number` that [is plain](Self::is_plain).
    pub(crate) fn read_alone(&self, number: usize, krate: &Path) -> TokenStream {
        let (member, ty, column) = (&self.member, self.ty, self.column_expression());
        let column = match self.column {
            ColumnName::Named(_) => quote!(#krate::row::Near(#number, #column)),
            ColumnName::Placed(_) => column,
        };
        let value = quote_spanned!(ty.span()=> row.get::<#ty>(#column)?);
        quote!(#member: #value)
    }

    /// What becomes of the `value` of the type that was read. `refused` makes an error of what `TryFrom` gave.
    pub(super) fn converted(&self, refused: &TokenStream) -> TokenStream {
        let ty = self.ty;
        match &self.attributes.try_from {
            Some((source, _)) => quote_spanned! {ty.span()=>
                <#ty as ::core::convert::TryFrom<#source>>::try_from(value).map_err(#refused)?
            },
            None if self.attributes.json.is_none() => quote!(value),
            None if inside_option(ty).is_some() => quote!(value.and_then(|json| json.0)),
            None => quote!(value.0),
        }
    }
}
