use std::collections::BTreeMap;

use crate::Value;

/// What a program wants to remember with a session: a user's name, a request's id. Never sent anywhere.
pub type Info = BTreeMap<String, Value>;
