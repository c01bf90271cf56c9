//! One field: which column it is read from, and how.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Member, Path, Type, ext::IdentExt, spanned::Spanned};

use crate::{attributes::FieldAttributes, naming::Rule};

pub(crate) struct Field<'f> {
    member: Member,
    ty: &'f Type,
    attributes: FieldAttributes,
    /// The name of its column, or its place, as tokens.
    column: TokenStream,
}

impl<'f> Field<'f> {
    /// `place` is the number of columns read by position before this field.
    pub(crate) fn new(
        field: &'f syn::Field,
        index: usize,
        place: usize,
        rule: Option<Rule>,
    ) -> syn::Result<Self> {
        let attributes = FieldAttributes::parse(&field.attrs)?;
        let member = field.ident.clone().map_or_else(|| Member::from(index), Member::from);
        let column = match (&attributes.rename, &field.ident) {
            (Some((name, _)), _) => name.to_token_stream(),
            (None, Some(ident)) => {
                let name = ident.unraw().to_string();
                rule.map_or(name.clone(), |rule| rule.apply(&name)).to_token_stream()
            }
            (None, None) => quote!(#place),
        };
        Ok(Self { member, ty: &field.ty, attributes, column })
    }

    pub(crate) fn is_planned(&self) -> bool {
        self.attributes.skip.is_none()
    }

    /// Whether it takes the next column of the row.
    pub(crate) fn is_by_position(&self) -> bool {
        matches!(self.member, Member::Unnamed(_))
            && self.is_planned()
            && self.attributes.flatten.is_none()
            && self.attributes.rename.is_none()
    }

    /// What is read from the column, before any conversion.
    fn source(&self, krate: &Path) -> TokenStream {
        let ty = self.ty;
        match &self.attributes.try_from {
            Some((source, _)) => source.to_token_stream(),
            None if self.attributes.json.is_some() => quote!(#krate::value::Json<#ty>),
            None => ty.to_token_stream(),
        }
    }

    /// The bounds that a field has to meet whose type depends on a type parameter.
    pub(crate) fn bounds(&self, krate: &Path) -> TokenStream {
        let ty = self.ty;
        if self.attributes.skip.is_some() {
            return quote!(#ty: ::core::default::Default,);
        }
        if self.attributes.flatten.is_some() {
            return quote!(#ty: #krate::row::FromRow,);
        }
        let source = self.source(krate);
        let default = self.attributes.default.map(|_| quote!(#ty: ::core::default::Default,));
        quote!(#source: #krate::value::FromValueOwned, #default)
    }

    /// The statement that adds it to the plan.
    pub(crate) fn plan(&self) -> TokenStream {
        let (ty, column) = (self.ty, &self.column);
        if self.attributes.flatten.is_some() {
            quote_spanned!(ty.span()=> plan.nested::<#ty>(columns)?;)
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
        } else if self.attributes.flatten.is_some() {
            quote_spanned!(ty.span()=> plan.get_nested::<#ty>(row, #number)?)
        } else {
            let source = self.source(krate);
            let converted = self.convert(number);
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
        let FieldAttributes { rename: _, skip, default, flatten, json, try_from } = &self.attributes;
        skip.is_none() && default.is_none() && flatten.is_none() && json.is_none() && try_from.is_none()
    }

    /// `member: expression`, without a plan, for a field that [is plain](Self::is_plain).
    pub(crate) fn read_alone(&self) -> TokenStream {
        let (member, ty, column) = (&self.member, self.ty, &self.column);
        let value = quote_spanned!(ty.span()=> row.get::<#ty>(#column)?);
        quote!(#member: #value)
    }

    fn convert(&self, number: usize) -> TokenStream {
        let ty = self.ty;
        match &self.attributes.try_from {
            Some((source, _)) => quote_spanned! {ty.span()=>
                <#ty as ::core::convert::TryFrom<#source>>::try_from(value)
                    .map_err(|error| plan.refused(row, #number, error))?
            },
            None if self.attributes.json.is_some() => quote!(value.0),
            None => quote!(value),
        }
    }

    pub(crate) fn ty(&self) -> &Type {
        self.ty
    }
}
