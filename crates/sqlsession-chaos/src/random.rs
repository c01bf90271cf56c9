use std::ops::Range;

/// Numbers that look random and are the same for the same seed (SplitMix64).
///
/// Everything that a run decides comes from one seed: each worker, child and schedule has numbers of its own, so that
/// what one of them does changes nothing for the others.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The numbers of that seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The numbers of a part of the run.
    #[must_use]
    pub fn of(seed: u64, part: u64) -> Self {
        let mut numbers = Self(seed ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93));
        Self(numbers.number())
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of the range; its begin where it is empty.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.number() % range.end.saturating_sub(range.start).max(1)
    }

    /// True that often of a hundred times.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.within(0..100) < percent
    }

    /// One of these, which are some.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let last = choices.len().saturating_sub(1) as u64;
        choices[self.within(0..last + 1) as usize]
    }

    /// Puts them in another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.within(0..end as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_says_everything_and_parts_differ() {
        let numbers = |mut random: Random| -> Vec<u64> { (0..5).map(|_| random.number()).collect() };
        assert_eq!(numbers(Random::of(7, 1)), numbers(Random::of(7, 1)));
        assert_ne!(numbers(Random::of(7, 1)), numbers(Random::of(7, 2)));
        assert_ne!(numbers(Random::of(7, 1)), numbers(Random::of(8, 1)));
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::new(1);
        assert!((0..1000).all(|_| (3..9).contains(&random.within(3..9))));
        assert_eq!(random.within(4..4), 4);
        let mut order: Vec<u8> = (0..20).collect();
        random.shuffle(&mut order);
        assert_ne!(order, (0..20).collect::<Vec<u8>>());
        order.sort_unstable();
        assert_eq!(order, (0..20).collect::<Vec<u8>>());
    }
}
