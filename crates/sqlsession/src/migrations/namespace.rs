use sqlsession_core::{AsyncConnection, Result, text};

/// Where a session looks for names, as it was before the first file.
///
/// A file may leave it elsewhere, as those of pg_dump do. There the history would not be found, and where the next file makes
/// its tables would depend on whether one run applies both.
#[derive(Debug)]
pub(super) enum Namespace {
    /// There is one for all, or nothing is known of it.
    Only,
    /// The search path of PostgreSQL.
    Path(String),
    /// The database of MySQL.
    Database(String),
}

impl Namespace {
    /// # Errors
    /// The server's.
    pub(super) async fn read(connection: &mut AsyncConnection) -> Result<Self> {
        let (ask, kind): (_, fn(String) -> Self) = match connection.dialect().name {
            "postgresql" => ("select current_setting('search_path')", Self::Path),
            "mysql" => ("select database()", Self::Database),
            _ => return Ok(Self::Only),
        };
        let name = connection.scalar::<String>(ask).await?;
        connection.commit().await?;
        Ok(name.map_or(Self::Only, kind))
    }

    /// # Errors
    /// The server's.
    pub(super) async fn put_back(&self, connection: &mut AsyncConnection) -> Result<()> {
        match self {
            Self::Only => Ok(()),
            Self::Path(path) => {
                let set = text("select set_config('search_path', :path, false)").bind("path", path.as_str());
                connection.execute(set).await.map(drop)
            }
            // As a text: one that is prepared runs in the database in which it was, and behind it the server is back in the other.
            Self::Database(name) => {
                connection.execute_script(format!("use `{}`", name.replace('`', "``"))).await
            }
        }
    }
}
