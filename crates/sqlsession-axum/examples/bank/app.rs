//! The routes of the bank. Each request is one transaction.

use axum::{
    Json, Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use sqlsession::{AsyncDatabase, AsyncSession, FromRow, Result, text};
use sqlsession_axum::{DatabaseError, RequestSession, SessionLayer};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, FromRow)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) owner: String,
    pub(crate) balance: i64,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Transfer {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) amount: i64,
}

pub(crate) fn app(db: AsyncDatabase) -> Router {
    Router::new()
        .route("/accounts", post(open_account))
        .route("/accounts/{id}", get(account))
        .route("/transfers", post(transfer))
        .layer(SessionLayer::new(db))
}

pub(crate) async fn create_tables(db: &AsyncDatabase) -> Result<()> {
    let accounts = "create table if not exists accounts
        (id bigint primary key, owner varchar(100) not null, balance bigint not null)";
    db.execute(accounts).await.map(drop)
}

/// Why a request is refused.
pub(crate) enum Refusal {
    Database(DatabaseError),
    UnknownAccount(i64),
    NotEnough,
}

impl From<sqlsession::Error> for Refusal {
    fn from(error: sqlsession::Error) -> Self {
        Self::Database(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Database(error) => error.into_response(),
            Self::UnknownAccount(id) => (StatusCode::NOT_FOUND, format!("no account {id}")).into_response(),
            Self::NotEnough => (StatusCode::CONFLICT, "not enough money").into_response(),
        }
    }
}

async fn open_account(
    mut session: RequestSession,
    Json(account): Json<Account>,
) -> Result<(StatusCode, Json<Account>), DatabaseError> {
    let insert = text("insert into accounts values (:id, :owner, :balance)")
        .bind("id", account.id)
        .bind("owner", &account.owner)
        .bind("balance", account.balance);
    session.execute(insert).await?;
    Ok((StatusCode::CREATED, Json(account)))
}

async fn account(mut session: RequestSession, Path(id): Path<i64>) -> Result<Json<Account>, DatabaseError> {
    let select = text("select id, owner, balance from accounts where id = :id").bind("id", id);
    Ok(Json(session.one(select).await?))
}

/// What is taken from one account is given to the other, or stays where it is: an error rolls back.
async fn transfer(mut session: RequestSession, Json(transfer): Json<Transfer>) -> Result<(), Refusal> {
    let Transfer { from, to, amount } = transfer;
    if !add(&mut session, from, -amount).await? {
        return Err(Refusal::NotEnough);
    }
    if !add(&mut session, to, amount).await? {
        return Err(Refusal::UnknownAccount(to));
    }
    Ok(())
}

/// Whether there is such an account, and has enough.
async fn add(session: &mut AsyncSession, id: i64, amount: i64) -> Result<bool> {
    let update =
        text("update accounts set balance = balance + :amount where id = :id and balance + :amount >= 0")
            .bind("amount", amount)
            .bind("id", id);
    Ok(session.execute(update).await?.rowcount() == Some(1))
}
