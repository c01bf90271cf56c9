use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Path, Type, spanned::Spanned};

use super::Field;
use crate::{attributes::FieldAttributes, types::inside_option};

impl Field<'_> {
    /// The call that adds its columns to a table, or to the list of what is embedded.
    pub(crate) fn columns(&self, krate: &Path) -> TokenStream {
        let ty = self.ty;
        if self.is_embedded() {
            let prefix = self.prefix_expression();
            return quote_spanned!(ty.span()=> <#ty as #krate::entity::Embedded>::columns(#prefix));
        }
        let column = self.column(krate);
        quote!([#column])
    }

    /// How many columns it has.
    pub(crate) fn width(&self, krate: &Path) -> TokenStream {
        let ty = self.ty;
        if self.is_embedded() {
            quote_spanned!(ty.span()=> <#ty as #krate::entity::Embedded>::COLUMNS)
        } else {
            quote!(1)
        }
    }

    fn column(&self, krate: &Path) -> TokenStream {
        let (name, column_type, nullable) =
            (self.column_expression(), self.column_type(krate), self.nullable(krate));
        let FieldAttributes { key, generated, unique, sql_default, .. } = &self.attributes;
        let key = key.map(|_| quote!(.key()));
        let generated = generated.map(|_| quote!(.generated()));
        let unique = unique.map(|_| quote!(.unique()));
        let default = sql_default.as_ref().map(|(sql, _)| quote!(.default(#sql)));
        let references = self.references(krate);
        quote! {
            #krate::entity::Column::new(#name, #column_type) #nullable #key #generated #unique #default #references
        }
    }

    fn column_type(&self, krate: &Path) -> TokenStream {
        let FieldAttributes { column_type, length, precision, scale, json, .. } = &self.attributes;
        if let Some((name, _)) = column_type {
            quote!(#krate::entity::ColumnType::Custom(::std::borrow::Cow::Borrowed(#name)))
        } else if let Some((length, _)) = length {
            quote!(#krate::entity::ColumnType::String(#length))
        } else if let Some((precision, _)) = precision {
            let scale = scale.as_ref().map_or(0, |(scale, _)| *scale);
            quote!(#krate::entity::ColumnType::Decimal(::core::option::Option::Some((#precision, #scale))))
        } else if json.is_some() {
            quote!(#krate::entity::ColumnType::Json)
        } else {
            let source = self.source_type();
            quote_spanned!(source.span()=> <#source as #krate::entity::HasColumnType>::column_type())
        }
    }

    /// A key is never NULL. Where the type of the column is not asked of the field's, its way of being written decides.
    fn nullable(&self, krate: &Path) -> TokenStream {
        let FieldAttributes { key, column_type, length, precision, json, .. } = &self.attributes;
        let source = self.source_type();
        if key.is_some() {
            TokenStream::new()
        } else if column_type.is_some() || length.is_some() || precision.is_some() || json.is_some() {
            inside_option(source).map(|_| quote!(.nullable(true))).unwrap_or_default()
        } else {
            let asked =
                quote_spanned!(source.span()=> <#source as #krate::entity::HasColumnType>::is_nullable());
            quote!(.nullable(#asked))
        }
    }

    fn references(&self, krate: &Path) -> TokenStream {
        let Some((reference, _)) = &self.attributes.references else { return TokenStream::new() };
        let (table, column) = (&reference.table, &reference.column);
        let action = self
            .attributes
            .on_delete
            .as_ref()
            .map(|(action, _)| quote!(.on_delete(#krate::entity::ReferentialAction::#action)));
        quote!(.references(#krate::entity::Reference::new(#table, #column) #action))
    }

    pub(crate) fn is_key(&self) -> bool {
        self.attributes.key.is_some()
    }

    pub(crate) fn is_generated(&self) -> bool {
        self.attributes.generated.is_some()
    }

    /// The type of the key: that of the column, without the `Option` of one that is still to be generated.
    pub(crate) fn key_type(&self) -> &Type {
        let source = self.source_type();
        inside_option(source).unwrap_or(source)
    }
}
