use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sqlsession_core::{
    AsyncConnection, AsyncEngine, DatabaseUrl, EngineOptions, Error, ErrorKind, Result, driver::BoxFuture,
};

use crate::{Backend, Database, backend::MakeEngine};

/// A backend whose databases are files: SQLite. Each scenario has a folder of its own below the system's one for
/// temporary files.
#[derive(Clone)]
pub struct FileBackend {
    make_engine: Arc<MakeEngine>,
}

impl fmt::Debug for FileBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileBackend").finish_non_exhaustive()
    }
}

impl FileBackend {
    /// SQLite, by the driver whose engines `make_engine` makes.
    pub fn sqlite(
        make_engine: impl Fn(DatabaseUrl, EngineOptions) -> Result<AsyncEngine> + Send + Sync + 'static,
    ) -> Self {
        Self { make_engine: Arc::new(make_engine) }
    }
}

impl Backend for FileBackend {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn engine(&self, url: DatabaseUrl, options: EngineOptions) -> Result<AsyncEngine> {
        (self.make_engine)(url, options)
    }

    fn driver(&self) -> Option<&'static str> {
        let engine = self.engine(DatabaseUrl::new("sqlite"), EngineOptions::default()).ok()?;
        Some(engine.dialect().driver)
    }

    fn create_database(&self) -> BoxFuture<'_, Result<Box<dyn Database>>> {
        Box::pin(async { Ok(Box::new(FileDatabase::create().map_err(failed)?) as Box<dyn Database>) })
    }
}

/// A folder with the file of one scenario, which the first connection makes, and a file that is no database.
#[derive(Debug)]
struct FileDatabase {
    number: u64,
    folder: PathBuf,
}

impl FileDatabase {
    fn create() -> io::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("sqlsession-conformance-{}-{number}", process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("notadb"), "This is a text file and no database.\n".repeat(100))?;
        Ok(Self { number, folder })
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }
}

impl Database for FileDatabase {
    fn url(&self) -> DatabaseUrl {
        DatabaseUrl::new("sqlite").with_database(self.path("scenario.db"))
    }

    fn place(&self, name: &str) -> Option<String> {
        match name {
            "db" => Some(self.path("scenario.db")),
            "scratch" => Some(self.folder.to_string_lossy().into_owned()),
            "n" => Some(format!("{}_{}", process::id(), self.number)),
            "notadb" => Some(self.path("notadb")),
            _ => None,
        }
    }

    fn kill_all<'a>(&'a self, _outside: &'a mut AsyncConnection) -> BoxFuture<'a, Result<Option<u64>>> {
        Box::pin(async { Ok(None) })
    }

    fn remove(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move { remove_folder(&self.folder).map_err(failed) })
    }
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn failed(error: io::Error) -> Error {
    Error::new(ErrorKind::Configuration, "the folder of a scenario cannot be used").with_cause(error)
}
