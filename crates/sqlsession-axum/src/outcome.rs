use sqlsession::Error;

/// Why the scope of a request does not commit.
pub(crate) enum Refusal<R, E> {
    /// The response is not one that commits.
    Response(R),
    /// The service has failed.
    Service(E),
    /// The database has.
    Database(Error),
}

impl<R, E> From<Error> for Refusal<R, E> {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}
