//! Replies that are not what the API promises.

use std::fmt;

use bytes::Bytes;
use serde::de::IgnoredAny;

use crate::wire::TYPE_NAME;

/// A reply that is not one of VI JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnexpectedReply {
    /// The HTTP status.
    pub status: u16,
    /// The media type, if the reply names one.
    pub content_type: Option<String>,
    /// Where it redirects to, if it does, without query: that could hold a token. Redirects are not followed: the session id would go along.
    pub location: Option<String>,
    /// The beginning of the body as text. Of what could be VI JSON only the length is told: it could hold secrets, and it
    /// is not read, so nobody knows where.
    pub body: String,
}

impl UnexpectedReply {
    /// What to keep of a reply: at most 200 bytes of the body, cut at a character.
    pub fn new(reply: &http::Response<Bytes>) -> Self {
        let header = |name| reply.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self {
            status: reply.status().as_u16(),
            content_type: header(http::header::CONTENT_TYPE),
            location: header(http::header::LOCATION).filter(|_| reply.status().is_redirection()).map(without_query),
            body: shown(reply.body()),
        }
    }
}

/// What is shown of a body.
fn shown(body: &[u8]) -> String {
    if could_be_vi_json(body) {
        return format!("{} bytes of JSON, not shown", body.len());
    }
    let text = String::from_utf8_lossy(&body[..body.len().min(400)]);
    let shown = &text[..text.floor_char_boundary(200)];
    let ellipsis = if shown.len() < text.len() || body.len() > 400 { "…" } else { "" };
    format!("{shown}{ellipsis}")
}

/// Whole objects without a `_typeName` are errors of other APIs.
fn could_be_vi_json(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    let has_type = || body.windows(TYPE_NAME.len()).any(|bytes| bytes == TYPE_NAME.as_bytes());
    match body.first() {
        Some(b'"') => true,
        Some(b'{' | b'[') => has_type() || serde_json::from_slice::<IgnoredAny>(body).is_err(),
        _ => false,
    }
}

fn without_query(url: String) -> String {
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}

impl fmt::Display for UnexpectedReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the reply ({}", self.status)?;
        if let Some(content_type) = &self.content_type {
            write!(f, ", {content_type}")?;
        }
        if let Some(location) = &self.location {
            return write!(f, ") redirects to {location}, which is not followed");
        }
        f.write_str(") is not one of VI JSON: ")?;
        if self.body.is_empty() { f.write_str("it is empty") } else { write!(f, "{:?}", self.body) }
    }
}
