use std::sync::{Arc, Mutex, PoisonError};

use super::{
    CompiledText, Lexicon, ParameterSet,
    parsed::{Parsed, PieceKind},
    render::render,
    shape::Shape,
};
use crate::{Error, ErrorKind, Result, Value, driver::PlaceholderStyle};

/// How many lengths of its lists a text is kept for.
const EXPANSIONS: usize = 8;

/// A parsed text with what it was rendered to.
#[derive(Debug)]
pub(super) struct Template {
    parsed: Parsed,
    style: PlaceholderStyle,
    /// The text where every parameter is a single value.
    single: Arc<CompiledText>,
    /// The values go out as they come in, in the order of the names.
    straight: bool,
    /// Some parameter can be a list.
    lists: bool,
    /// The last ones used come last.
    expansions: Mutex<Vec<Expansion>>,
}

/// The text for lists of certain lengths.
#[derive(Debug)]
struct Expansion {
    shapes: Box<[Shape]>,
    text: Arc<CompiledText>,
}

impl Template {
    /// # Errors
    ///
    /// `BadParameter` when the text holds the driver's own placeholders.
    pub(super) fn new(sql: &str, lexicon: Lexicon) -> Result<Self> {
        let parsed = Parsed::parse(sql, lexicon);
        if let Some(found) = parsed.driver_placeholder() {
            let message =
                format!("`{found}` is a placeholder of the driver; write `:name` and bind a value to it");
            return Err(Error::new(ErrorKind::BadParameter, message).with_statement(sql.into()));
        }
        let style = lexicon.style();
        let shapes = vec![Shape::Single; parsed.names.len()];
        let single = Arc::new(CompiledText::new(render(&parsed, style, &shapes), parsed.outline));
        let placeholders =
            parsed.pieces.iter().filter(|piece| matches!(piece.kind, PieceKind::Parameter { .. }));
        let repeats = placeholders.count() > parsed.names.len();
        Ok(Self {
            straight: !(repeats && style == PlaceholderStyle::Question),
            lists: parsed.names.iter().any(|name| name.in_list),
            style,
            single,
            parsed,
            expansions: Mutex::default(),
        })
    }

    /// The text as it was written.
    pub(super) fn sql(&self) -> &str {
        &self.parsed.sql
    }

    /// The text and the values in the order of its placeholders.
    #[inline]
    pub(super) fn bind(&self, parameters: ParameterSet) -> Result<(Arc<CompiledText>, Vec<Value>)> {
        let values = self.in_order(parameters)?;
        if !self.lists || !values.iter().any(|value| matches!(value, Value::Array(_))) {
            let values = if self.straight { values } else { self.arrange(values, None) };
            return Ok((Arc::clone(&self.single), values));
        }
        let shapes = self.shapes(&values)?;
        let text = self.expanded(&shapes);
        Ok((text, self.arrange(values, Some(&shapes))))
    }

    /// The text and the values of each set. The lists of all sets have the lengths of the first.
    pub(super) fn bind_many(&self, sets: Vec<ParameterSet>) -> Result<(Arc<CompiledText>, Vec<Vec<Value>>)> {
        let mut text: Option<Arc<CompiledText>> = None;
        let mut rows = Vec::with_capacity(sets.len());
        for (index, set) in sets.into_iter().enumerate() {
            let (this, values) = self.bind(set).map_err(|error| in_set(&error, index))?;
            match &text {
                None => text = Some(this),
                Some(first) if Arc::ptr_eq(first, &this) || first.sql() == this.sql() => {}
                Some(_) => {
                    let message = "a list has another length than in the first set";
                    return Err(in_set(&self.error(message.into()), index));
                }
            }
            rows.push(values);
        }
        Ok((text.unwrap_or_else(|| Arc::clone(&self.single)), rows))
    }

