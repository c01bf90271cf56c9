//! The struct that something is derived for, with its fields.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Data, DeriveInput, Fields, Generics, Path, Token, WherePredicate, parse::Parser, punctuated::Punctuated,
};

use crate::{attributes::ContainerAttributes, field::Field, target::Target, types::mentions};

pub(crate) struct Shape<'i> {
    pub(crate) input: &'i DeriveInput,
    pub(crate) container: ContainerAttributes,
    pub(crate) fields: Vec<Field<'i>>,
}

impl<'i> Shape<'i> {
    pub(crate) fn read(input: &'i DeriveInput, target: Target) -> syn::Result<Self> {
        let container = ContainerAttributes::parse(&input.attrs, target)?;
        let name = target.name();
        let Data::Struct(data) = &input.data else {
            return Err(syn::Error::new_spanned(&input.ident, format!("{name} is derived for structs only")));
        };
        if data.fields.is_empty() {
            let message = "there are no fields to read a row into";
            return Err(syn::Error::new_spanned(&input.ident, message));
        }
        if let (Fields::Unnamed(fields), true) = (&data.fields, target != Target::FromRow) {
            let message = format!("{name} is derived for structs with named fields: columns have names");
            return Err(syn::Error::new_spanned(fields, message));
        }
        if let (Fields::Unnamed(_), Some((_, span))) = (&data.fields, &container.rename_all) {
            return Err(syn::Error::new(*span, "the fields of a tuple struct have no names"));
        }
        if let Some(lifetime) = input.generics.lifetimes().next() {
            let message =
                format!("{name} is for types that borrow nothing: the row is gone when they are used");
            return Err(syn::Error::new_spanned(lifetime, message));
        }

        let rule = container.rename_all.map(|(rule, _)| rule);
        let mut place = 0;
        let fields = data.fields.iter().enumerate().map(|(index, field)| {
            let field = Field::new(field, index, place, rule, target)?;
            place += usize::from(field.is_by_position());
            Ok(field)
        });
        Ok(Self { input, fields: fields.collect::<syn::Result<_>>()?, container })
    }

    pub(crate) fn krate(&self) -> &Path {
        &self.container.krate
    }

    /// The fields that are read from the row, and so have a place in its plan.
    pub(crate) fn planned(&self) -> impl Iterator<Item = &Field<'i>> {
        self.fields.iter().filter(|field| field.is_planned())
    }

    /// The body of `plan`, which looks the fields up among the `columns`.
    pub(crate) fn plan(&self) -> TokenStream {
        let krate = self.krate();
        let planned = self.planned().count();
        let plan = self.planned().map(Field::plan);
        quote! {
            let mut plan = #krate::row::RowPlan::with_capacity(#planned);
            #(#plan)*
            ::core::result::Result::Ok(plan)
        }
    }

    /// The method that reads every field by the plan.
    pub(crate) fn reader(&self) -> TokenStream {
        let krate = self.krate();
        let mut number = 0;
        let read = self.fields.iter().map(|field| {
            let tokens = field.read(number, krate);
            number += usize::from(field.is_planned());
            tokens
        });
        quote! {
            fn from_planned_row(
                row: &#krate::row::Row,
                plan: &#krate::row::RowPlan,
            ) -> ::core::result::Result<Self, #krate::Error> {
                ::core::result::Result::Ok(Self { #(#read),* })
            }
        }
    }

    /// Two columns of one name would be read and written as one.
    pub(crate) fn check_names(&self) -> syn::Result<()> {
        let mut seen = HashSet::new();
        for (name, span) in self.fields.iter().filter_map(Field::named_column) {
            if !seen.insert(name) {
                return Err(syn::Error::new(span, format!("there is a column `{name}` already")));
            }
        }
        Ok(())
    }

    pub(crate) fn refuse_parameters(&self, why: &str) -> syn::Result<()> {
        match self.input.generics.params.first() {
            Some(parameter) => Err(syn::Error::new_spanned(parameter, why)),
            None => Ok(()),
        }
    }

    /// The generics, where what depends on a type parameter is bound. Bounds on other types would only hide the field
    /// an error is about.
    pub(crate) fn bounded(&self) -> syn::Result<Generics> {
        let generics = &self.input.generics;
        let parameters: HashSet<String> =
            generics.type_params().map(|param| param.ident.to_string()).collect();
        let mut bounded = generics.clone();
        let clause = bounded.make_where_clause();
        for field in self.fields.iter().filter(|field| mentions(field.ty(), &parameters)) {
            let bounds = Punctuated::<WherePredicate, Token![,]>::parse_terminated
                .parse2(field.bounds(self.krate()))?;
            clause.predicates.extend(bounds);
        }
        Ok(bounded)
    }
}

/// An attribute of another derive, which says that both are derived.
pub(crate) fn refuse_beside(input: &DeriveInput, attribute: &str, why: &str) -> syn::Result<()> {
    let on_fields = match &input.data {
        Data::Struct(data) => data.fields.iter().flat_map(|field| &field.attrs).collect(),
        _ => Vec::new(),
    };
    match input.attrs.iter().chain(on_fields).find(|found| found.path().is_ident(attribute)) {
        Some(found) => Err(syn::Error::new_spanned(found, why)),
        None => Ok(()),
    }
}

/// What stands before an `impl`. Tokens that point at a field are the user's own to the compiler, and so is their style.
pub(crate) fn lints() -> TokenStream {
    quote! {
        #[automatically_derived]
        #[allow(unused_qualifications, reason = "what is imported around the struct is not known")]
        #[allow(clippy::unnecessary_fallible_conversions, reason = "the type was named as one to convert from")]
    }
}
