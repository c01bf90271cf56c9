use std::fmt::Debug;

use crate::Value;

/// A primary key: anything that becomes a [`Value`], or a tuple of up to four of them.
pub trait Key: Clone + Debug + Send + Sync + 'static {
    /// How many columns it has.
    const COLUMNS: usize;

    /// Appends the values in the order of the key's columns.
    fn append_to(&self, values: &mut Vec<Value>);
}

impl<T: Into<Value> + Clone + Debug + Send + Sync + 'static> Key for T {
    const COLUMNS: usize = 1;

    fn append_to(&self, values: &mut Vec<Value>) {
        values.push(self.clone().into());
    }
}

macro_rules! tuples {
    ($($count:literal: $($element:ident $index:tt),+;)+) => {$(
        impl<$($element: Into<Value> + Clone + Debug + Send + Sync + 'static),+> Key for ($($element,)+) {
            const COLUMNS: usize = $count;

            fn append_to(&self, values: &mut Vec<Value>) {
                values.extend([$(self.$index.clone().into()),+]);
            }
        }
    )+};
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
}
