use std::fmt;

/// What some work costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// The round trips that it waits for.
    pub(crate) waited_for: usize,
    /// What the server answers to, the rest included: simple queries and Syncs.
    pub(crate) requests: usize,
    /// Statements that the server is made to parse.
    pub(crate) parses: usize,
}

/// So many round trips waited for, requests and parses at the first use of the statements, at the second, and later.
pub(crate) fn cost(first: [usize; 3], second: [usize; 3], later: [usize; 3]) -> [Cost; 3] {
    [first, second, later].map(|[waited_for, requests, parses]| Cost { waited_for, requests, parses })
}

/// One piece of work.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) what: &'static str,
    /// Which use of its statements it is.
    pub(crate) statement: &'static str,
    pub(crate) goal: Cost,
    pub(crate) found: Cost,
    /// What is sent.
    pub(crate) wire: String,
}

pub(crate) struct Table<'r>(pub(crate) Vec<&'r Row>);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["what the user does", "use", "round trips waited for", "requests", "Parse", "sent"];
        let mut lines = vec![head.map(str::to_owned)];
        for row in &self.0 {
            let number = |of: fn(&Cost) -> usize| match (of(&row.found), of(&row.goal)) {
                (found, goal) if found == goal => found.to_string(),
                (found, goal) => format!("{found}, not {goal}"),
            };
            lines.push([
                row.what.to_owned(),
                row.statement.to_owned(),
                number(|cost| cost.waited_for),
                number(|cost| cost.requests),
                number(|cost| cost.parses),
                row.wire.clone(),
            ]);
        }
        let widths: Vec<usize> = (0..head.len())
            .map(|column| lines.iter().map(|line| line[column].len()).max().unwrap_or_default())
            .collect();
        for (number, line) in lines.iter().enumerate() {
            for (cell, width) in line.iter().zip(&widths) {
                write!(f, "| {cell:width$} ")?;
            }
            writeln!(f, "|")?;
            if number == 0 {
                let rule: String = widths.iter().map(|width| format!("|{}", "-".repeat(width + 2))).collect();
                writeln!(f, "{rule}|")?;
            }
        }
        writeln!(
            f,
            "P Parse, B Bind, D Describe, E Execute, S Sync, C Close, d and c the data of a COPY and their end; \
             / waits for an answer; in brackets what nobody waits for"
        )
    }
}
