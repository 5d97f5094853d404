//! The page that shows a running simulator in a browser.

use http::{HeaderValue, StatusCode, header};

use crate::reply::Reply;

/// Where the page is.
pub(crate) const PATH: &str = "/";

const HTML: &str = include_str!("page/page.html");

/// Nothing runs but the script of the page itself, known by its hash, and it can speak to this server only.
const POLICY: &str = "default-src 'none'; connect-src 'self'; img-src data:; \
    script-src 'sha256-17RiPNaxDXid1nA0SOpv/rwY5vsj9+pFxfjR7FKU8NM='; style-src 'sha256-4ldA+sJNmNnb3SKU+SYbnYesEjg0k1E5ZLg9Vo6G0qg='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page.
pub(crate) fn reply() -> Reply {
    let mut reply = Reply::new(StatusCode::OK, "text/html; charset=utf-8", HTML.into());
    let headers = reply.response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    reply
}

#[cfg(all(test, feature = "tls"))]
mod tests {
    use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;

    use super::*;

    /// What the policy has to say of an element with text in it.
    fn hash(element: &str) -> String {
        let (_, rest) = HTML.split_once(&format!("<{element}>")).unwrap();
        let (text, _) = rest.split_once(&format!("</{element}>")).unwrap();
        let suite = TLS13_AES_128_GCM_SHA256.tls13().unwrap();
        let digest = suite.common.hash_provider.hash(text.as_bytes());
        let json = serde_json::to_string(&vim25_runtime::Value::from(digest.as_ref().to_vec())).unwrap();
        format!("{element}-src 'sha256-{}'", json.trim_matches('"'))
    }

    #[test]
    fn the_policy_knows_the_script_and_the_style() {
        for expected in [hash("script"), hash("style")] {
            assert!(POLICY.contains(&expected), "page.html has changed: POLICY must say {expected}");
        }
    }

    #[test]
    fn nothing_is_made_of_text_but_text() {
        for way in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " onclick", "http:", "https:"]
        {
            assert!(!HTML.contains(way), "{way}");
        }
    }
}
