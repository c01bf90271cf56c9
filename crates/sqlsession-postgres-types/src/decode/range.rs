use postgres_types::Type;

use super::{input::Input, text_form::text_form};
use crate::text::{Quoting, write_quoted};

const EMPTY: u8 = 0x01;
const LOWER_INCLUSIVE: u8 = 0x02;
const UPPER_INCLUSIVE: u8 = 0x04;
const LOWER_INFINITE: u8 = 0x08;
const UPPER_INFINITE: u8 = 0x10;

/// `[1,5)`
pub(super) fn range(member: &Type, raw: &[u8], depth: usize, out: &mut String) -> Option<()> {
    let mut input = Input::new(raw);
    let flags = input.u8()?;
    if flags & EMPTY != 0 {
        out.push_str("empty");
        return input.end();
    }
    out.push(if flags & LOWER_INCLUSIVE == 0 { '(' } else { '[' });
    if flags & LOWER_INFINITE == 0 {
        bound(member, &mut input, depth, out)?;
    }
    out.push(',');
    if flags & UPPER_INFINITE == 0 {
        bound(member, &mut input, depth, out)?;
    }
    out.push(if flags & UPPER_INCLUSIVE == 0 { ')' } else { ']' });
    input.end()
}

fn bound(member: &Type, input: &mut Input<'_>, depth: usize, out: &mut String) -> Option<()> {
    let mut text = String::new();
    text_form(member, input.value()??, depth, &mut text)?;
    write_quoted(&text, Quoting::Range, out).ok()
}

/// `{[1,5),[7,9)}`
pub(super) fn multirange(member: &Type, raw: &[u8], depth: usize, out: &mut String) -> Option<()> {
    let mut input = Input::new(raw);
    let count = input.count()?;
    out.push('{');
    for index in 0..count {
        if index > 0 {
            out.push(',');
        }
        range(member, input.value()??, depth, out)?;
    }
    out.push('}');
    input.end()
}
