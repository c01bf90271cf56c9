use std::sync::OnceLock;

use postgres_types::{Kind, Type};

/// The type of a parameter whose type the server is to infer, as it does for a literal in quotes.
pub fn undescribed() -> Type {
    static UNDESCRIBED: OnceLock<Type> = OnceLock::new();
    UNDESCRIBED.get_or_init(|| Type::new(String::new(), 0, Kind::Simple, String::new())).clone()
}
