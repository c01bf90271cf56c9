//! Any text: no panic, what is parsed is read back from what it renders to, and the password is never shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sqlsession_core::{DatabaseUrl, Error};

/// Long enough not to stand in the rest of a URL by chance.
const PASSWORD: &str = "Sesame-0123456789";

fuzz_target!(|text: &str| {
    match DatabaseUrl::parse(text) {
        Ok(url) => is_sound(&url),
        Err(error) => hides(&error, text),
    }

    // Where a password stands for sure, after it whatever comes; and where the grammar may misread it.
    if !text.contains(PASSWORD) {
        match DatabaseUrl::parse(&format!("postgresql://u:{PASSWORD}@{text}")) {
            Ok(url) => {
                assert_eq!(url.password(), Some(PASSWORD));
                is_sound(&url);
                assert!(!shown(&url).contains(PASSWORD), "{text:?}");
            }
            Err(error) => hides(&error, PASSWORD),
        }
        if let Err(error) = DatabaseUrl::parse(&format!("postgresql://{text}{PASSWORD}")) {
            hides(&error, PASSWORD);
        }
    }
});

fn is_sound(url: &DatabaseUrl) {
    let rendered = url.render();
    let again = DatabaseUrl::parse(&rendered);
    assert!(again.as_ref().is_ok_and(|again| again == url), "{rendered:?} is read as {again:?}");
    assert_eq!(DatabaseUrl::parse(&rendered).map(|again| again.render()).ok(), Some(rendered));

    if url.password().is_some() {
        // Nothing of the password is shown if another one looks the same.
        assert_eq!(shown(url), shown(&url.clone().with_password(PASSWORD)));
    }
    if let Err(error) = url.scheme() {
        assert!(!error.message().is_empty());
    }
    let mut options = url.options();
    for (key, _) in url.query().iter() {
        let _ = options.take_bool(key);
    }
    assert!(options.finish(&[]).is_ok(), "every option was taken");
    for (key, _) in url.query().iter() {
        let _ = url.options().take_seconds(key);
        let _ = url.options().finish(&["timeout", key]);
    }
}

fn shown(url: &DatabaseUrl) -> String {
    format!("{url} {url:?}")
}

/// A text of a few letters may stand in the error's own words.
fn hides(error: &Error, text: &str) {
    assert!(text.len() < 16 || !format!("{error} {error:?}").contains(text), "{error:?}");
}
