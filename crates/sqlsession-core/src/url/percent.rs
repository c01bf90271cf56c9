//! Percent escapes as SQLAlchemy's URLs have them: lenient to read, and what is written is always read back.

use std::borrow::Cow;

/// Decodes `%XX`. What is no escape stays; bytes that are no UTF-8 become U+FFFD.
pub(super) fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        match after {
            [high, low, tail @ ..] if first == b'%' => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push((high << 4) | low);
                    rest = tail;
                }
                _ => {
                    bytes.push(first);
                    rest = after;
                }
            },
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Decodes a key or a value of the options, where `+` is a space too.
pub(super) fn decode_form(text: &str) -> String {
    decode(&text.replace('+', " "))
}

/// Encodes a user or a password. Spaces and `+` stay as they are.
pub(super) fn encode(text: &str) -> Cow<'_, str> {
    if text.bytes().all(stays) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.bytes().fold(String::with_capacity(text.len() + 8), push))
}

/// Encodes a key or a value of the options; a space becomes `+`.
pub(super) fn encode_form(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| match byte {
        b' ' => {
            out.push('+');
            out
        }
        b'+' => {
            out.push_str("%2B");
            out
        }
        _ => push(out, byte),
    })
}

fn push(mut out: String, byte: u8) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if stays(byte) {
        out.push(char::from(byte));
    } else {
        out.push('%');
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

fn stays(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-~ +".contains(&byte)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_once() {
        assert_eq!(decode("p%40%2fw"), "p@/w");
        assert_eq!(decode("p%2540"), "p%40");
        assert_eq!(decode("%F0%9F%94%91ü"), "🔑ü");
        assert_eq!(decode("a+b"), "a+b");
        assert_eq!(decode_form("a+b%2B"), "a b+");
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in ["%", "p%4", "%zz", "%4z", "%%", "ü%"] {
            assert_eq!(decode(text), text);
        }
        assert_eq!(decode("%%41"), "%A");
        assert_eq!(decode("%ü%41"), "%üA");
    }

    #[test]
    fn bytes_that_are_no_utf8_are_replaced() {
        assert_eq!(decode("p%FFw"), "p\u{fffd}w");
        assert_eq!(decode("%C3ü"), "\u{fffd}ü");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let all: String = (0..=0x17f_u32).filter_map(char::from_u32).chain("🔑%41%zz".chars()).collect();
        assert_eq!(decode(&encode(&all)), all);
        assert_eq!(decode_form(&encode_form(&all)), all);
        assert_eq!(encode("a +_.-~"), "a +_.-~");
        assert_eq!(encode("ü@/:?#"), "%C3%BC%40%2F%3A%3F%23");
        assert_eq!(encode_form("a +&"), "a+%2B%26");
    }
}
