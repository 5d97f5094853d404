//! The simulated server without its socket: a request comes in, a reply goes out.

use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use jiff::Timestamp;
use tokio::sync::watch;
use vim25_api::REGISTRY;
use vim25_runtime::{Object, OperationInfo, OperationKind, Secret, Value};

use crate::admin;
use crate::call::{Call, Waiting};
use crate::clock::Clock;
use crate::fault::{self, Failure};
use crate::hostile::{self, Encounter};
use crate::log::RequestLog;
use crate::objects::{self, Handler, Reading};
use crate::reply::{Reply, SESSION_HEADER};
use crate::requests::Requests;
use crate::session::Origin;
use crate::settings::Settings;
use crate::snapshot::{Snapshot, SnapshotError};
use crate::state::State;
use crate::target::{self, Target};
use crate::user::{Accounts, Group, User};
use crate::{arguments, hello, tasks};

/// How long a call that waits sleeps at most before it looks at the clock again.
const MAX_SLEEP: Duration = Duration::from_millis(50);

/// Gets to know of every request.
pub(crate) type Observer = Box<dyn Fn(&RequestLog) + Send + Sync>;

/// A simulated server.
pub(crate) struct Simulation {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    /// At least one.
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    pub(crate) state: Mutex<State>,
    /// Wakes those who wait for something to happen: the number of the last change of the store.
    pub(crate) changed: watch::Sender<u64>,
    /// Whether the simulator is about to stop.
    pub(crate) is_stopping: AtomicBool,
    pub(crate) observer: Option<Observer>,
    /// What goes wrong.
    pub(crate) hostile: hostile::Rules,
    pub(crate) started: Instant,
    requests: Mutex<Requests>,
    /// Held while the state is saved: two cannot write the same file.
    saving: Mutex<()>,
}

/// A reply, and whose session it is about.
type Answer = (Reply, Option<String>);

impl Simulation {
    /// A simulation that starts now.
    pub(crate) fn new(
        settings: Settings,
        clock: Arc<dyn Clock>,
        accounts: Accounts,
        state: State,
        observer: Option<Observer>,
        hostile: hostile::Rules,
    ) -> Self {
        Self {
            settings,
            clock,
            users: accounts.users,
            groups: accounts.groups,
            state: Mutex::new(state),
            changed: watch::Sender::new(0),
            is_stopping: AtomicBool::new(false),
            observer,
            hostile,
            started: Instant::now(),
            requests: Mutex::default(),
            saving: Mutex::default(),
        }
    }

