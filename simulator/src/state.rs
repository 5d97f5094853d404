//! All that changes while a simulator runs, in one place.

use jiff::Timestamp;
use vim25_api::types::VirtualMachineRuntimeInfo;
use vim25_runtime::{ManagedObjectReference, Secret};

use crate::authorization::Authorization;
use crate::events::Events;
use crate::history::Collectors;
use crate::inventory::Usage;
use crate::random::Random;
use crate::search::SearchIndex;
use crate::session::{Session, Sessions};
use crate::session_objects::SessionObjects;
use crate::settings::Settings;
use crate::store::Store;
use crate::tasks::{self, Tasks};
use crate::ticket::{CloneTickets, LocalTickets};
use crate::vm::Files;

/// All that changes while a simulator runs. One lock guards it, so that a call sees and leaves it whole.
pub(crate) struct State {
    pub(crate) random: Random,
    pub(crate) sessions: Sessions,
    pub(crate) clone_tickets: CloneTickets,
    pub(crate) local_tickets: LocalTickets,
    pub(crate) store: Store,
    pub(crate) authorization: Authorization,
    pub(crate) tasks: Tasks,
    pub(crate) events: Events,
    pub(crate) session_objects: SessionObjects,
    pub(crate) collectors: Collectors,
    pub(crate) search: SearchIndex,
    pub(crate) usage: Usage,
    /// The files of virtual machines on the datastores.
    pub(crate) vm_files: Files,
}

impl State {
    /// The state of a simulator that has just started.
    pub(crate) fn new(random: Random) -> Self {
        Self {
            random,
            sessions: Sessions::default(),
            clone_tickets: CloneTickets::default(),
            local_tickets: LocalTickets::default(),
            store: Store::default(),
            authorization: Authorization::default(),
            tasks: Tasks::default(),
            events: Events::default(),
            session_objects: SessionObjects::default(),
            collectors: Collectors::default(),
            search: SearchIndex::default(),
            usage: Usage::default(),
            vm_files: Files::default(),
        }
    }

    /// Lets time do its work: idle sessions end, old tickets become void, tasks go on. Every request begins with it, so
    /// that nothing depends on when a timer fires.
    pub(crate) fn pass_time(&mut self, now: Timestamp, settings: &Settings) {
        self.sessions.close_idle(now, settings.idle_timeout);
        self.local_tickets.prune(now, settings.ticket_lifetime);
        self.clone_tickets.prune(now, settings.ticket_lifetime, &self.sessions);
        tasks::advance(self, now);
        self.refresh_usage();
        self.forget_tasks(settings.max_ended_tasks);
        self.settle_ended_sessions();
        self.refresh_pages();
    }

    /// Does what has to follow the end of sessions: says so in the history, and removes what belonged to them.
    fn settle_ended_sessions(&mut self) {
        for (session, ended) in self.sessions.take_ended() {
            self.post_logout(&session, ended);
            self.remove_collectors_of(&session.key);
            self.remove_objects_of(session.number);
        }
    }

    /// The live session with an id.
    pub(crate) fn session(&self, id: Option<&Secret>) -> Option<&Session> {
        self.sessions.get(id?)
    }

    /// An object and what it lies in, up to the root folder.
    pub(crate) fn with_ancestors(&self, object: &ManagedObjectReference) -> Vec<ManagedObjectReference> {
        let parent = |object: &ManagedObjectReference| self.store.reference(object, "parent").cloned();
        std::iter::successors(Some(object.clone()), parent).collect()
    }

    /// The host that a virtual machine runs on or is registered with.
    pub(crate) fn host_of(&self, vm: &ManagedObjectReference) -> Option<ManagedObjectReference> {
        let runtime = self.store.object::<VirtualMachineRuntimeInfo>(vm, "runtime")?;
        runtime.host().map(Into::into)
    }

    /// A virtual machine with its host, for people: `web-1 on esx-1`.
    pub(crate) fn place_of(&self, vm: &ManagedObjectReference) -> String {
        let name = self.store.text(vm, "name");
        match self.host_of(vm) {
            Some(host) => format!("{name} on {}", self.store.text(&host, "name")),
            None => name.to_owned(),
        }
    }
}
