//! A simulator that tells what it was asked.

use std::sync::{Arc, Mutex};

use vim25::ClientBuilder;
use vim25::prelude::*;
use vim25_simulator::{Builder, Simulator};

/// The targets of the requests so far.
#[derive(Clone, Default)]
pub(crate) struct RequestLog(Arc<Mutex<Vec<String>>>);

impl RequestLog {
    /// Starts a simulator whose requests are noted.
    pub(crate) async fn start(builder: Builder) -> (Simulator, Self) {
        let log = Self::default();
        let requests = log.0.clone();
        let note = move |request: &vim25_simulator::RequestLog| {
            requests.lock().expect("no panic").push(request.target.clone());
        };
        (builder.on_request(note).start().await.expect("a free port"), log)
    }

    /// How many requests there were of an operation.
    pub(crate) fn count(&self, operation: &str) -> usize {
        let requests = self.0.lock().expect("no panic");
        requests.iter().filter(|target| target.rsplit('/').next() == Some(operation)).count()
    }

    /// How many requests there were.
    pub(crate) fn len(&self) -> usize {
        self.0.lock().expect("no panic").len()
    }
}

/// A client of the first user that is not connected yet.
pub(crate) fn builder(vcenter: &Simulator) -> ClientBuilder {
    Client::builder(vcenter.url()).expect("a URL").credentials(vcenter.user(), vcenter.password())
}

/// A client of the first user.
pub(crate) async fn connected(vcenter: &Simulator) -> Client {
    builder(vcenter).connect().await.expect("a login")
}
