use super::{DatabaseUrl, UrlQuery};

/// Making a URL from its parts. The parts are given as they are meant, not encoded.
///
/// Host and database have no escapes in this grammar and are rendered as they are: one that holds a character of the
/// grammar, such as a `?` in a database, reads back differently from the [rendered](Self::render) text.
impl DatabaseUrl {
    /// A URL of this dialect, or `dialect+driver`, and nothing else.
    ///
    /// ```
    /// use sqlsession_core::DatabaseUrl;
    ///
    /// let url = DatabaseUrl::new("postgresql")
    ///     .with_username("app")
    ///     .with_password("p/w")
    ///     .with_host("::1")
    ///     .with_database("shop")
    ///     .with_query("sslmode", "require");
    /// assert_eq!(url.render(), "postgresql://app:p%2Fw@[::1]/shop?sslmode=require");
    /// ```
    #[must_use]
    pub fn new(drivername: impl Into<String>) -> Self {
        Self {
            drivername: drivername.into(),
            username: None,
            password: None,
            host: None,
            port: None,
            database: None,
            query: UrlQuery::new(),
        }
    }

    /// With this dialect, or `dialect+driver`, in place of the one before.
    #[must_use]
    pub fn with_drivername(mut self, drivername: impl Into<String>) -> Self {
        self.drivername = drivername.into();
        self
    }

    /// With this user.
    #[must_use]
    pub fn with_username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// With this password. A URL that has no user gets the empty one, for a password cannot be written without.
    #[must_use]
    pub fn with_password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self.username.get_or_insert_default();
        self
    }

    /// Without the password.
    #[must_use]
    pub fn without_password(mut self) -> Self {
        self.password = None;
        self
    }

    /// With this host, an IPv6 address without brackets. An empty host is none.
    #[must_use]
    pub fn with_host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into()).filter(|host| !host.is_empty());
        self
    }

    /// With this port.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Without the port.
    #[must_use]
    pub fn without_port(mut self) -> Self {
        self.port = None;
        self
    }

    /// With this database. For SQLite it is the file: `x.db`, `/srv/x.db`, `:memory:`.
    #[must_use]
    pub fn with_database(mut self, database: impl Into<String>) -> Self {
        self.database = Some(database.into());
        self
    }

    /// Without the database.
    #[must_use]
    pub fn without_database(mut self) -> Self {
        self.database = None;
        self
    }

    /// With this option in place of every value it had. An empty value is none.
    #[must_use]
    pub fn with_query(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.set(key, value);
        self
    }

    /// With this value after those the option has. An empty value is none.
    #[must_use]
    pub fn with_query_appended(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.append(key, value);
        self
    }

    /// With the options of this text, `a=1&b=2` with percent escapes, in place of those of the same name.
    #[must_use]
    pub fn with_query_string(mut self, text: &str) -> Self {
        self.query.update(UrlQuery::parse(text));
        self
    }

    /// Without this option.
    #[must_use]
    pub fn without_query(mut self, key: &str) -> Self {
        self.query.remove(key);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> DatabaseUrl {
        DatabaseUrl::parse("postgresql://u:p@h/db?a=1").unwrap()
    }

    #[test]
    fn every_part_can_be_given() {
        let url = DatabaseUrl::new("postgresql+asyncpg")
            .with_username("u@x")
            .with_password("p/w:x")
            .with_host("h")
            .with_port(5432)
            .with_database("d b")
            .with_query_appended("a", "1")
            .with_query("b", "x y")
            .with_query_appended("a", "2");
        assert_eq!(url.render(), "postgresql+asyncpg://u%40x:p%2Fw%3Ax@h:5432/d b?a=1&a=2&b=x+y");
        assert_eq!(DatabaseUrl::parse(&url.render()).unwrap(), url);
    }

    #[test]
    fn a_part_replaces_the_one_before() {
        let url = base().with_database("other").with_drivername("mysql").with_port(1).with_port(2);
        assert_eq!(url.render(), "mysql://u:p@h:2/other?a=1");
        assert_eq!(url.without_port().without_database().without_password().render(), "mysql://u@h?a=1");
    }

    #[test]
    fn a_password_alone_is_not_lost() {
        let url = DatabaseUrl::new("postgresql").with_password("p").with_host("h");
        assert_eq!(url.render(), "postgresql://:p@h");
        assert_eq!(url.with_username("u").render(), "postgresql://u:p@h");
    }

    #[test]
    fn an_empty_host_is_none() {
        assert_eq!(base().with_host("").host(), None);
        let url = DatabaseUrl::new("postgresql").with_username("").with_password("").with_host("");
        assert_eq!(url.with_database("").render(), "postgresql://:@/");
    }

    #[test]
    fn options_are_replaced_added_and_removed() {
        assert_eq!(base().with_query("a", "2").query_values("a"), ["2"]);
        assert_eq!(base().with_query("a", "").query_value("a"), None);
        assert_eq!(base().with_query_appended("a", "2").query_values("a"), ["1", "2"]);
        let several = base().with_query_string("a=2&b=%40&a=3");
        assert_eq!(several.query_values("a"), ["2", "3"]);
        assert_eq!(several.query_value("b"), Some("@"));
        assert_eq!(several.without_query("a").render(), "postgresql://u:p@h/db?b=%40");
    }
}
