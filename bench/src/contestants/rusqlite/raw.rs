use std::hint::black_box;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use rusqlite::{Connection, Result, Row, params_from_iter, types::Value};

use crate::{
    Fallible,
    contest::{Contestant, Work},
    place::Place,
    users::{
        Comment, MARKS, Person, Post, SELECT_ALL, SELECT_USERS, SETS, User, entities, marks, nest, next_age,
    },
};

pub struct Rusqlite(Connection);

const INSERT: &str = "insert into bulk values (?, ?, ?, ?, ?, ?)";
const ADD: &str = "insert into added (name, note, age, score, created) values (?, ?, ?, ?, ?)";

/// The time is read and written by hand: chrono's own parser takes as long as the rest of the row.
pub fn user(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        note: row.get(2)?,
        age: row.get(3)?,
        score: row.get(4)?,
        created: time(row.get_ref(5)?.as_str()?).ok_or(rusqlite::Error::InvalidQuery)?,
    })
}

fn user_by_names(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: row.get("id")?,
        name: row.get("name")?,
        note: row.get("note")?,
        age: row.get("age")?,
        score: row.get("score")?,
        created: time(row.get_ref("created")?.as_str()?).ok_or(rusqlite::Error::InvalidQuery)?,
    })
}

/// `YYYY-MM-DD HH:MM:SS.ffffff`
fn time(text: &str) -> Option<NaiveDateTime> {
    let number = |range: std::ops::Range<usize>| {
        text.as_bytes().get(range)?.iter().try_fold(0_u32, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    NaiveDate::from_ymd_opt(number(0..4)? as i32, number(5..7)?, number(8..10)?)?.and_hms_micro_opt(
        number(11..13)?,
        number(14..16)?,
        number(17..19)?,
        number(20..26)?,
    )
}

fn written(at: NaiveDateTime) -> String {
    let mut text = *b"0000-00-00 00:00:00.000000";
    let mut put = |range: std::ops::Range<usize>, mut number: u32| {
        for place in range.rev() {
            text[place] = b'0' + (number % 10) as u8;
            number /= 10;
        }
    };
    put(0..4, at.year() as u32);
    put(5..7, at.month());
    put(8..10, at.day());
    put(11..13, at.hour());
    put(14..16, at.minute());
    put(17..19, at.second());
    put(20..26, at.nanosecond() / 1_000);
    String::from_utf8_lossy(&text).into_owned()
}

pub fn select(connection: &Connection, id: i64) -> Result<User> {
    connection.prepare_cached(MARKS.select)?.query_row([id], user)
}

impl Contestant for Rusqlite {
    const NAME: &'static str = "rusqlite";
    const BLOCKS: bool = true;

    fn does(work: Work) -> bool {
        work != Work::Checkout
    }

    async fn open(place: &Place) -> Fallible<Self> {
        Ok(Self(place.file()?))
    }

    async fn script(&mut self, sql: &str) -> Fallible<()> {
        Ok(self.0.execute_batch(sql)?)
    }

    async fn select(&mut self, id: i64) -> Fallible<()> {
        black_box(select(&self.0, id)?);
        Ok(())
    }

    async fn begin(&mut self) -> Fallible<()> {
        Ok(self.0.execute_batch("begin")?)
    }

    async fn unit(&mut self, id: i64) -> Fallible<()> {
        let transaction = self.0.transaction()?;
        let found = select(&transaction, id)?;
        transaction.prepare_cached(MARKS.update)?.execute((next_age(found.age), id))?;
        Ok(transaction.commit()?)
    }

    async fn flush(&mut self, n: u64) -> Fallible<()> {
        let transaction = self.0.transaction()?;
        for change in entities::changes(n) {
            transaction.prepare_cached(MARKS.update)?.execute((change.age, change.id))?;
        }
        Ok(transaction.commit()?)
    }

    async fn bulk(&mut self, rows: i64) -> Fallible<()> {
        let transaction = self.0.transaction()?;
        let mut insert = transaction.prepare_cached(INSERT)?;
        for user in User::many(rows) {
            let created = written(user.created);
            insert.execute((user.id, &user.name, &user.note, user.age, user.score, created))?;
        }
        drop(insert);
        Ok(transaction.commit()?)
    }

    async fn added(&mut self) -> Fallible<()> {
        let transaction = self.0.transaction()?;
        let mut users: Vec<User> = entities::new_users().collect();
        let mut insert = transaction.prepare_cached(ADD)?;
        for user in &mut users {
            let created = written(user.created);
            user.id = insert.insert((&user.name, &user.note, user.age, user.score, created))?;
        }
        drop(insert);
        transaction.commit()?;
        black_box(users);
        Ok(())
    }

    async fn many(&mut self) -> Fallible<()> {
        let transaction = self.0.transaction()?;
        let mut insert = transaction.prepare_cached(MARKS.insert_pair)?;
        for id in 0..SETS {
            insert.execute((id, format!("name {id}")))?;
        }
        drop(insert);
        Ok(transaction.commit()?)
    }

    async fn stream(&mut self) -> Fallible<usize> {
        let mut select = self.0.prepare_cached(SELECT_ALL)?;
        let mut count = 0;
        for read in select.query_map([], user)? {
            black_box(read?);
            count += 1;
        }
        Ok(count)
    }

    async fn all(&mut self) -> Fallible<usize> {
        let users: Vec<User> =
            self.0.prepare_cached(SELECT_ALL)?.query_map([], user)?.collect::<Result<_>>()?;
        Ok(users.len())
    }

    /// Its rows live as long as the step that found them, so that none can be kept.
    async fn dynamic(&mut self) -> Fallible<usize> {
        let mut select = self.0.prepare_cached(SELECT_USERS)?;
        let mut rows = select.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            black_box(user_by_names(row)?);
            count += 1;
        }
        Ok(count)
    }

    async fn trivial(&mut self) -> Fallible<usize> {
        Ok(people(&self.0)?.len())
    }

    async fn complex(&mut self) -> Fallible<usize> {
        let mut select = self.0.prepare_cached(
            "select u.id, u.name, u.hair_color, p.id, p.user_id, p.title, p.body from people u \
             left join posts p on u.id = p.user_id where u.hair_color = ? order by u.name desc",
        )?;
        let rows = select.query_map(["black"], |row| {
            let has_post = row.get_ref(3)? != rusqlite::types::ValueRef::Null;
            Ok((person(row)?, if has_post { Some(post(row, 3)?) } else { None }))
        })?;
        Ok(rows.collect::<Result<Vec<_>>>()?.len())
    }

    async fn insert(&mut self, rows: usize) -> Fallible<()> {
        let sql = format!("insert into people (name, hair_color) values {}", marks(2, rows));
        let values =
            (0..rows).flat_map(|n| [Value::from(format!("name {n}")), Value::from("black".to_owned())]);
        self.0.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        Ok(())
    }

    async fn associations(&mut self) -> Fallible<usize> {
        let people = people(&self.0)?;
        let sql =
            format!("select id, user_id, title, body from posts where user_id in {}", marks(people.len(), 1));
        let posts: Vec<Post> = self
            .0
            .prepare_cached(&sql)?
            .query_map(params_from_iter(people.iter().map(|person| person.id)), |row| post(row, 0))?
            .collect::<Result<_>>()?;
        let sql =
            format!("select id, post_id, text from comments where post_id in {}", marks(posts.len(), 1));
        let comments: Vec<Comment> = self
            .0
            .prepare_cached(&sql)?
            .query_map(params_from_iter(posts.iter().map(|post| post.id)), |row| {
                Ok(Comment { id: row.get(0)?, post_id: row.get(1)?, text: row.get(2)? })
            })?
            .collect::<Result<_>>()?;
        Ok(nest(people, posts, comments))
    }

    async fn connect(place: &Place) -> Fallible<()> {
        let one: i64 = place.file()?.query_row("select 1", [], |row| row.get(0))?;
        black_box(one);
        Ok(())
    }
}

fn people(connection: &Connection) -> Result<Vec<Person>> {
    connection.prepare_cached("select id, name, hair_color from people")?.query_map([], person)?.collect()
}

fn person(row: &Row<'_>) -> Result<Person> {
    Ok(Person { id: row.get(0)?, name: row.get(1)?, hair_color: row.get(2)? })
}

fn post(row: &Row<'_>, first: usize) -> Result<Post> {
    Ok(Post {
        id: row.get(first)?,
        user_id: row.get(first + 1)?,
        title: row.get(first + 2)?,
        body: row.get(first + 3)?,
    })
}
