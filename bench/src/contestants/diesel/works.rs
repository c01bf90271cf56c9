/// The works on a connection. By a macro, because the traits that queries need of a connection differ by database, and a
/// blocking connection differs from the others by words only: those in brackets.
macro_rules! works {
    ($connection:ty, [$($run:tt)*], [$($asynchronous:tt)*], [$($await:tt)*]) => {
        use std::hint::black_box;

        use diesel::{
            ExpressionMethods as _, JoinOnDsl as _, NullableExpressionMethods as _, OptionalExtension as _,
            QueryDsl as _, result::Error,
        };
        #[allow(unused_imports, reason = "one of the two faces has what the other imports")]
        use $($run)*;

        use crate::contestants::diesel::tables::{
            Joined, comments, many_users, people, posts, users,
        };
        use crate::{
            Fallible,
            users::{Comment, Person, Post, User, entities, nest, next_age},
        };

        type Connection = $connection;

        pub async fn select(connection: &mut Connection, id: i64) -> Fallible<()> {
            let user: Option<User> = users::table.find(id).first(connection)$($await)*.optional()?;
            black_box(user.ok_or("no row")?);
            Ok(())
        }

        pub async fn unit(connection: &mut Connection, id: i64) -> Fallible<()> {
            let unit = $($asynchronous)* move |connection: &mut Connection| {
                let found: User = users::table.find(id).first(connection)$($await)*?;
                diesel::update(users::table.find(id))
                    .set(users::age.eq(next_age(found.age)))
                    .execute(connection)$($await)*?;
                Ok::<(), Error>(())
            };
            Ok(connection.transaction(unit)$($await)*?)
        }

        pub async fn flush(connection: &mut Connection, n: u64) -> Fallible<()> {
            let unit = $($asynchronous)* move |connection: &mut Connection| {
                for change in entities::changes(n) {
                    diesel::update(users::table.find(change.id))
                        .set(users::age.eq(change.age))
                        .execute(connection)$($await)*?;
                }
                Ok::<(), Error>(())
            };
            Ok(connection.transaction(unit)$($await)*?)
        }

        pub async fn all(connection: &mut Connection) -> Fallible<usize> {
            let users: Vec<User> = many_users::table.load(connection)$($await)*?;
            Ok(black_box(users).len())
        }

        pub async fn trivial(connection: &mut Connection) -> Fallible<usize> {
            let people: Vec<Person> = people::table.load(connection)$($await)*?;
            Ok(black_box(people).len())
        }

        pub async fn complex(connection: &mut Connection) -> Fallible<usize> {
            let rows: Vec<Joined> = people::table
                .left_join(posts::table.on(people::id.eq(posts::user_id)))
                .filter(people::hair_color.eq("black"))
                .order(people::name.desc())
                .select((people::all_columns, posts::all_columns.nullable()))
                .load(connection)$($await)*?;
            Ok(black_box(rows).len())
        }

        pub async fn associations(connection: &mut Connection) -> Fallible<usize> {
            let people: Vec<Person> = people::table.load(connection)$($await)*?;
            let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
            let posts: Vec<Post> =
                posts::table.filter(posts::user_id.eq_any(ids)).load(connection)$($await)*?;
            let ids: Vec<i64> = posts.iter().map(|post| post.id).collect();
            let comments: Vec<Comment> =
                comments::table.filter(comments::post_id.eq_any(ids)).load(connection)$($await)*?;
            Ok(nest(people, posts, comments))
        }

        pub async fn one(connection: &mut Connection) -> Fallible<()> {
            let one = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"));
            black_box(one.get_result::<i32>(connection)$($await)*?);
            Ok(())
        }
    };
}

/// The works that write many rows. Apart, because SQLite has them by Diesel itself only.
macro_rules! writes {
    () => {
        use crate::contestants::diesel::tables::{NewPerson, NewUser, bulk};

        pub async fn bulk(connection: &mut Connection, rows: i64) -> Fallible<()> {
            let unit = async move |connection: &mut Connection| {
                for users in User::chunks(rows) {
                    let users: Vec<NewUser> = users.into_iter().map(NewUser::from).collect();
                    diesel::insert_into(bulk::table).values(users).execute(connection).await?;
                }
                Ok::<(), Error>(())
            };
            Ok(connection.transaction(unit).await?)
        }

        pub async fn insert(connection: &mut Connection, rows: usize) -> Fallible<()> {
            diesel::insert_into(people::table).values(NewPerson::many(rows)).execute(connection).await?;
            Ok(())
        }
    };
}

/// The methods of a contestant that are the works on its connection.
macro_rules! on_its_connection {
    ($works:ident) => {
        async fn select(&mut self, id: i64) -> Fallible<()> {
            $works::select(&mut self.connection, id).await
        }

        async fn unit(&mut self, id: i64) -> Fallible<()> {
            $works::unit(&mut self.connection, id).await
        }

        async fn flush(&mut self, n: u64) -> Fallible<()> {
            $works::flush(&mut self.connection, n).await
        }

        async fn bulk(&mut self, rows: i64) -> Fallible<()> {
            $works::bulk(&mut self.connection, rows).await
        }

        async fn all(&mut self) -> Fallible<usize> {
            $works::all(&mut self.connection).await
        }

        async fn trivial(&mut self) -> Fallible<usize> {
            $works::trivial(&mut self.connection).await
        }

        async fn complex(&mut self) -> Fallible<usize> {
            $works::complex(&mut self.connection).await
        }

        async fn insert(&mut self, rows: usize) -> Fallible<()> {
            $works::insert(&mut self.connection, rows).await
        }

        async fn associations(&mut self) -> Fallible<usize> {
            $works::associations(&mut self.connection).await
        }
    };
}

pub(super) use {on_its_connection, works, writes};
