//! What can go wrong.

use std::fmt;

use bytes::Bytes;

use crate::data_type::DataType;
use crate::fault::Fault;
use crate::property_path::PropertyProblem;
use crate::reference::ManagedObjectReference;
use crate::release::Release;
use crate::task::{PendingQuestion, TaskSite};
use crate::transport::TransportError;
use crate::type_info::Registry;
use crate::unexpected_reply::UnexpectedReply;
use crate::wire::{Options, decode_object};

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call, or the set-up of a client, failed.
///
/// One type for everything, so that `?` works everywhere. Shown, it is one line; no variant ever holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server answered with a fault.
    #[error("{call}: {fault_name} ({status}){message}", fault_name = fault.type_name(), message = Suffix(fault.message()))]
    #[non_exhaustive]
    Fault {
        /// The call that failed.
        call: Box<CallSite>,
        /// The HTTP status, usually 500.
        status: u16,
        /// The fault.
        fault: Box<Fault>,
    },

    /// The request is wrong; nothing was sent.
    #[error("{call}: `{path}` {problem}; nothing was sent")]
    #[non_exhaustive]
    Request {
        /// The call that was not made.
        call: Box<CallSite>,
        /// The member, from the arguments on: `spec.deviceChange[0].device.key`.
        path: String,
        /// What is wrong with it.
        problem: RequestProblem,
    },

    /// The operation is newer than the release of the API that the server speaks; nothing was sent.
    #[error("{call}: the operation came with {since}, and the server speaks {release}; nothing was sent")]
    #[non_exhaustive]
    NewerOperation {
        /// The call that was not made.
        call: Box<CallSite>,
        /// The release that brought the operation.
        since: Release,
        /// The release that the server speaks.
        release: Release,
    },

    /// The reply does not fit the type that the document promises.
    #[error("{call}: cannot read the reply: {source}")]
    #[non_exhaustive]
    Decode {
        /// The call that was answered.
        call: Box<CallSite>,
        /// Where the reply does not fit, and why.
        source: DecodeError,
    },

    /// The reply is not one of VI JSON: an error page of a proxy, a SOAP fault of a stand-alone host, an empty body
    /// where a value is due.
    #[error("{call}: {reply}")]
    #[non_exhaustive]
    Reply {
        /// The call that was answered.
        call: Box<CallSite>,
        /// What came instead.
        reply: Box<UnexpectedReply>,
    },

    /// The request or the reply did not come through.
    #[error("{call}: {source}")]
    #[non_exhaustive]
    Transport {
        /// The call that failed.
        call: Box<CallSite>,
        /// What went wrong on the way.
        source: TransportError,
    },

    /// What answers at the URL does not speak VI JSON.
    #[error("there is no VI JSON API at {url}: {reply}; {hint}")]
    #[non_exhaustive]
    NoViJson {
        /// The URL of the server, without a path of the API.
        url: String,
        /// What it answered.
        reply: Box<UnexpectedReply>,
        /// What it is likely to be.
        hint: &'static str,
    },

    /// Server and client have no release of the API in common.
    #[error("the server speaks {server}, and this client {}", Listed(offered))]
    #[non_exhaustive]
    NoCommonRelease {
        /// What the server says that it speaks.
        server: String,
        /// The releases that the client speaks.
        offered: Vec<Release>,
    },

    /// The server knows no session of this client.
    #[error("{0} knows no session of this client: it has ended, or never began")]
    NoSession(ManagedObjectReference),

    /// A property of an object has no value to give, or one that does not fit its type.
    #[error("`{path}` of {object} {problem}")]
    #[non_exhaustive]
    Property {
        /// The object.
        object: Box<ManagedObjectReference>,
        /// The path to the property, as it is on the wire.
        path: String,
        /// What is wrong with it.
        problem: PropertyProblem,
    },

    /// An object that was asked for by its reference is not there.
    #[error("{0} is not there: it has been deleted, never was, or is not visible to this session")]
    Gone(ManagedObjectReference),

    /// A task ended with a fault.
    #[error("{task}: {fault_name}{message}", fault_name = fault.type_name(), message = Suffix(fault.message()))]
    #[non_exhaustive]
    Task {
        /// The task that failed.
        task: Box<TaskSite>,
        /// The fault.
        fault: Box<Fault>,
    },

    /// A task did not end in the time given. It goes on, unless it was to be cancelled.
    #[error("{task}: not finished after {after:?}")]
    #[non_exhaustive]
    TaskTimeout {
        /// The task.
        task: Box<TaskSite>,
        /// How long it was waited for.
        after: std::time::Duration,
    },

    /// A task does not go on before somebody answers a question of its virtual machine.
    #[error("{task}: {question}")]
    #[non_exhaustive]
    TaskQuestion {
        /// The task, which goes on once the question is answered.
        task: Box<TaskSite>,
        /// The question.
        question: Box<PendingQuestion>,
    },

    /// The client cannot be set up as asked.
    #[error("{0}")]
    Setup(String),
}

impl Error {
    /// That what answered at a URL does not speak VI JSON.
    pub fn no_vi_json(url: impl Into<String>, reply: UnexpectedReply, hint: &'static str) -> Self {
        Error::NoViJson { url: url.into(), reply: Box::new(reply), hint }
    }

    /// That a server speaks none of the releases that a client speaks.
    pub fn no_common_release(server: impl Into<String>, offered: Vec<Release>) -> Self {
        Error::NoCommonRelease { server: server.into(), offered }
    }

    /// That a property has no value to give.
    #[doc(hidden)]
    pub fn property(object: &ManagedObjectReference, path: impl Into<String>, problem: PropertyProblem) -> Self {
        Error::Property { object: Box::new(object.clone()), path: path.into(), problem }
    }

