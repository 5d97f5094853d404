//! What becomes of a reply.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use vim25_runtime::{DateTime, Item, Value};

use super::before::later;
use super::delivery::Delivery;
use super::document::Document;
use super::edit;
use super::encounter::Encounter;
use super::mode::Mode;
use crate::reply::Reply;

/// A byte that no text in UTF-8 has.
const NO_UTF8: u8 = 0xff;

impl Encounter<'_> {
    /// What a mode makes of a reply, if it can make anything of it.
    pub(super) fn changed(&self, mode: &Mode, reply: &Response<Bytes>) -> Option<Response<Bytes>> {
        let has_body = !reply.body().is_empty();
        let is_no_content = reply.status() == StatusCode::NO_CONTENT;
        match mode {
            Mode::DropBeforeReply => Some(delivered(reply, |delivery| delivery.is_dropped = true)),
            Mode::DropMidBody if has_body => Some(delivered(reply, |delivery| delivery.is_cut = true)),
            Mode::SlowBody { bytes, milliseconds } if has_body => Some(delivered(reply, |delivery| {
                delivery.pace = Some((*bytes, Duration::from_millis(*milliseconds)));
            })),
            Mode::CloseAfterReply => {
                let mut reply = reply.clone();
                reply.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                Some(reply)
            }
            Mode::WrongContentType { content_type } if has_body => {
                let mut reply = reply.clone();
                reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type).ok()?);
                Some(reply)
            }
            Mode::EmptyInsteadOfNoContent if is_no_content => {
                let mut reply = reply.clone();
                *reply.status_mut() = StatusCode::OK;
                Some(reply)
            }
            Mode::NullInsteadOfNoContent if is_no_content => {
                let null = Reply::json(StatusCode::OK, b"null".to_vec()).response;
                let mut headers = reply.headers().clone();
                headers.extend(null.headers().clone());
                let (mut head, body) = null.into_parts();
                head.headers = headers;
                Some(Response::from_parts(head, body))
            }
            Mode::InvalidUtf8 if has_body => Some(with_body(reply, invalid_utf8(reply.body()))),
            Mode::ClockSkew { seconds } => self.skewed(reply, *seconds),
            _ if edit::is_edit(mode) && has_body => self.edited(mode, reply),
            _ => None,
        }
    }

    /// The declared type of the body.
    fn item(&self, reply: &Response<Bytes>) -> Option<Item> {
        let operation = self.operation.filter(|_| reply.status() == StatusCode::OK)?;
        operation.result.as_ref().map(|result| result.item)
    }

    fn edited(&self, mode: &Mode, reply: &Response<Bytes>) -> Option<Response<Bytes>> {
        let mut document: Document = serde_json::from_slice(reply.body()).ok()?;
        let is_fault = reply.status() != StatusCode::OK;
        let random = &mut self.simulation.hostile.random();
        let is_changed = edit::edit(mode, &mut document, self.item(reply), is_fault, random);
        is_changed.then_some(with_body(reply, serde_json::to_vec(&document).ok()?))
    }

    fn skewed(&self, reply: &Response<Bytes>, seconds: i64) -> Option<Response<Bytes>> {
        let mut reply = match self.skewed_time(reply, seconds) {
            Some(time) => with_body(reply, time),
            None => reply.clone(),
        };
        reply.headers_mut().insert(header::DATE, HeaderValue::from_str(&self.date(seconds)?).ok()?);
        Some(reply)
    }

    /// The time that is told where the server is asked for it.
    fn skewed_time(&self, reply: &Response<Bytes>, seconds: i64) -> Option<Vec<u8>> {
        let is_clock = self.operation.is_some_and(|operation| ["CurrentTime", "serverClock"].contains(&operation.name));
        if !is_clock {
            return None;
        }
        let text: String = serde_json::from_slice(reply.body()).ok()?;
        let time = later(DateTime::from(text).timestamp().ok()?, seconds)?;
        serde_json::to_vec(&Value::from(DateTime::from(time))).ok()
    }
}

fn delivered(reply: &Response<Bytes>, change: impl FnOnce(&mut Delivery)) -> Response<Bytes> {
    let mut reply = reply.clone();
    change(reply.extensions_mut().get_or_insert_default());
    reply
}

fn with_body(reply: &Response<Bytes>, body: Vec<u8>) -> Response<Bytes> {
    reply.clone().map(|_| body.into())
}

/// The same body with a byte before its last quotation mark, which is within a string.
fn invalid_utf8(body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    let position = body.iter().rposition(|byte| *byte == b'"').unwrap_or(body.len());
    body.insert(position, NO_UTF8);
    body
}
