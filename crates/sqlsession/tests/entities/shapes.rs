//! Keys of several columns, other orders and sizes of what is pending.

use sqlsession::{
    ErrorKind, Value,
    entity::{Column, ColumnType, Table},
    text,
};

use crate::{
    on_each_backend,
    place::Place,
    user::{User, names, user, with_users},
    value_row::{Model, ValueRow},
};

on_each_backend! {
    a_key_may_have_several_columns
    a_key_may_be_text
    the_order_of_the_calls_is_kept
    the_last_of_several_updates_counts
    more_rows_than_parameters
    what_is_taken_back_is_not_written
    a_table_of_no_use_is_refused
    what_is_known_is_written_where_it_changed
    columns_of_arrays_go_too
    arrays_of_the_user_s_types_go_too
    the_server_fills_more_than_the_key
    a_row_of_defaults
}

/// A key of a number and a text.
struct Seat;

impl Model for Seat {
    type Key = (i64, String);

    fn table() -> Table {
        Table::new("seats")
            .column(Column::new("hall", ColumnType::Integer).key())
            .column(Column::new("n", ColumnType::String(20)).key())
            .column(Column::new("guest", ColumnType::Text).nullable(true))
    }

    fn key(values: &[Option<Value>]) -> Option<(i64, String)> {
        match &values[..2] {
            [Some(Value::I64(hall)), Some(Value::Text(n))] => Some((*hall, n.clone())),
            _ => None,
        }
    }
}

const SEATS: &str = "create table seats (hall int, n varchar(20), guest varchar(100), primary key (hall, n))";

fn seat(hall: i64, n: &str, guest: &str) -> ValueRow<Seat> {
    ValueRow::new([hall.into(), n.into(), guest.into()])
}

async fn a_key_may_have_several_columns(place: &Place) {
    let (_engine, mut session) = place.session_after(&[SEATS]).await;
    session.add_all((0..40).map(|at| seat(at % 4, &format!("s{at}"), "nobody"))).unwrap();
    session.commit().await.unwrap();
    for at in 0..20 {
        session.update(seat(at % 4, &format!("s{at}"), &format!("guest {at}"))).unwrap();
    }
    session.commit().await.unwrap();
    let one = session.get_one::<ValueRow<Seat>>((3, "s7".to_owned())).await.unwrap();
    assert_eq!(one.0[2], Some(Value::from("guest 7")));
    let merged = (15..45).map(|at| seat(at % 4, &format!("s{at}"), "merged"));
    session.merge_all(merged).await.unwrap();
    assert_eq!((session.changes().new, session.changes().changed), (5, 25));
    for at in 0..10 {
        session.delete_by_key::<ValueRow<Seat>>((at % 4, format!("s{at}"))).unwrap();
    }
    session.commit().await.unwrap();
    let count = "select count(*) from seats where guest = :guest";
    let counted = async |session: &mut sqlsession::AsyncSession, guest: &str| {
        session.scalar_one::<i64>(text(count).bind("guest", guest)).await.unwrap()
    };
    assert_eq!(counted(&mut session, "merged").await, 30);
    assert_eq!(counted(&mut session, "guest 12").await, 1);
    assert_eq!(counted(&mut session, "guest 5").await, 0);
}

/// A key that is a text.
struct Word;

impl Model for Word {
    type Key = String;

    fn table() -> Table {
        Table::new("words")
            .column(Column::new("word", ColumnType::String(40)).key())
            .column(Column::new("uses", ColumnType::Integer))
    }

    fn key(values: &[Option<Value>]) -> Option<String> {
        match &values[0] {
            Some(Value::Text(word)) => Some(word.clone()),
            _ => None,
        }
    }
}

async fn a_key_may_be_text(place: &Place) {
    let create = "create table words (word varchar(40) primary key, uses int)";
    let (_engine, mut session) = place.session_after(&[create]).await;
    let words = ["a", "1", "01", "it's", "\u{fc}ber", "null", "Zwei"];
    let word = |word: &str, uses: i64| ValueRow::<Word>::new([word.into(), uses.into()]);
    session.add_all(words.iter().map(|text| word(text, 0))).unwrap();
    session.commit().await.unwrap();
    for (uses, text) in (1..).zip(words) {
        session.update(word(text, uses)).unwrap();
    }
    session.flush().await.unwrap();
    for (uses, text) in (1..).zip(words) {
        let found = session.get_one::<ValueRow<Word>>(text.to_owned()).await.unwrap();
        assert_eq!(found.0[1], Some(Value::I64(uses)), "{text}");
    }
    for text in &words[1..] {
        session.delete_by_key::<ValueRow<Word>>((*text).to_owned()).unwrap();
    }
    session.commit().await.unwrap();
    assert_eq!(session.scalars::<String>("select word from words").await.unwrap(), ["a"]);
}

