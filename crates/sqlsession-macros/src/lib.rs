#![doc = include_str!("../README.md")]

mod attributes;
mod embedded;
mod entity;
mod enumerated;
mod field;
mod from_row;
mod migrations;
mod naming;
mod shape;
mod target;
mod types;

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
    from_row::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives `Entity`, and `FromRow` with it: the struct is a row of a table.
///
/// ```
/// use sqlsession_core::{Entity as _, value::DateTime};
/// use sqlsession_macros::Entity;
///
/// #[derive(Debug, Clone, Entity)]
/// #[entity(crate = "sqlsession_core", table = "app.users")]
/// struct User {
///     #[entity(key, generated)]
///     id: i64,
///     #[entity(rename = "username", unique, length = 80)]
///     name: String,
///     email: Option<String>,
///     #[entity(generated, default = "current_timestamp")]
///     created: Option<DateTime>,
///     #[entity(references = "teams(id)", on_delete = "cascade")]
///     team: i64,
/// }
///
/// let ada = User { id: 0, name: "Ada".into(), email: None, created: None, team: 3 };
/// assert_eq!(ada.key(), None);
/// assert_eq!(User::table().columns()[1].name, "username");
/// ```
///
/// # On the struct
/// - `table = "users"`: the table, with its schema as `app.users`. By default it is the struct's name in snake case:
///   `UserRole` is `user_role`. It is written into statements in quotes, capitals included.
/// - `rename_all = "rule"` and `crate = "path"`: as [`FromRow`](derive@FromRow) has them.
///
/// # On a field
/// - `key`: the primary key, or one of up to four columns of it. `Entity::Key` is the field's type, or a tuple of
///   their types; it is never an `Option`.
/// - `generated`: the server fills the column where the field is unset, and the field is set to what it gave. Unset is
///   `Default::default()`: `None`, 0, the nil UUID. Where 0 is a value as any other in a new row, make the field an
///   `Option`. An UPDATE writes what the field holds; of an `Option`, `None` only where the session knows that there is a
///   value.
/// - `rename = "name"`: the column's name.
/// - `skip`: no column. Read, it is `Default::default()`.
/// - `flatten`: the field is a type that implements `Embedded`, and has several columns. With `prefix = "home_"` their
///   names begin with that. An `Option` of it is `None` where all of them are NULL.
/// - `try_from = "Type"`: the column holds a `Type`, which is converted with `TryFrom`, and back with `TryInto`; a key
///   with `Into`, and `Entity::Key` is the `Type`. Errors are `OutOfRange` and `BadParameter`.
/// - `json`: the column is JSON, by `serde` (feature `json`). An `Option` that is `None` is NULL.
///
/// For `CREATE TABLE` alone:
/// - `length = 80`: text of at most so many characters.
/// - `precision = 19`, `scale = 4`: a decimal number of so many digits, so many of them behind the point.
/// - `column_type = "citext"`: the column's type as SQL, where the one that the field's type has is not meant.
/// - `unique`: no two rows have the same value.
/// - `default = "0"`: the server's default, as SQL. It is what the server generates for a `generated` column that is
///   no number; without `generated` the field is always written.
/// - `references = "teams(id)"`: a foreign key; `on_delete` is `"no action"` (the default), `"cascade"` or `"set null"`.
///
/// # What it asks for
/// A field that is written is `Clone` and becomes a `Value`; one that is read is `FromValue`; one that is `generated`
/// is `Default` and `PartialEq` unless it is an `Option`. An entity is the row of one table, and so has no type
/// parameters; columns have names, so the fields have. `FromRow` need not be derived, and cannot.
#[proc_macro_derive(Entity, attributes(entity))]
pub fn derive_entity(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    entity::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives `Embedded`: the fields are columns of the entity that has a field of this type.
///
/// ```
/// use sqlsession_core::Entity as _;
/// use sqlsession_macros::{Embedded, Entity};
///
/// #[derive(Debug, Clone, Embedded)]
/// #[embedded(crate = "sqlsession_core")]
/// struct Address {
///     city: String,
///     #[embedded(rename = "postcode", length = 12)]
///     zip: Option<String>,
/// }
///
/// #[derive(Debug, Clone, Entity)]
/// #[entity(crate = "sqlsession_core")]
/// struct User {
///     #[entity(key)]
///     id: i64,
///     #[entity(flatten, prefix = "home_")]
///     home: Address,
///     #[entity(flatten, prefix = "work_")]
///     work: Option<Address>,
/// }
///
/// let names: Vec<_> = User::table().columns().iter().map(|column| column.name.as_ref()).collect();
/// assert_eq!(names, ["id", "home_city", "home_postcode", "work_city", "work_postcode"]);
/// ```
///
/// The struct takes `rename_all` and `crate`, a field whatever it takes in an [`Entity`](derive@Entity) but `key` and
/// `generated`: those are for the entity's own fields. A field that is `flatten` is embedded in its turn, with both
/// prefixes before its names.
#[proc_macro_derive(Embedded, attributes(embedded))]
pub fn derive_embedded(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    embedded::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives what makes an enum without fields a value of a column: `Into<Value>`, `FromValue`, and its type.
///
/// ```
/// use sqlsession_core::{Value, ValueRef, value::FromValue as _};
/// use sqlsession_macros::Enumerated;
///
/// #[derive(Debug, Clone, PartialEq, Enumerated)]
/// #[enumerated(crate = "sqlsession_core")]
/// enum Role {
///     Admin,
///     #[enumerated(rename = "member")]
///     OrdinaryMember,
/// }
///
/// #[derive(Debug, Clone, PartialEq, Enumerated)]
/// #[enumerated(crate = "sqlsession_core", integer)]
/// #[repr(u8)]
/// enum Level {
///     Low = 1,
///     High = 10,
/// }
///
/// assert_eq!(Value::from(Role::OrdinaryMember), Value::Text("member".into()));
/// assert_eq!(Level::from_value(ValueRef::I64(10))?, Level::High);
/// let error = Role::from_value(ValueRef::Text("guest")).unwrap_err();
/// assert_eq!(error.message(), "the text is no `Role`");
/// # Ok::<_, sqlsession_core::Error>(())
/// ```
///
/// # On the enum
/// - `rename_all = "rule"`: the texts are named after the variants by a rule, as [`FromRow`](derive@FromRow) lists them;
///   `snake_case` by default.
/// - `integer`: the values are the discriminants. They have to fit the column: 16, 32 or 64 bits by the enum's `repr`,
///   32 without one.
/// - `crate = "path"`: as `FromRow` has it.
///
/// # On a variant
/// - `rename = "text"`: its text.
///
/// A text or a number that is no variant's is `OutOfRange`; the message names the type and not the value. A list of
/// them is `Value::array(roles)`.
#[proc_macro_derive(Enumerated, attributes(enumerated))]
pub fn derive_enumerated(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    enumerated::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// The migrations of a folder, held by the program: `embed_migrations!("migrations")` is what
/// `Migrations::read("migrations")` gives when it runs, a `Result`.
///
/// The folder is beside the `Cargo.toml` of the crate. A file that is changed has the crate compiled anew; so that one that is
/// added has as well, let the build script print `cargo::rerun-if-changed=migrations`.
#[proc_macro]
pub fn embed_migrations(input: TokenStream) -> TokenStream {
    let folder = syn::parse_macro_input!(input as syn::LitStr);
    migrations::embed(&folder).unwrap_or_else(syn::Error::into_compile_error).into()
}
