use futures_util::join;

use super::{TokioPostgres, rows};
use crate::{
    Fallible,
    contest::{Contestant, Work},
    place::Place,
    users::next_age,
};

/// What can be had by hand: BEGIN with the select and COMMIT with the update, two round trips.
pub struct Joined(TokioPostgres);

impl Contestant for Joined {
    const NAME: &'static str = "tokio-postgres, joined";

    fn does(work: Work) -> bool {
        work == Work::Unit
    }

    async fn open(place: &Place) -> Fallible<Self> {
        Ok(Self(TokioPostgres::open(place).await?))
    }

    async fn unit(&mut self, id: i64) -> Fallible<()> {
        let TokioPostgres { client, select, update, .. } = &self.0;
        let (begun, found) =
            join!(client.batch_execute("begin"), async { client.query_one(select, &[&id]).await });
        begun?;
        let age = next_age(rows::user(&found?)?.age);
        let (updated, committed) =
            join!(async { client.execute(update, &[&age, &id]).await }, client.batch_execute("commit"));
        updated?;
        Ok(committed?)
    }
}
