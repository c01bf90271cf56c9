use std::{collections::HashMap, sync::Arc};

use sqlsession_core::{Error, ErrorKind, Result};
use tokio_postgres::types::{Kind, Oid, Type};

use super::postgres_connection::Inner;
use crate::{error::from_postgres, rows::PgColumns, wire::Description};

/// The types that are not built in and were met on a connection.
#[derive(Debug, Default)]
pub(super) struct UserTypes(HashMap<Oid, Type>);

impl UserTypes {
    fn get(&self, oid: Oid) -> Option<Type> {
        Type::from_oid(oid).or_else(|| self.0.get(&oid).cloned())
    }
}

impl Inner {
    /// The columns of a statement that was not prepared. Types that are new are asked for, when its rows are read.
    ///
    /// # Errors
    /// When the server does not tell.
    pub(super) async fn columns(&mut self, description: &Description) -> Result<Arc<PgColumns>> {
        if !self.server.masks_types() {
            self.look_up(description).await?;
        }
        Ok(self.columns_so_far(description))
    }

    /// As [`columns`](Self::columns), where types that are new are left unknown.
    pub(super) fn columns_so_far(&self, description: &Description) -> Arc<PgColumns> {
        let columns = description.columns();
        PgColumns::named(columns.map(|(name, oid)| (name, self.types.get(oid).unwrap_or(Type::UNKNOWN))))
    }

    async fn look_up(&mut self, description: &Description) -> Result<()> {
        let mut unmet: Vec<Oid> = description.columns().map(|(_, oid)| oid).collect();
        unmet.retain(|oid| self.types.get(*oid).is_none());
        unmet.sort_unstable();
        unmet.dedup();
        if unmet.is_empty() {
            return Ok(());
        }
        // tokio-postgres looks up what it meets as the type of a parameter.
        let places: Vec<String> = (1..=unmet.len()).map(|place| format!("${place}")).collect();
        let nameless = |oid| Type::new(String::new(), oid, Kind::Simple, String::new());
        let types: Vec<Type> = unmet.into_iter().map(nameless).collect();
        let query = format!("SELECT {}", places.join(", "));
        let statement = self.client.prepare_typed(&query, &types).await.map_err(from_postgres);
        let statement = statement.inspect_err(|error| self.looked_up_in_vain(error))?;
        self.types.0.extend(statement.params().iter().map(|ty| (ty.oid(), ty.clone())));
        Ok(())
    }

    /// What was to be prepared failed. The only statements that can be missing are those by which tokio-postgres looks types
    /// up, and it does not prepare them again.
    pub(super) fn looked_up_in_vain(&self, error: &Error) {
        if error.kind() == ErrorKind::SchemaChanged {
            self.server.deallocates();
        }
    }
}
