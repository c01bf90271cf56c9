use std::hash::{BuildHasher, Hasher, RandomState};

use crate::options::LoadBalanceHosts;

/// Puts what is tried one after the other into its order.
pub(super) fn arrange<T>(items: &mut [T], order: LoadBalanceHosts) {
    if order != LoadBalanceHosts::Random {
        return;
    }
    for left in (2..=items.len()).rev() {
        items.swap(left - 1, below(left));
    }
}

/// A number below this one, by chance: every hasher of the standard library has other keys.
fn below(limit: usize) -> usize {
    let chance = RandomState::new().build_hasher().finish();
    usize::try_from(chance % limit as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn chance_gives_every_order_and_loses_nothing() {
        let mut seen = HashSet::new();
        // The chance that one of the six stays away is below 1 in 10^70.
        for _ in 0..1000 {
            let mut items = [1, 2, 3];
            arrange(&mut items, LoadBalanceHosts::Random);
            seen.insert(items);
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.iter().all(|items| items.iter().sum::<i32>() == 6 && items.contains(&2)));
    }

    #[test]
    fn without_chance_the_order_stays() {
        let mut items = [3, 1, 2];
        arrange(&mut items, LoadBalanceHosts::Disable);
        assert_eq!(items, [3, 1, 2]);
    }
}
