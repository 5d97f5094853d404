//! `POST /api/vcenter/system?action=hello`: which release client and server speak. It is a call of the Automation API,
//! so its errors are none of the faults of the VI JSON API.

use http::StatusCode;
use serde_json::{Value, json};
use vim25_runtime::Release;

use crate::reply::Reply;

/// The path, without the query.
pub(crate) const PATH: &str = "/api/vcenter/system";

/// The query.
pub(crate) const QUERY: &str = "action=hello";

/// The first release with this call.
pub(crate) const SINCE: Release = Release::new(8, 0, 2, 0);

const MAX_RELEASES: usize = 128;
const MAX_LENGTH: usize = 64;

/// Picks the first of the client's releases that the server speaks; the empty string if it speaks none of them.
pub(crate) fn answer(body: &[u8], spoken: &[Release]) -> Reply {
    match offered(body) {
        Ok(offered) => {
            let spoken: Vec<String> = spoken.iter().map(Release::to_string).collect();
            let picked = offered.into_iter().find(|release| spoken.contains(release)).unwrap_or_default();
            Reply::json(StatusCode::OK, json!({ "api_release": picked }).to_string().into_bytes())
        }
        Err(problem) => invalid(problem),
    }
}

fn offered(body: &[u8]) -> Result<Vec<String>, &'static str> {
    let body: Value = serde_json::from_slice(body).map_err(|_| "the body is not JSON")?;
    let releases = body.get("api_releases").and_then(Value::as_array).ok_or("`api_releases` must be an array")?;
    if releases.is_empty() || releases.len() > MAX_RELEASES {
        return Err("`api_releases` must have 1 to 128 elements");
    }
    let release = |release: &Value| match release.as_str() {
        Some(text) if text.chars().count() <= MAX_LENGTH => Ok(text.to_owned()),
        _ => Err("each of `api_releases` must be a string of at most 64 characters"),
    };
    releases.iter().map(release).collect()
}

fn invalid(problem: &str) -> Reply {
    let message = json!({ "id": "vim25.simulator.invalid_argument", "default_message": problem, "args": [] });
    let body = json!({ "error_type": "INVALID_ARGUMENT", "messages": [message] });
    Reply::json(StatusCode::BAD_REQUEST, body.to_string().into_bytes())
}