    /// That a task failed.
    #[doc(hidden)]
    pub fn task(task: TaskSite, fault: Fault) -> Self {
        Error::Task { task: Box::new(task), fault: Box::new(fault) }
    }

    /// That a task takes too long.
    #[doc(hidden)]
    pub fn task_timeout(task: TaskSite, after: std::time::Duration) -> Self {
        Error::TaskTimeout { task: Box::new(task), after }
    }

    /// That a task waits for an answer.
    #[doc(hidden)]
    pub fn task_question(task: TaskSite, question: PendingQuestion) -> Self {
        Error::TaskQuestion { task: Box::new(task), question: Box::new(question) }
    }

    /// The fault: the one that the server answered with, or that ended a task, or that hides a property.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Error::Fault { fault, .. } | Error::Task { fault, .. } => Some(fault),
            Error::Property { problem: PropertyProblem::Hidden(fault), .. } => Some(fault),
            _ => None,
        }
    }

    /// Whether the server answered with a fault of type `T` or a descendant, or one that such a fault caused.
    pub fn is_fault<T: DataType>(&self) -> bool {
        self.fault_as::<T>().is_some()
    }

    /// The fault of type `T` or a descendant: the one that the server answered with, or the nearest of its causes.
    pub fn fault_as<T: DataType>(&self) -> Option<&T> {
        self.fault()?.find()
    }

    /// The HTTP status of the reply, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Fault { status, .. } => Some(*status),
            Error::Reply { reply, .. } | Error::NoViJson { reply, .. } => Some(reply.status),
            _ => None,
        }
    }

    /// The call that failed, if one did.
    pub fn call(&self) -> Option<&CallSite> {
        match self {
            Error::Fault { call, .. }
            | Error::Request { call, .. }
            | Error::NewerOperation { call, .. }
            | Error::Decode { call, .. }
            | Error::Reply { call, .. }
            | Error::Transport { call, .. } => Some(call),
            Error::NoViJson { .. } | Error::NoCommonRelease { .. } | Error::NoSession(_) | Error::Setup(_) => None,
            Error::Property { .. }
            | Error::Gone(_)
            | Error::Task { .. }
            | Error::TaskTimeout { .. }
            | Error::TaskQuestion { .. } => None,
        }
    }
}

/// `a, b, c`.
struct Listed<'a>(&'a [Release]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(index, release)| {
            f.write_str(if index == 0 { "" } else { ", " })?;
            release.fmt(f)
        })
    }
}

/// `: text`, or nothing.
struct Suffix<'a>(Option<&'a str>);

impl fmt::Display for Suffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |text| write!(f, ": {text}"))
    }
}

/// Which operation was called on which object. Shown as `CloneSession on SessionManager/SessionManager`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSite {
    /// The operation, by wire name.
    pub operation: String,
    /// The managed object.
    pub object: ManagedObjectReference,
}

impl CallSite {
    /// The call of an operation on an object.
    pub fn new(operation: impl Into<String>, object: &ManagedObjectReference) -> Self {
        Self { operation: operation.into(), object: object.clone() }
    }

    /// What a reply that is no success is for the caller: the fault that it holds, or else a reply that is not one of VI
    /// JSON.
    ///
    /// Every fault is read as a `MethodFault` of any descent, whatever the document declares, and leniently: what went
    /// wrong must not be lost for want of a member.
    pub fn failure(self: Box<Self>, reply: &http::Response<Bytes>, registry: &'static Registry) -> Error {
        let named = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(reply.body())
            .is_ok_and(|members| members.contains_key("_typeName"));
        let fault = registry
            .find_type("MethodFault")
            .filter(|_| named)
            .and_then(|ty| decode_object(reply.body(), ty, Some(registry), Options::LENIENT).ok());
        match fault {
            Some(object) => {
                let fault = Box::new(Fault::new(object));
                Error::Fault { call: self, status: reply.status().as_u16(), fault }
            }
            None => self.unexpected(reply),
        }
    }

    /// The error that a request or its reply did not come through.
    pub fn not_carried(self: Box<Self>, source: TransportError) -> Error {
        Error::Transport { call: self, source }
    }

    /// The error that a reply is not one of VI JSON.
    pub fn unexpected(self: Box<Self>, reply: &http::Response<Bytes>) -> Error {
        Error::Reply { call: self, reply: Box::new(UnexpectedReply::new(reply)) }
    }
}

impl fmt::Display for CallSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.operation, self.object)
    }
}

/// What is wrong with a member of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestProblem {
    /// A required member is absent.
    #[error("is required and was not set")]
    Missing,
    /// The member, or the type of its value, is newer than the release of the API that the server speaks.
    #[error("came with {since}, and the server speaks {release}")]
    Newer {
        /// The release that brought it.
        since: Release,
        /// The release that the server speaks.
        release: Release,
    },
    /// A floating point number is infinite or no number.
    #[error("is not a finite number, so JSON cannot hold it")]
    NotFinite,
    /// The data is nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("is nested too deeply")]
    TooDeep,
}

/// JSON that does not fit the type that the document promises.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}{ty}: {message}", ty = InType(*type_name))]
pub struct DecodeError {
    /// Where it stands: `objects[3].propSet[0].val`; `$` is the whole document.
    pub path: String,
    /// The type of the innermost object around it.
    pub type_name: Option<&'static str>,
    /// What was met and what was expected.
    pub message: String,
}

struct InType(Option<&'static str>);

impl fmt::Display for InType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |name| write!(f, " (in {name})"))
    }
}
