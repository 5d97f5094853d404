//! The client for scripts, without async: everything waits for its end.
//!
//! It is the client of the crate on a small runtime of its own. What has no function here is run by
//! [`Client::run`]: every call of a managed object, and every future.
//!
//! ```no_run
//! use vim25::prelude::*;
//!
//! # fn example(url: &str, user: &str, password: Secret) -> Result<(), Error> {
//! let client = vim25::blocking::Client::builder(url)?.credentials(user, password).connect()?;
//! for vm in client.retrieve::<VirtualMachine>().select((VirtualMachine::NAME,)).rows() {
//!     println!("{}", vm?.get()?.0);
//! }
//! let now = client.run(client.service_instance().current_time())?;
//! println!("it is {now} there");
//! client.logout()
//! # }
//! ```

mod many;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use tokio::runtime::{Handle, Runtime};

pub use self::many::{Changes, Retrieve, Rows, Watch};
use crate::types::UserSession;
use crate::{Error, FromValue, ManagedObject, Result, Secret, TaskRef};

/// The set-up of a [`Client`].
#[derive(Debug)]
pub struct ClientBuilder(crate::ClientBuilder);

impl ClientBuilder {
    /// Logs in with a user name and a password.
    pub fn credentials(self, user_name: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.with(|builder| builder.credentials(user_name, password))
    }

    /// Resumes the session with an id that [`crate::Client::session_id`] gave, and checks that it is alive.
    pub fn session_id(self, session_id: impl Into<Secret>) -> Self {
        self.with(|builder| builder.session_id(session_id))
    }

    /// Sets anything else that [`crate::ClientBuilder`] can be told.
    ///
    /// ```no_run
    /// # fn example() -> vim25::Result<()> {
    /// let builder = vim25::blocking::Client::builder("https://vcenter.example.com")?;
    /// let builder = builder.with(|builder| builder.locale("de").retries(5));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with(self, set: impl FnOnce(crate::ClientBuilder) -> crate::ClientBuilder) -> Self {
        Self(set(self.0))
    }

    /// Connects: agrees on a release, reads the content of the server, and begins or resumes the session.
    ///
    /// # Errors
    ///
    /// Those of [`crate::ClientBuilder::connect`], and [`Error::Setup`] where it would block async code, or if threads
    /// cannot be started.
    pub fn connect(self) -> Result<Client> {
        if Handle::try_current().is_ok() {
            let message = "the blocking client cannot be used in async code; `vim25::Client` can";
            return Err(Error::Setup(message.to_owned()));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| Error::Setup(format!("no thread can be started: {error}")))?;
        let runtime = Arc::new(Background(Some(runtime)));
        let client = runtime.handle().block_on(self.0.connect())?;
        Ok(Client { client, runtime })
    }
}

/// A connection to a vCenter, with a session, for code that is not async.
///
/// It derefs to [`crate::Client`], whose objects and references it shares. Clones share connection and session.
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    runtime: Arc<Background>,
}

impl Client {
    /// Starts the set-up of a client for the server at a base URL.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if the URL is not absolute, is not of `http` or `https`, or holds a user name, a query or a
    /// fragment.
    pub fn builder(url: impl AsRef<str>) -> Result<ClientBuilder> {
        crate::Client::builder(url).map(ClientBuilder)
    }

    /// Makes a call, or runs any other future, to its end.
    ///
    /// # Panics
    ///
    /// In async code, as it would block it.
    pub fn run<F: IntoFuture>(&self, future: F) -> F::Output {
        self.runtime.handle().block_on(async { future.await })
    }

    /// The session of this client.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Client::session`].
    pub fn session(&self) -> Result<UserSession> {
        self.run(self.client.session())
    }

    /// Ends the session on the server.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Client::logout`].
    pub fn logout(&self) -> Result<()> {
        self.run(self.client.logout())
    }

    /// Waits for the end of a task, and gives its result. More of it, such as a timeout, can be told to
    /// [`crate::Client::wait`]: `client.run((*client).wait(&task).timeout(…))`.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Client::wait`].
    pub fn wait<T: FromValue>(&self, task: &TaskRef<T>) -> Result<T> {
        self.run(self.client.wait(task))
    }

    /// Reads properties of many objects.
    pub fn retrieve<M: ManagedObject>(&self) -> Retrieve<M> {
        Retrieve::new(self.client.retrieve(), self.clone())
    }

    /// Watches properties of many objects.
    pub fn watch<M: ManagedObject>(&self) -> Watch<M> {
        Watch::new(self.client.watch(), self.clone())
    }
}

impl Deref for Client {
    type Target = crate::Client;

    fn deref(&self) -> &Self::Target {
        &self.client
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}

/// A runtime whose end nobody waits for: `Drop` does not block, wherever it runs.
struct Background(Option<Runtime>);

impl Background {
    fn handle(&self) -> &Handle {
        self.0.as_ref().expect("it is taken only when it is dropped").handle()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
