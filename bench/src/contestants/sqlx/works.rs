/// The works over one database. By a macro, because sqlx's traits are another set for each: bounds that hold for all would
/// be longer than the works.
macro_rules! contestant {
    ($name:ident, $database:ty, $texts:expr, |$place:ident| $options:expr) => {
        pub struct $name {
            connection: <$database as sqlx::Database>::Connection,
            pool: sqlx::Pool<$database>,
        }

        const _: () = {
            use std::hint::black_box;

            use futures_util::TryStreamExt as _;
            use sqlx::{ConnectOptions as _, Connection as _, QueryBuilder, Row as _};

            use crate::{
                Fallible,
                contest::{Contestant, Work},
                place::Place,
                users::{Comment, Person, Post, SELECT_ALL, SELECT_USERS, User, entities, nest, next_age},
            };

            type Connection = <$database as sqlx::Database>::Connection;
            type Options = <Connection as sqlx::Connection>::Options;

            fn options($place: &Place) -> Fallible<Options> {
                Ok($options)
            }

            async fn select(connection: &mut Connection, id: i64) -> sqlx::Result<User> {
                sqlx::query_as($texts.select).bind(id).fetch_one(connection).await
            }

            async fn people(connection: &mut Connection) -> sqlx::Result<Vec<Person>> {
                sqlx::query_as("select id, name, hair_color from people").fetch_all(connection).await
            }

            fn within(start: &'static str, ids: impl Iterator<Item = i64>) -> QueryBuilder<$database> {
                let mut query = QueryBuilder::new(start);
                let mut list = query.separated(", ");
                for id in ids {
                    list.push_bind(id);
                }
                list.push_unseparated(")");
                query
            }

            impl Contestant for $name {
                const NAME: &'static str = "sqlx";

                fn does(work: Work) -> bool {
                    !matches!(work, Work::Added | Work::Many)
                }

                async fn open(place: &Place) -> Fallible<Self> {
                    Ok(Self {
                        connection: options(place)?.connect().await?,
                        pool: sqlx::pool::PoolOptions::new()
                            .max_connections(8)
                            .connect_lazy_with(options(place)?),
                    })
                }

                async fn script(&mut self, sql: &str) -> Fallible<()> {
                    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut self.connection).await?;
                    Ok(())
                }

                async fn select(&mut self, id: i64) -> Fallible<()> {
                    black_box(select(&mut self.connection, id).await?);
                    Ok(())
                }

                async fn begin(&mut self) -> Fallible<()> {
                    sqlx::raw_sql("begin").execute(&mut self.connection).await?;
                    Ok(())
                }

                async fn unit(&mut self, id: i64) -> Fallible<()> {
                    let mut transaction = self.connection.begin().await?;
                    let found = select(&mut transaction, id).await?;
                    sqlx::query($texts.update)
                        .bind(next_age(found.age))
                        .bind(id)
                        .execute(&mut *transaction)
                        .await?;
                    Ok(transaction.commit().await?)
                }

                async fn checkout(&self, id: i64) -> Fallible<()> {
                    let user: User = sqlx::query_as($texts.select).bind(id).fetch_one(&self.pool).await?;
                    black_box(user);
                    Ok(())
                }

                async fn flush(&mut self, n: u64) -> Fallible<()> {
                    let mut transaction = self.connection.begin().await?;
                    for change in entities::changes(n) {
                        sqlx::query($texts.update)
                            .bind(change.age)
                            .bind(change.id)
                            .execute(&mut *transaction)
                            .await?;
                    }
                    Ok(transaction.commit().await?)
                }

                async fn bulk(&mut self, rows: i64) -> Fallible<()> {
                    let mut transaction = self.connection.begin().await?;
                    for users in User::chunks(rows) {
                        let mut insert: QueryBuilder<$database> =
                            QueryBuilder::new("insert into bulk (id, name, note, age, score, created) ");
                        insert.push_values(users, |mut row, user| {
                            row.push_bind(user.id)
                                .push_bind(user.name)
                                .push_bind(user.note)
                                .push_bind(user.age)
                                .push_bind(user.score)
                                .push_bind(user.created);
                        });
                        insert.build().execute(&mut *transaction).await?;
                    }
                    Ok(transaction.commit().await?)
                }

                async fn stream(&mut self) -> Fallible<usize> {
                    let mut rows = sqlx::query_as::<_, User>(SELECT_ALL).fetch(&mut self.connection);
                    let mut count = 0;
                    while let Some(user) = rows.try_next().await? {
                        black_box(user);
                        count += 1;
                    }
                    Ok(count)
                }

                async fn all(&mut self) -> Fallible<usize> {
                    let users: Vec<User> = sqlx::query_as(SELECT_ALL).fetch_all(&mut self.connection).await?;
                    Ok(users.len())
                }

                async fn dynamic(&mut self) -> Fallible<usize> {
                    let rows = sqlx::query(SELECT_USERS).fetch_all(&mut self.connection).await?;
                    for row in &rows {
                        black_box(User {
                            id: row.try_get("id")?,
                            name: row.try_get("name")?,
                            note: row.try_get("note")?,
                            age: row.try_get("age")?,
                            score: row.try_get("score")?,
                            created: row.try_get("created")?,
                        });
                    }
                    Ok(rows.len())
                }

                async fn trivial(&mut self) -> Fallible<usize> {
                    Ok(people(&mut self.connection).await?.len())
                }

                async fn complex(&mut self) -> Fallible<usize> {
                    let mut query: QueryBuilder<$database> = QueryBuilder::new(
                        "select u.id, u.name, u.hair_color, p.id, p.user_id, p.title, p.body from people u \
                         left join posts p on u.id = p.user_id where u.hair_color = ",
                    );
                    query.push_bind("black").push(" order by u.name desc");
                    type Joined = (
                        i64,
                        String,
                        Option<String>,
                        Option<i64>,
                        Option<i64>,
                        Option<String>,
                        Option<String>,
                    );
                    let rows: Vec<Joined> = query.build_query_as().fetch_all(&mut self.connection).await?;
                    let read = |(id, name, hair_color, post_id, user_id, title, body): Joined| {
                        let post = post_id.zip(user_id).zip(title);
                        let post = post.map(|((id, user_id), title)| Post { id, user_id, title, body });
                        (Person { id, name, hair_color }, post)
                    };
                    let people: Vec<(Person, Option<Post>)> = rows.into_iter().map(read).collect();
                    Ok(black_box(people).len())
                }

                async fn insert(&mut self, rows: usize) -> Fallible<()> {
                    let mut insert: QueryBuilder<$database> =
                        QueryBuilder::new("insert into people (name, hair_color) ");
                    insert.push_values(0..rows, |mut row, n| {
                        row.push_bind(format!("name {n}")).push_bind("black");
                    });
                    insert.build().execute(&mut self.connection).await?;
                    Ok(())
                }

                async fn associations(&mut self) -> Fallible<usize> {
                    let people = people(&mut self.connection).await?;
                    let ids = people.iter().map(|person| person.id);
                    let posts: Vec<Post> =
                        within("select id, user_id, title, body from posts where user_id in (", ids)
                            .build_query_as()
                            .fetch_all(&mut self.connection)
                            .await?;
                    let ids = posts.iter().map(|post| post.id);
                    let comments: Vec<Comment> =
                        within("select id, post_id, text from comments where post_id in (", ids)
                            .build_query_as()
                            .fetch_all(&mut self.connection)
                            .await?;
                    Ok(nest(people, posts, comments))
                }

                async fn connect(place: &Place) -> Fallible<()> {
                    let mut connection = options(place)?.connect().await?;
                    let one: (i32,) = sqlx::query_as("select 1").fetch_one(&mut connection).await?;
                    black_box(one);
                    Ok(connection.close().await?)
                }
            }
        };
    };
}

pub(super) use contestant;
