use std::str::FromStr;

use sqlsession_core::{Error, ErrorKind, option_words};

option_words! {
    /// How a server may have a user prove who he is: the words of libpq's `require_auth`.
    AuthMethod, "require_auth":
    /// The password itself, in clear text.
    Password = "password",
    /// MD5 of the password, which is weak.
    Md5 = "md5",
    /// Kerberos, which this driver does not have.
    Gss = "gss",
    /// Windows' own, which this driver does not have.
    Sspi = "sspi",
    /// SCRAM: server and client prove to each other that they know the password.
    ScramSha256 = "scram-sha-256",
    /// Nothing is asked for, or a certificate alone.
    None = "none",
}

impl AuthMethod {
    const ALL: [Self; 6] = [Self::Password, Self::Md5, Self::Gss, Self::Sspi, Self::ScramSha256, Self::None];
}

/// The methods that will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequiredAuth(pub(super) Vec<AuthMethod>);

impl RequiredAuth {
    pub(crate) fn takes(&self, method: AuthMethod) -> bool {
        self.0.contains(&method)
    }

    /// The words of the methods, for an error.
    pub(crate) fn words(&self) -> String {
        self.0.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// `a,b` is one of these, `!a,!b` is none of these.
impl FromStr for RequiredAuth {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let words: Vec<_> = text.split(',').map(str::trim).collect();
        let refused: Vec<_> = words.iter().filter_map(|word| word.strip_prefix('!')).collect();
        if refused.is_empty() {
            return words.into_iter().map(str::parse).collect::<Result<_, _>>().map(Self);
        }
        if refused.len() < words.len() {
            return Err(Error::new(
                ErrorKind::Configuration,
                "a method with a `!` stands beside one without",
            ));
        }
        let refused = refused.into_iter().map(str::parse).collect::<Result<Vec<AuthMethod>, _>>()?;
        Ok(Self(AuthMethod::ALL.into_iter().filter(|method| !refused.contains(method)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_what_will_do_or_what_will_not() {
        let read = |text: &str| text.parse::<RequiredAuth>().ok().map(|required| required.words());
        assert_eq!(read("scram-sha-256").as_deref(), Some("scram-sha-256"));
        assert_eq!(read("scram-sha-256, none").as_deref(), Some("scram-sha-256, none"));
        assert_eq!(read("!password,!md5").as_deref(), Some("gss, sspi, scram-sha-256, none"));
        for wrong in ["", "scram", "!password,md5", "md5,!password", "!", "md5,"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
