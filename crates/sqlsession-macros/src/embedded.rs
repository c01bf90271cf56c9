//! The implementation of `Embedded` for a struct.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{
    shape::{Shape, lints, refuse_beside},
    target::Target,
};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let beside = "what is embedded in an entity is no entity; its attributes are `#[embedded(…)]`";
    refuse_beside(input, Target::Entity.attribute(), beside)?;
    let shape = Shape::read(input, Target::Embedded)?;
    shape.refuse_parameters("what is embedded has columns of known types, and so has no parameters")?;
    shape.check_names()?;

    let krate = shape.krate();
    let name = &input.ident;
    let lints = lints();
    if shape.planned().next().is_none() {
        return Err(syn::Error::new_spanned(name, "all fields are skipped, so there is no column"));
    }
    let width = shape.planned().map(|field| field.width(krate));
    let columns = shape.planned().map(|field| field.columns(krate));
    let append = shape.planned().map(|field| field.append(krate));
    let plan = shape.plan();
    let reader = shape.reader();

    Ok(quote! {
        #lints
        impl #krate::entity::Embedded for #name {
            const COLUMNS: usize = 0 #(+ #width)*;

            fn columns(prefix: &str) -> ::std::vec::Vec<#krate::entity::Column> {
                let mut columns = ::std::vec::Vec::with_capacity(<Self as #krate::entity::Embedded>::COLUMNS);
                #(columns.extend(#columns);)*
                columns
            }

            fn append_values(
                &self,
                row: &mut ::std::vec::Vec<::core::option::Option<#krate::Value>>,
            ) -> ::core::result::Result<(), #krate::Error> {
                #(#append)*
                ::core::result::Result::Ok(())
            }

            fn plan(
                prefix: &str,
                columns: &#krate::row::Columns,
            ) -> ::core::result::Result<#krate::row::RowPlan, #krate::Error> {
                #plan
            }

            #reader
        }
    })
}
