//! Who may use the endpoints. Without a token everybody may who reaches the simulator, but for pages of other servers
//! in somebody's browser.

use std::net::IpAddr;

use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Method, StatusCode, header};
use vim25_runtime::Secret;

use crate::page;
use crate::reply::Reply;
use crate::settings::Settings;

/// Why a request is not admitted, if it is not.
pub(super) fn refusal(settings: &Settings, head: &Parts) -> Option<Reply> {
    // The page shows nothing before it is told the token.
    if let Some(token) = &settings.admin_token
        && head.uri.path() != page::PATH
        && !has_token(head, token)
    {
        let mut reply = Reply::text(StatusCode::UNAUTHORIZED, "this needs the header `Authorization: Bearer TOKEN`");
        reply.response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return Some(reply);
    }
    if head.method == Method::GET {
        return None;
    }
    // A page of another server can send this type only if it may, and nobody here says so.
    if text(head, &header::CONTENT_TYPE).is_none_or(|found| !is_json(found)) {
        let text = "the header `Content-Type: application/json` is needed";
        return Some(Reply::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let host = text(head, &header::HOST).unwrap_or_default();
    if settings.admin_token.is_none() && !is_own(host, &settings.host_names) {
        let text = "the simulator does not go by the name in the header `Host`; `--host-name` teaches it";
        return Some(Reply::text(StatusCode::FORBIDDEN, text));
    }
    match text(head, &header::ORIGIN) {
        Some(origin) if !is_same(origin, host) => {
            Some(Reply::text(StatusCode::FORBIDDEN, "pages of other servers may not do this"))
        }
        _ => None,
    }
}

fn has_token(head: &Parts, token: &Secret) -> bool {
    let sent = text(head, &header::AUTHORIZATION).and_then(|value| value.split_once(' '));
    let Some(("Bearer" | "bearer", sent)) = sent else { return false };
    let (sent, token) = (sent.as_bytes(), token.expose().as_bytes());
    // All of it is looked at, so that the time that it takes does not tell how much of it was right.
    sent.len() == token.len() && sent.iter().zip(token).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Whether a host is this one. A name could be made to lead here by anybody; an address could not.
fn is_own(host: &str, names: &[String]) -> bool {
    let Ok(host) = host.parse::<Authority>() else { return false };
    let host = host.host();
    let is_address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    is_address || host.eq_ignore_ascii_case("localhost") || names.iter().any(|name| name.eq_ignore_ascii_case(host))
}

fn is_same(origin: &str, host: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}

fn text<'a>(head: &'a Parts, name: &header::HeaderName) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_given_names_are_own() {
        let names = ["vcenter.test".to_owned()];
        for host in ["localhost:8989", "LOCALHOST", "127.0.0.1:1", "[::1]:8989", "192.0.2.1", "vcenter.test:443"] {
            assert!(is_own(host, &names), "{host}");
        }
        for host in ["", "example.com", "localhost.example.com", "127.0.0.1.example.com", "a b"] {
            assert!(!is_own(host, &names), "{host}");
        }
    }
}
