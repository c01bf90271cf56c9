//! Whatever is parsed is read back from what it renders to, and no password comes out of `Display` or `Debug`.

use std::fmt::Write;

use sqlsession_core::DatabaseUrl;

/// Pieces that mean something to the grammar, or nearly so.
const PIECES: [&str; 24] = [
    "u", "p", "h", "5432", "x.db", ":", "/", "?", "#", "@", "[", "]", "::1", "%40", "%", "%2", "%FF", "+",
    " ", "&", "=", "ü", "\n", "a=1",
];

/// A generator of Lehmer's kind: the same texts in every run.
struct Pieces(usize);

impl Pieces {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 % bound
    }

    fn text(&mut self) -> String {
        let count = self.below(12);
        (0..count).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }
}

#[test]
fn what_is_parsed_is_read_back() {
    let mut pieces = Pieces(1);
    let mut parsed = 0;
    for _ in 0..50_000 {
        let text = format!("postgresql+asyncpg://{}", pieces.text());
        let Ok(url) = DatabaseUrl::parse(&text) else { continue };
        parsed += 1;
        assert_eq!(DatabaseUrl::parse(&url.render()).unwrap(), url, "{text:?}");
    }
    assert!(parsed > 10_000, "only {parsed} were URLs");
}

#[test]
fn what_is_made_of_plain_parts_is_read_back() {
    let mut pieces = Pieces(2);
    for _ in 0..10_000 {
        let url = DatabaseUrl::new("mysql")
            .with_username(pieces.text())
            .with_password(pieces.text())
            .with_host("2001:db8::1")
            .with_port(3306)
            .with_database("shop")
            .with_query(pieces.text(), pieces.text())
            .with_query_appended(pieces.text(), pieces.text());
        assert_eq!(DatabaseUrl::parse(&url.render()).unwrap(), url);
    }
}

#[test]
fn the_password_makes_no_difference_to_what_is_shown() {
    let mut pieces = Pieces(3);
    let mut with_password = 0;
    for _ in 0..20_000 {
        let text = format!("postgresql://u:{}@h/{}", pieces.text(), pieces.text());
        let Ok(url) = DatabaseUrl::parse(&text) else { continue };
        with_password += usize::from(url.password().is_some());
        let other = url.clone().with_password("another");
        let mut shown = String::new();
        write!(shown, "{url} {url:?}").unwrap();
        assert_eq!(shown, format!("{other} {other:?}"), "{text:?}");
    }
    assert!(with_password > 5_000, "only {with_password} had one");
}

#[test]
fn an_error_never_quotes_what_may_be_a_password() {
    let mut pieces = Pieces(4);
    let mut refused = 0;
    for _ in 0..50_000 {
        let text = format!("postgresql://{}sesame{}", pieces.text(), pieces.text());
        if let Err(error) = DatabaseUrl::parse(&text) {
            refused += 1;
            assert!(!format!("{error} {error:?}").contains("sesame"), "{text:?}: {error:?}");
        }
    }
    assert!(refused > 5_000, "only {refused} were refused");
}
