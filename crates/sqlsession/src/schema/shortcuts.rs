use sqlsession_core::{Entity, Result};

use super::Schema;
use crate::{AsyncDatabase, Database};

impl AsyncDatabase {
    /// Creates the table of an entity if it is not there yet.
    ///
    /// # Errors
    /// As [`Schema::create_all`].
    pub async fn create_table<E: Entity>(&self) -> Result<()> {
        Schema::new().table::<E>().create_all(self).await
    }

    /// Drops the table of an entity if it is there.
    ///
    /// # Errors
    /// As [`Schema::drop_all`].
    pub async fn drop_table<E: Entity>(&self) -> Result<()> {
        Schema::new().table::<E>().drop_all(self).await
    }
}

impl Database {
    /// Creates the table of an entity if it is not there yet.
    ///
    /// # Errors
    /// As [`Schema::create_all`]; `InvalidState` inside an async task.
    pub fn create_table<E: Entity>(&self) -> Result<()> {
        Schema::new().table::<E>().create_all(self)
    }

    /// Drops the table of an entity if it is there.
    ///
    /// # Errors
    /// As [`create_table`](Self::create_table).
    pub fn drop_table<E: Entity>(&self) -> Result<()> {
        Schema::new().table::<E>().drop_all(self)
    }
}
