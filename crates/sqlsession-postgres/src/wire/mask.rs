use bytes::{Buf as _, BytesMut};

/// The tag and the length of a message.
const HEAD: usize = 5;
/// The first type that is not built in (PostgreSQL's `FirstNormalObjectId`).
const FIRST_OF_USERS: u32 = 16384;
/// PostgreSQL's `unknown`, whose values are text.
const UNKNOWN: u32 = 705;
/// What follows a column's name before its type: table and attribute; and after it: size, modifier, format.
const BEFORE_TYPE: usize = 6;
const AFTER_TYPE: usize = 8;

/// Makes every type that is not built in look like `unknown`.
///
/// tokio-postgres looks such types up by prepared statements of its own, with names. Behind a pooler that gives each
/// transaction another server session those names are another session's, or lost.
#[derive(Debug, Default)]
pub(super) struct Mask {
    /// What the server sent and was not passed on yet.
    held: BytesMut,
    /// How much of it may be passed on.
    clear: usize,
    /// How much of the message at its end is still to come, and is to be passed on as it is.
    passing: usize,
}

impl Mask {
    /// What may be passed on.
    pub(super) fn clear(&self) -> &[u8] {
        &self.held[..self.clear]
    }

    /// So much was passed on.
    pub(super) fn passed(&mut self, bytes: usize) {
        self.held.advance(bytes);
        self.clear -= bytes;
    }

    /// Takes what the server sent.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        loop {
            let waiting = self.held.len() - self.clear;
            if self.passing > 0 {
                let now = self.passing.min(waiting);
                self.clear += now;
                self.passing -= now;
                if self.passing > 0 {
                    return;
                }
                continue;
            }
            let Some(head) = self.held.get(self.clear..self.clear + HEAD) else { return };
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
            let whole = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(1);
            let mask: fn(&mut [u8]) = match head[0] {
                b'T' => mask_columns,
                b't' => mask_parameters,
                _ => {
                    self.passing = whole;
                    continue;
                }
            };
            if waiting < whole {
                return;
            }
            mask(&mut self.held[self.clear + HEAD..self.clear + whole]);
            self.clear += whole;
        }
    }
}

/// A RowDescription: a count, then for each column its name and its description.
fn mask_columns(body: &mut [u8]) {
    let mut at = 2;
    while let Some(end) = body.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0)) {
        at += end + 1 + BEFORE_TYPE;
        mask_type(body, at);
        at += 4 + AFTER_TYPE;
    }
}

/// A ParameterDescription: a count, then the types.
fn mask_parameters(body: &mut [u8]) {
    for at in (2..body.len()).step_by(4) {
        mask_type(body, at);
    }
}

fn mask_type(body: &mut [u8], at: usize) {
    if let Some(oid) = body.get_mut(at..at + 4)
        && oid.try_into().is_ok_and(|oid: [u8; 4]| u32::from_be_bytes(oid) >= FIRST_OF_USERS)
    {
        oid.copy_from_slice(&UNKNOWN.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[tag][..], &length.to_be_bytes(), body].concat()
    }

    fn columns(types: &[u32]) -> Vec<u8> {
        let mut body = vec![0, 2];
        for (number, oid) in types.iter().enumerate() {
            body.extend_from_slice(format!("column {number}\0").as_bytes());
            body.extend_from_slice(&[0; BEFORE_TYPE]);
            body.extend_from_slice(&oid.to_be_bytes());
            body.extend_from_slice(&[0; AFTER_TYPE]);
        }
        message(b'T', &body)
    }

    fn parameters(types: &[u32]) -> Vec<u8> {
        let types: Vec<u8> = types.iter().flat_map(|oid| oid.to_be_bytes()).collect();
        message(b't', &[&[0, 2][..], &types].concat())
    }

    #[test]
    fn types_of_users_are_unknown_however_the_bytes_are_cut() {
        let row = message(b'D', b"\0\x01\0\0\0\x02ab");
        let sent =
            [message(b'1', b""), parameters(&[20, 90_000]), columns(&[16_384, 25]), row.clone()].concat();
        let wanted = [message(b'1', b""), parameters(&[20, UNKNOWN]), columns(&[UNKNOWN, 25]), row].concat();
        for size in 1..=sent.len() {
            let mut mask = Mask::default();
            let mut passed = Vec::new();
            for part in sent.chunks(size) {
                mask.take(part);
                let clear = mask.clear().len();
                passed.extend_from_slice(mask.clear());
                mask.passed(clear);
            }
            assert_eq!(passed, wanted, "in parts of {size}");
        }
    }

    #[test]
    fn a_message_that_is_cut_off_is_passed_on_without_a_panic() {
        let mut mask = Mask::default();
        mask.take(&message(b'T', b"\0\x01name\0\0\0"));
        mask.take(&message(b't', b"\0\x01\0"));
        assert_eq!(mask.clear().len(), 14 + 8);
    }
}
