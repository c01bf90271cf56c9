use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, Expr, ExprLit, ExprUnary, Ident, Lit, UnOp, Variant, spanned::Spanned};

use super::{
    Conversions,
    attributes::{EnumAttributes, no_text, renamed},
};

/// The number of each variant, which has to fit the column.
pub(super) fn conversions(
    name: &Ident,
    variants: &[&Variant],
    on_enum: &[Attribute],
    attributes: &EnumAttributes,
) -> syn::Result<Conversions> {
    let krate = &attributes.krate;
    for variant in variants {
        if let Some(text) = renamed(&variant.attrs)? {
            return Err(no_text(text.span()));
        }
    }
    let (column_type, rust_type) = column_type(on_enum)?;
    for variant in variants {
        check_literal(variant, &rust_type)?;
    }

    let idents: Vec<&Ident> = variants.iter().map(|variant| &variant.ident).collect();
    let unknown = format!("the number is no `{name}`");
    let checks = idents.iter().map(|ident| {
        let message = format!("the discriminant of `{ident}` does not fit the column");
        quote_spanned! {ident.span()=>
            const _: () = ::core::assert!(
                #name::#ident as i128 >= #rust_type::MIN as i128 && #name::#ident as i128 <= #rust_type::MAX as i128,
                #message
            );
        }
    });
    Ok(Conversions {
        values: idents.iter().map(|ident| quote!(Self::I64(#name::#ident as i64))).collect(),
        read: quote! {
            let number = <i64 as #krate::value::FromValue<'r>>::from_value(value)?;
            #(if number == Self::#idents as i64 { return ::core::result::Result::Ok(Self::#idents); })*
            ::core::result::Result::Err(#krate::Error::new(#krate::ErrorKind::OutOfRange, #unknown))
        },
        column_type,
        checks: quote!(#(#checks)*),
    })
}

/// The narrowest column that holds the enum's `repr`; without one, an integer of 32 bits.
fn column_type(on_enum: &[Attribute]) -> syn::Result<(TokenStream, TokenStream)> {
    let mut found = (quote!(Integer), quote!(i32));
    for attribute in on_enum.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        attribute.parse_nested_meta(|meta| {
            let repr = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match repr.as_str() {
                "i8" | "u8" | "i16" => found = (quote!(SmallInteger), quote!(i16)),
                "u16" | "i32" => found = (quote!(Integer), quote!(i32)),
                "u32" | "i64" | "isize" | "u64" | "usize" | "i128" | "u128" => {
                    found = (quote!(BigInteger), quote!(i64));
                }
                // `align(4)` and the like: what is in the brackets is the compiler's to read.
                _ if meta.input.peek(syn::token::Paren) => {
                    let inside;
                    syn::parenthesized!(inside in meta.input);
                    inside.parse::<TokenStream>()?;
                }
                _ => {}
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// Points at a number that is written out; the others are checked by the code that is derived.
fn check_literal(variant: &Variant, rust_type: &TokenStream) -> syn::Result<()> {
    let Some((_, expression)) = &variant.discriminant else { return Ok(()) };
    let Some(number) = literal(expression) else { return Ok(()) };
    let (least, greatest) = match rust_type.to_string().as_str() {
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    };
    if (least..=greatest).contains(&number) {
        return Ok(());
    }
    let message = format!("the number does not fit the column, which holds {least} to {greatest}");
    Err(syn::Error::new(expression.span(), message))
}

fn literal(expression: &Expr) -> Option<i128> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr).map(|number| -number),
        _ => None,
    }
}
