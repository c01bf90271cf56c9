use std::borrow::Cow;

/// So many names are kept without a list of their own. Most statements have no more values.
const FEW: usize = 2;

/// The names of a statement's values, in the order they were given. How many there are, the values say.
#[derive(Clone)]
pub(super) enum Names {
    Few([Cow<'static, str>; FEW]),
    Many(Vec<Cow<'static, str>>),
}

impl Names {
    #[inline]
    pub(super) const fn new() -> Self {
        Self::Few([const { Cow::Borrowed("") }; FEW])
    }

    /// Adds a name behind so many.
    #[inline]
    pub(super) fn push(&mut self, len: usize, name: Cow<'static, str>) {
        match self {
            Self::Few(few) => match few.get_mut(len) {
                Some(place) => *place = name,
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

    /// So many names.
    #[inline]
    pub(super) fn first(&self, len: usize) -> &[Cow<'static, str>] {
        match self {
            Self::Few(few) => few.get(..len).unwrap_or_default(),
            Self::Many(many) => many,
        }
    }

    pub(super) fn into_vec(self, len: usize) -> Vec<Cow<'static, str>> {
        match self {
            Self::Few(few) => few.into_iter().take(len).collect(),
            Self::Many(many) => many,
        }
    }
}

impl Default for Names {
    fn default() -> Self {
        Self::new()
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
            assert_eq!(names.first(number), listed);
            assert_eq!(names.clone().into_vec(number), listed);
            let name = Cow::from(format!("n{number}"));
            names.push(number, name.clone());
            listed.push(name);
        }
        assert_eq!(names.first(7), listed);
    }
}
