//! Geometry, as the coordinates' shortest text.

use super::input::Input;
use crate::text::write_f64;

fn number(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    write_f64(input.f64()?, out).ok()
}

/// `1,2`
fn pair(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    number(input, out)?;
    out.push(',');
    number(input, out)
}

/// `(1,2)`
pub(super) fn point(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    out.push('(');
    pair(input, out)?;
    out.push(')');
    Some(())
}

fn points(count: usize, input: &mut Input<'_>, out: &mut String) -> Option<()> {
    for index in 0..count {
        if index > 0 {
            out.push(',');
        }
        point(input, out)?;
    }
    Some(())
}

/// `[(1,2),(3,4)]`
pub(super) fn segment(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    out.push('[');
    points(2, input, out)?;
    out.push(']');
    Some(())
}

/// A box: `(3,4),(1,2)`
pub(super) fn corners(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    points(2, input, out)
}

/// `{1,2,3}`
pub(super) fn line(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    out.push('{');
    pair(input, out)?;
    out.push(',');
    number(input, out)?;
    out.push('}');
    Some(())
}

/// In round brackets if it is closed, else in square ones.
pub(super) fn path(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let is_closed = input.u8()? != 0;
    let count = input.count()?;
    out.push(if is_closed { '(' } else { '[' });
    points(count, input, out)?;
    out.push(if is_closed { ')' } else { ']' });
    Some(())
}

/// `((1,2),(3,4),(5,6))`
pub(super) fn polygon(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    let count = input.count()?;
    out.push('(');
    points(count, input, out)?;
    out.push(')');
    Some(())
}

/// `<(1,2),3>`
pub(super) fn circle(input: &mut Input<'_>, out: &mut String) -> Option<()> {
    out.push('<');
    point(input, out)?;
    out.push(',');
    number(input, out)?;
    out.push('>');
    Some(())
}
