use proc_macro2::Span;
use syn::{Attribute, LitStr, Path, meta::ParseNestedMeta};

/// Reads every item of the attributes of this name.
pub(crate) fn each(
    attributes: &[Attribute],
    name: &str,
    mut read: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
        .try_for_each(|attribute| attribute.parse_nested_meta(&mut read))
}

pub(crate) fn once<T>(slot: &mut Option<T>, value: T, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(meta.error("this is said twice")),
    }
}

/// What stands after the `=`, which may not be empty.
pub(crate) fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let literal = meta.value()?.parse::<LitStr>()?;
    if literal.value().trim().is_empty() || literal.value().contains('\0') {
        return Err(syn::Error::new(literal.span(), "this is empty, or holds a NUL character"));
    }
    Ok(literal)
}

/// The path in the text after the `=`.
pub(crate) fn path_of(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    meta.value()?.parse::<LitStr>()?.parse_with(Path::parse_mod_style)
}

/// Where the item stands.
pub(super) fn span_of(meta: &ParseNestedMeta<'_>) -> Span {
    meta.path.get_ident().map_or_else(Span::call_site, syn::Ident::span)
}