async fn the_order_of_the_calls_is_kept(place: &Place) {
    let references =
        "create table letters (id int primary key, author bigint not null references users (id))";
    let references = match place {
        Place::Mysql(_) => {
            references.replace("references users (id)", ", foreign key (author) references users (id)")
        }
        _ => references.to_owned(),
    };
    let (engine, mut session) = with_users(place, &[]).await;
    session.execute(references).await.unwrap();
    session.commit().await.unwrap();
    let letter = |id: i64, author: i64| ValueRow::<Letter>::new([id.into(), author.into()]);
    // Each letter needs its author, who goes after the letters.
    session.add(User { id: 1, ..user("Ada") }).unwrap();
    session.add(letter(1, 1)).unwrap();
    session.add(User { id: 2, ..user("Bob") }).unwrap();
    session.add(letter(2, 2)).unwrap();
    session.update(letter(1, 2)).unwrap();
    session.delete_by_key::<User>(1).unwrap();
    session.add(User { id: 3, ..user("Ada") }).unwrap();
    session.update(letter(2, 3)).unwrap();
    session.update(letter(1, 3)).unwrap();
    session.delete_by_key::<User>(2).unwrap();
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["Ada"]);
    let authors: Vec<i64> = session.scalars("select author from letters order by id").await.unwrap();
    assert_eq!(authors, [3, 3]);
}

struct Letter;

impl Model for Letter {
    type Key = i64;

    fn table() -> Table {
        Table::new("letters")
            .column(Column::new("id", ColumnType::Integer).key())
            .column(Column::new("author", ColumnType::BigInteger))
    }

    fn key(values: &[Option<Value>]) -> Option<i64> {
        match values[0] {
            Some(Value::I64(id)) => Some(id),
            _ => None,
        }
    }
}

async fn the_last_of_several_updates_counts(place: &Place) {
    let (_engine, mut session) = with_users(place, &["a", "b", "c"]).await;
    let mut tracked = Vec::new();
    for round in 0..5 {
        for id in 1..=3 {
            tracked.push(session.update(User { id, ..user(&format!("{round} of {id}")) }).unwrap());
        }
    }
    session.commit().await.unwrap();
    let now: Vec<String> = session.scalars("select name from users order by id").await.unwrap();
    assert_eq!(now, ["4 of 1", "4 of 2", "4 of 3"]);
    session.rollback().await.unwrap();
    // One that is taken back lets the one before it count.
    session.update(User { id: 1, ..user("first") }).unwrap();
    let second = session.update(User { id: 1, ..user("second") }).unwrap();
    session.expunge(second).unwrap();
    session.commit().await.unwrap();
    assert_eq!(session.get_one::<User>(1).await.unwrap().name, "first");
}

async fn more_rows_than_parameters(place: &Place) {
    const ROWS: i64 = 45_000;
    let (_engine, mut session) =
        place.session_after(&["create table letters (id int primary key, author bigint not null)"]).await;
    session.add_all((0..ROWS).map(|id| ValueRow::<Letter>::new([id.into(), Value::I64(2 * id)]))).unwrap();
    session.commit().await.unwrap();
    for id in 0..ROWS {
        session.update(ValueRow::<Letter>::new([id.into(), Value::I64(3 * id)])).unwrap();
    }
    session.flush().await.unwrap();
    let sums = "select count(*), sum(author) from letters";
    let (count, sum): (i64, Value) = session.one(sums).await.unwrap();
    let sum: String = match sum {
        Value::I64(sum) => sum.to_string(),
        Value::Decimal(sum) => sum,
        other => panic!("{other:?}"),
    };
    assert_eq!((count, sum), (ROWS, (3 * ROWS * (ROWS - 1) / 2).to_string()));
    for id in 1..ROWS {
        session.delete_by_key::<ValueRow<Letter>>(id).unwrap();
    }
    session.commit().await.unwrap();
    assert_eq!(session.scalar_one::<i64>("select count(*) from letters").await.unwrap(), 1);
}

async fn what_is_taken_back_is_not_written(place: &Place) {
    let (engine, mut session) = with_users(place, &[]).await;
    let added = session.add_all(["a", "b", "c", "d", "e", "f"].map(user)).unwrap();
    for at in [0, 2, 5] {
        assert_eq!(session.expunge(added[at]).unwrap().id, 0);
    }
    assert_eq!(session.changes().new, 3);
    session.pending_mut(added[3]).unwrap().name = "D".to_owned();
    let other = engine.session_maker().session();
    let foreign = other.tracked(added[1]).unwrap_err();
    assert!(foreign.message().contains("another session"), "{foreign}");
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await, ["b", "D", "e"]);
    assert_eq!(session.take(added[4]).unwrap().id, session.take(added[1]).unwrap().id + 2);
    assert!(session.expunge(added[3]).unwrap_err().message().contains("written already"));
    assert!(session.take(added[0]).unwrap_err().message().contains("taken out"));
    // The next transaction begins without them.
    session.add(user("g")).unwrap();
    let gone = session.take(added[3]).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::InvalidState);
    assert!(gone.message().contains("no longer held"), "{gone}");
    session.expunge_all();
    session.commit().await.unwrap();
    assert_eq!(names(&engine).await.len(), 3);
}

