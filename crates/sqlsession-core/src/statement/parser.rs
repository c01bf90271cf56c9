use std::collections::HashMap;

use super::{
    Lexicon,
    compiled::Outline,
    list_place::ListFinder,
    parsed::{Name, Parsed, Piece, PieceKind},
    tokenizer::{Token, TokenKind, Tokenizer},
};

pub(super) fn parse(sql: &str, lexicon: Lexicon) -> Parsed {
    let mut parser = Parser::default();
    for token in Tokenizer::new(sql, lexicon) {
        parser.take(token);
    }
    parser.finish(sql)
}

#[derive(Debug, Default)]
struct Parser<'a> {
    pieces: Vec<Piece>,
    names: Vec<&'a str>,
    indices: HashMap<&'a str, usize>,
    foreign: Option<&'a str>,
    lists: ListFinder,
    outline: OutlineFinder,
    position: usize,
}

impl<'a> Parser<'a> {
    fn take(&mut self, token: Token<'a>) {
        let start = self.position;
        self.position += token.text.len();
        self.outline.see(token);
        match token.kind {
            TokenKind::Parameter => {
                self.end_text(start);
                let name = self.name(&token.text[1..]);
                let place = self.lists.see_parameter(self.pieces.len());
                self.push(PieceKind::Parameter { name, place });
            }
            TokenKind::EscapedColon => {
                self.end_text(start);
                self.lists.see(token);
                self.push(PieceKind::EscapedColon);
            }
            _ => {
                if token.kind == TokenKind::Foreign {
                    self.foreign.get_or_insert(token.text);
                }
                if let Some((at, found)) = self.lists.see(token) {
                    self.end_text(self.position);
                    if let Some(Piece { kind: PieceKind::Parameter { place, .. }, .. }) =
                        self.pieces.get_mut(at)
                    {
                        *place = Some(found);
                    }
                }
            }
        }
    }

    fn push(&mut self, kind: PieceKind) {
        self.pieces.push(Piece { end: self.position, kind });
    }

    /// Ends the piece of text there may be before this position.
    fn end_text(&mut self, end: usize) {
        if self.pieces.last().map_or(0, |piece| piece.end) < end {
            self.pieces.push(Piece { end, kind: PieceKind::Text });
        }
    }

    fn name(&mut self, name: &'a str) -> usize {
        *self.indices.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }

    fn finish(mut self, sql: &str) -> Parsed {
        self.end_text(self.position);
        let mut names: Box<[Name]> = self
            .names
            .iter()
            .map(|&text| Name { text: text.into(), in_list: false, elsewhere: false })
            .collect();
        for piece in &self.pieces {
            if let PieceKind::Parameter { name, place } = piece.kind {
                names[name].in_list |= place.is_some();
                names[name].elsewhere |= place.is_none();
            }
        }
        let mut sorted: Box<[usize]> = (0..names.len()).collect();
        sorted.sort_unstable_by_key(|&index| &names[index].text);
        Parsed {
            sql: sql.into(),
            names,
            sorted,
            pieces: self.pieces.into(),
            foreign: self.foreign.map(Into::into),
            outline: self.outline.outline(),
        }
    }
}

/// Finds out whether something follows a semicolon.
#[derive(Debug, Default)]
struct OutlineFinder {
    begun: bool,
    ended: bool,
    several: bool,
}

impl OutlineFinder {
    fn see(&mut self, token: Token<'_>) {
        match token.kind {
            TokenKind::Blank | TokenKind::Comment => {}
            TokenKind::Symbol if token.text == ";" => self.ended = self.begun,
            _ => {
                self.several |= self.ended;
                self.begun = true;
            }
        }
    }

    fn outline(&self) -> Outline {
        Outline { blank: !self.begun, several: self.several }
    }
}
