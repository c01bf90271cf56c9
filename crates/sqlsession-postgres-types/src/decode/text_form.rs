use postgres_types::{Kind, Type};
use sqlsession_core::ValueRef;

use super::{
    Decoding, array, composite, geometric, hstore, input::Input, interval, network, numeric,
    owned::MAX_DEPTH, range, simple, text_search,
};
use crate::text::{write_f32, write_value};

/// Appends what the server writes for a value of any type, as text.
///
/// Three things are not in the binary form: the name behind an object identifier, which is left a number; the session's
/// time zone, for which UTC stands; and the way money is written, which is that of the locale C.
///
/// `None` if the bytes are malformed, or of a type nobody knows and no text.
pub(super) fn text_form(ty: &Type, raw: &[u8], depth: usize, out: &mut String) -> Option<()> {
    if depth > MAX_DEPTH {
        return None;
    }
    if let Some(value) = Decoding::of(ty).borrowed(raw) {
        return scalar(ty, value, raw, out);
    }
    if let Some(member) = array::member(ty) {
        return array::text(ty, member, raw, depth + 1, out);
    }
    match ty.kind() {
        Kind::Domain(base) => return text_form(base, raw, depth, out),
        Kind::Range(member) => return range::range(member, raw, depth + 1, out),
        Kind::Multirange(member) => return range::multirange(member, raw, depth + 1, out),
        Kind::Composite(fields) => return composite::composite(fields, raw, depth + 1, out),
        _ => {}
    }
    let mut input = Input::new(raw);
    match *ty {
        Type::NUMERIC => {
            out.push_str(&numeric::numeric(raw)?);
            return Some(());
        }
        Type::RECORD => return composite::composite(&[], raw, depth + 1, out),
        Type::DATE => simple::distant_date(&mut input, out)?,
        Type::TIMETZ => simple::time_tz(&mut input, out)?,
        Type::MONEY => simple::money(&mut input, out)?,
        Type::BIT | Type::VARBIT => simple::bits(&mut input, out)?,
        Type::XID | Type::CID => simple::unsigned_32(&mut input, out)?,
        Type::XID8 => simple::unsigned_64(&mut input, out)?,
        Type::TID => simple::tid(&mut input, out)?,
        Type::PG_LSN => simple::log_position(&mut input, out)?,
        Type::PG_SNAPSHOT | Type::TXID_SNAPSHOT => simple::snapshot(&mut input, out)?,
        Type::INTERVAL => interval::interval(&mut input, out)?,
        Type::INET | Type::CIDR => network::address(&mut input, out)?,
        Type::MACADDR | Type::MACADDR8 => network::hardware_address(&mut input, raw.len(), out)?,
        Type::POINT => geometric::point(&mut input, out)?,
        Type::LSEG => geometric::segment(&mut input, out)?,
        Type::BOX => geometric::corners(&mut input, out)?,
        Type::LINE => geometric::line(&mut input, out)?,
        Type::PATH => geometric::path(&mut input, out)?,
        Type::POLYGON => geometric::polygon(&mut input, out)?,
        Type::CIRCLE => geometric::circle(&mut input, out)?,
        Type::TS_VECTOR => text_search::vector(&mut input, out)?,
        Type::TSQUERY => text_search::query(&mut input, out)?,
        _ if ty.name() == "hstore" => hstore::hstore(&mut input, out)?,
        _ => {
            let ValueRef::Text(text) = Decoding::Unknown.borrowed(raw)? else { return None };
            out.push_str(text);
            return Some(());
        }
    }
    input.end()
}

/// The text of a value whose form is not that of a literal everywhere.
fn scalar(ty: &Type, value: ValueRef<'_>, raw: &[u8], out: &mut String) -> Option<()> {
    match (value, raw) {
        (ValueRef::Bool(truth), _) => out.push(if truth { 't' } else { 'f' }),
        (ValueRef::F64(_), raw) if raw.len() == size_of::<f32>() => {
            write_f32(f32::from_be_bytes(raw.try_into().ok()?), out).ok()?;
        }
        // Malformed, but for those that are bytes or a byte.
        (ValueRef::Bytes(_), [byte]) if *ty == Type::CHAR => out.push_str(&format!("\\{byte:03o}")),
        (ValueRef::Bytes(_), _) if !matches!(Decoding::of(ty), Decoding::Bytes) => return None,
        (value, _) => write_value(value, out).ok()?,
    }
    Some(())
}
