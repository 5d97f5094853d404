//! The simulated server without its socket: a request comes in, a reply goes out.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use vim25_api::REGISTRY;
use vim25_runtime::{Object, OperationInfo, OperationKind, Secret};

use crate::call::{Call, Outcome};
use crate::clock::Clock;
use crate::fault::{self, Failure};
use crate::log::RequestLog;
use crate::objects::{self, ServiceObjects};
use crate::reply::{Reply, SESSION_HEADER};
use crate::session::Origin;
use crate::settings::Settings;
use crate::state::State;
use crate::target::{self, Target};
use crate::user::User;
use crate::{arguments, hello};

/// Gets to know of every request.
pub(crate) type Observer = Box<dyn Fn(&RequestLog) + Send + Sync>;

/// A simulated server.
pub(crate) struct Simulation {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    /// At least one.
    pub(crate) users: Vec<User>,
    pub(crate) objects: ServiceObjects,
    pub(crate) state: Mutex<State>,
    pub(crate) observer: Option<Observer>,
}

/// A reply, and whose session it is about.
type Answer = (Reply, Option<String>);

impl Simulation {
    /// The state, with time up to now having done its work.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked left its call half done, which the next one can live with.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.pass_time(self.clock.now(), &self.settings);
        state
    }

    /// Answers a request.
    pub(crate) fn answer(&self, head: &Parts, body: &[u8], peer: IpAddr) -> Response<Bytes> {
        let begun = Instant::now();
        let answer = match Target::parse(head.uri.path()) {
            Some(target) => self.answer_call(head, body, &target, peer),
            None if self.is_hello(head) => (self.answer_hello(head, body), None),
            None => (Reply::text(StatusCode::NOT_FOUND, "there is nothing at this path"), None),
        };
        self.log(head, answer, begun)
    }

    /// Refuses a request whose body did not come through.
    pub(crate) fn refuse(&self, head: &Parts, reply: Reply) -> Response<Bytes> {
        self.log(head, (reply, None), Instant::now())
    }

    fn log(&self, head: &Parts, (reply, user_name): Answer, begun: Instant) -> Response<Bytes> {
        if let Some(observer) = &self.observer {
            observer(&RequestLog {
                verb: head.method.to_string(),
                target: target::shown(&head.uri).to_owned(),
                status: reply.response.status().as_u16(),
                note: reply.note,
                user_name,
                duration: begun.elapsed(),
            });
        }
        reply.response
    }

    fn is_hello(&self, head: &Parts) -> bool {
        head.uri.path() == hello::PATH
            && head.uri.query() == Some(hello::QUERY)
            && self.settings.newest_release() >= hello::SINCE
    }

    fn answer_hello(&self, head: &Parts, body: &[u8]) -> Reply {
        if head.method == Method::POST { hello::answer(body, &self.settings.releases) } else { wrong_verb("POST") }
    }

    fn answer_call(&self, head: &Parts, body: &[u8], target: &Target, peer: IpAddr) -> Answer {
        if !self.settings.releases.contains(&target.release) {
            return (Reply::text(StatusCode::NOT_FOUND, &self.unknown_release(target)), None);
        }
        let operation = find_operation(target);
        let is_allowed = match operation {
            Some(operation) => head.method == operation.verb(),
            None => head.method == Method::GET || head.method == Method::POST,
        };
        if !is_allowed {
            return (wrong_verb(operation.map_or("GET, POST", verb)), None);
        }
        if head.method == Method::POST && !body.is_empty() && !is_json(head) {
            return (Reply::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json"), None);
        }
        match operation {
            Some(operation) => self.call(operation, head, body, target, peer),
            None => self.unknown_operation(head, target),
        }
    }

    /// Carries out an operation that the API has.
    fn call(
        &self,
        operation: &'static OperationInfo,
        head: &Parts,
        body: &[u8],
        target: &Target,
        peer: IpAddr,
    ) -> Answer {
        // Decoded before the state is locked; whether it went well matters only after the call was admitted.
        let arguments = match operation.kind {
            OperationKind::Property => Ok(arguments::none()),
            OperationKind::Method | OperationKind::Task => arguments::decode(operation, target.release, body),
        };
        let origin =
            Origin { ip: peer, user_agent: text(head, header::USER_AGENT.as_str()).unwrap_or_default().into() };
        let now = self.clock.now();
        let mut state = self.state();
        let session_id = session_id(head).filter(|id| state.sessions.touch(id, now));
        let user_name = state.session(session_id.as_ref()).map(|session| session.user_name.clone());
        let mut call = Call {
            simulation: self,
            state: &mut state,
            now,
            operation,
            object: &target.object,
            arguments: arguments::none(),
            origin: &origin,
            session_id: session_id.as_ref(),
            opened: None,
        };
        let outcome = self.play(&mut call, arguments);
        let opened = call.opened.take();
        let user_name = state.session(opened.as_ref()).map(|session| session.user_name.clone()).or(user_name);
        (Reply::of_call(operation, target.release, outcome).with_session(opened), user_name)
    }

    /// Admits a call and has it played.
    fn play(&self, call: &mut Call<'_>, arguments: Result<Object, Failure>) -> Outcome {
        if !call.operation.anonymous {
            call.required_session()?;
        }
        if !self.objects.exists(call.object) {
            return Err(fault::object_not_found(call.object));
        }
        check_privileges(call)?;
        let Some(handler) = objects::handler(call.operation) else {
            return Err(fault::method_not_found(call.object, call.operation.name));
        };
        call.arguments = arguments?;
        handler(call)
    }

    /// Answers a request for something that the API does not have. What does not exist needs a session, too.
    fn unknown_operation(&self, head: &Parts, target: &Target) -> Answer {
        let mut state = self.state();
        let session_id = session_id(head).filter(|id| state.sessions.touch(id, self.clock.now()));
        let session = state.session(session_id.as_ref());
        let failure = match session {
            None => fault::not_authenticated(&target.object, "System.View"),
            Some(_) if !self.objects.exists(&target.object) => fault::object_not_found(&target.object),
            Some(_) if head.method == Method::GET => fault::invalid_property(&target.member),
            Some(_) => fault::invalid_request(format!("There is no method `{}`.", target.member)),
        };
        (Reply::of_failure(failure), session.map(|session| session.user_name.clone()))
    }

    fn unknown_release(&self, target: &Target) -> String {
        let served: Vec<String> = self.settings.releases.iter().map(ToString::to_string).collect();
        format!("release {} is not served; {} are", target.release, served.join(", "))
    }
}

