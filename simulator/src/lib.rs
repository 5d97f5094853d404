//! A VI JSON server for tests and examples: on a real socket, for any client of the vSphere VI JSON API in any language.
//!
//! In a test it is a value:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), vim25_simulator::StartError> {
//! use vim25_simulator::{Simulator, User};
//!
//! let simulator = Simulator::builder().user(User::administrator("root", "secret")).start().await?;
//! println!("log in to {} as {}", simulator.url(), simulator.user());
//! # simulator.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! On the command line it is a program: `vim25-simulator --listen 127.0.0.1:8989`; `--help` tells the rest.
//!
//! It knows every operation and every type of [`vim25_api::REGISTRY`], and refuses what a vCenter would refuse. It plays
//! all of `SessionManager`, and of `ServiceInstance` all but `QueryVMotionCompatibility` and `ValidateMigration`, which
//! need hosts. The other objects that `ServiceInstance.content` names exist but play nothing yet.
//!
//! # What it does, and how sure it is that a vCenter does the same
//!
//! *Documented* is what the vendor documents, *reported* is what third parties report of a live vCenter 8.0.3, *seen in a
//! SOAP simulator* is the behaviour of another simulator that did not speak JSON, and *our choice* is just that.
//!
//! | behaviour | why |
//! |---|---|
//! | Path `/sdk/vim25/{release}/{Type}/{moId}/{Member}`; methods by POST, properties by GET | documented |
//! | `moId` may be percent-encoded | our choice |
//! | A release that is not served, a path of another form: 404, text | our choice |
//! | The releases served are that of the crate and older ones; what is newer than the release of the path does not exist there, and is left out of replies | our choice |
//! | `POST /api/vcenter/system?action=hello`: first release that the server knows, or the empty string; 400 for an empty list, more than 128 entries, or an entry of more than 64 characters; since 8.0.2.0 | documented |
//! | The same without a session; `error_type` and `messages` in its errors | our choice; documented |
//! | Wrong verb: 405 with `Allow`. Body of another media type than `application/json`: 415. No media type is fine | our choice |
//! | Body larger than the limit (16 MiB by default): 413, text | our choice |
//! | A fault is status 500; the body is the fault itself with `_typeName` and `faultstring` | documented, reported |
//! | A void or unset result is 204 without body | reported for void; our choice for unset |
//! | An empty array is `[]`; results and members of declared scalar types are bare | documented |
//! | `_typeName` is in every object of a reply, first; absent members are left out | our choice |
//! | No session, or one that has ended, where the operation needs one: `NotAuthenticated` with `object` and `privilegeId` | documented, reported |
//! | This comes before anything about object, method or arguments is said | our choice |
//! | Unknown object: `ManagedObjectNotFound` | documented, reported |
//! | Unknown method: `InvalidRequest` | seen in a SOAP simulator |
//! | Unknown property: `InvalidProperty` | seen in a SOAP simulator |
//! | An operation that the object has and the simulator does not play: `MethodNotFound` | seen in a SOAP simulator |
//! | A missing privilege: `NoPermission` with `object`, `privilegeId`, `missingPrivileges` | documented |
//! | The body is no JSON, or no object: `InvalidRequest` | seen in a SOAP simulator |
//! | An empty body counts as `{}` | our choice |
//! | A required argument or member is missing: `InvalidArgument`, with its path in `invalidProperty` | reported as an error 500; the fault is our choice |
//! | An argument or member of a wrong type, an unknown one, an enum value that does not exist: the same | our choice |
//! | An object in the arguments without `_typeName`: the same. References may lack it | reported; our choice for references |
//! | The arguments themselves may have a `_typeName`, which is not looked at | reported |
//! | `Login` and the like give the session id in the header `vmware-api-session-id`: 40 hexadecimal digits, not `UserSession.key` | documented, reported |
//! | Wrong user, password or ticket: `InvalidLogin` | documented |
//! | `Login` in a live session: `InvalidLogin` | seen in a SOAP simulator |
//! | Operations that need no session ignore a session id that has ended; `currentSession` is unset then | our choice |
//! | Upper and lower case count in user names | our choice |
//! | Too many sessions (1,000 by default): 503, text | our choice |
//! | A session ends when it was idle for 30 minutes (can be set); every call in it counts as use | documented; the numbers are our choice |
//! | `callCount` begins with 1, and each call in the session counts, whether it succeeds or not | our choice |
//! | A clone ticket works once, even if the clone then fails | documented; our choice |
//! | It lives for 60 seconds (can be set), and no longer than its session | our choice |
//! | `CloneSession` begins a session with a key of its own, the user, locale and `loginTime` of the first | documented; `loginTime` seen in a SOAP simulator |
//! | It may be called in a session, which lives on | our choice |
//! | `ImpersonateUser` begins a session like the oldest one of that user; without one, `InvalidLogin`. The caller's lives on | seen in a SOAP simulator |
//! | `TerminateSession`: own session `InvalidArgument`, unknown key `NotFound`; then none of the listed sessions ends | seen in a SOAP simulator; the last is our choice |
//! | `SessionIsActive`: whether a session with this key and this user lives | documented |
//! | Locales are names such as `en_US`, from a fixed list; another is `InvalidLocale`. Messages are in English | our choice |
//! | An empty service message is none | our choice |
//! | `AcquireLocalTicket` writes a one-time password to a file that only the user of the simulator can read; `Login` takes it. Callers from elsewhere and unknown users: `InvalidLogin` | documented; files and limits are our choice |
//! | `AcquireGenericServiceTicket` needs a session. For the method `CloneSession` the ticket is a clone ticket; for a URL it names the host and is good for nothing here; other methods: `NotSupported` | our choice |
//! | `LoginBySSPI`, `LoginByToken`: `NotSupported` | our choice: no domain; how to send a token is not documented |
//! | `LoginExtension`: `InvalidLogin`; by certificate or subject name: `NoClientCertificate` | our choice: no extension, no TLS |
//! | A reply that the document does not allow is a bug: `SystemError`, and the log says why | our choice |

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod arguments;
mod builder;
mod call;
mod clock;
mod fault;
mod hello;
mod locale;
mod log;
mod objects;
mod random;
mod reply;
mod server;
mod session;
mod settings;
mod simulation;
mod simulator;
mod state;
mod target;
mod ticket;
mod user;

pub use self::builder::{Builder, StartError};
pub use self::clock::{Clock, ManualClock, SystemClock};
pub use self::log::RequestLog;
pub use self::simulator::{Faults, Simulator};
pub use self::user::{
    DEFAULT_PASSWORD, DEFAULT_USER, ParseRoleError, ParseUserError, Role, User, UsersFileError, read_users,
};
