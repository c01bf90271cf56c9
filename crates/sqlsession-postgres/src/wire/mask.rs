/// The first type that is not built in (PostgreSQL's `FirstNormalObjectId`), by the byte that tells: those before it are 0.
const FIRST_OF_USERS: u8 = (16384_u32 >> 8) as u8;
/// PostgreSQL's `unknown`, whose values are text.
const UNKNOWN: [u8; 4] = 705_u32.to_be_bytes();
/// What follows a column's name before its type: table and attribute; and after it: size, modifier, format.
const BEFORE_TYPE: usize = 6;
const AFTER_TYPE: usize = 8;

/// Makes every type that is not built in look like `unknown`, in messages that describe columns or parameters.
///
/// tokio-postgres looks such types up by prepared statements of its own. Behind a pooler that gives each transaction
/// another server session their names are another session's, or lost. And in the middle of a statement it does so before
/// it reads the rows that stand in front of the answer, and waits for ever.
#[derive(Debug, Default)]
pub(super) struct Mask {
    of_columns: bool,
    at: At,
}

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy)]
enum At {
    /// So many bytes of the count at the beginning, or around the type of a column.
    Count(usize),
    Name,
    Before(usize),
    /// This byte of a type, of which those before told whether it is a user's.
    Type(usize, bool),
    After(usize),
}

impl Default for At {
    fn default() -> Self {
        Self::Count(2)
    }
}

impl Mask {
    /// A mask for a RowDescription, or else for a ParameterDescription.
    pub(super) fn new(of_columns: bool) -> Self {
        Self { of_columns, at: At::default() }
    }

    /// Covers the next part of the message's body.
    pub(super) fn cover(&mut self, part: &mut [u8]) {
        for byte in part {
            self.at = match self.at {
                At::Count(left) if left > 1 => At::Count(left - 1),
                At::Before(left) if left > 1 => At::Before(left - 1),
                At::After(left) if left > 1 => At::After(left - 1),
                At::Count(_) if self.of_columns => At::Name,
                At::Name if *byte == 0 => At::Before(BEFORE_TYPE),
                At::Name | At::After(_) => At::Name,
                At::Count(_) | At::Before(_) => At::Type(0, false),
                At::Type(place, of_user) => {
                    let of_user =
                        of_user || (place < 2 && *byte > 0) || (place == 2 && *byte >= FIRST_OF_USERS);
                    if of_user {
                        *byte = UNKNOWN[place];
                    }
                    match place {
                        0..3 => At::Type(place + 1, of_user),
                        _ if self.of_columns => At::After(AFTER_TYPE),
                        _ => At::Type(0, false),
                    }
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(types: &[u32]) -> Vec<u8> {
        let mut body = vec![0, 2];
        for (number, oid) in types.iter().enumerate() {
            body.extend_from_slice(format!("column {number}\0").as_bytes());
            body.extend_from_slice(&[0; BEFORE_TYPE]);
            body.extend_from_slice(&oid.to_be_bytes());
            body.extend_from_slice(&[0; AFTER_TYPE]);
        }
        body
    }

    fn parameters(types: &[u32]) -> Vec<u8> {
        [0, 2].into_iter().chain(types.iter().flat_map(|oid| oid.to_be_bytes())).collect()
    }

    #[test]
    fn types_of_users_are_unknown_however_the_bytes_are_cut() {
        const SAID: [u32; 6] = [20, 90_000, 16_384, 16_383, 705, u32::MAX];
        const WANTED: [u32; 6] = [20, 705, 705, 16_383, 705, 705];
        for (of_columns, body) in [(true, columns as fn(&[u32]) -> Vec<u8>), (false, parameters)] {
            let (said, wanted) = (body(&SAID), body(&WANTED));
            for size in 1..=said.len() {
                let mut mask = Mask::new(of_columns);
                let mut covered = said.clone();
                covered.chunks_mut(size).for_each(|part| mask.cover(part));
                assert_eq!(covered, wanted, "in parts of {size}");
            }
        }
    }
}
