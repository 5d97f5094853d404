//! The vSphere VI JSON API (vim25) for Rust: typed, complete, generated from its OpenAPI document.
//!
//! ```no_run
//! use vim25::prelude::*;
//! use vim25::types::*;
//!
//! # async fn example(password: Secret) -> Result<(), Error> {
//! let client = Client::builder("https://vcenter.example.com")?
//!     .credentials("administrator@vsphere.local", password)
//!     .connect()
//!     .await?;
//! let session: UserSession = client.session().await?;
//! println!("{} on {} since {}", session.user_name(), client.about().full_name(), session.login_time());
//! client.logout().await?;
//! # Ok(())
//! # }
//! ```
//!
//! A [`Client`] logs in to a vCenter. Managed objects ([`mo`]) have a method for each operation and each property;
//! a method returns a [`Call`], and nothing is sent before `.await`. Arguments and results are data objects
//! ([`types`]): typed views with getters, setters and chained constructors, whose subtypes are found by
//! [`is`](Object::is) and [`downcast_ref`](Object::downcast_ref).
//!
//! Everything that can go wrong is one [`Error`]; [`is_fault`](Error::is_fault) and [`fault_as`](Error::fault_as)
//! look into what the server raised. Nothing that the server says is lost: types, members and values that are newer
//! than this crate are kept and written back. Secrets have a type of their own ([`Secret`]) and are shown nowhere.
//!
//! Calls are told to [tracing](https://docs.rs/tracing) with the target `vim25`: a span per call at the level debug, with
//! operation, object, release, status, bytes and milliseconds; what is sent again, and each session that is begun in
//! place of another. A [`MockTransport`](mock::MockTransport) takes the place of a server in tests.
//!
//! # Features
//!
//! | feature | what it switches on |
//! |---|---|
//! | `rustls-ring` (default) | TLS by rustls with ring, and the certificates of the system |
//! | `rustls-aws-lc` | TLS by rustls with aws-lc, and the certificates of the system |
//! | `native-tls` | TLS by the library of the system; it cannot pin certificates |
//! | `reqwest` | the default transport; without one of the above it speaks plain http. They switch it on |
//! | `blocking` | `vim25::blocking`: the client without async, for scripts |
//!
//! The first of the three for TLS that is on is used. With none of the first four there is no transport, and no HTTP
//! client in the tree: give an own [`Transport`] to [`ClientBuilder::transport`].

#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod collector;
mod http_url;
pub mod mock;
pub mod prelude;
mod retrieve;
mod select;
mod task;
#[cfg(feature = "reqwest")]
mod transport;
mod view;
mod watch;

/// Typed paths: what to read of many objects at once, or to watch.
///
/// ```
/// use vim25::prelude::*;
/// use vim25::{Path, types::VirtualMachinePowerState};
///
/// let state: Path<VirtualMachine, VirtualMachinePowerState> = VirtualMachine::RUNTIME.power_state();
/// assert_eq!(state.to_string(), "runtime.powerState");
/// let label = VirtualMachine::CONFIG.hardware().device().key(4000).device_info().label();
/// assert_eq!(label.to_string(), "config.hardware.device[4000].deviceInfo.label");
/// ```
///
/// A property that the managed object does not have does not compile,
///
/// ```compile_fail,E0599
/// use vim25::prelude::*;
///
/// let path = Datastore::RUNTIME;
/// ```
///
/// nor does a member that the data object does not have,
///
/// ```compile_fail,E0599
/// use vim25::prelude::*;
///
/// let path = VirtualMachine::RUNTIME.power_level();
/// ```
///
/// nor a member of an array, of which a key has to choose an element:
///
/// ```compile_fail,E0599
/// use vim25::prelude::*;
///
/// let path = VirtualMachine::CONFIG.hardware().device().device_info();
/// ```
#[doc(inline)]
pub use vim25_api::Path;
#[doc(inline)]
pub use vim25_api::{REGISTRY, RELEASE, RELEASES, mo, types};
#[doc(inline)]
pub use vim25_runtime::{
    Any, Array, BoxFuture, Call, CallSite, DataType, DateTime, DecodeError, Element, Elements, EnumInfo, Enumeration,
    Error, Exchange, Extends, Fault, Field, FromValue, Handle, IntoRef, Invoke, Item, List, MAX_DEPTH, ManagedObject,
    ManagedObjectInfo, ManagedObjectReference, NamedText, Object, OperationInfo, OperationKind, PendingQuestion,
    PropertyPath, PropertyProblem, Ref, Registry, Release, RequestProblem, Result, ResultInfo, Secret, Strings,
    TaskRef, TaskSite, Text, Transport, TransportError, TransportErrorKind, TypeInfo, UnexpectedReply, Value, wire,
};

pub use self::client::{Client, ClientBuilder};
pub use self::retrieve::{Retrieve, Rows};
#[doc(hidden)]
pub use self::select::Cells;
pub use self::select::{FromProp, Named, NamedRow, Prop, Row, Select, Values};
pub use self::task::{Progress, TaskProgress, Wait};
#[cfg(feature = "reqwest")]
pub use self::transport::{ReqwestTransport, TransportOptions};
pub use self::view::ViewGuard;
pub use self::watch::{Change, Changes, Watch};

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
