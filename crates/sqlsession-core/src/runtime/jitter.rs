use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

/// A time from nothing up to this one, so that what began together does not go on together.
pub(crate) fn jitter(most: Duration) -> Duration {
    // The standard library's hash keys are random, and a new one each time: enough to spread out with.
    let random = RandomState::new().build_hasher().finish();
    most.mul_f64(random as f64 / u64::MAX as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spread_out() {
        let most = Duration::from_secs(10);
        let times: Vec<Duration> = (0..1000).map(|_| jitter(most)).collect();
        assert!(times.iter().all(|time| *time <= most));
        for tenth in 0..10 {
            let within = |time: &&Duration| time.as_secs_f64() as u64 == tenth;
            let count = times.iter().filter(within).count();
            assert!((40..=200).contains(&count), "{count} of 1000 in tenth {tenth}");
        }
    }
}
