//! What sqlsession is to reach beside the raw drivers.

/// A ratio that is not to be passed.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) group: &'static str,
    /// How the name of the case begins, and ends before a comma where it has a size.
    pub(super) case: &'static str,
    pub(super) contestant: &'static str,
    pub(super) at_most: f64,
}

/// Each over the first contestant of its case.
#[rustfmt::skip]
pub(super) const TARGETS: &[Target] = &[
    Target { group: "SQLite", case: "point select", contestant: "sqlsession, blocking", at_most: 1.15 },
    Target { group: "SQLite", case: "point select", contestant: "sqlsession", at_most: 1.30 },
    Target { group: "PostgreSQL", case: "point select", contestant: "sqlsession", at_most: 1.05 },
    Target { group: "MariaDB", case: "point select", contestant: "sqlsession", at_most: 1.05 },
    Target { group: "SQLite", case: "begin, select, update, commit", contestant: "sqlsession, blocking", at_most: 1.10 },
    Target { group: "SQLite", case: "begin, select, update, commit", contestant: "sqlsession", at_most: 1.20 },
    Target { group: "PostgreSQL", case: "begin, select, update, commit", contestant: "sqlsession", at_most: 1.00 },
    Target { group: "MariaDB", case: "begin, select, update, commit", contestant: "sqlsession", at_most: 0.90 },
    Target { group: "SQLite", case: "checkout, select, return", contestant: "sqlsession", at_most: 0.25 },
    Target { group: "PostgreSQL", case: "checkout, select, return", contestant: "sqlsession", at_most: 1.05 },
    Target { group: "MariaDB", case: "checkout, select, return", contestant: "sqlsession", at_most: 1.05 },
    Target { group: "SQLite", case: TASKS, contestant: "sqlsession", at_most: 1.05 },
    Target { group: "PostgreSQL", case: TASKS, contestant: "sqlsession", at_most: 1.05 },
    Target { group: "MariaDB", case: TASKS, contestant: "sqlsession", at_most: 1.05 },
    Target { group: "SQLite", case: "bulk insert", contestant: "sqlsession", at_most: 1.10 },
    Target { group: "PostgreSQL", case: "bulk insert", contestant: "sqlsession", at_most: 1.10 },
    Target { group: "MariaDB", case: "bulk insert", contestant: "sqlsession", at_most: 1.10 },
    Target { group: "SQLite", case: "large read, streamed", contestant: "sqlsession", at_most: 1.35 },
    Target { group: "PostgreSQL", case: "large read, streamed", contestant: "sqlsession", at_most: 1.05 },
    Target { group: "MariaDB", case: "large read, streamed", contestant: "sqlsession", at_most: 1.05 },
    Target { group: "SQLite", case: "large read, all", contestant: "sqlsession", at_most: 1.10 },
    Target { group: "PostgreSQL", case: "large read, all", contestant: "sqlsession", at_most: 1.10 },
    Target { group: "MariaDB", case: "large read, all", contestant: "sqlsession", at_most: 1.10 },
    Target { group: "PostgreSQL", case: "20 changed entities", contestant: "sqlsession", at_most: 0.40 },
    Target { group: "MariaDB", case: "20 changed entities", contestant: "sqlsession", at_most: 0.45 },
];

/// The case whose throughput is to be at least 0.95; the 99th of a hundred waits may be 1.10.
pub(super) const TASKS: &str = "checkout, select, return by 32 tasks on 8 connections";

/// What the 99th of a hundred waits may be in [`TASKS`].
pub(super) const LATE_AT_MOST: f64 = 1.10;

/// What a large read may need of memory at its peak.
#[derive(Debug)]
pub(super) struct MemoryTarget {
    pub(super) case: &'static str,
    pub(super) mib: f64,
    /// Over the first contestant, which keeps the structs and nothing else.
    pub(super) over_first: bool,
}

/// On each of [`SERVED`], by sqlsession. Beside the structs a vector may need what a stream may.
pub(super) const MEMORY_TARGETS: [MemoryTarget; 2] = [
    MemoryTarget { case: "large read, streamed", mib: 8.0, over_first: false },
    MemoryTarget { case: "large read, all", mib: 8.0, over_first: true },
];

/// The groups with targets of memory.
pub(super) const SERVED: [&str; 3] = ["SQLite", "PostgreSQL", "MariaDB"];

/// Whether a case, which may have a size, is the one of this name.
pub(super) fn is_case(case: &str, name: &str) -> bool {
    let size = case.strip_prefix(name);
    size.is_some_and(|size| size.is_empty() || size.ends_with(" rows"))
}

impl Target {
    /// Whether it is said of this case, which may have a size.
    pub(super) fn is_of(&self, group: &str, case: &str) -> bool {
        self.group == group && is_case(case, self.case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_known_with_its_size_and_not_by_its_begin() {
        let select = &TARGETS[0];
        assert!(select.is_of("SQLite", "point select"));
        assert!(!select.is_of("SQLite", "point select in a transaction"));
        assert!(!select.is_of("MariaDB", "point select"));
        let bulk = TARGETS.iter().find(|target| target.case == "bulk insert").unwrap();
        assert!(bulk.is_of("SQLite", "bulk insert, 20000 rows"));
    }
}
