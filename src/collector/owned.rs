//! What the client made on the server, and has to destroy there.

use tokio::runtime::Handle;

use crate::mo::{ContainerView, ListView, PropertyCollector};
use crate::types::{ManagedObjectNotFound, NotAuthenticated};
use crate::{Client, Error, ManagedObject, ManagedObjectReference, Ref, Result};

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A property collector. Its filters go with it, and a wait of it ends.
    Collector,
    ContainerView,
    ListView,
}

/// An object of this session on the server. Dropped, it is destroyed there as soon as the runtime gets to it.
#[derive(Debug)]
pub(crate) struct Owned {
    client: Client,
    kind: Kind,
    reference: ManagedObjectReference,
    /// Where it was made, and can be destroyed from any thread.
    runtime: Option<Handle>,
    is_gone: bool,
}

impl Owned {
    /// Makes an object. It is destroyed even if the caller loses interest before the server has answered, as the call
    /// goes on in a task of its own.
    pub(crate) async fn make(
        client: &Client,
        kind: Kind,
        make: impl Future<Output = Result<ManagedObjectReference>> + Send + 'static,
    ) -> Result<Self> {
        let (client, runtime) = (client.clone(), Handle::try_current().ok());
        let spawner = runtime.clone();
        let made = async move {
            let reference = make.await?;
            Ok(Self { client, kind, reference, runtime, is_gone: false })
        };
        match spawner {
            Some(runtime) => {
                runtime.spawn(made).await.map_err(|error| Error::Setup(format!("the runtime: {error}")))?
            }
            None => made.await,
        }
    }

    /// The reference, as one of a type.
    pub(crate) fn get<M: ManagedObject>(&self) -> M {
        self.client.get(&Ref::new(self.reference.value()))
    }

    pub(crate) fn reference(&self) -> &ManagedObjectReference {
        &self.reference
    }

    /// Destroys the object. That it is gone already is no error.
    pub(crate) async fn destroy(mut self) -> Result<()> {
        let destroyed = destroy(&self.client, self.kind, &self.reference).await;
        self.is_gone = destroyed.is_ok();
        destroyed
    }
}

async fn destroy(client: &Client, kind: Kind, reference: &ManagedObjectReference) -> Result<()> {
    let id = reference.value();
    let destroyed = match kind {
        Kind::Collector => client.get(&Ref::<PropertyCollector>::new(id)).destroy_property_collector().await,
        Kind::ContainerView => client.get(&Ref::<ContainerView>::new(id)).destroy_view().await,
        Kind::ListView => client.get(&Ref::<ListView>::new(id)).destroy_view().await,
    };
    match destroyed {
        // With the session all that is of it is gone.
        Err(error) if error.is_fault::<ManagedObjectNotFound>() || error.is_fault::<NotAuthenticated>() => Ok(()),
        other => other,
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let (false, Some(runtime)) = (self.is_gone, &self.runtime) {
            let (client, kind, reference) = (self.client.clone(), self.kind, self.reference.clone());
            // Nobody is left who could be told of a failure.
            runtime.spawn(async move { drop(destroy(&client, kind, &reference).await) });
        }
    }
}
