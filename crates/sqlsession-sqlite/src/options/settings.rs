use std::str::FromStr;

use sqlsession_core::{Error, ErrorKind};

/// Makes an enum of words that an option takes.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal: $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The word for it, as the URL has it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// Takes the word in any case.
            fn from_str(text: &str) -> Result<Self, Error> {
                $(if text.eq_ignore_ascii_case($word) {
                    return Ok(Self::$variant);
                })+
                Err(Error::new(
                    ErrorKind::Configuration,
                    format!("unknown {} {text:?}: use {}", $what, [$($word),+].join(", ")),
                ))
            }
        }
    };
}

words! {
    /// How the file is opened.
    OpenMode, "mode":
    /// For reading; it must exist.
    ReadOnly = "ro",
    /// For reading and writing; it must exist.
    ReadWrite = "rw",
    /// For reading and writing; it is made if it is not there.
    Create = "rwc",
    /// Not a file: a database in memory that belongs to the engine.
    Memory = "memory",
}

words! {
    /// Whether connections of this process share one page cache.
    CacheMode, "cache":
    /// They do. SQLite advises against it.
    Shared = "shared",
    /// Each has its own.
    Private = "private",
}

words! {
    /// How a transaction is made atomic.
    JournalMode, "journal mode":
    /// A write-ahead log: readers and the writer do not wait for each other. The file keeps the mode.
    Wal = "wal",
    /// A rollback journal that is deleted.
    Delete = "delete",
    /// A rollback journal that is emptied.
    Truncate = "truncate",
    /// A rollback journal whose head is overwritten.
    Persist = "persist",
    /// A rollback journal in memory: a crash while writing destroys the file.
    Memory = "memory",
    /// No journal: ROLLBACK does not work.
    Off = "off",
    /// As the file has it.
    Keep = "keep",
}

words! {
    /// When SQLite waits for the disk.
    Synchronous, "synchronous":
    /// Never: a power cut may destroy the file.
    Off = "off",
    /// At the critical moments: with a write-ahead log, a power cut may lose the last commits, but never damages the file.
    Normal = "normal",
    /// At each commit: what is committed stays.
    Full = "full",
    /// At each commit, and for the directory of a rollback journal too.
    Extra = "extra",
}

words! {
    /// Where temporary tables and indexes are kept.
    TempStore, "temp store":
    /// As SQLite was built.
    Default = "default",
    /// In files.
    File = "file",
    /// In memory.
    Memory = "memory",
}
