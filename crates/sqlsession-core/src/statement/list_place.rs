use super::{
    parsed::ListPlace,
    tokenizer::{Token, TokenKind},
};

/// Finds the parameters that stand behind IN, where a list of values can be written.
#[derive(Debug, Default)]
pub(super) struct ListFinder {
    state: State,
    /// How many values what was last closed or written has, for the left side of IN.
    columns: usize,
    /// The parentheses that are open.
    open: Vec<Group>,
    /// Whether a parenthesis here would hold a row of values and not a function's arguments.
    row_follows: bool,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Elsewhere,
    Not,
    In {
        negated: bool,
    },
    InParenthesis {
        negated: bool,
    },
    /// After a parameter in a parenthesis behind IN.
    InParameter {
        negated: bool,
        piece: usize,
    },
}

#[derive(Debug, Clone, Copy)]
struct Group {
    commas: usize,
    is_row: bool,
    /// The left side of the IN that this parenthesis follows.
    columns: usize,
}

/// Words after which `(a, b)` is a row.
const BEFORE_ROW: [&str; 12] =
    ["and", "case", "else", "having", "not", "on", "or", "row", "select", "then", "when", "where"];

impl ListFinder {
    /// Looks at a parameter, which will be the piece of this index.
    pub(super) fn see_parameter(&mut self, piece: usize) -> Option<ListPlace> {
        let (next, place) = match self.state {
            State::In { negated } => (
                State::Elsewhere,
                Some(ListPlace { parenthesized: false, negated, columns: self.columns.max(1) }),
            ),
            State::InParenthesis { negated } => (State::InParameter { negated, piece }, None),
            State::Elsewhere | State::Not | State::InParameter { .. } => (State::Elsewhere, None),
        };
        self.state = next;
        self.columns = 1;
        self.row_follows = false;
        place
    }

    /// Looks at any other token. When it closes a parenthesis that holds a parameter alone, gives that one's piece.
    pub(super) fn see(&mut self, token: Token<'_>) -> Option<(usize, ListPlace)> {
        if matches!(token.kind, TokenKind::Blank | TokenKind::Comment) {
            return None;
        }
        let state = std::mem::take(&mut self.state);
        match (token.kind, token.text) {
            (TokenKind::Word, text) if text.eq_ignore_ascii_case("not") => {
                self.state = State::Not;
                self.row_follows = true;
                return None;
            }
            (TokenKind::Word, text) if text.eq_ignore_ascii_case("in") => {
                self.state = State::In { negated: matches!(state, State::Not) };
                self.row_follows = false;
                return None;
            }
            (TokenKind::Symbol, "(") => {
                self.open.push(Group { commas: 0, is_row: self.row_follows, columns: self.columns });
                if let State::In { negated } = state {
                    self.state = State::InParenthesis { negated };
                }
            }
            (TokenKind::Symbol, ")") => return self.close(state),
            (TokenKind::Symbol, ",") => {
                if let Some(group) = self.open.last_mut() {
                    group.commas += 1;
                }
            }
            _ => {}
        }
        self.columns = 1;
        self.row_follows = match token.kind {
            TokenKind::Word => BEFORE_ROW.iter().any(|word| token.text.eq_ignore_ascii_case(word)),
            _ => token.kind == TokenKind::Symbol,
        };
        None
    }

    fn close(&mut self, state: State) -> Option<(usize, ListPlace)> {
        self.row_follows = false;
        let group = self.open.pop()?;
        self.columns = if group.is_row { group.commas + 1 } else { 1 };
        let State::InParameter { negated, piece } = state else { return None };
        Some((piece, ListPlace { parenthesized: true, negated, columns: group.columns.max(1) }))
    }
}
