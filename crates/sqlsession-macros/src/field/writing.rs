use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Path, spanned::Spanned};

use super::Field;
use crate::types::inside_option;

impl Field<'_> {
    /// The statement that appends the values of its columns to the `row`.
    pub(crate) fn append(&self, krate: &Path) -> TokenStream {
        let (member, ty) = (&self.member, self.ty);
        if self.is_embedded() {
            return quote_spanned! {ty.span()=>
                <#ty as #krate::entity::Embedded>::append_values(&self.#member, row)?;
            };
        }
        let value = self.value(krate);
        if !self.is_generated() {
            return quote!(row.push(::core::option::Option::Some(#value)););
        }
        let unset = self.unset();
        quote! {
            row.push(if #unset { ::core::option::Option::None } else { ::core::option::Option::Some(#value) });
        }
    }

    /// As [`append`](Self::append), of an entity whose row is there. What no `Option` holds is a value then, also where it is
    /// the default.
    pub(crate) fn append_stored(&self, krate: &Path) -> TokenStream {
        if !self.is_told_apart_when_new() {
            return self.append(krate);
        }
        let value = self.value(krate);
        quote!(row.push(::core::option::Option::Some(#value));)
    }

    /// Whether its default is unset in a new entity, and a value in another.
    pub(crate) fn is_told_apart_when_new(&self) -> bool {
        self.is_generated() && !self.is_key() && inside_option(self.ty).is_none()
    }

    /// Its value, as an expression in a function that gives a `Result`.
    fn value(&self, krate: &Path) -> TokenStream {
        let (member, ty) = (&self.member, self.ty);
        let name = self.plain_name();
        let value = quote!(#krate::Value);
        if self.attributes.json.is_some() {
            let written = |source: TokenStream| {
                quote_spanned! {ty.span()=> #value::json(#source).map_err(|error| error.in_column(#name))? }
            };
            if inside_option(ty).is_none() {
                return written(quote!(&self.#member));
            }
            let inside = written(quote!(inside));
            return quote! {
                match &self.#member {
                    ::core::option::Option::Some(inside) => #inside,
                    ::core::option::Option::None => #value::Null,
                }
            };
        }
        let refused = quote! {
            |error| #krate::Error::from_cause(#krate::ErrorKind::BadParameter, error).in_column(#name)
        };
        let target = match &self.attributes.try_from {
            Some((source, _)) => quote!(#source),
            None => value.clone(),
        };
        let converted = quote_spanned! {ty.span()=>
            <#ty as ::core::convert::TryInto<#target>>::try_into(::core::clone::Clone::clone(&self.#member))
                .map_err(#refused)?
        };
        match &self.attributes.try_from {
            Some((source, _)) => quote_spanned! {source.span()=>
                <#source as ::core::convert::Into<#value>>::into(#converted)
            },
            None => converted,
        }
    }

    /// Whether the server has still to generate it, as an expression.
    fn unset(&self) -> TokenStream {
        let (member, ty) = (&self.member, self.ty);
        if inside_option(ty).is_some() {
            return quote_spanned!(ty.span()=> ::core::option::Option::is_none(&self.#member));
        }
        quote_spanned! {ty.span()=>
            <#ty as ::core::cmp::PartialEq>::eq(&self.#member, &<#ty as ::core::default::Default>::default())
        }
    }

    /// The key that it is or is a part of, as an expression in a function that gives an `Option`.
    pub(crate) fn key_value(&self) -> TokenStream {
        let (member, ty) = (&self.member, self.ty);
        let clone = quote_spanned!(ty.span()=> ::core::clone::Clone::clone(&self.#member));
        let key = match &self.attributes.try_from {
            Some((source, _)) => {
                quote_spanned!(ty.span()=> <#ty as ::core::convert::Into<#source>>::into(#clone))
            }
            None if inside_option(ty).is_some() => return quote!(#clone?),
            None => clone,
        };
        if !self.is_generated() {
            return key;
        }
        let unset = self.unset();
        quote! {
            if #unset { return ::core::option::Option::None; } else { #key }
        }
    }

    /// The statement that takes a generated `value`.
    pub(crate) fn set(&self, krate: &Path) -> TokenStream {
        let (member, ty) = (&self.member, self.ty);
        let name = self.plain_name();
        let source = self.source(krate);
        let converted = self.converted(&quote! {
            |error| #krate::Error::from_cause(#krate::ErrorKind::OutOfRange, error).in_column(#name)
        });
        quote_spanned! {ty.span()=>
            let value = <#source as #krate::value::FromValue<'_>>::from_value(value)
                .map_err(|error| error.in_column(#name))?;
            self.#member = #converted;
        }
    }
}
