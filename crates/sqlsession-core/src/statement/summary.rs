use super::{
    Lexicon,
    tokenizer::{Token, TokenKind, Tokenizer},
};

/// What a statement may be called in a trace at most: OpenTelemetry's limit.
const LONGEST: usize = 255;

/// What a statement does to which tables, in as few words as there are kinds of statements in a program: `SELECT users`.
///
/// What OpenTelemetry calls `db.query.summary`: the operations and the tables they are about, in the order of the text,
/// at most 255 bytes. It is read off the words of the text, without knowing the whole of SQL.
///
/// ```
/// use sqlsession_core::{driver::PlaceholderStyle, statement::{Lexicon, summary}};
///
/// let lexicon = Lexicon::new(PlaceholderStyle::Dollar);
/// let sql = "insert into audit(id) select u.id from users u join roles using (id)";
/// assert_eq!(summary(sql, lexicon), "INSERT audit SELECT users roles");
/// ```
#[must_use]
pub fn summary(sql: &str, lexicon: Lexicon) -> String {
    let mut found = Found::default();
    for token in Tokenizer::new(sql, lexicon) {
        if !matches!(token.kind, TokenKind::Blank | TokenKind::Comment) {
            found.see(token);
        }
    }
    found.end()
}

/// The text with a `?` for every literal and without comments: nothing is left of what a user may have typed.
///
/// Placeholders and the names of parameters stay.
///
/// ```
/// use sqlsession_core::{driver::PlaceholderStyle, statement::{Lexicon, without_literals}};
///
/// let lexicon = Lexicon::new(PlaceholderStyle::Dollar);
/// let sql = "select 'secret', 1.5, $1 from \"t\" -- mine";
/// assert_eq!(without_literals(sql, lexicon), "select ?, ?, $1 from \"t\"");
/// ```
#[must_use]
pub fn without_literals(sql: &str, lexicon: Lexicon) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut number = false;
    for token in Tokenizer::new(sql, lexicon) {
        let is_number = token.kind == TokenKind::Word && token.text.starts_with(|c: char| c.is_ascii_digit());
        match token.kind {
            TokenKind::Comment => {}
            // Of `1.5` the first part stands for all.
            TokenKind::Symbol if number && token.text == "." => continue,
            TokenKind::Word if is_number && number => continue,
            TokenKind::Word if is_number => text.push('?'),
            TokenKind::Quoted if is_string(token.text, lexicon) => text.push('?'),
            _ => text.push_str(token.text),
        }
        number = is_number;
    }
    text.truncate(text.trim_end().len());
    text
}

/// Whether something quoted is a string, and no name. Double quotes are a string's in MySQL.
fn is_string(quoted: &str, lexicon: Lexicon) -> bool {
    match quoted.chars().next() {
        Some('"') => lexicon.backslash_escapes,
        Some('`' | '[') => false,
        _ => true,
    }
}

/// The words of a summary, while they are found.
#[derive(Debug, Default)]
struct Found {
    words: String,
    /// What the next name is.
    next: Next,
    /// For each open parenthesis, whether a query is inside of it: of others `from` is not what it is there.
    parentheses: Vec<bool>,
    previous: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Next {
    #[default]
    Nothing,
    /// The name of a table, or its first part.
    Table,
    /// A dot, behind which the name goes on.
    Dot,
    /// Another part of the name.
    Part,
}

impl Found {
    fn see(&mut self, token: Token<'_>) {
        match token.kind {
            TokenKind::Symbol => self.symbol(token.text),
            TokenKind::Quoted => self.name(token.text.trim_matches(['"', '`', '[', ']'])),
            TokenKind::Word => self.word(token.text),
            _ => self.next = Next::Nothing,
        }
    }

    fn symbol(&mut self, symbol: &str) {
        match symbol {
            "." if self.next == Next::Dot => self.next = Next::Part,
            "(" => {
                self.parentheses.push(false);
                self.next = Next::Nothing;
            }
            ")" => {
                self.parentheses.pop();
                self.next = Next::Nothing;
            }
            _ => self.next = Next::Nothing,
        }
        self.previous = None;
    }

