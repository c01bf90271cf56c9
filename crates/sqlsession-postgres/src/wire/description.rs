/// The columns of a statement's rows, as a RowDescription has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Description {
    body: Vec<u8>,
    length: usize,
}

/// What follows a column's name: table, attribute, type, size of the type, its modifier, format.
const FIELD: usize = 4 + 2 + 4 + 2 + 4 + 2;
/// Where the type stands in it.
const TYPE: usize = 6;

impl Description {
    /// Nothing yet of a message whose body will have so many bytes.
    pub(super) fn begin(length: usize) -> Self {
        Self { body: Vec::with_capacity(length.min(64 * 1024)), length }
    }

    pub(super) fn append(&mut self, part: &[u8]) {
        self.body.extend_from_slice(part);
    }

    pub(super) fn is_whole(&self) -> bool {
        self.body.len() >= self.length
    }

    /// The name and the type of each column.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, u32)> {
        let mut rest = self.body.get(2..).unwrap_or_default();
        std::iter::from_fn(move || {
            let end = rest.iter().position(|byte| *byte == 0)?;
            let (name, field) = (&rest[..end], rest.get(end + 1..end + 1 + FIELD)?);
            let oid = field[TYPE..TYPE + 4].try_into().map(u32::from_be_bytes).ok()?;
            rest = &rest[end + 1 + FIELD..];
            Some((str::from_utf8(name).unwrap_or("?column?"), oid))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_from_the_message() {
        let mut body = vec![0, 2];
        for (name, oid) in [("id", 20_u32), ("a name", 25)] {
            body.extend_from_slice(name.as_bytes());
            body.push(0);
            body.extend_from_slice(&[0; TYPE]);
            body.extend_from_slice(&oid.to_be_bytes());
            body.extend_from_slice(&[0; FIELD - TYPE - 4]);
        }
        let mut description = Description::begin(body.len());
        description.append(&body[..5]);
        assert!(!description.is_whole());
        description.append(&body[5..]);
        assert!(description.is_whole());
        assert_eq!(description.columns().collect::<Vec<_>>(), [("id", 20), ("a name", 25)]);
        let mut cut = Description::begin(body.len());
        cut.append(&body[..body.len() - 1]);
        assert_eq!(cut.columns().count(), 1, "a message that is cut off is no reason to fail");
    }
}