/// A table without a key, and one whose name is malformed.
struct Keyless;
struct Misnamed;

impl Model for Keyless {
    type Key = i64;

    fn table() -> Table {
        Table::new("users").column(Column::new("name", ColumnType::Text))
    }

    fn key(_: &[Option<Value>]) -> Option<i64> {
        Some(1)
    }
}

impl Model for Misnamed {
    type Key = i64;

    fn table() -> Table {
        Table::new("us\"ers").column(Column::new("id", ColumnType::BigInteger).key())
    }

    fn key(_: &[Option<Value>]) -> Option<i64> {
        Some(1)
    }
}

async fn a_table_of_no_use_is_refused(place: &Place) {
    let (_engine, mut session) = with_users(place, &[]).await;
    let error = session.add(ValueRow::<Keyless>::new([Value::from("a")])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    let error = session.get::<ValueRow<Keyless>>(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    let error = session.add(ValueRow::<Misnamed>::new([Value::from(1)])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter, "{error}");
    let error = session.get::<ValueRow<Misnamed>>(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter, "{error}");
    let keyless = [
        session.update(user("a")).unwrap_err(),
        session.delete(&user("a")).unwrap_err(),
        session.refresh(&mut user("a")).await.unwrap_err(),
    ];
    for error in keyless {
        assert_eq!(error.kind(), ErrorKind::BadParameter, "{error}");
        assert!(error.message().contains("no key yet"), "{error}");
    }
    assert!(session.changes().is_empty() && session.is_active());
    // A row of another width is found out before anything is sent.
    session.add(ValueRow::<Letter>::new([Value::from(1)])).unwrap();
    assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::BadParameter);
    session.rollback().await.unwrap();
}

async fn what_is_known_is_written_where_it_changed(place: &Place) {
    let (engine, mut session) = with_users(place, &["Ada", "Bob"]).await;
    let mut ada: User = session.get_one(1).await.unwrap();
    let bob: User = session.get_one(2).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(session.changes().known, 0, "others may have changed it by now");
    let mut ada_again: User = session.get_one(1).await.unwrap();
    let _ = session.get_one::<User>(2).await.unwrap();
    if !matches!(place, Place::Sqlite(_)) {
        // Another changes what this session does not.
        let other = "update users set email = 'other@example.org' where id = 2";
        engine.session_maker().begin(async |session| session.execute(other).await).await.unwrap();
    }
    ada_again.email = Some("ada@example.org".to_owned());
    session.update(ada_again.clone()).unwrap();
    session.update(User { name: "Bill".to_owned(), ..bob }).unwrap();
    session.commit().await.unwrap();
    let email: Option<String> = session.get_one::<User>(2).await.unwrap().email;
    assert_eq!(email.is_some(), !matches!(place, Place::Sqlite(_)), "it was not overwritten");
    session.refresh(&mut ada).await.unwrap();
    assert_eq!(ada, ada_again);
    // Nothing has changed, so nothing is written: not even a row that is gone is missed.
    session.execute("delete from users where id = 1").await.unwrap();
    session.update(ada.clone()).unwrap();
    session.flush().await.unwrap();
    session.expire_all();
    session.update(ada).unwrap();
    assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::StaleData);
    session.rollback().await.unwrap();
}

/// A column of arrays, where there are such.
struct Tagged;

impl Model for Tagged {
    type Key = i64;

    fn table() -> Table {
        Table::new("tagged")
            .column(Column::new("id", ColumnType::BigInteger).key().generated())
            .column(Column::new("tags", ColumnType::Array(Box::new(ColumnType::BigInteger))))
    }

    fn key(values: &[Option<Value>]) -> Option<i64> {
        match values[0] {
            Some(Value::I64(id)) => Some(id),
            _ => None,
        }
    }
}

async fn columns_of_arrays_go_too(place: &Place) {
    if !matches!(place, Place::Postgres(_)) {
        return;
    }
    let create = "create table tagged (id bigserial primary key, tags bigint[] not null)";
    let (_engine, mut session) = place.session_after(&[create]).await;
    let tags = |count: i64| Value::array((0..count).map(Value::I64));
    let added = session
        .add_all((1..=11).map(|count| ValueRow::<Tagged>::with_unset([None, Some(tags(count))])))
        .unwrap();
    session.commit().await.unwrap();
    let taken: Vec<_> = added.into_iter().map(|tracked| session.take(tracked).unwrap()).collect();
    for (count, mut entity) in (1..).zip(taken) {
        assert_eq!(entity.0[0], Some(Value::I64(count)));
        entity.0[1] = Some(tags(2 * count));
        session.update(entity).unwrap();
    }
    session.commit().await.unwrap();
    let lengths: Vec<i32> =
        session.scalars("select cardinality(tags) from tagged order by id").await.unwrap();
    assert_eq!(lengths, (1..=11).map(|count| 2 * count).collect::<Vec<i32>>());
}

