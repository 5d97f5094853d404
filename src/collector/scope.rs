//! Which objects are meant, and how a property collector gets to them.

use std::fmt;
use std::sync::Arc;

use super::{Kind, Owned, Properties};
use crate::mo::{ContainerView, ListView, ManagedEntity};
use crate::types::{ObjectSpec, PropertyFilterSpec, PropertySpec, SelectionSpec, TraversalSpec};
use crate::{Client, ManagedObject, ManagedObjectReference, Ref, Result};

/// Which objects are meant.
#[derive(Clone)]
pub(crate) enum Scope {
    /// All of the type below the root folder.
    Everywhere,
    /// All of the type below a container.
    Below(Ref<ManagedEntity>),
    /// Some, by reference.
    Of(Vec<ManagedObjectReference>),
    /// Those that are wanted when it is asked: a list view that grows and shrinks.
    Wanted(Arc<dyn Fn() -> Vec<ManagedObjectReference> + Send + Sync>),
}

impl Scope {
    /// The view that the server needs to get to the objects, if it needs one.
    pub(crate) async fn view(&self, client: &Client, of: &'static str) -> Result<Option<Owned>> {
        let container = match self {
            Scope::Everywhere => client.root_folder().upcast::<ManagedEntity>().clone(),
            Scope::Below(container) => container.clone(),
            Scope::Of(_) => return Ok(None),
            Scope::Wanted(_) => {
                let call = client.view_manager()?.create_list_view();
                let made = async move { call.await.map(Ref::into_untyped) };
                return Owned::make(client, Kind::ListView, made).await.map(Some);
            }
        };
        let call = client.view_manager()?.create_container_view(container, true).r#type([of]);
        let made = async move { call.await.map(Ref::into_untyped) };
        Owned::make(client, Kind::ContainerView, made).await.map(Some)
    }

    /// The specification of a filter. `view` is what [`view`](Self::view) gave.
    pub(crate) fn filter(&self, properties: &[Properties], view: Option<&Owned>) -> PropertyFilterSpec {
        let objects: Vec<ObjectSpec> = match (self, view) {
            (Scope::Of(objects), _) => objects.iter().map(|object| ObjectSpec::new().with_obj(object)).collect(),
            (_, Some(view)) => vec![self.through(view)],
            (_, None) => Vec::new(),
        };
        let properties = properties.iter().map(|properties| {
            PropertySpec::new().with_type(properties.of).with_path_set(properties.distinct()).with_all(false)
        });
        PropertyFilterSpec::new()
            .with_prop_set(properties)
            .with_object_set(objects)
            // One object that is gone must not spoil the rest. A view that is gone, though, would be told as one that is
            // empty.
            .with_report_missing_objects_in_results(matches!(self, Scope::Of(_)))
    }

    /// Through a view to what it lists.
    fn through(&self, view: &Owned) -> ObjectSpec {
        let of = if matches!(self, Scope::Wanted(_)) {
            <ListView as ManagedObject>::NAME
        } else {
            <ContainerView as ManagedObject>::NAME
        };
        let traversal = TraversalSpec::new().with_name("view").with_type(of).with_path("view").with_skip(false);
        ObjectSpec::new().with_obj(view.reference()).with_skip(true).with_select_set([SelectionSpec::from(traversal)])
    }

    /// Whether nothing can be in it.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Scope::Of(objects) if objects.is_empty())
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Everywhere => f.write_str("Everywhere"),
            Scope::Below(container) => f.debug_tuple("Below").field(container).finish(),
            Scope::Of(objects) => f.debug_tuple("Of").field(objects).finish(),
            Scope::Wanted(_) => f.write_str("Wanted"),
        }
    }
}