    /// The values in the order of the names.
    #[inline]
    fn in_order(&self, parameters: ParameterSet) -> Result<Vec<Value>> {
        let names = &self.parsed.names;
        if parameters.len() == names.len()
            && parameters.names().zip(names).all(|(given, name)| *given == *name.text)
        {
            return Ok(parameters.into_values());
        }
        let mut slots: Vec<Option<Value>> = Vec::new();
        slots.resize_with(names.len(), || None);
        for (name, value) in parameters.into_pairs() {
            let Some(at) = self.parsed.position(&name) else {
                return Err(self.error(format!("the statement has no parameter `{name}`")));
            };
            slots[at] = Some(value);
        }
        if slots.iter().all(Option::is_some) {
            return Ok(slots.into_iter().flatten().collect());
        }
        let missing: Vec<String> = slots
            .iter()
            .zip(names)
            .filter(|(slot, _)| slot.is_none())
            .map(|(_, name)| format!("`{}`", name.text))
            .collect();
        Err(self.error(format!("no value for parameter {}", missing.join(", "))))
    }

    fn shapes(&self, values: &[Value]) -> Result<Box<[Shape]>> {
        let pairs = self.parsed.names.iter().zip(values);
        pairs
            .map(|(name, value)| match value {
                Value::Array(_) if name.in_list && name.elsewhere => Err(self.error(format!(
                    "parameter `{}` is a list behind IN and a single value elsewhere; use two names",
                    name.text
                ))),
                value if name.in_list => Shape::of(&name.text, value)
                    .map_err(|error| error.with_statement(self.parsed.sql.clone().into())),
                _ => Ok(Shape::Single),
            })
            .collect()
    }

    /// The text for lists of these lengths.
    fn expanded(&self, shapes: &[Shape]) -> Arc<CompiledText> {
        let mut kept = self.expansions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.iter().rposition(|expansion| *expansion.shapes == *shapes) {
            let text = Arc::clone(&kept[found].text);
            let last = kept.len() - 1;
            kept[found..=last].rotate_left(1);
            return text;
        }
        let rendered = render(&self.parsed, self.style, shapes);
        let text = Arc::new(CompiledText::new(rendered, self.parsed.outline));
        if kept.len() == EXPANSIONS {
            kept.remove(0);
        }
        kept.push(Expansion { shapes: shapes.into(), text: Arc::clone(&text) });
        text
    }

    /// The values in the order of the placeholders, with lists spread out.
    fn arrange(&self, values: Vec<Value>, shapes: Option<&[Shape]>) -> Vec<Value> {
        let shape = |name: usize| shapes.map_or(Shape::Single, |shapes| shapes[name]);
        let mut arranged = Vec::with_capacity((0..values.len()).map(|name| shape(name).width()).sum());
        if self.straight {
            for (name, value) in values.into_iter().enumerate() {
                shape(name).spread(value, &mut arranged);
            }
            return arranged;
        }
        let order = self.parsed.pieces.iter().filter_map(|piece| match piece.kind {
            PieceKind::Parameter { name, .. } => Some(name),
            PieceKind::Text | PieceKind::EscapedColon => None,
        });
        let mut uses = vec![0_usize; values.len()];
        order.clone().for_each(|name| uses[name] += 1);
        let mut values = values;
        for name in order {
            uses[name] -= 1;
            let value = if uses[name] == 0 {
                std::mem::replace(&mut values[name], Value::Null)
            } else {
                values[name].clone()
            };
            shape(name).spread(value, &mut arranged);
        }
        arranged
    }

    fn error(&self, message: String) -> Error {
        Error::new(ErrorKind::BadParameter, message).with_statement(self.parsed.sql.clone().into())
    }
}

/// The same error, saying which set of `execute_many` it is about.
fn in_set(error: &Error, index: usize) -> Error {
    let message = format!("{} (parameter set {index}, counted from 0)", error.message());
    let located = Error::new(error.kind(), message);
    match error.statement() {
        Some(statement) => located.with_statement(statement.into()),
        None => located,
    }
}
