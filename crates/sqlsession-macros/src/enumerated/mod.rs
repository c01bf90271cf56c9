//! The conversions of an enum without fields: a column of text or of numbers.

mod attributes;
mod integers;
mod texts;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, Path, Variant};

use attributes::EnumAttributes;

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "Enumerated is derived for enums only"));
    };
    let attributes = EnumAttributes::parse(&input.attrs)?;
    let variants: Vec<&Variant> = data.variants.iter().collect();
    if variants.is_empty() {
        return Err(syn::Error::new_spanned(&input.ident, "there are no variants"));
    }
    for variant in &variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(syn::Error::new_spanned(&variant.fields, "a variant with fields is no single value"));
        }
    }
    let conversions = if attributes.integer.is_some() {
        integers::conversions(&input.ident, &variants, &input.attrs, &attributes)?
    } else {
        texts::conversions(&input.ident, &variants, &attributes)?
    };
    Ok(implementation(&input.ident, &attributes.krate, &variants, &conversions))
}

/// What texts and numbers differ in.
struct Conversions {
    /// The value of each variant.
    values: Vec<TokenStream>,
    /// A function body that reads a `value`.
    read: TokenStream,
    column_type: TokenStream,
    /// What stands beside the implementations.
    checks: TokenStream,
}

fn implementation(name: &Ident, krate: &Path, variants: &[&Variant], is: &Conversions) -> TokenStream {
    let Conversions { values, read, column_type, checks } = is;
    let variants: Vec<&Ident> = variants.iter().map(|variant| &variant.ident).collect();
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<&#name> for #krate::Value {
            fn from(value: &#name) -> Self {
                match value {
                    #(#name::#variants => #values,)*
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#name> for #krate::Value {
            fn from(value: #name) -> Self {
                <Self as ::core::convert::From<&#name>>::from(&value)
            }
        }

        #[automatically_derived]
        impl<'r> #krate::value::FromValue<'r> for #name {
            fn from_value(value: #krate::ValueRef<'r>) -> ::core::result::Result<Self, #krate::Error> {
                #read
            }
        }

        #[automatically_derived]
        impl #krate::entity::HasColumnType for #name {
            fn column_type() -> #krate::entity::ColumnType {
                #krate::entity::ColumnType::#column_type
            }
        }

        #checks
    }
}
