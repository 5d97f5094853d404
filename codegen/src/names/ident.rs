//! Identifiers as plain data: those of proc-macro2 cannot be sent to another thread, and the files are written on several.

use std::fmt;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _};

/// An identifier of the generated crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ident(String);

impl Ident {
    /// A word that Rust takes as an identifier.
    pub(super) fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// A keyword, to be written with `r#`.
    pub(super) fn new_raw(name: &str) -> Self {
        Self(format!("r#{name}"))
    }

    /// The identifier without `r#`.
    pub(super) fn plain(&self) -> &str {
        self.0.strip_prefix("r#").unwrap_or(&self.0)
    }
}

/// Shows `r#`, where there is one.
impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for Ident {
    fn eq(&self, other: &str) -> bool {
        self.0 == *other
    }
}

impl PartialEq<&str> for Ident {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl ToTokens for Ident {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let span = Span::call_site();
        tokens.append(match self.0.strip_prefix("r#") {
            Some(keyword) => proc_macro2::Ident::new_raw(keyword, span),
            None => proc_macro2::Ident::new(&self.0, span),
        });
    }
}
