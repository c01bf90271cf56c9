//! The implementation of `FromRow` for a struct.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::{
    field::Field,
    shape::{Shape, lints, refuse_beside},
    target::Target,
};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let beside = "`Entity` implements `FromRow` as well: derive `Entity` alone";
    refuse_beside(input, Target::Entity.attribute(), beside)?;
    implementation(&Shape::read(input, Target::FromRow)?)
}

pub(crate) fn implementation(shape: &Shape<'_>) -> syn::Result<TokenStream> {
    let krate = shape.krate();
    let name = &shape.input.ident;
    let generics = shape.bounded()?;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let lints = lints();
    let plan = shape.plan();
    let reader = shape.reader();

    // A plan is worth its allocation from the second row on.
    let single = if shape.fields.iter().all(Field::is_plain) {
        let read = shape.fields.iter().enumerate().map(|(number, field)| field.read_alone(number, krate));
        quote!(::core::result::Result::Ok(Self { #(#read),* }))
    } else {
        quote! {
            let plan = <Self as #krate::row::FromRow>::plan(row.columns())?;
            <Self as #krate::row::FromRow>::from_planned_row(row, &plan)
        }
    };

    Ok(quote! {
        #lints
        impl #impl_generics #krate::row::FromRow for #name #type_generics #where_clause {
            fn from_row(row: &#krate::row::Row) -> ::core::result::Result<Self, #krate::Error> {
                #single
            }

            fn plan(
                columns: &#krate::row::Columns,
            ) -> ::core::result::Result<#krate::row::RowPlan, #krate::Error> {
                #plan
            }

            #reader
        }
    })
}
