//! What a client does: everything, in a random order, and it drops things in the middle.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};
use vim25::mo::VirtualMachine;
use vim25::prelude::*;
use vim25::types::*;
use vim25::{ClientBuilder, Error, TaskRef};

use super::VMS;
use super::random::Random;
use super::tally::{Tally, WRONG};

/// Nothing takes longer, with all attempts: what does has hung.
const LONGEST: Duration = Duration::from_secs(60);

/// The server, and who logs in.
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) user: String,
    pub(crate) password: Secret,
}

/// A client that begins, works and ends again and again.
pub(crate) struct Worker {
    target: Arc<Target>,
    tally: Arc<Tally>,
    number: usize,
    random: Random,
    /// The sessions of clients that were dropped without a logout, or whose logout failed.
    sessions: Vec<Secret>,
}

impl Worker {
    pub(crate) fn new(target: Arc<Target>, tally: Arc<Tally>, number: usize, seed: u64) -> Self {
        let random = Random::new(seed.wrapping_add(number as u64));
        Self { target, tally, number, random, sessions: Vec::new() }
    }

    fn builder(&self) -> ClientBuilder {
        let builder = Client::builder(&self.target.url).expect("a URL").retries(1);
        builder.request_timeout(Duration::from_secs(5)).connect_timeout(Duration::from_secs(5))
    }

    fn login(&self) -> ClientBuilder {
        self.builder().credentials(&self.target.user, self.target.password.clone())
    }

    /// Works until a time.
    pub(crate) async fn work(&mut self, until: Instant) {
        while Instant::now() < until {
            let session = if self.random.below(3) == 0 { self.sessions.pop() } else { None };
            let (activity, builder) = match session.clone() {
                Some(id) => ("resume", self.builder().session_id(id)),
                None => ("login", self.login()),
            };
            let Some(client) = self.tried(activity, builder.connect()).await else {
                // The session may well go on, with what is in it.
                self.sessions.extend(session);
                continue;
            };
            for _ in 0..self.random.below(8) {
                self.act(&client).await;
            }
            if self.random.below(4) > 0 && self.tried("logout", client.logout()).await.is_some() {
                continue;
            }
            self.sessions.extend(client.session_id());
        }
    }

    /// Does something that may be given up in the middle, and counts what came of it.
    async fn tried<T>(
        &mut self,
        activity: &'static str,
        call: impl IntoFuture<Output = Result<T, Error>>,
    ) -> Option<T> {
        // A login that is given up would leave a session that nobody knows.
        let may_give_up = !["login", "resume", "logout"].contains(&activity) && self.random.below(5) == 0;
        let limit = if may_give_up { Duration::from_millis(self.random.below(200)) } else { LONGEST };
        match timeout(limit, call.into_future()).await {
            Ok(result) => self.tally.note(activity, result),
            Err(_) if may_give_up => {
                self.tally.count(activity, "given up".to_owned());
                None
            }
            Err(_) => {
                self.tally.count(activity, format!("{WRONG} it hangs"));
                None
            }
        }
    }

    async fn act(&mut self, client: &Client) {
        match self.random.below(6) {
            0 => drop(self.tried("call", client.session_manager().session_list()).await),
            1 => {
                let manager = client.session_manager().reference();
                drop(self.tried("raw", client.fetch(manager, "currentSession")).await);
            }
            2 | 3 => self.retrieve(client).await,
            4 => self.watch(client).await,
            _ => self.power(client).await,
        }
    }

    async fn retrieve(&mut self, client: &Client) {
        let rows = client.retrieve::<VirtualMachine>().page_size(7).select((
            ManagedEntity::NAME,
            VirtualMachine::RUNTIME.power_state(),
            VirtualMachine::CONFIG.hardware(),
            VirtualMachine::RUNTIME.host(),
        ));
        let mut rows = rows.rows();
        if self.random.below(3) == 0 {
            let first = async { rows.next().await.transpose() };
            drop(self.tried("first row", first).await);
            return;
        }
        drop(self.tried("retrieve", rows.collect()).await);
    }

    async fn watch(&mut self, client: &Client) {
        let watch = client.watch::<VirtualMachine>().patience(Duration::from_secs(2));
        let mut changes = watch.below(client.root_folder()).select((VirtualMachine::RUNTIME.power_state(),)).changes();
        for _ in 0..=self.random.below(60) {
            let next = async { changes.next().await.transpose() };
            let soon = Duration::from_millis(1_000);
            match timeout(soon, next).await {
                Ok(change) => {
                    // An error may have ended it.
                    if self.tally.note("watch", change).flatten().is_none() {
                        break;
                    }
                }
                Err(_) => self.tally.count("watch", "nothing new".to_owned()),
            }
        }
        if self.random.below(2) == 0 {
            self.tried("close", changes.close()).await;
        }
    }

    /// Switches a machine on or off and waits for it.
    async fn power(&mut self, client: &Client) {
        let machines = client.retrieve::<VirtualMachine>().select((VirtualMachine::RUNTIME.power_state(),)).rows();
        let Some(machines) = self.tried("machines", machines.collect()).await else { return };
        if machines.is_empty() {
            return;
        }
        let row = self.random.one(&machines);
        let machine = client.get(row.reference());
        let is_on = matches!(row.values().0, Prop::Value(VirtualMachinePowerState::PoweredOn));
        let task = if is_on {
            self.tried("power", machine.power_off_vm_task()).await
        } else {
            self.tried("power", machine.power_on_vm_task()).await
        };
        let Some(task) = task else { return };
        self.wait(client, &task).await;
    }

    async fn wait(&mut self, client: &Client, task: &TaskRef<()>) {
        let wait = client.wait(task).timeout(Duration::from_secs(5));
        self.tried("wait", wait).await;
    }

    /// When nothing goes wrong any more: ends the sessions that it has in hand, then does everything once.
    ///
    /// # Panics
    ///
    /// If something does not work.
    pub(crate) async fn end(mut self) {
        for id in std::mem::take(&mut self.sessions) {
            match self.builder().session_id(id).connect().await {
                Ok(client) => client.logout().await.expect("a logout"),
                Err(Error::NoSession(_)) => {}
                Err(error) => panic!("a session is resumed or gone: {error}"),
            }
        }
        let client = self.login().connect().await.expect("a login");
        let rows = client.retrieve::<VirtualMachine>().select((VirtualMachine::NAME,)).rows().collect().await;
        let mut rows = rows.expect("machines");
        assert!(rows.len() >= VMS, "{}", rows.len());
        let mut changes = client.watch::<VirtualMachine>().changes();
        for _ in 0..rows.len() {
            let change = changes.next().await.expect("a change").expect("no error");
            assert!(matches!(change, Change::Enter(_)), "{change:?}");
        }
        changes.close().await.expect("it is closed");
        rows.sort_by(|a, b| a.reference().value().cmp(b.reference().value()));
        let machine = client.get(rows[self.number % rows.len()].reference());
        let spec = VirtualMachineConfigSpec::new().with_annotation("it works again");
        let task = machine.reconfig_vm_task(spec).await.expect("a task");
        client.wait(&task).await.expect("it is reconfigured");
        client.logout().await.expect("a logout");
    }
}