    fn word(&mut self, word: &str) {
        if self.next == Next::Part {
            return self.name(word);
        }
        let upper = word.to_ascii_uppercase();
        let previous = self.previous.replace(upper.clone()).unwrap_or_default();
        match upper.as_str() {
            _ if self.words.is_empty() => self.operation(&upper),
            "SELECT" | "INSERT" | "DELETE" | "MERGE" | "REPLACE" => self.operation(&upper),
            // Not `FOR UPDATE`, `DO UPDATE`, `ON UPDATE`, `KEY UPDATE`.
            "UPDATE" if !matches!(previous.as_str(), "FOR" | "DO" | "ON" | "KEY") => self.operation(&upper),
            "FROM" if *self.parentheses.last().unwrap_or(&true) => self.next = Next::Table,
            "INTO" | "JOIN" | "TABLE" => self.next = Next::Table,
            // What stands between the word and the name.
            "IF" | "NOT" | "EXISTS" | "ONLY" | "LATERAL" | "IGNORE" | "OR" if self.next == Next::Table => {}
            _ if self.next == Next::Table => self.name(word),
            _ => self.next = Next::Nothing,
        }
    }

    fn operation(&mut self, upper: &str) {
        if upper == "SELECT"
            && let Some(query) = self.parentheses.last_mut()
        {
            *query = true;
        }
        // It is the word after it that says what is done.
        if upper != "WITH" && upper != "EXPLAIN" || self.words.is_empty() {
            self.push(upper);
        }
        self.next = if upper == "UPDATE" { Next::Table } else { Next::Nothing };
    }

    fn name(&mut self, name: &str) {
        match self.next {
            Next::Table => self.push(name),
            Next::Part => {
                self.words.push('.');
                self.words.push_str(name);
            }
            Next::Nothing | Next::Dot => return self.next = Next::Nothing,
        }
        self.next = Next::Dot;
    }

    fn push(&mut self, word: &str) {
        if !self.words.is_empty() {
            self.words.push(' ');
        }
        self.words.push_str(word);
    }

    fn end(mut self) -> String {
        if self.words.len() > LONGEST {
            let end = (0..=LONGEST).rev().find(|end| self.words.is_char_boundary(*end)).unwrap_or(0);
            let end = self.words[..end].rfind(' ').unwrap_or(end);
            self.words.truncate(end);
        }
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::PlaceholderStyle;

    fn of(sql: &str) -> String {
        summary(sql, Lexicon::new(PlaceholderStyle::Dollar))
    }

    #[test]
    fn the_operation_and_its_tables_are_named() {
        for (sql, wanted) in [
            ("select 1", "SELECT"),
            ("SELECT * FROM app.users u WHERE id = $1 FOR UPDATE", "SELECT app.users"),
            ("select a from (select b from inner_table) x", "SELECT SELECT inner_table"),
            ("select extract(year from created) from \"Odd Name\"", "SELECT Odd Name"),
            ("insert into t(a) values ($1) on conflict do update set a = 1", "INSERT t"),
            ("UPDATE ONLY t SET a = 1 FROM other WHERE t.id = other.id", "UPDATE t other"),
            ("delete from t where id in (select id from old)", "DELETE t SELECT old"),
            ("with a as (select 1 from b) select * from a join c on true", "WITH SELECT b SELECT a c"),
            ("create table if not exists t (id int)", "CREATE t"),
            ("SET search_path = app", "SET"),
            ("", ""),
        ] {
            assert_eq!(of(sql), wanted, "{sql}");
        }
    }

    #[test]
    fn it_is_cut_between_two_words() {
        let sql = format!("select * from {} join {}", "a".repeat(200), "b".repeat(200));
        assert_eq!(of(&sql), format!("SELECT {}", "a".repeat(200)));
        let sql = format!("select * from {}", "ä".repeat(200));
        assert!(of(&sql).len() <= LONGEST);
    }

    #[test]
    fn literals_of_every_sort_are_gone() {
        let postgres = Lexicon::new(PlaceholderStyle::Dollar);
        assert_eq!(
            without_literals("select E'a\\'b', $$c$$, -0.5, 1e10, x1 /* d */, now()", postgres),
            "select ?, ?, -?, ?, x1 , now()"
        );
        let mysql = Lexicon { style: PlaceholderStyle::Question, backslash_escapes: true };
        assert_eq!(without_literals("select \"a\", `b`, ? # c", mysql), "select ?, `b`, ?");
    }
}
