/// Makes an enum of the words that an option of a URL takes. It is for drivers.
#[doc(hidden)]
#[macro_export]
macro_rules! option_words {
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

        impl ::std::str::FromStr for $name {
            type Err = $crate::Error;

            /// Takes the word in any case.
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::Error> {
                $(if text.eq_ignore_ascii_case($word) {
                    return ::std::result::Result::Ok(Self::$variant);
                })+
                ::std::result::Result::Err($crate::Error::new(
                    $crate::ErrorKind::Configuration,
                    ::std::format!("unknown {} {text:?}: use {}", $what, [$($word),+].join(", ")),
                ))
            }
        }
    };
}
