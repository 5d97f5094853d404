//! The set-up of a simulator.

use std::fmt;
use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use vim25_runtime::Release;

use crate::clock::{Clock, SystemClock};
use crate::log::RequestLog;
use crate::objects;
use crate::random::Random;
use crate::settings::Settings;
use crate::simulation::{Observer, Simulation};
use crate::simulator::Simulator;
use crate::state::State;
use crate::user::User;

/// The set-up of a [`Simulator`].
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    address: String,
    users: Vec<User>,
    clock: Arc<dyn Clock>,
    seed: Option<u64>,
    settings: Settings,
    observer: Option<Observer>,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on: it is in use, not of this machine, or no address at all.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// Two users have the same name.
    #[error("there are two users with the name `{0}`")]
    DuplicateUser(String),
    /// No release is to be served.
    #[error("at least one release must be served")]
    NoRelease,
    /// The operating system gives no random numbers. A simulator with a seed does without.
    #[error("no random numbers: {0}")]
    Random(String),
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            address: "127.0.0.1:0".to_owned(),
            users: Vec::new(),
            clock: Arc::new(SystemClock),
            seed: None,
            settings: Settings::default(),
            observer: None,
        }
    }
}

impl Builder {
    /// The address to listen on, such as `127.0.0.1:8989`. Port 0 is any that is free.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// Adds a user. The first one takes the place of the default user.
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// Adds users.
    pub fn users(mut self, users: impl IntoIterator<Item = User>) -> Self {
        self.users.extend(users);
        self
    }

    /// The clock that sessions, tickets and `CurrentTime` go by. Without it, that of the machine.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Makes ids, session ids and tickets the same in every run with the same requests. Whoever knows the seed can
    /// guess them.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The releases to serve. Without it, that of the crate and the older ones.
    pub fn releases(mut self, releases: impl IntoIterator<Item = Release>) -> Self {
        self.settings.releases = releases.into_iter().collect();
        self
    }

    /// How long a session may be idle before it ends; zero is for ever. Without it, 30 minutes.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.idle_timeout = timeout;
        self
    }

    /// How long clone tickets and local tickets can be used. Without it, 60 seconds.
    pub fn ticket_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.ticket_lifetime = lifetime;
        self
    }

    /// How many sessions there may be at once. Without it, 1,000.
    pub fn max_sessions(mut self, limit: usize) -> Self {
        self.settings.max_sessions = limit;
        self
    }

    /// How long a task takes from its beginning to its end. Without it, half a second.
    pub fn task_duration(mut self, duration: Duration) -> Self {
        self.settings.task_duration = duration;
        self
    }

    /// How many bytes the body of a request may have. Without it, 16 MiB.
    pub fn max_body(mut self, limit: usize) -> Self {
        self.settings.max_body = limit;
        self
    }

    /// Calls something after each request, before its reply is sent.
    pub fn on_request(mut self, observer: impl Fn(&RequestLog) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Starts. The simulator runs on the tokio runtime that this is called in.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on, or what the builder was told is contradictory.
    pub async fn start(self) -> Result<Simulator, StartError> {
        let (address, simulation) = self.build()?;
        let failed = |source| StartError::Listen { address: address.clone(), source };
        let listener = TcpListener::bind(&address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Simulator::serve(simulation, listener, address))
    }

    pub(crate) fn build(mut self) -> Result<(String, Simulation), StartError> {
        if self.users.is_empty() {
            self.users.push(User::default());
        }
        check_names(&self.users)?;
        if self.settings.releases.is_empty() {
            return Err(StartError::NoRelease);
        }
        let mut random = Random::new(self.seed).map_err(|error| StartError::Random(error.to_string()))?;
        let uuid = random.uuid();
        let mut state = State::new(random);
        objects::add_service_objects(&mut state.store, self.settings.newest_release(), &uuid);
        let simulation = Simulation {
            settings: self.settings,
            clock: self.clock,
            users: self.users,
            state: Mutex::new(state),
            changed: watch::Sender::new(0),
            is_stopping: AtomicBool::new(false),
            observer: self.observer,
        };
        Ok((self.address, simulation))
    }
}

fn check_names(users: &[User]) -> Result<(), StartError> {
    let is_repeated = |(index, user): &(usize, &User)| users[..*index].iter().any(|other| other.name() == user.name());
    let repeated = users.iter().enumerate().find(is_repeated);
    repeated.map_or(Ok(()), |(_, user)| Err(StartError::DuplicateUser(user.name().to_owned())))
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("address", &self.address)
            .field("users", &self.users)
            .field("seed", &self.seed)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
