use sqlsession_core::{Error, ErrorKind, Result, url::UrlOptions};

/// The variables of libpq's that ask for more safety than this driver has means for, and the values that ask for nothing.
pub(super) const DEMANDS: &[(&str, &[&str])] = &[
    ("PGGSSENCMODE", &["disable", "prefer"]),
    ("PGREQUIREPEER", &[]),
    ("PGSSLCERTMODE", &["allow"]),
    ("PGSSLCRLDIR", &[]),
    ("PGSSLMINPROTOCOLVERSION", &["TLSv1", "TLSv1.1", "TLSv1.2"]),
];

/// Refuses what cannot be kept, for who set it relies on it.
///
/// # Errors
/// `Configuration`, which names the variable.
pub(super) fn check(mut variables: UrlOptions) -> Result<()> {
    for (name, harmless) in DEMANDS {
        let Some(value) = variables.take_str(name)? else { continue };
        if !harmless.iter().any(|word| word.eq_ignore_ascii_case(&value)) {
            let message = format!("the variable `{name}` asks for what this driver cannot do: unset it");
            return Err(Error::new(ErrorKind::Configuration, message));
        }
    }
    Ok(())
}
