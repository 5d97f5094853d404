//! Our codec, as every benchmark and every guard calls it: one place to change when its entry points do.

use bytes::Bytes;
use vim25_api::types::RetrieveResult;
use vim25_runtime::wire;

/// Decodes the body of a reply to `RetrievePropertiesEx`, as it comes from the transport.
///
/// # Panics
///
/// The body does not fit. The bodies of this crate do.
pub fn decode(body: &Bytes) -> RetrieveResult {
    wire::decode(body).unwrap_or_else(|error| panic!("the body of a benchmark cannot be decoded: {error}"))
}

/// Encodes what [`decode`] gave.
pub fn encode(result: &RetrieveResult) -> Vec<u8> {
    wire::encode(result)
}
