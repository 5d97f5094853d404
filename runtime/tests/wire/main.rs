//! The object model and its codec, on a small API of its own.

#![recursion_limit = "256"]

mod api;
mod decode;
mod encode;
mod exchange;
mod faults;
mod from_any;
mod laws;
mod masking;
mod model;
mod releases;

use serde_json::Value as Json;
use vim25_runtime::{DataType, wire};

/// Decodes, encodes, and compares the JSON with what was read.
#[track_caller]
fn round_trip<T: DataType>(json: &Json) -> T {
    let value: T = wire::decode(json.to_string().as_bytes()).expect("the sample is decodable");
    assert_eq!(&written(&value), json);
    value
}

/// What is written for a value.
fn written<T: DataType>(value: &T) -> Json {
    serde_json::from_slice(&wire::encode(value.as_object())).expect("written JSON is JSON")
}

/// The error of a text that cannot be decoded.
#[track_caller]
fn refusal<T: DataType>(json: &str) -> String {
    wire::decode::<T>(json.as_bytes()).expect_err("the sample is wrong").to_string()
}
