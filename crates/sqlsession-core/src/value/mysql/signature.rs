use std::{borrow::Cow, fmt::Write as _};

use super::decimal::{DIGITS, Decimal};
use crate::{Value, statement::CompiledText};

/// What the values of a statement are, as far as it matters to how the server prepares it.
///
/// - The clients send a [`Decimal`] as text, and with text MariaDB compares and reckons in floats. It goes into a
///   CAST, and then is what the literal of the number would be. A CALL has none: what a procedure gives back through a
///   parameter has to be one, and what it takes has the type that the procedure says.
/// - MySQL gives a parameter the type of its first value for good, and makes later ones of other types fit: text
///   becomes 0 where a number was, and a date-time loses its date where a time of day was. There, values of other types
///   have a statement of their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature {
    kinds: Vec<Kind>,
    rules: Rules,
}

/// How a statement is prepared on its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Rules {
    /// The server keeps the types of the first values.
    keeps_types: bool,
    /// Decimal numbers are cast.
    casts: bool,
    /// The most digits behind their points.
    most_fraction: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// NULL, which goes with every type.
    Null,
    /// A decimal number with so many digits behind the point.
    Decimal(usize),
    Integer,
    Float,
    Text,
    Time,
    /// A date and a time, which a time of day becomes by today's date, and which becomes one without its date.
    DateTime,
}

impl Signature {
    /// Of a statement with these values, on a server that keeps the types of the first ones or does not, and has so many
    /// digits behind a [`Decimal`]'s point. `calls` says whether a statement with decimal numbers runs a procedure.
    #[must_use]
    pub fn of(
        values: &[Value],
        keeps_types: bool,
        most_fraction: usize,
        calls: impl FnOnce() -> bool,
    ) -> Self {
        let has_decimals = values.iter().any(|value| matches!(value, Value::Decimal(_)));
        let rules = Rules { keeps_types, casts: !(has_decimals && calls()), most_fraction };
        Self { kinds: values.iter().map(|value| Kind::of(value, rules)).collect(), rules }
    }

    /// Whether these values can go into a statement that was prepared for this. What was NULL so far then has a type.
    #[must_use]
    pub fn takes(&mut self, values: &[Value]) -> bool {
        let mut teaches = false;
        let all_fit = self.kinds.len() == values.len()
            && self.kinds.iter().zip(values).all(|(kept, value)| {
                match (*kept, Kind::of(value, self.rules)) {
                    (_, Kind::Null) => true,
                    (Kind::Null, new) => {
                        teaches = true;
                        !matches!(new, Kind::Decimal(_))
                    }
                    (kept, new) => kept == new,
                }
            });
        if all_fit && teaches {
            self.learn(values);
        }
        all_fit
    }

    /// What was NULL so far has the type of its value now.
    fn learn(&mut self, values: &[Value]) {
        for (kept, new) in self.kinds.iter_mut().zip(values) {
            if *kept == Kind::Null {
                *kept = Kind::of(new, self.rules);
            }
        }
    }

    /// The text that is prepared.
    #[must_use]
    pub fn text<'t>(&self, text: &'t CompiledText) -> Cow<'t, str> {
        let sql = &**text.sql();
        let places = text.placeholders();
        if !self.has_decimals() || places.len() != self.kinds.len() {
            return Cow::Borrowed(sql);
        }
        let mut cast = String::with_capacity(sql.len() + 64);
        let mut done = 0;
        for (place, kind) in places.iter().zip(&self.kinds) {
            let Kind::Decimal(fraction) = kind else { continue };
            cast.push_str(&sql[done..*place]);
            // Writing to a string cannot fail.
            let _ = write!(cast, "CAST(? AS DECIMAL({DIGITS},{fraction}))");
            done = place + 1;
        }
        cast.push_str(&sql[done..]);
        Cow::Owned(cast)
    }

    /// What tells it from the other signatures of its text.
    #[must_use]
    pub fn mark(&self) -> String {
        format!("{self:?}")
    }

    /// Whether something is cast in the text that is prepared.
    #[must_use]
    pub fn has_decimals(&self) -> bool {
        self.kinds.iter().any(|kind| matches!(kind, Kind::Decimal(_)))
    }
}

impl Kind {
    fn of(value: &Value, rules: Rules) -> Self {
        match value {
            Value::Null => Self::Null,
            // What is no such number is refused when it is bound.
            Value::Decimal(text) if rules.casts => Decimal::of(text, rules.most_fraction)
                .map_or(Self::Text, |decimal| Self::Decimal(decimal.fraction())),
            _ if !rules.keeps_types => Self::Text,
            Value::Bool(_) | Value::I64(_) | Value::U64(_) => Self::Integer,
            Value::F64(_) => Self::Float,
            Value::Time(_) => Self::Time,
            Value::DateTime(_) | Value::OffsetDateTime(_) => Self::DateTime,
            _ => Self::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Value {
        Value::Decimal(text.to_owned())
    }

    #[test]
    fn what_was_null_takes_the_first_type() {
        let mut signature = Signature::of(&[Value::Null, decimal("1.5")], true, 30, || false);
        assert!(signature.takes(&[Value::Null, decimal("2.5")]));
        assert!(signature.takes(&[Value::I64(1), Value::Null]));
        assert!(signature.takes(&[Value::I64(1), decimal("0.5")]));
        assert!(!signature.takes(&[Value::from("text"), decimal("0.5")]));
        assert!(!signature.takes(&[Value::I64(1), decimal("0.25")]));
        assert!(!Signature::of(&[Value::Null], false, 30, || false).takes(&[decimal("1")]), "it has no CAST");
    }

    #[test]
    fn each_number_keeps_its_own_digits() {
        let mut signature = Signature::of(&[decimal("1.5"), decimal("2.25")], false, 30, || false);
        assert!(signature.takes(&[decimal("0.5"), decimal("0.25")]));
        assert!(!signature.takes(&[decimal("0.25"), decimal("0.25")]));
        assert!(signature.takes(&[decimal("5E-1"), decimal("125e-2")]));
    }

    #[test]
    fn a_time_of_day_is_no_date_time() {
        let time = Value::Time("12:34:56".parse().unwrap());
        let at = Value::DateTime("2024-02-29 12:34:56".parse().unwrap());
        let moment = Value::OffsetDateTime("2024-02-29 12:34:56Z".parse().unwrap());
        let takes = |first: &Value, then: &Value, keeps_types: bool| {
            let mut signature = Signature::of(std::slice::from_ref(first), keeps_types, 30, || false);
            signature.takes(std::slice::from_ref(then))
        };
        assert!(!takes(&time, &at, true) && !takes(&at, &time, true));
        assert!(takes(&at, &moment, true) && takes(&time, &time, true));
        assert!(takes(&time, &at, false), "MariaDB keeps no types");
    }

    #[test]
    fn a_call_casts_nothing() {
        let signature = |calls: bool| Signature::of(&[decimal("1.5")], true, 30, || calls);
        assert!(signature(false).has_decimals());
        assert!(!signature(true).has_decimals());
        assert!(signature(true).takes(&[decimal("2.25")]));
    }
}
