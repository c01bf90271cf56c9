//! The derive macros of `sqlsession`, which re-exports them beside the traits they implement.

mod attributes;
mod expand;
mod field;
mod naming;

use proc_macro::TokenStream;

/// Derives `FromRow`: a struct with named fields is read by column name, a tuple struct by position.
///
/// The names are looked up once for a result, not once for each row. A column that no field asks for is not looked at.
///
/// ```
/// use sqlsession_core::row::FromRow as _;
/// use sqlsession_macros::FromRow;
///
/// #[derive(FromRow)]
/// #[from_row(crate = "sqlsession_core", rename_all = "camelCase")]
/// struct User {
///     user_id: i64,
///     #[from_row(rename = "e-mail")]
///     email: Option<String>,
///     #[from_row(default)]
///     logins: u32,
/// }
/// # let columns = sqlsession_core::row::Columns::new(["userId", "e-mail"]);
/// # assert!(User::plan(&columns).is_ok());
/// # fn read(user: User) -> (i64, Option<String>, u32) { (user.user_id, user.email, user.logins) }
/// ```
///
/// # On the struct
/// - `crate = "path"`: where `sqlsession` is found, `::sqlsession` by default. A program that depends on one of its
///   crates alone names that: `crate = "sqlsession_core"`.
/// - `rename_all = "rule"`: the columns are named after the fields by a rule: `lowercase`, `UPPERCASE`, `snake_case`,
///   `SCREAMING_SNAKE_CASE`, `camelCase`, `PascalCase`, `kebab-case`, `SCREAMING-KEBAB-CASE`.
///
/// # On a field
/// - `rename = "name"`: the column's name; in a tuple struct the field is then read by name.
/// - `default`: `Default::default()` if the result has no such column. A NULL in it is still a NULL.
/// - `skip`: always `Default::default()`; no column is read.
/// - `flatten`: the field is a type that derives `FromRow` itself, and is read from the same row, by name.
/// - `try_from = "Type"`: a `Type` is read and converted with `TryFrom`; its error becomes `OutOfRange`.
/// - `json`: the column is JSON, and is read with `serde` (feature `json`).
///
/// # What does not compile
/// The error points at the field, here because its type is no `FromValue`:
///
/// ```compile_fail,E0277
/// struct Opaque;
///
/// #[derive(sqlsession_macros::FromRow)]
/// #[from_row(crate = "sqlsession_core")]
/// struct User {
///     opaque: Opaque,
/// }
/// ```
///
/// and here because a flattened field is a row of its own and no single value:
///
/// ```compile_fail,E0277
/// #[derive(sqlsession_macros::FromRow)]
/// #[from_row(crate = "sqlsession_core")]
/// struct User {
///     #[from_row(flatten)]
///     id: i64,
/// }
/// ```
///
/// Type parameters are bound as the fields need it. A struct that borrows has no `FromRow`: the row is gone when it is
/// used.
#[proc_macro_derive(FromRow, attributes(from_row))]
pub fn derive_from_row(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    expand::from_row(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
