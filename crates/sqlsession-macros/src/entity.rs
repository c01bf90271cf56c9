//! The implementation of `Entity` for a struct, and of `FromRow` beside it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{
    field::Field,
    from_row,
    naming::Rule,
    shape::{Shape, lints, refuse_beside},
    target::Target,
};

/// A tuple of more implements no `Key`.
const MOST_KEYS: usize = 4;

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let beside = "`Entity` implements `FromRow` as well, and reads its own attributes: `#[entity(…)]`";
    refuse_beside(input, Target::FromRow.attribute(), beside)?;
    let shape = Shape::read(input, Target::Entity)?;
    shape.refuse_parameters("an entity is the row of one table, and so has no parameters")?;
    shape.check_names()?;

    let krate = shape.krate();
    let name = &input.ident;
    let lints = lints();
    let table = table(&shape);
    let columns = shape.planned().map(|field| field.columns(krate));
    let (key_type, key) = key(&shape)?;
    let append = shape.planned().map(|field| field.append(krate));
    let append_stored = append_stored(&shape);
    let set = set_generated(&shape);
    let from_row = from_row::implementation(&shape)?;

    Ok(quote! {
        #lints
        impl #krate::entity::Entity for #name {
            type Key = #key_type;

            fn table() -> &'static #krate::entity::Table {
                static TABLE: ::std::sync::LazyLock<#krate::entity::Table> = ::std::sync::LazyLock::new(|| {
                    #krate::entity::Table::new(#table) #(.with_columns(#columns))*
                });
                &TABLE
            }

            fn key(&self) -> ::core::option::Option<Self::Key> {
                ::core::option::Option::Some(#key)
            }

            fn append_values(
                &self,
                row: &mut ::std::vec::Vec<::core::option::Option<#krate::Value>>,
            ) -> ::core::result::Result<(), #krate::Error> {
                #(#append)*
                ::core::result::Result::Ok(())
            }

            #append_stored

            fn set_generated(
                &mut self,
                column: usize,
                value: #krate::ValueRef<'_>,
            ) -> ::core::result::Result<(), #krate::Error> {
                #set
                ::core::result::Result::Ok(())
            }
        }

        #from_row
    })
}

/// The method that an UPDATE asks, where it has something else to say than the one that an INSERT asks.
fn append_stored(shape: &Shape<'_>) -> TokenStream {
    if !shape.planned().any(Field::is_told_apart_when_new) {
        return TokenStream::new();
    }
    let krate = shape.krate();
    let append = shape.planned().map(|field| field.append_stored(krate));
    quote! {
        fn append_stored_values(
            &self,
            row: &mut ::std::vec::Vec<::core::option::Option<#krate::Value>>,
        ) -> ::core::result::Result<(), #krate::Error> {
            #(#append)*
            ::core::result::Result::Ok(())
        }
    }
}

/// The name that was given, or the struct's in snake case.
fn table(shape: &Shape<'_>) -> String {
    match &shape.container.table {
        Some(name) => name.value(),
        None => Rule::Snake.apply_to_type(&shape.input.ident),
    }
}

fn key(shape: &Shape<'_>) -> syn::Result<(TokenStream, TokenStream)> {
    let fields: Vec<_> = shape.fields.iter().filter(|field| field.is_key()).collect();
    let types = fields.iter().map(|field| field.key_type());
    let values = fields.iter().map(|field| field.key_value());
    match fields.as_slice() {
        [] => Err(syn::Error::new_spanned(
            &shape.input.ident,
            "no field is the key: write `#[entity(key)]` at the one that tells a row from the others",
        )),
        [_] => Ok((quote!(#(#types)*), quote!(#(#values)*))),
        [.., last] if fields.len() > MOST_KEYS => {
            Err(syn::Error::new_spanned(last.ty(), format!("a key has up to {MOST_KEYS} columns")))
        }
        _ => Ok((quote!((#(#types),*)), quote!((#(#values),*)))),
    }
}

/// The places of generated columns are known when the code is compiled, also behind embedded ones.
fn set_generated(shape: &Shape<'_>) -> TokenStream {
    let krate = shape.krate();
    let mut before = 0_usize;
    let mut embedded = Vec::new();
    let mut branches = TokenStream::new();
    for field in shape.planned() {
        if field.is_generated() {
            let set = field.set(krate);
            branches.extend(quote!(if column == #before #(+ #embedded)* { #set }));
        }
        if field.is_embedded() {
            embedded.push(field.width(krate));
        } else {
            before += 1;
        }
    }
    if branches.is_empty() {
        return quote!(let _ = (column, value););
    }
    branches
}
