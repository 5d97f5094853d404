//! The set-up of a simulator.

use std::fmt;
use std::io;
#[cfg(feature = "tls")]
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use vim25_runtime::{Release, Secret};

use crate::clock::{Clock, SystemClock};
use crate::hostile::{self, Hostility, RuleError};
use crate::inventory::{self, Inventory, InventoryError, Sizes};
use crate::log::RequestLog;
use crate::random::Random;
use crate::settings::{Settings, Strictness};
use crate::simulation::{Observer, Simulation};
#[cfg(feature = "tls")]
use crate::simulator;
use crate::simulator::{Security, Simulator};
use crate::snapshot::{self, SnapshotError};
use crate::state::State;
#[cfg(feature = "tls")]
use crate::tls::{Source, Tls};
use crate::user::{Accounts, AccountsError, Group, User};
use crate::{authorization, objects};

/// The set-up of a [`Simulator`].
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    address: String,
    accounts: Accounts,
    clock: Arc<dyn Clock>,
    seed: Option<u64>,
    sizes: Sizes,
    inventory: Option<Inventory>,
    settings: Settings,
    observer: Option<Observer>,
    hostility: Hostility,
    restore: Option<PathBuf>,
    #[cfg(feature = "tls")]
    tls: Option<Source>,
}

/// The seed of the inventory where no other is given: two runs show the same.
const INVENTORY_SEED: u64 = 25;

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
    /// Users, groups and roles do not fit together.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// A rule of what goes wrong makes no sense.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// No release is to be served.
    #[error("at least one release must be served")]
    NoRelease,
    /// The operating system gives no random numbers. A simulator with a seed does without.
    #[error("no random numbers: {0}")]
    Random(String),
    /// A saved state cannot be restored.
    #[error("cannot restore the state: {0}")]
    Restore(#[from] SnapshotError),
    /// There is no certificate to speak HTTPS with.
    #[error("no certificate: {0}")]
    Certificate(String),
    /// The inventory is wrong.
    #[error("the inventory is wrong: {0}")]
    Inventory(#[from] InventoryError),
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            address: "127.0.0.1:0".to_owned(),
            accounts: Accounts::default(),
            clock: Arc::new(SystemClock),
            seed: None,
            sizes: Sizes::default(),
            inventory: None,
            settings: Settings::default(),
            observer: None,
            hostility: Hostility::default(),
            restore: None,
            #[cfg(feature = "tls")]
            tls: None,
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
        self.accounts.users.push(user);
        self
    }

    /// Adds users.
    pub fn users(mut self, users: impl IntoIterator<Item = User>) -> Self {
        self.accounts.users.extend(users);
        self
    }

    /// Adds a group of users; the users say that they are in it.
    pub fn group(mut self, group: Group) -> Self {
        self.accounts.groups.push(group);
        self
    }

    /// Adds a role that holds some privileges, such as `VirtualMachine.Interact.PowerOn`, and those that every role
    /// holds: `System.Anonymous`, `System.Read` and `System.View`.
    pub fn role(mut self, name: impl Into<String>, privileges: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.accounts.roles.push((name.into(), privileges.into_iter().map(Into::into).collect()));
        self
    }

    /// Adds what was [read from a file](crate::read_users): users, groups and roles.
    pub fn accounts(mut self, accounts: Accounts) -> Self {
        self.accounts.extend(accounts);
        self
    }

    /// The clock that sessions, tickets and `CurrentTime` go by. Without it, that of the machine.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How many datacenters the inventory has. Without it, one.
    pub fn datacenters(mut self, count: usize) -> Self {
        self.sizes.datacenters = count;
        self
    }

    /// How many clusters each datacenter has. Without it, one; with none, the hosts are stand-alone.
    pub fn clusters(mut self, count: usize) -> Self {
        self.sizes.clusters = count;
        self
    }

    /// How many hosts each cluster has. Without it, three.
    pub fn hosts(mut self, count: usize) -> Self {
        self.sizes.hosts = count;
        self
    }

    /// How many virtual machines there are in all, spread evenly. Without it, ten.
    pub fn vms(mut self, count: usize) -> Self {
        self.sizes.vms = Some(count);
        self
    }

    /// What the inventory holds, instead of sizes:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use vim25_simulator::inventory::{Datacenter, Host};
    /// use vim25_simulator::{Inventory, Simulator};
    ///
    /// let host = Host { name: "esx.example.com".to_owned(), ..Host::default() };
    /// let datacenter = Datacenter { name: "Berlin".to_owned(), hosts: vec![host], ..Datacenter::default() };
    /// let simulator = Simulator::builder().inventory(Inventory { datacenters: vec![datacenter] }).start().await?;
    /// # simulator.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn inventory(mut self, inventory: Inventory) -> Self {
        self.inventory = Some(inventory);
        self
    }

    /// Makes ids, session ids and tickets the same in every run with the same requests, and varies the inventory.
    /// Whoever knows the seed can guess them.
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

    /// How many objects a page of the property collector has at most, whatever the client asks for; at least one.
    /// Without it, there is no limit.
    pub fn max_page(mut self, limit: usize) -> Self {
        self.settings.max_page = limit.max(1);
        self
    }

    /// How long a task takes from its beginning to its end. Without it, half a second.
    pub fn task_duration(mut self, duration: Duration) -> Self {
        self.settings.task_duration = duration;
        self
    }

    /// How many tasks that have ended are kept; the oldest of them are removed. Without it, 1,000.
    pub fn max_ended_tasks(mut self, limit: usize) -> Self {
        self.settings.max_ended_tasks = limit;
        self
    }

    /// How many bytes the body of a request may have. Without it, 16 MiB.
    pub fn max_body(mut self, limit: usize) -> Self {
        self.settings.max_body = limit;
        self
    }

    /// How long a client may take to send the head of a request, and then the body. Without it, 75 seconds.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.settings.request_timeout = timeout;
        self
    }

    /// What is refused about the arguments of a call. Without it, what a vCenter refuses.
    pub fn strictness(mut self, strictness: Strictness) -> Self {
        self.settings.strictness = strictness;
        self
    }

    /// What goes wrong from the start. Without it, nothing.
    pub fn hostility(mut self, hostility: impl Into<Hostility>) -> Self {
        self.hostility = hostility.into();
        self
    }

    /// Calls something after each request, before its reply is sent.
    pub fn on_request(mut self, observer: impl Fn(&RequestLog) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Speaks HTTPS, with a certificate for `localhost`, `127.0.0.1`, `::1` and the [host names](Self::host_name). It and
    /// its CA are made at the start: [`Simulator::certificate_pem`] is what clients must trust.
    #[cfg(feature = "tls")]
    pub fn https(mut self) -> Self {
        self.tls = Some(Source::Made);
        self
    }

    /// Speaks HTTPS with a certificate from a PEM file, and its key from another.
    #[cfg(feature = "tls")]
    pub fn certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some(Source::Files { certificate: certificate.into(), key: key.into() });
        self
    }

    /// Adds a name that clients call the simulator by. The first one is in the URL if it is one of HTTPS.
    pub fn host_name(mut self, name: impl Into<String>) -> Self {
        self.settings.host_names.push(name.into());
        self
    }

    /// Goes on from a state that was [saved](Simulator::save), instead of building an inventory.
    pub fn restore(mut self, path: impl Into<PathBuf>) -> Self {
        self.restore = Some(path.into());
        self
    }

    /// The file that `POST /simulator/state/save` saves the state to. Nothing is read from it.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.state_file = Some(path.into());
        self
    }

    /// A token without which nobody can use the endpoints under `/simulator/`. Without it, everybody can.
    pub fn admin_token(mut self, token: impl Into<Secret>) -> Self {
        self.settings.admin_token = Some(token.into());
        self
    }

    /// Has neither the endpoints under `/simulator/` nor the page.
    pub fn without_admin(mut self) -> Self {
        self.settings.has_admin = false;
        self
    }

    /// Starts. The simulator runs on the tokio runtime that this is called in.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on, or what the builder was told is contradictory.
    pub async fn start(self) -> Result<Simulator, StartError> {
        #[cfg(feature = "tls")]
        let tls = self.tls.clone();
        let (address, simulation) = self.build()?;
        let failed = |source| StartError::Listen { address: address.clone(), source };
        let listener = TcpListener::bind(&address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        #[cfg(feature = "tls")]
        let security = security(tls.as_ref(), &simulation.settings.host_names, address)?;
        #[cfg(not(feature = "tls"))]
        let security: Option<Security> = None;
        Ok(Simulator::serve(simulation, listener, address, security))
    }

    /// What is to be listened on, and the simulation that is to be served there.
    pub(crate) fn build(mut self) -> Result<(String, Simulation), StartError> {
        if self.accounts.users.is_empty() {
            self.accounts.users.push(User::default());
        }
        check_names(&self.accounts.users)?;
        if self.settings.releases.is_empty() {
            return Err(StartError::NoRelease);
        }
        self.hostility.check()?;
        let failed = |error: getrandom::Error| StartError::Random(error.to_string());
        // Apart from that of the ids, and another one.
        let random = Random::new(self.seed.map(|seed| !seed)).map_err(failed)?;
        let hostile = hostile::Rules::new(self.hostility, random);
        let mut random = Random::new(self.seed).map_err(failed)?;
        let uuid = random.uuid();
        let mut state = State::new(random);
        let release = self.settings.newest_release();
        match &self.restore {
            Some(path) => snapshot::read(path, release)?.install(&mut state),
            None => {
                objects::add_service_objects(&mut state.store, release, &uuid);
                let seed = self.seed.unwrap_or(INVENTORY_SEED);
                let plan = match self.inventory.take() {
                    Some(plan) => plan,
                    None => Inventory::generate(&self.sizes, seed)?,
                };
                inventory::build(&mut state, &plan, seed, self.clock.now())?;
            }
        }
        // Permissions are for objects of the inventory, which has to be there.
        authorization::grant(&mut state, &self.accounts, self.restore.is_some())?;
        let simulation = Simulation::new(self.settings, self.clock, self.accounts, state, self.observer, hostile);
        Ok((self.address, simulation))
    }
}

/// The TLS of a server at an address, if it speaks any. An address of its own is a name, too.
#[cfg(feature = "tls")]
fn security(
    source: Option<&Source>,
    host_names: &[String],
    address: SocketAddr,
) -> Result<Option<Security>, StartError> {
    let Some(source) = source else { return Ok(None) };
    let own = (!simulator::is_home(address.ip())).then(|| address.ip().to_string());
    let names: Vec<String> = host_names.iter().cloned().chain(own).collect();
    let tls = Tls::new(source, &names)?;
    Ok(Some((tls.acceptor, tls.certificate_pem)))
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
            .field("accounts", &self.accounts)
            .field("seed", &self.seed)
            .field("sizes", &self.sizes)
            .field("inventory", &self.inventory)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
