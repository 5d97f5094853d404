//! The base URL of a server.

use http::Uri;

use crate::{Error, Release};

/// The URL of a server, without a path of the API: scheme, host, port, and a prefix of the path if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    /// Without a slash at the end.
    text: String,
    is_https: bool,
}

impl BaseUrl {
    /// Reads the URL that a person gives: `https://vcenter.example.com`, with or without `/sdk` at the end.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        // What was met is not shown: a user name and a password may stand in it.
        let refused =
            |reason: &str| Error::Setup(format!("the URL of the server {reason}, as in `https://vcenter.example.com`"));
        let uri: Uri = text.trim().parse().map_err(|_| refused("must be an absolute URL"))?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(refused("must begin with https:// or http://")),
        };
        let authority = uri.authority().ok_or_else(|| refused("must name a host"))?;
        if authority.as_str().contains('@') {
            return Err(refused("must not hold a user name or a password"));
        }
        if uri.query().is_some() || text.contains('#') {
            return Err(refused("must not hold a query or a fragment"));
        }
        let path = uri.path().trim_end_matches('/');
        let path = path.strip_suffix("/sdk").unwrap_or(path).trim_end_matches('/');
        let scheme = if is_https { "https" } else { "http" };
        Ok(Self { text: format!("{scheme}://{authority}{path}"), is_https })
    }

    /// The part of the URL that all operations of a release share.
    pub(crate) fn of_release(&self, release: Release) -> String {
        format!("{}/sdk/vim25/{release}", self.text)
    }

    /// A URL below the base.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The URL as it is shown.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    #[cfg_attr(not(feature = "reqwest"), expect(dead_code, reason = "only the default transport asks"))]
    pub(crate) fn is_https(&self) -> bool {
        self.is_https
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn url(text: &str) -> String {
        BaseUrl::parse(text).expect(text).of_release(Release::new(8, 0, 2, 0))
    }

    #[test]
    fn scheme_port_and_prefix_are_kept() {
        assert_eq!(url("https://vc.example.com"), "https://vc.example.com/sdk/vim25/8.0.2.0");
        assert_eq!(url("http://127.0.0.1:8989/"), "http://127.0.0.1:8989/sdk/vim25/8.0.2.0");
        assert_eq!(url("https://proxy:8443/lab//"), "https://proxy:8443/lab/sdk/vim25/8.0.2.0");
        assert_eq!(url("https://[::1]:443/x"), "https://[::1]:443/x/sdk/vim25/8.0.2.0");
    }

    #[test]
    fn the_sdk_that_soap_clients_need_is_dropped() {
        assert_eq!(url("https://vc.example.com/sdk/"), "https://vc.example.com/sdk/vim25/8.0.2.0");
        assert_eq!(url("https://vc.example.com/prefix/sdk"), "https://vc.example.com/prefix/sdk/vim25/8.0.2.0");
    }

    #[test]
    fn what_is_no_base_url_is_refused_and_not_shown() {
        for text in [
            "",
            "vc.example.com",
            "ftp://vc",
            "https://",
            "https://root:hunter2@vc",
            "https://vc?x=hunter2",
            "https://vc#hunter2",
        ] {
            let error = BaseUrl::parse(text).expect_err(text).to_string();
            assert!(error.starts_with("the URL of the server must") && !error.contains("hunter2"), "{error}");
        }
    }
}
