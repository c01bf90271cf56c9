use sqlsession_core::option_words;

option_words! {
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

option_words! {
    /// Whether connections of this process share one page cache.
    CacheMode, "cache":
    /// They do. SQLite advises against it.
    Shared = "shared",
    /// Each has its own.
    Private = "private",
}

option_words! {
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

option_words! {
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

option_words! {
    /// Where temporary tables and indexes are kept.
    TempStore, "temp store":
    /// As SQLite was built.
    Default = "default",
    /// In files.
    File = "file",
    /// In memory.
    Memory = "memory",
}
