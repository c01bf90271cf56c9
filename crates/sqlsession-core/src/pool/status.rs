/// A look at a pool, as SQLAlchemy counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatus {
    /// The option `pool_size`.
    pub size: usize,
    /// Open connections that nobody uses.
    pub idle: usize,
    /// Connections that are in use.
    pub in_use: usize,
    /// Checkouts that wait for a connection.
    pub waiting: usize,
}

impl PoolStatus {
    /// Open connections beyond `size`; negative while there are fewer. 0 where `size` is 0, which keeps any number.
    #[must_use]
    pub fn overflow(&self) -> i64 {
        if self.size == 0 {
            return 0;
        }
        let open = self.idle.saturating_add(self.in_use);
        i64::try_from(open).unwrap_or(i64::MAX).saturating_sub_unsigned(self.size as u64)
    }
}
