//! The client: a connection to a server, with a session.

mod builder;
mod channel;
mod connection;
mod hello;
mod identity;
mod keep_alive;
mod relogin;
mod retry;

use std::fmt;
use std::sync::Arc;

pub use self::builder::ClientBuilder;
use self::connection::Connection;
use crate::mo::{Folder, PropertyCollector, ServiceInstance, SessionManager, ViewManager};
use crate::task::Hub;
use crate::types::{AboutInfo, ServiceContent, UserSession};
use crate::wire::Options;
use crate::{Error, Handle, Invoke, ManagedObject, ManagedObjectReference, Ref, Release, Result, Secret};

/// A connection to a vCenter, with a session.
///
/// Clones share the connection and the session, so a client is cheap to clone and to hand to tasks and threads. It works
/// in a tokio runtime.
///
/// Calls survive what they can. A request that did not reach the server is sent again, and one that only reads also if
/// its reply got lost or the server was overloaded ([`retries`](ClientBuilder::retries)). When the session has ended, the
/// client logs in again, once for all calls that failed by it, and repeats them: if it has
/// [credentials](ClientBuilder::credentials), a [token](ClientBuilder::token) or is an
/// [extension](ClientBuilder::extension), and neither the server refused them nor the program logged out or in by itself.
///
/// Dropping a call gives it up. Dropping the client sends nothing: end the session with [`logout`](Self::logout), or hand
/// it on by its [`session_id`](Self::session_id).
#[derive(Clone)]
pub struct Client {
    connection: Arc<Connection>,
    content: Arc<ServiceContent>,
    tasks: Arc<Hub>,
}

impl Client {
    /// Starts the set-up of a client for the server at a base URL: scheme, host, and port and path prefix if there are
    /// any.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if the URL is not absolute, is not of `http` or `https`, or holds a user name, a query or a
    /// fragment.
    pub fn builder(url: impl AsRef<str>) -> Result<ClientBuilder> {
        ClientBuilder::new(url.as_ref())
    }

    /// The managed object with a reference, ready to be called.
    pub fn get<M: ManagedObject>(&self, reference: &Ref<M>) -> M {
        M::from_handle(Handle::new(self.invoker(), reference))
    }

    /// The root of the API, `ServiceInstance`.
    pub fn service_instance(&self) -> ServiceInstance {
        self.get(&Ref::new(ServiceInstance::NAME))
    }

    /// What logs users in and out: the session manager that the server names, or else the one of the usual name.
    pub fn session_manager(&self) -> SessionManager {
        let named = self.content.session_manager().cloned();
        self.get(&named.unwrap_or_else(|| Ref::new(SessionManager::NAME)))
    }

    /// The root of the inventory.
    pub fn root_folder(&self) -> &Ref<Folder> {
        self.content.root_folder()
    }

    pub(crate) fn property_collector(&self) -> PropertyCollector {
        self.get(self.content.property_collector())
    }

    pub(crate) fn view_manager(&self) -> Result<ViewManager> {
        let named = self.content.view_manager();
        named.map(|manager| self.get(manager)).ok_or_else(|| Error::Setup("the server has no view manager".to_owned()))
    }

    /// The tasks that are waited for.
    pub(crate) fn tasks(&self) -> &Arc<Hub> {
        &self.tasks
    }

    /// How replies are read.
    pub(crate) fn wire_options(&self) -> Options {
        self.connection.options()
    }

    /// The references of the server's managers, as they were when the client connected.
    pub fn content(&self) -> &ServiceContent {
        &self.content
    }

    /// What the server says of itself: name, version, build.
    pub fn about(&self) -> &AboutInfo {
        self.content.about()
    }

    /// The release of the API that the client speaks.
    pub fn release(&self) -> Release {
        self.connection.release()
    }

    /// The session of this client.
    ///
    /// # Errors
    ///
    /// [`Error::NoSession`] if the server knows none, and whatever can happen to a call.
    pub async fn session(&self) -> Result<UserSession> {
        let manager = self.session_manager();
        manager.current_session().await?.ok_or_else(|| Error::NoSession(manager.reference().into_untyped()))
    }

    /// The id of the session, with which [`ClientBuilder::session_id`] resumes it; none before login and after logout.
    ///
    /// It is the credential itself, not the [`key`](UserSession::key) of the session.
    pub fn session_id(&self) -> Option<Secret> {
        self.connection.session().id
    }

    /// How many sessions the client has begun in place of one that had ended. Views, filters and collectors end with
    /// their session.
    pub fn relogins(&self) -> u64 {
        self.connection.session().relogins
    }

    /// Calls a method by its wire name, with its arguments as JSON: for what this crate does not know. Nothing is checked
    /// before it is sent; objects in the arguments need their `_typeName`. The result is JSON as it came, `null` if there
    /// is none.
    ///
    /// ```no_run
    /// # use vim25::prelude::*;
    /// # async fn example(client: Client, vm: Ref<vim25::mo::VirtualMachine>) -> Result<(), Error> {
    /// let reply = client.call(vm, "BrandNewMethod", serde_json::json!({ "force": true })).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// What can happen to any call but for the checks of its arguments and of its result.
    pub async fn call(
        &self,
        object: impl Into<ManagedObjectReference>,
        method: &str,
        arguments: serde_json::Value,
    ) -> Result<serde_json::Value> {
        self.connection.raw(&object.into(), method, Some(&arguments)).await
    }

    /// Reads a property by its wire name: for what this crate does not know. `null` if it is unset.
    ///
    /// # Errors
    ///
    /// What can happen to any call but for the checks of its result.
    pub async fn fetch(&self, object: impl Into<ManagedObjectReference>, property: &str) -> Result<serde_json::Value> {
        self.connection.raw(&object.into(), property, None).await
    }

    /// Ends the session on the server. All clones of the client share it, and none of them logs in again.
    ///
    /// # Errors
    ///
    /// Whatever can happen to a call. The client forgets the id of the session if the server ended it or does not
    /// know it any more.
    pub async fn logout(&self) -> Result<()> {
        self.session_manager().logout().await
    }

    fn invoker(&self) -> Arc<dyn Invoke> {
        self.connection.clone()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("connection", &self.connection).finish_non_exhaustive()
    }
}
