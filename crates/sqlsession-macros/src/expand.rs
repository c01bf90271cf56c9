//! The implementation of `FromRow` for a struct.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Data, DeriveInput, Fields, Generics, Path, Token, Type, WherePredicate, parse::Parser,
    punctuated::Punctuated,
};

use crate::{attributes::ContainerAttributes, field::Field};

pub(crate) fn from_row(input: &DeriveInput) -> syn::Result<TokenStream> {
    let container = ContainerAttributes::parse(&input.attrs)?;
    let krate = &container.krate;
    let fields = fields(input, &container)?;
    if let Some(lifetime) = input.generics.lifetimes().next() {
        return Err(syn::Error::new_spanned(
            lifetime,
            "FromRow is for types that borrow nothing: the row is gone when they are used",
        ));
    }

    let generics = bounded(&input.generics, &fields, krate)?;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let name = &input.ident;
    let planned = fields.iter().filter(|field| field.is_planned()).count();
    let plan = fields.iter().filter(|field| field.is_planned()).map(Field::plan);
    let mut number = 0;
    let read = fields.iter().map(|field| {
        let tokens = field.read(number, krate);
        number += usize::from(field.is_planned());
        tokens
    });

    // A plan is worth its allocation from the second row on.
    let single = if fields.iter().all(Field::is_plain) {
        let read = fields.iter().map(Field::read_alone);
        quote!(::core::result::Result::Ok(Self { #(#read),* }))
    } else {
        quote! {
            let plan = <Self as #krate::row::FromRow>::plan(row.columns())?;
            <Self as #krate::row::FromRow>::from_planned_row(row, &plan)
        }
    };

    Ok(quote! {
        #[automatically_derived]
        #[allow(clippy::unnecessary_fallible_conversions, reason = "the type was named as one to convert from")]
        impl #impl_generics #krate::row::FromRow for #name #type_generics #where_clause {
            fn from_row(row: &#krate::row::Row) -> ::core::result::Result<Self, #krate::Error> {
                #single
            }

            fn plan(
                columns: &#krate::row::Columns,
            ) -> ::core::result::Result<#krate::row::RowPlan, #krate::Error> {
                let mut plan = #krate::row::RowPlan::with_capacity(#planned);
                #(#plan)*
                ::core::result::Result::Ok(plan)
            }

            fn from_planned_row(
                row: &#krate::row::Row,
                plan: &#krate::row::RowPlan,
            ) -> ::core::result::Result<Self, #krate::Error> {
                ::core::result::Result::Ok(Self { #(#read),* })
            }
        }
    })
}

fn fields<'i>(input: &'i DeriveInput, container: &ContainerAttributes) -> syn::Result<Vec<Field<'i>>> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "FromRow is derived for structs only"));
    };
    if data.fields.is_empty() {
        return Err(syn::Error::new_spanned(&input.ident, "there are no fields to read a row into"));
    }
    if let (Fields::Unnamed(_), Some((_, span))) = (&data.fields, &container.rename_all) {
        return Err(syn::Error::new(*span, "the fields of a tuple struct have no names"));
    }
    let rule = container.rename_all.map(|(rule, _)| rule);
    let mut place = 0;
    let fields = data.fields.iter().enumerate().map(|(index, field)| {
        let field = Field::new(field, index, place, rule)?;
        place += usize::from(field.is_by_position());
        Ok(field)
    });
    fields.collect()
}

/// Binds what depends on a type parameter. Bounds on other types would only hide the field an error is about.
fn bounded(generics: &Generics, fields: &[Field<'_>], krate: &Path) -> syn::Result<Generics> {
    let parameters: HashSet<String> = generics.type_params().map(|param| param.ident.to_string()).collect();
    let mut bounded = generics.clone();
    let clause = bounded.make_where_clause();
    for field in fields.iter().filter(|field| mentions(field.ty(), &parameters)) {
        let bounds = Punctuated::<WherePredicate, Token![,]>::parse_terminated.parse2(field.bounds(krate))?;
        clause.predicates.extend(bounds);
    }
    Ok(bounded)
}

fn mentions(ty: &Type, parameters: &HashSet<String>) -> bool {
    !parameters.is_empty() && tokens_mention(ty.to_token_stream(), parameters)
}

fn tokens_mention(tokens: TokenStream, parameters: &HashSet<String>) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => parameters.contains(&ident.to_string()),
        TokenTree::Group(group) => tokens_mention(group.stream(), parameters),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
