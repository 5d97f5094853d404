//! Which release of the API client and server speak.
//!
//! Since 8.0.2.0 a vCenter is asked with `POST /api/vcenter/system?action=hello`. What does not know that call is asked
//! for the content of the service instance in the oldest release, and says there what it is.

use bytes::Bytes;
use http::{Request, Response, header};
use serde_json::{Value as Json, json};

use super::channel::{Channel, Patience, Plan};
use crate::http_url::BaseUrl;
use crate::mo::ServiceInstance;
use crate::types::ServiceContent;
use crate::wire::{Options, decode_object};
use crate::{
    CallSite, DataType, Error, ManagedObject, ManagedObjectReference, REGISTRY, RELEASE, RELEASES, Release, Result,
    UnexpectedReply,
};

/// Requests of the set-up only read, and are no long polls.
const PLAN: Plan = Plan { only_reads: true, patience: Patience::Usual };

/// The newest release that client and server have in common.
pub(super) async fn negotiate(channel: &Channel, url: &BaseUrl) -> Result<Release> {
    let offered: Vec<Release> = RELEASES.iter().rev().copied().collect();
    let reply = send(channel, hello(url, &offered)?).await?;
    let release = match picked(&reply) {
        Some(text) => {
            let picked = offered.iter().find(|release| release.to_string() == text);
            let server =
                || if text.is_empty() { "none of the releases it was asked for".to_owned() } else { text.clone() };
            *picked.ok_or_else(|| Error::no_common_release(server(), offered.clone()))?
        }
        None => from_content(channel, url, &offered).await?,
    };
    tracing::debug!(target: "vim25", %release, "negotiated");
    Ok(release)
}

fn hello(url: &BaseUrl, offered: &[Release]) -> Result<Request<Bytes>> {
    let releases: Vec<String> = offered.iter().map(Release::to_string).collect();
    let body = json!({ "api_releases": releases }).to_string();
    let request = Request::post(url.join("/api/vcenter/system?action=hello"))
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into());
    request.map_err(|error| Error::Setup(error.to_string()))
}

/// The release that the server picked; the empty string if it speaks none of those that were offered.
fn picked(reply: &Response<Bytes>) -> Option<String> {
    if !reply.status().is_success() {
        return None;
    }
    let body: Json = serde_json::from_slice(reply.body()).ok()?;
    body.get("api_release")?.as_str().map(str::to_owned)
}

/// The newest release that is not newer than what the content of the service instance says.
async fn from_content(channel: &Channel, url: &BaseUrl, offered: &[Release]) -> Result<Release> {
    let oldest = *offered.last().unwrap_or(&RELEASE);
    let url_of_content = format!("{}/ServiceInstance/ServiceInstance/content", url.of_release(oldest));
    let request = Request::get(url_of_content)
        .header(header::ACCEPT, "application/json")
        .body(Bytes::new())
        .map_err(|error| Error::Setup(error.to_string()))?;
    let reply = send(channel, request).await?;
    let server = api_version(&reply).ok_or_else(|| no_vi_json(url, &reply))?;
    let spoken: Option<Release> = server.parse().ok();
    let common = offered.iter().find(|release| spoken.is_some_and(|spoken| **release <= spoken));
    common.copied().ok_or_else(|| Error::no_common_release(server, offered.to_vec()))
}

/// The release of a server by its content, if a reply is one.
fn api_version(reply: &Response<Bytes>) -> Option<String> {
    if !reply.status().is_success() {
        return None;
    }
    let content = decode_object(reply.body(), ServiceContent::TYPE, Some(&REGISTRY), Options::LENIENT).ok()?;
    let release = content.downcast_ref::<ServiceContent>()?.about().api_version().to_owned();
    Some(release).filter(|release| !release.is_empty())
}

async fn send(channel: &Channel, request: Request<Bytes>) -> Result<Response<Bytes>> {
    let server = ManagedObjectReference::new(ServiceInstance::NAME, ServiceInstance::NAME);
    let call = Box::new(CallSite::new("hello", &server));
    channel.send(request, PLAN).await.map_err(|source| call.not_carried(source))
}

fn no_vi_json(url: &BaseUrl, reply: &Response<Bytes>) -> Error {
    let reply = UnexpectedReply::new(reply);
    let is = |text: &str| reply.body.contains(text);
    let hint = if reply.status == 500 && (is("<?xml") || is("soapenv") || is("<soap")) {
        "it speaks SOAP only, as stand-alone ESXi hosts and vCenters before 8.0.1 do"
    } else if is("<html") || is("<HTML") || is("<!DOCTYPE") {
        "it looks like a web page, of a proxy or of something that is no vCenter"
    } else {
        "VI JSON needs a vCenter of 8.0.1 or newer, and the URL without a path"
    };
    Error::no_vi_json(url.as_str(), reply, hint)
}
