#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use postgres_types::{Field, Kind, Type};
use sqlsession_core::{Value, ValueRef};

use super::{Decoding, owned};

fn read(ty: &Type, raw: &[u8]) -> Value {
    match Decoding::of(ty).borrowed(raw) {
        Some(value) => value.to_value(),
        None => owned(ty, raw),
    }
}

fn types() -> impl Iterator<Item = Type> {
    let of_users = [
        Type::new("hstore".into(), 20_000, Kind::Simple, "public".into()),
        Type::new("ltree".into(), 20_001, Kind::Simple, "public".into()),
        Type::new("mystery".into(), 20_002, Kind::Simple, "public".into()),
        Type::new("small".into(), 20_003, Kind::Domain(Type::NUMERIC), "public".into()),
        Type::new(
            "part".into(),
            20_004,
            Kind::Composite(vec![
                Field::new("a".into(), Type::INT4),
                Field::new("b".into(), Type::JSONB_ARRAY),
            ]),
            "public".into(),
        ),
    ];
    (0..7_000).filter_map(Type::from_oid).chain(of_users)
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// Mostly small bytes, which lengths and counts are made of.
    fn byte(&mut self) -> u8 {
        match self.next() % 4 {
            0 => (self.next() % 256).try_into().unwrap(),
            1 => [0xff, 0x7f, 0x80, b'a'][usize::try_from(self.next() % 4).unwrap()],
            _ => (self.next() % 4).try_into().unwrap(),
        }
    }
}

#[test]
fn no_bytes_of_any_type_are_an_error() {
    let mut numbers = Numbers(1);
    for ty in types() {
        assert_ne!(read(&ty, &[]), Value::Null);
        for length in (0..40).chain([64, 100, 300]) {
            for _ in 0..8 {
                let raw: Vec<u8> = (0..length).map(|_| numbers.byte()).collect();
                assert_ne!(read(&ty, &raw), Value::Null, "{ty}");
            }
        }
    }
}

#[test]
fn rows_within_rows_end_somewhere() {
    let mut raw = Vec::new();
    for _ in 0..100_000 {
        // A row of one field, which is a row of as many bytes as there are.
        let mut outer = vec![0, 0, 0, 1];
        outer.extend_from_slice(&Type::RECORD.oid().to_be_bytes());
        outer.extend_from_slice(&0_u32.to_be_bytes());
        raw.extend_from_slice(&outer);
    }
    let total = raw.len();
    for start in (0..total).step_by(12) {
        let length = u32::try_from(total - start - 12).unwrap();
        raw[start + 8..start + 12].copy_from_slice(&length.to_be_bytes());
    }
    assert_eq!(read(&Type::RECORD, &raw), Value::Bytes(raw));
}

#[test]
fn malformed_bytes_are_given_as_they_are() {
    for (ty, raw) in [
        (Type::BOOL, &[0, 1][..]),
        (Type::INT4, &[1, 2, 3]),
        (Type::UUID, &[0; 15]),
        (Type::TEXT, &[0xff, 0xfe]),
        (Type::JSONB, b"\x02{}"),
        (Type::JSONB, b""),
        (Type::DATE, &[0; 3]),
        (Type::DATE, &[0x80, 0, 0, 1]),
        (Type::TIME, &[0xff; 8]),
        (Type::TIMESTAMP, &[0x80, 0, 0, 0, 0, 0, 0, 1]),
        (Type::NUMERIC, &[0, 9]),
        (Type::INT4_ARRAY, &[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1]),
        (Type::INT4_ARRAY, &[0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 23]),
        (Type::INET, &[2, 33, 0, 4, 1, 2, 3, 4]),
        (Type::INET, &[2, 32, 0, 4, 1, 2, 3]),
        (Type::MACADDR, &[1, 2, 3]),
        (Type::VARBIT, &[0, 0, 0, 9, 0]),
        (Type::POINT, &[0; 17]),
        (Type::TSQUERY, &[0, 0, 0, 1, 2, 9]),
    ] {
        assert_eq!(read(&ty, raw), Value::Bytes(raw.to_vec()), "{ty}");
    }
}

#[test]
fn a_type_that_nobody_knows_is_text_if_it_looks_like_text() {
    let ty = Type::new("mystery".into(), 20_000, Kind::Simple, "public".into());
    assert_eq!(read(&ty, "é\n".as_bytes()), Value::Text("é\n".into()));
    assert_eq!(read(&ty, b"a\0"), Value::Bytes(b"a\0".to_vec()));
    assert_eq!(read(&ty, &[0x9f, 0xff]), Value::Bytes(vec![0x9f, 0xff]));
}

#[test]
fn a_byte_is_a_character_only_within_ascii() {
    assert_eq!(read(&Type::CHAR, b"x"), Value::Text("x".into()));
    assert_eq!(read(&Type::CHAR, &[0]), Value::Text(String::new()));
    assert_eq!(read(&Type::CHAR, &[200]), Value::Bytes(vec![200]));
}

#[test]
fn intervals_without_end() {
    let forever = [&i64::MAX.to_be_bytes()[..], &[0x7f, 0xff, 0xff, 0xff].repeat(2)].concat();
    assert_eq!(read(&Type::INTERVAL, &forever), Value::Text("infinity".into()));
    let ever = [&i64::MIN.to_be_bytes()[..], &[0x80, 0, 0, 0].repeat(2)].concat();
    assert_eq!(read(&Type::INTERVAL, &ever), Value::Text("-infinity".into()));
}

#[test]
fn plain_values_are_borrowed() {
    for ty in [
        Type::BOOL,
        Type::INT2,
        Type::INT4,
        Type::INT8,
        Type::OID,
        Type::FLOAT4,
        Type::FLOAT8,
        Type::TEXT,
        Type::VARCHAR,
        Type::JSON,
        Type::JSONB,
        Type::BYTEA,
        Type::UUID,
        Type::TIME,
        Type::TIMESTAMP,
        Type::TIMESTAMPTZ,
    ] {
        assert!(!Decoding::of(&ty).may_compute(), "{ty}");
    }
    let raw = b"\x01{\"a\": 1}";
    let Some(ValueRef::Json(json)) = Decoding::Jsonb.borrowed(raw) else { panic!("no json") };
    assert!(std::ptr::eq(json.as_bytes(), &raw[1..]));
}