/// The operation that a path names, if the release of the path has it.
fn find_operation(target: &Target) -> Option<&'static OperationInfo> {
    let operation = REGISTRY.find_operation(target.object.type_name(), &target.member)?;
    let (release, since, until) = (target.release, operation.since, operation.until);
    let is_of_release = since.is_none_or(|since| since <= release) && until.is_none_or(|until| release <= until);
    (is_of_release && operation.service == target.service).then_some(operation)
}

/// Whether the caller has the privileges of the operation; those of anonymous operations everybody has.
fn check_privileges(call: &Call<'_>) -> Result<(), Failure> {
    let Some(session) = call.session().filter(|_| !call.operation.anonymous) else { return Ok(()) };
    let required = call.operation.privileges.iter().copied();
    let missing: Vec<&str> = required.filter(|privilege| !session.role.has(privilege)).collect();
    if missing.is_empty() { Ok(()) } else { Err(fault::no_permission(call.object, &missing)) }
}

fn verb(operation: &OperationInfo) -> &'static str {
    if operation.verb() == Method::GET { "GET" } else { "POST" }
}

fn wrong_verb(allowed: &'static str) -> Reply {
    let mut reply = Reply::text(StatusCode::METHOD_NOT_ALLOWED, &format!("allowed here: {allowed}"));
    reply.response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    reply
}

/// Whether the body is declared as JSON, or as nothing.
fn is_json(head: &Parts) -> bool {
    let Some(content_type) = text(head, header::CONTENT_TYPE.as_str()) else { return true };
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

fn session_id(head: &Parts) -> Option<Secret> {
    text(head, SESSION_HEADER).map(Secret::from)
}

fn text<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}
