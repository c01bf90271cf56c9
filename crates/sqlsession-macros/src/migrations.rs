//! The files of a folder, as they are when the program is compiled.

use std::{env, fs, path::PathBuf};

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

pub(crate) fn embed(folder: &LitStr) -> syn::Result<TokenStream> {
    let refuse = |message: String| syn::Error::new(folder.span(), message);
    let root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let path = root.join(folder.value());
    let entries = fs::read_dir(&path)
        .map_err(|error| refuse(format!("`{}` cannot be read: {error}", path.display())))?;
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| refuse(error.to_string()))?.file_name();
        let name = name.to_str().ok_or_else(|| refuse(format!("{} is no text", name.display())))?;
        if name.ends_with(".sql") && !name.starts_with('.') {
            names.push(name.to_owned());
        }
    }
    names.sort();
    let mut files = Vec::with_capacity(names.len());
    for name in &names {
        let file = path.join(name);
        let file = file.to_str().ok_or_else(|| refuse(format!("`{}` is no text", file.display())))?;
        files.push(quote!((#name, ::core::include_str!(#file))));
    }
    let count = files.len();
    Ok(quote! {{
        const FILES: [(&str, &str); #count] = [#(#files),*];
        ::sqlsession::migrations::Migrations::new(FILES)
    }})
}
