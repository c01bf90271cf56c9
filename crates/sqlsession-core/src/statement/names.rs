use std::borrow::Cow;

/// So many names are kept without a list of their own. Most statements have no more values.
const FEW: usize = 2;

/// The names of a statement's values, in the order they were given.
#[derive(Clone)]
pub(super) enum Names {
    Few(usize, [Cow<'static, str>; FEW]),
    Many(Vec<Cow<'static, str>>),
}

impl Names {
    #[inline]
    pub(super) const fn new() -> Self {
        Self::Few(0, [const { Cow::Borrowed("") }; FEW])
    }

    #[inline]
    pub(super) fn push(&mut self, name: Cow<'static, str>) {
        match self {
            Self::Few(len, few) => match few.get_mut(*len) {
                Some(place) => {
                    *place = name;
                    *len += 1;
                }
                None => {
                    let mut many = Vec::with_capacity(2 * FEW);
                    many.extend(std::mem::take(few));
                    many.push(name);
                    *self = Self::Many(many);
                }
            },
            Self::Many(many) => many.push(name),
        }
    }

    #[inline]
    pub(super) fn as_slice(&self) -> &[Cow<'static, str>] {
        match self {
            Self::Few(len, few) => few.get(..*len).unwrap_or_default(),
            Self::Many(many) => many,
        }
    }

    pub(super) fn into_vec(self) -> Vec<Cow<'static, str>> {
        match self {
            Self::Few(len, few) => few.into_iter().take(len).collect(),
            Self::Many(many) => many,
        }
    }
}

impl Default for Names {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_order_however_many_there_are() {
        let mut names = Names::new();
        let mut listed = Vec::new();
        for number in 0..7 {
            assert_eq!(names.as_slice(), listed);
            assert_eq!(names.clone().into_vec(), listed);
            let name = Cow::from(format!("n{number}"));
            names.push(name.clone());
            listed.push(name);
        }
        assert_eq!(names.as_slice(), listed);
    }
}