    /// What is counted of connections and requests.
    pub(crate) fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state as it is now, to be saved.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let release = self.settings.newest_release();
        Snapshot::take(&self.state(), release)
    }

    /// Saves the state to a file.
    pub(crate) fn save(&self, path: &Path) -> Result<(), SnapshotError> {
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        self.snapshot().write(path)
    }

    /// How many bytes the body of a request may have.
    pub(crate) fn max_body(&self, head: &Parts) -> usize {
        admin::max_body(self, head).unwrap_or(self.settings.max_body)
    }

    /// The state, with time up to now having done its work.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked left its call half done, which the next one can live with.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.pass_time(self.clock.now(), &self.settings);
        self.tell(&state);
        state
    }

    /// Wakes those who wait, if anything has changed.
    fn tell(&self, state: &State) {
        let version = state.store.version();
        self.changed.send_if_modified(|told| std::mem::replace(told, version) != version);
    }

    /// Lets time do its work where nobody asks: those who wait get to know of it.
    pub(crate) fn tick(&self) {
        drop(self.state());
    }

    /// Lets nobody wait any longer.
    pub(crate) fn release_waiting(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
        let mut state = self.state();
        state.store.touch();
        self.tell(&state);
    }

    /// Answers a request.
    pub(crate) async fn answer(self: &Arc<Self>, head: &Parts, body: &Bytes, peer: IpAddr) -> Response<Bytes> {
        let begun = Instant::now();
        if self.settings.has_admin && admin::owns(head.uri.path()) {
            let reply = admin::answer(self, head, body).await;
            return self.log_admin(head, reply, begun, peer);
        }
        let target = Target::parse(head.uri.path());
        let answer = match Encounter::new(self, head, target.as_ref()) {
            None => self.answer_target(head, body, target.as_ref(), peer).await,
            Some(mut encounter) => match encounter.before().await {
                Some(reply) => (reply, None),
                None => {
                    let (reply, user_name) = self.answer_target(head, body, target.as_ref(), peer).await;
                    (encounter.after(reply), user_name)
                }
            },
        };
        self.log(head, answer, begun, peer)
    }

    async fn answer_target(&self, head: &Parts, body: &[u8], target: Option<&Target>, peer: IpAddr) -> Answer {
        match target {
            Some(target) => self.answer_call(head, body, target, peer).await,
            None if self.is_hello(head) => (self.answer_hello(head, body), None),
            None => (Reply::text(StatusCode::NOT_FOUND, "there is nothing at this path"), None),
        }
    }

    /// Refuses a request whose body did not come through.
    pub(crate) fn refuse(&self, head: &Parts, reply: Reply, peer: IpAddr) -> Response<Bytes> {
        self.log(head, (reply, None), Instant::now(), peer)
    }

    fn log(&self, head: &Parts, answer: Answer, begun: Instant, peer: IpAddr) -> Response<Bytes> {
        let (log, response) = self.describe(head, answer, begun, peer);
        if let Some(observer) = &self.observer {
            observer(&log);
        }
        self.requests().note(log);
        response
    }

    /// The endpoints are not part of what is tested, so they do not count; a page that looks every second is not worth
    /// a line each.
    fn log_admin(&self, head: &Parts, reply: Reply, begun: Instant, peer: IpAddr) -> Response<Bytes> {
        let is_plain = head.method == Method::GET && reply.response.status().is_success();
        let (log, response) = self.describe(head, (reply, None), begun, peer);
        if let Some(observer) = self.observer.as_ref().filter(|_| !is_plain) {
            observer(&log);
        }
        response
    }

    fn describe(
        &self,
        head: &Parts,
        (reply, user_name): Answer,
        begun: Instant,
        peer: IpAddr,
    ) -> (RequestLog, Response<Bytes>) {
        let log = RequestLog {
            time: self.clock.now(),
            verb: head.method.to_string(),
            target: target::shown(&head.uri).to_owned(),
            status: reply.response.status().as_u16(),
            note: reply.note,
            user_name,
            duration: begun.elapsed(),
            peer,
            bytes: reply.response.body().len(),
        };
        (log, reply.response)
    }

    /// Whether a request is the negotiation of the release.
    pub(crate) fn is_hello(&self, head: &Parts) -> bool {
        head.uri.path() == hello::PATH
            && head.uri.query() == Some(hello::QUERY)
            && self.settings.newest_release() >= hello::SINCE
    }

    fn answer_hello(&self, head: &Parts, body: &[u8]) -> Reply {
        if head.method == Method::POST { hello::answer(body, &self.settings.releases) } else { wrong_verb("POST") }
    }

    async fn answer_call(&self, head: &Parts, body: &[u8], target: &Target, peer: IpAddr) -> Answer {
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
            Some(operation) => self.call(operation, head, body, target, peer).await,
            None => self.unknown_operation(head, target),
        }
    }

    /// Carries out an operation that the API has.
    async fn call(
        &self,
        operation: &'static OperationInfo,
        head: &Parts,
        body: &[u8],
        target: &Target,
        peer: IpAddr,
    ) -> Answer {
        // Decoded before the state is locked; whether it went well matters only after the call was admitted.
        let mut arguments = self.arguments_of(operation, target, body);
        let origin =
            Origin { ip: peer, user_agent: text(head, header::USER_AGENT.as_str()).unwrap_or_default().into() };
        let session_id = session_id(head);
        let begun = self.clock.now();
        let mut changed = self.changed.subscribe();
        // None before the call was played for the first time.
        let mut begun_version = None;
        loop {
            // What changes from here on wakes.
            changed.mark_unchanged();
            let (progress, opened, user_name) = {
                let mut state = self.state();
                let (now, version) = (self.clock.now(), state.store.version());
                let is_live = |id: &&Secret| match begun_version {
                    None => state.sessions.touch(id, now),
                    Some(_) => state.sessions.keep_alive(id, now),
                };
                let session_id = session_id.as_ref().filter(is_live);
                let user_name = state.session(session_id).map(|session| session.user_name.clone());
                let mut call = Call {
                    simulation: self,
                    state: &mut state,
                    now,
                    begun,
                    begun_version: *begun_version.get_or_insert(version),
                    release: target.release,
                    is_stopping: self.is_stopping.load(Ordering::Relaxed),
                    operation,
                    object: &target.object,
                    arguments: arguments::none(),
                    origin: &origin,
                    session_id,
                    opened: None,
                };
                let progress = self.play(&mut call, &mut arguments);
                let opened = call.opened.take();
                let opened_by = state.session(opened.as_ref()).map(|session| session.user_name.clone());
                self.tell(&state);
                (progress, opened, opened_by.or(user_name))
            };
            let outcome = match progress {
                Ok(Waiting::Done(value)) => Ok(value),
                Err(failure) => Err(failure),
                Ok(Waiting::Until(deadline)) => {
                    self.wait(&mut changed, deadline).await;
                    continue;
                }
            };
            return (Reply::of_call(operation, target.release, outcome).with_session(opened), user_name);
        }
    }

    /// The arguments of an operation, if it has any.
    fn arguments_of(&self, operation: &'static OperationInfo, target: &Target, body: &[u8]) -> Result<Object, Failure> {
        if operation.kind == OperationKind::Property {
            return Ok(arguments::none());
        }
        let mut arguments = arguments::decode(operation, target.release, body, self.settings.strictness)?;
        self.hostile.change_arguments(operation, target, &mut arguments);
        Ok(arguments)
    }

    /// Waits until something has changed, or a time has come.
    async fn wait(&self, changed: &mut watch::Receiver<u64>, deadline: Timestamp) {
        let left = deadline.duration_since(self.clock.now());
        // A clock that is moved by hand wakes nobody, so nobody sleeps for long.
        let left = if left.is_negative() { Duration::ZERO } else { left.unsigned_abs().min(MAX_SLEEP) };
        // An error means that the sender is gone, and it is not: `self` holds it.
        let _ = tokio::time::timeout(left, changed.changed()).await;
    }

    /// Admits a call and has it played. The arguments are given back if it has to wait.
    fn play(&self, call: &mut Call<'_>, arguments: &mut Result<Object, Failure>) -> Result<Waiting, Failure> {
        if !call.operation.anonymous {
            call.required_session()?;
        }
        if !call.state.finds(call.session(), call.object) {
            return Err(fault::object_not_found(call.object));
        }
        call.check_privileges()?;
        if call.state.update_views(call.session_id, call.now) {
            // Only the caller sees it, so nobody is woken.
            let version = call.state.store.version();
            self.changed.send_if_modified(|told| {
                *told = version;
                false
            });
        }
        if call.operation.kind == OperationKind::Property {
            let reading =
                Reading { state: call.state, now: call.now, object: call.object, session_id: call.session_id };
            return Ok(Waiting::Done(reading.value(call.operation).map(|value| Value::clone(&value))));
        }
        let Some(handler) = objects::handler(call.operation) else {
            return Err(fault::method_not_found(call.object, call.operation.name));
        };
        call.arguments = std::mem::replace(arguments, Ok(arguments::none()))?;
        match handler {
            Handler::Now(play) => play(call).map(Waiting::Done),
            Handler::Task { check, .. } => {
                check(call)?;
                tasks::begin(call).map(Waiting::Done)
            }
            Handler::Wait(play) => {
                let progress = play(call);
                *arguments = Ok(std::mem::replace(&mut call.arguments, arguments::none()));
                progress
            }
            Handler::Property(_) => Err(fault::method_not_found(call.object, call.operation.name)),
        }
    }

    /// Answers a request for something that the API does not have. What does not exist needs a session, too.
    fn unknown_operation(&self, head: &Parts, target: &Target) -> Answer {
        let mut state = self.state();
        let session_id = session_id(head).filter(|id| state.sessions.touch(id, self.clock.now()));
        let session = state.session(session_id.as_ref());
        let failure = match session {
            None => fault::not_authenticated(&target.object, "System.View"),
            Some(session) if !state.finds(Some(session), &target.object) => fault::object_not_found(&target.object),
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

fn verb(operation: &OperationInfo) -> &'static str {
    if operation.verb() == Method::GET { "GET" } else { "POST" }
}

/// The reply to a verb that is not allowed.
pub(crate) fn wrong_verb(allowed: &'static str) -> Reply {
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

/// The session id of a request.
pub(crate) fn session_id(head: &Parts) -> Option<Secret> {
    text(head, SESSION_HEADER).map(Secret::from)
}

fn text<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}
