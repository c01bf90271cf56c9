//! `tsvector` and `tsquery`.

use std::fmt::Write;

use super::input::Input;

/// The position is the lower 14 bits of its number, the weight the upper two.
const POSITION: u16 = 0x3fff;

/// `'cat':3A 'fat':2,4`
pub(super) fn vector(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let lexemes = input.count()?;
    for index in 0..lexemes {
        if index > 0 {
            out.push(' ');
        }
        quoted(input.terminated_text()?, out);
        let positions = input.u16()?;
        for index in 0..positions {
            out.push(if index > 0 { ',' } else { ':' });
            let position = input.u16()?;
            write!(out, "{}", position & POSITION).ok()?;
            out.push_str(["", "C", "B", "A"][usize::from(position >> 14)]);
        }
    }
    Some(())
}

const VALUE: u8 = 1;
const OPERATOR: u8 = 2;
const NOT: u8 = 1;
const AND: u8 = 2;
const OR: u8 = 3;
const PHRASE: u8 = 4;
/// A query nested deeper than this is not followed.
const MAX_DEPTH: usize = 200;

/// `'fat' & ( 'rat' | 'cat':*A )`
pub(super) fn query(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    match input.count()? {
        0 => Some(()),
        _ => {
            out.push_str(&operand(input, 0)?.text);
            Some(())
        }
    }
}

/// A part of a query, and how tightly it holds together.
struct Part {
    text: String,
    priority: u8,
}

/// What holds tightest: a word.
const WORD: u8 = 5;

/// Operators come before their operands, the right one first.
fn operand(input: &mut Input<'_>, depth: usize) -> Option<Part> {
    if depth > MAX_DEPTH {
        return None;
    }
    match input.u8()? {
        VALUE => word(input),
        OPERATOR => operation(input, depth + 1),
        _ => None,
    }
}

fn word(input: &mut Input<'_>) -> Option<Part> {
    let (weights, is_prefix) = (input.u8()?, input.u8()? != 0);
    let mut text = String::new();
    quoted(input.terminated_text()?, &mut text);
    if is_prefix || weights != 0 {
        text.push(':');
    }
    if is_prefix {
        text.push('*');
    }
    text.extend(
        [(8, 'A'), (4, 'B'), (2, 'C'), (1, 'D')]
            .iter()
            .filter(|(bit, _)| weights & bit != 0)
            .map(|(_, name)| name),
    );
    Some(Part { text, priority: WORD })
}

fn operation(input: &mut Input<'_>, depth: usize) -> Option<Part> {
    let operator = input.u8()?;
    if operator == NOT {
        let negated = operand(input, depth)?;
        return Some(Part { text: format!("!{}", negated.within(4)), priority: 4 });
    }
    let (sign, priority) = match operator {
        OR => ("|".to_owned(), 1),
        AND => ("&".to_owned(), 2),
        PHRASE => match input.u16()? {
            1 => ("<->".to_owned(), 3),
            distance => (format!("<{distance}>"), 3),
        },
        _ => return None,
    };
    let right = operand(input, depth)?;
    let left = operand(input, depth)?;
    // The phrase operator is not associative.
    let right_priority = if operator == PHRASE { priority + 1 } else { priority };
    Some(Part {
        text: format!("{} {sign} {}", left.within(priority), right.within(right_priority)),
        priority,
    })
}

impl Part {
    /// In brackets, if it does not hold together as tightly as is asked for.
    fn within(self, priority: u8) -> String {
        if self.priority < priority { format!("( {} )", self.text) } else { self.text }
    }
}

/// In single quotes, with quotes and backslashes doubled.
fn quoted(text: &str, out: &mut String) {
    out.push('\'');
    for letter in text.chars() {
        if matches!(letter, '\'' | '\\') {
            out.push(letter);
        }
        out.push(letter);
    }
    out.push('\'');
}
