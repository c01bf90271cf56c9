//! One compiled text per engine and SQL text.

use std::{sync::Arc, thread};

use super::POSTGRESQL;
use crate::{
    Value,
    statement::{CompiledText, SharedTexts, Statement, TextCache, text},
};

fn compiled(cache: &mut TextCache, statement: impl Into<Statement>) -> Arc<CompiledText> {
    cache.compile(statement.into()).unwrap().text
}

#[test]
fn connections_of_an_engine_share_what_is_known_of_a_text() {
    let shared = SharedTexts::new(POSTGRESQL, 10);
    let (mut one, mut other) = (shared.local(), shared.local());
    for statement in [text("select 1"), Statement::raw("select 1")] {
        assert!(Arc::ptr_eq(&compiled(&mut one, &statement), &compiled(&mut other, &statement)));
    }
    assert_eq!(shared.len(), 2);
}

#[test]
fn texts_that_begin_at_one_address_are_told_apart() {
    const BOTH: &str = "select 1, 2";
    let mut cache = SharedTexts::new(POSTGRESQL, 10).local();
    for _ in 0..2 {
        for sql in [BOTH, &BOTH[.."select 1".len()]] {
            assert_eq!(&**compiled(&mut cache, sql).sql(), sql);
        }
    }
}

#[test]
fn every_thread_gets_the_same_text() {
    let shared = SharedTexts::new(POSTGRESQL, 10);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let mut cache = shared.local();
            thread::spawn(move || compiled(&mut cache, "select 1"))
        })
        .collect();
    let texts: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(texts.iter().all(|text| Arc::ptr_eq(text, &texts[0])));
}

#[test]
fn the_last_used_texts_are_kept() {
    let shared = SharedTexts::new(POSTGRESQL, 2);
    let ask = |sql: &'static str| compiled(&mut shared.local(), sql);
    let (first, second) = (ask("select 1"), ask("select 2"));
    ask("select 1");
    ask("select 3");
    assert_eq!(shared.len(), 2);
    assert!(Arc::ptr_eq(&first, &ask("select 1")));
    assert!(!Arc::ptr_eq(&second, &ask("select 2")));
}

#[test]
fn a_connection_keeps_what_it_uses() {
    let shared = SharedTexts::new(POSTGRESQL, 1);
    let mut cache = shared.local();
    let first = compiled(&mut cache, "select 1");
    compiled(&mut shared.local(), "select 2");
    assert!(Arc::ptr_eq(&first, &compiled(&mut cache, "select 1")));
}

#[test]
fn capacity_zero_keeps_nothing() {
    let shared = SharedTexts::new(POSTGRESQL, 0);
    let mut cache = shared.local();
    let first = compiled(&mut cache, "select 1");
    assert!(!Arc::ptr_eq(&first, &compiled(&mut cache, "select 1")));
    assert!(shared.is_empty());
}

#[test]
fn a_text_that_is_refused_is_not_kept() {
    let shared = SharedTexts::new(POSTGRESQL, 10);
    assert!(shared.local().compile(text("select $1")).is_err());
    assert!(shared.is_empty());
}

#[test]
fn a_few_lengths_of_a_list_are_kept() {
    let mut cache = SharedTexts::new(POSTGRESQL, 10).local();
    let mut with = |len: i64| {
        compiled(&mut cache, text("x in :ids").bind("ids", Value::Array((0..len).map(Value::I64).collect())))
    };
    let first = with(0);
    let texts: Vec<_> = (1..8).map(&mut with).collect();
    assert!(Arc::ptr_eq(&first, &with(0)));
    // The ninth length takes the place of the one that was not used for longest, which is 1.
    with(8);
    assert!(Arc::ptr_eq(&first, &with(0)));
    assert!(!Arc::ptr_eq(&texts[0], &with(1)));
}
