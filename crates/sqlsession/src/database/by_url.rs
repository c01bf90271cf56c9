//! One client for each URL, on request.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use sqlsession_core::{DatabaseUrl, Error, Result};

/// Clients by URL. A static of each client type holds one.
pub(super) struct ByUrl<C>(Mutex<Option<HashMap<DatabaseUrl, C>>>);

impl<C: Clone> ByUrl<C> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// The client of this URL; the first call makes it, and the first one after its engine was closed.
    pub(super) fn get<U>(
        &self,
        url: U,
        is_closed: impl FnOnce(&C) -> bool,
        make: impl FnOnce(DatabaseUrl) -> Result<C>,
    ) -> Result<C>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        let url = url.try_into().map_err(Into::into)?;
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let clients = clients.get_or_insert_with(HashMap::new);
        if let Some(client) = clients.get(&url)
            && !is_closed(client)
        {
            return Ok(client.clone());
        }
        let client = make(url.clone())?;
        clients.insert(url, client.clone());
        Ok(client)
    }
}
