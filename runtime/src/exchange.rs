//! A call as an HTTP request, and the HTTP reply as a result. No input, no output: clients put the two around a
//! transport.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use crate::error::{CallSite, DecodeError, Error};
use crate::object::Object;
use crate::operation::{OperationInfo, ResultInfo};
use crate::reference::ManagedObjectReference;
use crate::transport::TransportError;
use crate::type_info::Registry;
use crate::value::Value;
use crate::wire::{NewerMembers, Options, decode_value, encode};

/// One call: an operation, the object, the arguments.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The operation.
    pub operation: &'static OperationInfo,
    /// The managed object.
    pub object: ManagedObjectReference,
    /// The arguments, an object of the operation's request type.
    pub arguments: Object,
}

impl Exchange {
    /// Where errors say that they come from.
    pub fn call_site(&self) -> Box<CallSite> {
        Box::new(CallSite::new(self.operation.name, &self.object))
    }

    /// The request below a URL that ends with the release: `https://vcenter.example.com/sdk/vim25/8.0.2.0`.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] if the arguments are incomplete, or hold something that is newer than the release that the
    /// server speaks; [`Error::NewerOperation`] if the operation is; [`Error::Setup`] if the URL is no prefix of a URL.
    pub fn request(&mut self, url: &str, options: Options) -> Result<http::Request<Bytes>, Error> {
        self.check_release(options)?;
        if let (Some(release), NewerMembers::Drop) = (options.release, options.newer_members) {
            self.arguments.drop_newer(release);
        }
        let problem = self.arguments.check_for(options.release);
        problem.map_err(|(path, problem)| Error::Request { call: self.call_site(), path, problem })?;
        let builder = http::Request::builder()
            .method(self.operation.verb())
            .uri(format!("{url}{}", self.operation.path(self.object.value())))
            .header(header::ACCEPT, "application/json");
        let request = if self.operation.request.is_some() {
            builder.header(header::CONTENT_TYPE, "application/json").body(encode(&self.arguments).into())
        } else {
            builder.body(Bytes::new())
        };
        request.map_err(|error| Error::Setup(format!("`{url}` cannot begin a URL: {error}")))
    }

    fn check_release(&self, options: Options) -> Result<(), Error> {
        match (self.operation.since, options.release) {
            (Some(since), Some(release)) if since > release => {
                Err(Error::NewerOperation { call: self.call_site(), since, release })
            }
            _ => Ok(()),
        }
    }

    /// What a failure of the transport is for the caller.
    pub fn not_carried(&self, source: TransportError) -> Error {
        self.call_site().not_carried(source)
    }

    /// The result that a reply holds; none for operations without one, and if it is unset.
    ///
    /// # Errors
    ///
    /// [`Error::Fault`] if the server raised one, [`Error::Reply`] if the reply is not one of VI JSON,
    /// [`Error::Decode`] if the result does not fit its type.
    pub fn reply(
        &self,
        reply: &http::Response<Bytes>,
        registry: &'static Registry,
        options: Options,
    ) -> Result<Option<Value>, Error> {
        if !reply.status().is_success() {
            return Err(self.call_site().failure(reply, registry));
        }
        let Some(result) = self.operation.result else { return Ok(None) };
        let value = if is_unset(reply) { None } else { self.value(reply, result, registry, options)? };
        if value.is_none() && result.is_required && !result.is_list {
            return Err(self.call_site().unexpected(reply));
        }
        Ok(value)
    }

    fn value(
        &self,
        reply: &http::Response<Bytes>,
        result: ResultInfo,
        registry: &'static Registry,
        options: Options,
    ) -> Result<Option<Value>, Error> {
        let body = reply.body();
        decode_value(body, result.item, result.is_list, registry, options).map_err(|mut source| {
            if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err() && !looks_like_json(reply.headers(), body)
            {
                return match result.is_secret {
                    true => self.call_site().unexpected(&reply.clone().map(|_| Bytes::from_static(b"not shown"))),
                    false => self.call_site().unexpected(reply),
                };
            }
            if result.is_secret {
                source = DecodeError { message: "not a value of the declared type".to_owned(), ..source };
            }
            Error::Decode { call: self.call_site(), source }
        })
    }
}

/// Which of the three forms a server uses for an unset result is not established, so all are taken.
fn is_unset(reply: &http::Response<Bytes>) -> bool {
    reply.status() == StatusCode::NO_CONTENT || reply.body().iter().all(u8::is_ascii_whitespace)
}

/// Broken JSON is a problem of decoding, HTML is not.
fn looks_like_json(headers: &HeaderMap, body: &[u8]) -> bool {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let begins_with = |bytes: &[u8]| body.trim_ascii_start().first().is_some_and(|first| bytes.contains(first));
    match declared {
        Some(content_type) => content_type.contains("json") || begins_with(b"{[\""),
        None => begins_with(b"{[\"-0123456789tfn"),
    }
}