/// Columns whose types are the user's, and arrays.
struct Ranked;

impl Model for Ranked {
    type Key = i64;

    fn table() -> Table {
        Table::new("ranked")
            .column(Column::new("id", ColumnType::BigInteger).key())
            .column(Column::new("ranks", ColumnType::Custom("ranks".into())).nullable(true))
            .column(Column::new("marks", ColumnType::Custom("int[]".into())).nullable(true))
    }

    fn key(values: &[Option<Value>]) -> Option<i64> {
        Tagged::key(values)
    }
}

async fn arrays_of_the_user_s_types_go_too(place: &Place) {
    if !matches!(place, Place::Postgres(_)) {
        return;
    }
    let (_engine, mut session) = place
        .session_after(&[
            "create domain ranks as int[]",
            "create table ranked (id bigint primary key, ranks ranks, marks int[])",
        ])
        .await;
    let row = |id: i64, ranks: Value, marks: Value| ValueRow::<Ranked>::new([Value::from(id), ranks, marks]);
    session.add_all((0..4).map(|id| row(id, Value::Null, Value::Null))).unwrap();
    session.flush().await.unwrap();
    session.update(row(0, Value::array([1, 2]), Value::Null)).unwrap();
    session.update(row(1, Value::Null, Value::from("{3}"))).unwrap();
    session.update(row(2, Value::Null, Value::from("{4,5}"))).unwrap();
    session.commit().await.unwrap();
    let sizes: Vec<(Option<i32>, Option<i32>)> =
        session.all("select cardinality(ranks), cardinality(marks) from ranked order by id").await.unwrap();
    assert_eq!(sizes, [(Some(2), None), (None, Some(1)), (None, Some(2)), (None, None)]);
}

/// A key and a default of the server's.
struct Order;

impl Model for Order {
    type Key = i64;

    fn table() -> Table {
        Table::new("orders")
            .column(Column::new("id", ColumnType::BigInteger).key().generated())
            .column(Column::new("state", ColumnType::String(20)).generated())
            .column(Column::new("item", ColumnType::String(20)).generated())
    }

    fn key(values: &[Option<Value>]) -> Option<i64> {
        match values[0] {
            Some(Value::I64(id)) => Some(id),
            _ => None,
        }
    }
}

fn create_orders(place: &Place) -> String {
    let id = place.pick("integer primary key", "bigserial primary key", "bigint auto_increment primary key");
    format!(
        "create table orders (id {id}, state varchar(20) not null default 'new', item varchar(20) default 'none')"
    )
}

async fn the_server_fills_more_than_the_key(place: &Place) {
    let (_engine, mut session) = place.session_after(&[&create_orders(place)]).await;
    let item = |number: i64| Some(Value::from(format!("item {number}")));
    let mut entities: Vec<_> =
        (0..300).map(|n| ValueRow::<Order>::with_unset([None, None, item(n)])).collect();
    entities.push(ValueRow::with_unset([Some(Value::I64(9_000)), None, item(300)]));
    entities.push(ValueRow::with_unset([Some(Value::I64(9_001)), None, item(301)]));
    let added = session.add_all(entities).unwrap();
    session.commit().await.unwrap();
    let stored: Vec<(i64, String)> = session.all("select id, item from orders order by id").await.unwrap();
    assert_eq!(stored.len(), 302);
    for (number, (tracked, (id, stored))) in (0..).zip(added.into_iter().zip(stored)) {
        let entity = session.tracked(tracked);
        if let Ok(entity) = entity {
            assert_eq!(entity.0, [Some(id.into()), Some("new".into()), item(number)]);
        }
        assert_eq!(Some(Value::from(stored)), item(number));
    }
}

async fn a_row_of_defaults(place: &Place) {
    let (_engine, mut session) = place.session_after(&[&create_orders(place)]).await;
    let added = session.add_all((0..3).map(|_| ValueRow::<Order>::with_unset([None, None, None]))).unwrap();
    session.commit().await.unwrap();
    let ids: Vec<_> = added.into_iter().map(|tracked| session.take(tracked).unwrap().0).collect();
    for (id, values) in (1..).zip(ids) {
        assert_eq!(values, [Some(Value::I64(id)), Some("new".into()), Some("none".into())]);
    }
}
