//! Views: lists of objects that the server keeps for this session.

use crate::collector::{Kind, Owned};
use crate::mo::{ContainerView, ListView, ManagedEntity};
use crate::{Client, IntoRef, ManagedObject, ManagedObjectReference, Ref, Result};

impl Client {
    /// Makes a view of all objects of a type below a folder, data center, cluster, resource pool, host or vApp.
    ///
    /// ```no_run
    /// # use vim25::prelude::*;
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let view = client.container_view::<VirtualMachine>(client.root_folder()).await?;
    /// let machines: Vec<Ref<VirtualMachine>> = view.references().await?;
    /// view.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Fault`](crate::Error::Fault) with `ManagedObjectNotFound` if the container is gone, with
    /// `InvalidArgument` if nothing can lie in it, and whatever else can happen to a call.
    pub async fn container_view<M: ManagedObject>(
        &self,
        container: impl IntoRef<ManagedEntity>,
    ) -> Result<ViewGuard<ContainerView, M>> {
        let call = self.view_manager()?.create_container_view(container, true).r#type([<M as ManagedObject>::NAME]);
        ViewGuard::make(self, Kind::ContainerView, async move { call.await.map(Ref::into_untyped) }).await
    }

    /// Makes a view of some objects, which can change: `view.get().modify_list_view()`.
    ///
    /// # Errors
    ///
    /// [`Error::Fault`](crate::Error::Fault) with `ManagedObjectNotFound` if one of them is gone, and whatever else can
    /// happen to a call.
    pub async fn list_view<M: ManagedObject>(
        &self,
        objects: impl IntoIterator<Item = impl IntoRef<M>>,
    ) -> Result<ViewGuard<ListView, M>> {
        let objects = objects.into_iter().map(|object| object.into_ref().into_untyped());
        let call = self.view_manager()?.create_list_view().obj(objects);
        ViewGuard::make(self, Kind::ListView, async move { call.await.map(Ref::into_untyped) }).await
    }
}

/// A view `V` of objects `M` on the server, which is destroyed there at the end: by [`close`](Self::close), or in the
/// background when it is dropped.
#[derive(Debug)]
pub struct ViewGuard<V, M> {
    owned: Owned,
    view: V,
    object: std::marker::PhantomData<fn() -> M>,
}

impl<V: ManagedObject, M: ManagedObject> ViewGuard<V, M> {
    async fn make(
        client: &Client,
        kind: Kind,
        make: impl Future<Output = Result<ManagedObjectReference>> + Send + 'static,
    ) -> Result<Self> {
        let owned = Owned::make(client, kind, make).await?;
        let view = owned.get();
        Ok(Self { owned, view, object: std::marker::PhantomData })
    }

    /// The view itself.
    pub fn get(&self) -> &V {
        &self.view
    }

    /// Destroys the view. That it is gone already is no error.
    ///
    /// # Errors
    ///
    /// Whatever can happen to a call.
    pub async fn close(self) -> Result<()> {
        self.owned.destroy().await
    }
}

impl<M> ViewGuard<ContainerView, M> {
    /// The objects that are in the view now.
    ///
    /// # Errors
    ///
    /// Whatever can happen to a call.
    pub async fn references(&self) -> Result<Vec<Ref<M>>> {
        Ok(self.view.view().await?.into_iter().map(Ref::from_untyped).collect())
    }
}

impl<M> ViewGuard<ListView, M> {
    /// The objects that are in the view now.
    ///
    /// # Errors
    ///
    /// Whatever can happen to a call.
    pub async fn references(&self) -> Result<Vec<Ref<M>>> {
        Ok(self.view.view().await?.into_iter().map(Ref::from_untyped).collect())
    }
}
