/// Whether an event is about transactions and the pool, rather than a statement.
#[must_use]
pub fn is_control(event: &str) -> bool {
    !event.starts_with("execute#") && !event.starts_with("executemany#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_left_out() {
        assert!(is_control("commit#1"));
        assert!(!is_control("execute#1"));
        assert!(!is_control("executemany#2"));
    }
}
