/// From here on no type is known by its number: those of the information schema, which initdb makes, and users'. By the byte
/// that tells: those before it are 0.
const FIRST_OTHER: u8 = (8192_u32 >> 8) as u8;
/// PostgreSQL's `unknown`, whose values are text.
const UNKNOWN: [u8; 4] = 705_u32.to_be_bytes();
/// What follows a column's name before its type: table and attribute; and after it: size, modifier, format.
const BEFORE_TYPE: usize = 6;
const AFTER_TYPE: usize = 8;

/// Makes types look like `unknown`, in messages that describe columns or parameters: those that are not built in, or all.
///
/// tokio-postgres looks types that it does not know up by prepared statements of its own. Behind a pooler that gives each
/// transaction another server session their names are another session's, or lost. And in the middle of a statement it does
/// so before it reads the rows that stand in front of the answer, and waits for ever.
#[derive(Debug)]
pub(super) struct Mask {
    of_columns: bool,
    all: bool,
    at: At,
}

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy)]
enum At {
    /// So many bytes of the count at the beginning, or around the type of a column.
    Count(usize),
    Name,
    Before(usize),
    /// This byte of a type, of which those before told whether it is to be covered.
    Type(usize, bool),
    After(usize),
}

impl Default for At {
    fn default() -> Self {
        Self::Count(2)
    }
}

impl Mask {
    /// A mask for a RowDescription, or else for a ParameterDescription, of all types or of those that are not built in.
    pub(super) fn new(of_columns: bool, all: bool) -> Self {
        Self { of_columns, all, at: At::default() }
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
                At::Count(_) | At::Before(_) => At::Type(0, self.all),
                At::Type(place, covered) => {
                    let covered = covered || (place < 2 && *byte > 0) || (place == 2 && *byte >= FIRST_OTHER);
                    if covered {
                        *byte = UNKNOWN[place];
                    }
                    match place {
                        0..3 => At::Type(place + 1, covered),
                        _ if self.of_columns => At::After(AFTER_TYPE),
                        _ => At::Type(0, self.all),
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
    fn types_are_unknown_however_the_bytes_are_cut() {
        const SAID: [u32; 6] = [20, 90_000, 8_192, 8_191, 705, u32::MAX];
        const WANTED: [u32; 6] = [20, 705, 705, 8_191, 705, 705];
        for (of_columns, body) in [(true, columns as fn(&[u32]) -> Vec<u8>), (false, parameters)] {
            for (all, wanted) in [(false, WANTED), (true, [705; 6])] {
                let (said, wanted) = (body(&SAID), body(&wanted));
                for size in 1..=said.len() {
                    let mut mask = Mask::new(of_columns, all);
                    let mut covered = said.clone();
                    covered.chunks_mut(size).for_each(|part| mask.cover(part));
                    assert_eq!(covered, wanted, "all {all}, in parts of {size}");
                }
            }
        }
    }
}
