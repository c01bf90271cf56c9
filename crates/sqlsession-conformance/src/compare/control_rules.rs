/// Something the order of events is decided to differ in: what of the recorded events does not happen here, and what of
/// ours the recordings do not have.
struct Rule {
    name: &'static str,
    is_not_here: fn(&[String], usize) -> bool,
    is_ours_only: fn(&[String], usize) -> bool,
}

/// - `thrown away`: a connection that is closed is not announced as given back as well.
/// - `without connection`: nothing is announced for a connection that is gone.
/// - `outermost`: the rollback of a transaction is announced, not that of the savepoints in it.
/// - `closed on return`: a connection that is not kept when it comes back is announced as closed.
/// - `rollback after commit`: the rollback behind a commit that failed is announced.
const RULES: &[Rule] = &[
    Rule { name: "thrown away", is_not_here: is_checkin_of_closed, is_ours_only: never },
    Rule {
        name: "without connection",
        is_not_here: |events, at| named(events, at).ends_with("#?"),
        is_ours_only: never,
    },
    Rule { name: "outermost", is_not_here: is_before_rollback, is_ours_only: never },
    Rule { name: "closed on return", is_not_here: never, is_ours_only: is_close_after_checkin },
    Rule { name: "rollback after commit", is_not_here: never, is_ours_only: is_rollback_after_commit },
];

/// The rules that together explain the difference between the recorded events and ours; none if they do not.
pub(super) fn explain(recorded: &[String], actual: &[String]) -> Vec<&'static str> {
    let explains = |left_out: Option<&str>| {
        let rules = || RULES.iter().filter(|rule| Some(rule.name) != left_out);
        let rest = |events: &[String], is_dropped: &dyn Fn(&[String], usize) -> bool| -> Vec<String> {
            (0..events.len())
                .filter(|at| !is_dropped(events, *at))
                .map(|at| named(events, at).to_owned())
                .collect()
        };
        rest(recorded, &|events, at| rules().any(|rule| (rule.is_not_here)(events, at)))
            == rest(actual, &|events, at| rules().any(|rule| (rule.is_ours_only)(events, at)))
    };
    if !explains(None) {
        return Vec::new();
    }
    RULES.iter().map(|rule| rule.name).filter(|name| !explains(Some(name))).collect()
}

fn never(_: &[String], _: usize) -> bool {
    false
}

fn named(events: &[String], at: usize) -> &str {
    events.get(at).map_or("", String::as_str)
}

/// The number of the connection, if the event is of this name.
fn of<'e>(events: &'e [String], at: usize, name: &str) -> Option<&'e str> {
    named(events, at).strip_prefix(name)?.strip_prefix('#')
}

/// The last event before this one about the same connection.
fn before<'e>(events: &'e [String], at: usize, connection: &str) -> &'e str {
    let earlier = events.get(..at).unwrap_or_default().iter().rev();
    let mut earlier =
        earlier.filter(|event| event.split_once('#').is_some_and(|(_, number)| number == connection));
    earlier.next().and_then(|event| event.split_once('#')).map_or("", |(name, _)| name)
}

fn is_checkin_of_closed(events: &[String], at: usize) -> bool {
    of(events, at, "checkin")
        .is_some_and(|connection| matches!(before(events, at, connection), "close" | "invalidate"))
}

fn is_before_rollback(events: &[String], at: usize) -> bool {
    let rest = events.get(at..).unwrap_or_default();
    of(events, at, "rollback_savepoint").is_some_and(|connection| {
        let next = rest.iter().find(|event| !event.starts_with("rollback_savepoint#"));
        next.is_some_and(|next| next.strip_prefix("rollback#") == Some(connection))
    })
}

fn is_close_after_checkin(events: &[String], at: usize) -> bool {
    of(events, at, "close").is_some_and(|connection| before(events, at, connection) == "checkin")
}

fn is_rollback_after_commit(events: &[String], at: usize) -> bool {
    of(events, at, "rollback").is_some_and(|connection| before(events, at, connection) == "commit")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(recorded: &str, actual: &str) -> Vec<&'static str> {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        explain(&words(recorded), &words(actual))
    }

    #[test]
    fn each_rule_explains_its_own_difference() {
        assert_eq!(explained("invalidate#1 close#1 checkin#1", "invalidate#1 close#1"), ["thrown away"]);
        assert_eq!(explained("commit#? connect#2", "connect#2"), ["without connection"]);
        assert_eq!(explained("rollback_savepoint#1 rollback#1 reset#1", "rollback#1 reset#1"), ["outermost"]);
        assert_eq!(explained("reset#1 checkin#1", "reset#1 checkin#1 close#1"), ["closed on return"]);
        assert_eq!(explained("commit#1 reset#1", "commit#1 rollback#1 reset#1"), ["rollback after commit"]);
    }

    #[test]
    fn two_rules_can_be_needed() {
        let recorded = "close#1 checkin#1 rollback#? connect#2";
        assert_eq!(explained(recorded, "close#1 connect#2"), ["thrown away", "without connection"]);
    }

    #[test]
    fn other_differences_are_not_explained() {
        assert!(explained("commit#1 reset#1", "reset#1").is_empty());
        assert!(explained("rollback_savepoint#1 commit#1", "commit#1").is_empty());
        assert!(explained("close#1 checkin#1", "close#2").is_empty());
        assert!(explained("checkin#1", "").is_empty());
    }
}
