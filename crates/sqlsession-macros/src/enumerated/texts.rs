use std::collections::HashSet;

use quote::quote;
use syn::{Ident, Variant};

use super::{
    Conversions,
    attributes::{EnumAttributes, renamed},
};
use crate::naming::Rule;

/// The text of each variant.
pub(super) fn conversions(
    name: &Ident,
    variants: &[&Variant],
    attributes: &EnumAttributes,
) -> syn::Result<Conversions> {
    let krate = &attributes.krate;
    let rule = attributes.rename_all.unwrap_or(Rule::Snake);
    let mut texts = Vec::new();
    let mut seen = HashSet::new();
    for variant in variants {
        let renamed = renamed(&variant.attrs)?;
        let span = renamed.as_ref().map_or_else(|| variant.ident.span(), syn::LitStr::span);
        let text = renamed.map_or_else(|| rule.apply_to_type(&variant.ident), |name| name.value());
        if !seen.insert(text.clone()) {
            return Err(syn::Error::new(span, format!("there is a variant `{text}` already")));
        }
        texts.push(text);
    }

    let idents = variants.iter().map(|variant| &variant.ident);
    let unknown = format!("the text is no `{name}`");
    Ok(Conversions {
        values: texts
            .iter()
            .map(|text| quote!(Self::Text(::std::borrow::ToOwned::to_owned(#text))))
            .collect(),
        read: quote! {
            match <&'r str as #krate::value::FromValue<'r>>::from_value(value)? {
                #(#texts => ::core::result::Result::Ok(Self::#idents),)*
                _ => ::core::result::Result::Err(#krate::Error::new(#krate::ErrorKind::OutOfRange, #unknown)),
            }
        },
        column_type: quote!(Text),
        checks: quote!(),
    })
}
