//! How a name that is not known is shown in an error, and which known one may have been meant.

/// The name in backticks, without control characters and cut after 40 characters.
pub(super) fn quoted(name: &str) -> String {
    let mut shown: String = name.chars().take(40).flat_map(char::escape_debug).collect();
    if name.chars().nth(40).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// `; did you mean …?` if one of `known` differs by two letters at most, or by case alone; else nothing.
pub(super) fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let name = name.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (distance(&name, &candidate.to_lowercase()), candidate))
        // A short name is near to every other short name.
        .filter(|&(distance, candidate)| distance <= 2 && distance * 2 < candidate.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| format!("; did you mean `{candidate}`?"))
        .unwrap_or_default()
}

/// How many letters must be put in, taken out or changed to make `a` of `b`; the difference in length if that is above 2.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return a.len().abs_diff(b.len());
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_or_strange_name_is_tamed() {
        assert_eq!(quoted("a\nb"), "`a\\nb`");
        assert_eq!(quoted(&"x".repeat(40)), format!("`{}`", "x".repeat(40)));
        assert_eq!(quoted(&"x".repeat(41)), format!("`{}…`", "x".repeat(40)));
    }

    #[test]
    fn letters_are_counted() {
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("timeout", "timeout"), 0);
        assert_eq!(distance("tiemout", "timeout"), 2);
        assert_eq!(distance("timout", "timeout"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("a", "abcdef"), 5);
    }

    #[test]
    fn the_nearest_is_suggested_if_it_is_near() {
        let known = ["timeout", "mode", "cache"];
        assert_eq!(suggestion("time_out", known), "; did you mean `timeout`?");
        assert_eq!(suggestion("MODE", known), "; did you mean `mode`?");
        assert_eq!(suggestion("moth", known), "");
        assert_eq!(suggestion("", known), "");
    }
}
