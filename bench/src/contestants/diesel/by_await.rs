use super::works;

/// A contestant on such a connection, which runs this text first.
macro_rules! contestant {
    ($name:ident, $module:ident, $connection:ty, $first:literal, { $($writes:item)* }) => {
        mod $module {
            mod by_await {
                super::super::works::works!(
                    $connection,
                    [diesel_async::{AsyncConnection as _, RunQueryDsl as _}],
                    [async],
                    [.await]
                );
                $($writes)*
            }

            use diesel_async::{
                AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _,
                pooled_connection::{
                    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool::Pool,
                },
            };
            use futures_util::{FutureExt as _, TryStreamExt as _};

            use super::{super::tables::many_users, works};
            use crate::{
                Fallible,
                contest::{Contestant, Work},
                place::Place,
                users::User,
            };

            pub struct $name {
                connection: $connection,
                pool: Pool<$connection>,
            }

            async fn open(url: &str) -> diesel::ConnectionResult<$connection> {
                let mut connection = <$connection>::establish(url).await?;
                if !$first.is_empty() {
                    let ran = connection.batch_execute($first).await;
                    ran.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                }
                Ok(connection)
            }

            impl Contestant for $name {
                const NAME: &'static str = "diesel-async";

                fn does(work: Work) -> bool {
                    !matches!(work, Work::SelectInTransaction | Work::Added | Work::Many | Work::Dynamic)
                }

                async fn open(place: &Place) -> Fallible<Self> {
                    let mut config = ManagerConfig::default();
                    config.recycling_method = RecyclingMethod::Fast;
                    config.custom_setup = Box::new(|url| {
                        let url = url.to_owned();
                        async move { open(&url).await }.boxed()
                    });
                    let manager = AsyncDieselConnectionManager::new_with_config(&place.at, config);
                    let pool = Pool::builder(manager).max_size(8).build()?;
                    Ok(Self { connection: open(&place.at).await?, pool })
                }

                async fn checkout(&self, id: i64) -> Fallible<()> {
                    by_await::select(&mut *self.pool.get().await?, id).await
                }

                async fn script(&mut self, sql: &str) -> Fallible<()> {
                    Ok(self.connection.batch_execute(sql).await?)
                }

                async fn stream(&mut self) -> Fallible<usize> {
                    let mut rows = many_users::table.load_stream::<User>(&mut self.connection).await?;
                    let mut count = 0;
                    while let Some(user) = rows.try_next().await? {
                        std::hint::black_box(user);
                        count += 1;
                    }
                    Ok(count)
                }

                async fn connect(place: &Place) -> Fallible<()> {
                    by_await::one(&mut open(&place.at).await?).await
                }

                works::on_its_connection!(by_await);
            }
        }

        pub use $module::$name;
    };
}

contestant!(
    Sqlite,
    sqlite,
    diesel_async::sync_connection_wrapper::SyncConnectionWrapper<diesel::SqliteConnection>,
    "pragma synchronous = normal",
    {
        pub async fn bulk(connection: &mut Connection, rows: i64) -> Fallible<()> {
            Ok(connection.spawn_blocking(move |connection| blocking::bulk(connection, rows)).await?)
        }

        pub async fn insert(connection: &mut Connection, rows: usize) -> Fallible<()> {
            Ok(connection.spawn_blocking(move |connection| blocking::insert(connection, rows)).await?)
        }

        use crate::contestants::diesel::blocking;
    }
);
contestant!(Postgres, postgres, diesel_async::AsyncPgConnection, "", {
    crate::contestants::diesel::works::writes!();
});
contestant!(Mysql, mysql, diesel_async::AsyncMysqlConnection, "", {
    crate::contestants::diesel::works::writes!();
});
