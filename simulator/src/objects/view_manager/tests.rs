//! Views of an inventory that is made by hand.

use serde_json::{Value as Json, json};
use vim25_runtime::ManagedObjectReference;

use crate::builder::Builder;
use crate::objects::singleton;
use crate::test_session::{TestSession, add, add_datacenter, add_vm, fault, ids, object, reference, remove_vm, result};

async fn inventory() -> (TestSession, ManagedObjectReference, ManagedObjectReference) {
    let session = TestSession::new(Builder::default()).await;
    let (root, vms) = session.with(|state| {
        let (root, vms) = add_datacenter(state);
        add(state, &object("Folder", "hosts"), "childEntity", "ComputeResource", "cluster");
        let cluster = object("ComputeResource", "cluster");
        add(state, &cluster, "host", "HostSystem", "host-1");
        add(state, &cluster, "resourcePool", "ResourcePool", "pool");
        add(state, &object("ResourcePool", "pool"), "resourcePool", "ResourcePool", "inner-pool");
        add(state, &object("Folder", "ds"), "childEntity", "Datastore", "ds-1");
        state.store.link(&object("HostSystem", "host-1"), "datastore", &object("Datastore", "ds-1"));
        let vm = add_vm(state, &vms, "vm-1");
        state.store.link(&object("HostSystem", "host-1"), "vm", &vm);
        state.store.link(&object("ResourcePool", "inner-pool"), "vm", &vm);
        add_vm(state, &vms, "vm-2");
        (root, vms)
    });
    (session, root, vms)
}

fn moref(object: &ManagedObjectReference) -> Json {
    json!({ "_typeName": "ManagedObjectReference", "type": object.type_name(), "value": object.value() })
}

fn manager() -> ManagedObjectReference {
    singleton("ViewManager")
}

async fn container_view(
    session: &TestSession,
    container: &ManagedObjectReference,
    kinds: &[&str],
    is_recursive: bool,
) -> ManagedObjectReference {
    let arguments = json!({ "container": moref(container), "type": kinds, "recursive": is_recursive });
    reference(&result(session.call(&manager(), "CreateContainerView", arguments).await))
}

async fn listed(session: &TestSession, view: &ManagedObjectReference) -> String {
    let list = result(session.get(view, "view").await);
    let mut ids = ids(&list);
    ids.sort_unstable();
    ids.join(" ")
}

#[tokio::test]
async fn a_container_view_lists_what_lies_in_its_container() {
    let (session, root, _) = inventory().await;
    let all = "cluster dc-1 ds ds-1 host-1 hosts inner-pool nets pool vm-1 vm-2 vms";
    for (container, kinds, is_recursive, expected) in [
        (root.clone(), &[][..], true, all),
        (root.clone(), &[], false, "dc-1"),
        (root.clone(), &["VirtualMachine"], true, "vm-1 vm-2"),
        (root.clone(), &["ResourcePool", "HostSystem"], true, "host-1 inner-pool pool"),
        (root.clone(), &["VirtualMachine"], false, ""),
        (object("Datacenter", "dc-1"), &[], false, "ds hosts nets vms"),
        (object("ComputeResource", "cluster"), &[], false, "host-1 pool"),
        (object("ComputeResource", "cluster"), &["VirtualMachine"], true, "vm-1"),
        (object("ResourcePool", "pool"), &[], false, "inner-pool"),
        (object("ResourcePool", "pool"), &[], true, "inner-pool vm-1"),
        (object("HostSystem", "host-1"), &[], false, "ds-1 vm-1"),
    ] {
        let view = container_view(&session, &container, kinds, is_recursive).await;
        assert_eq!(listed(&session, &view).await, expected, "{container} {kinds:?} {is_recursive}");
        assert_eq!(result(session.get(&view, "container").await), moref(&container));
        assert_eq!(result(session.get(&view, "type").await), json!(kinds));
        assert_eq!(result(session.get(&view, "recursive").await), is_recursive);
    }
    let create = async |container: ManagedObjectReference, kind: &str| {
        let arguments = json!({ "container": moref(&container), "type": [kind], "recursive": true });
        fault(session.call(&manager(), "CreateContainerView", arguments).await)
    };
    assert_eq!(create(object("VirtualMachine", "vm-1"), "ManagedEntity").await, "InvalidArgument");
    assert_eq!(create(object("Folder", "gone"), "ManagedEntity").await, "ManagedObjectNotFound");
    assert_eq!(create(root, "NoSuchType").await, "InvalidArgument");
}

#[tokio::test]
async fn a_container_view_follows_the_inventory() {
    let (session, root, vms) = inventory().await;
    let view = container_view(&session, &root, &["VirtualMachine"], true).await;
    session.with(|state| {
        add_vm(state, &vms, "vm-3");
        remove_vm(state, &vms, &object("VirtualMachine", "vm-2"));
    });
    assert_eq!(listed(&session, &view).await, "vm-1 vm-3");
    session.with(|state| {
        add(state, &vms, "childEntity", "Folder", "inner");
        state.store.unlink(&vms, "childEntity", &object("VirtualMachine", "vm-3"));
        state.store.link(&object("Folder", "inner"), "childEntity", &object("VirtualMachine", "vm-3"));
    });
    assert_eq!(listed(&session, &view).await, "vm-1 vm-3", "it was moved within the container");
    session.with(|state| state.store.unlink(&vms, "childEntity", &object("Folder", "inner")));
    assert_eq!(listed(&session, &view).await, "vm-1");
    session.with(|state| state.store.unlink(&vms, "childEntity", &object("VirtualMachine", "vm-1")));
    assert_eq!(listed(&session, &view).await, "vm-1", "host and resource pool lead to it, too");
}

#[tokio::test]
async fn a_change_inside_of_an_object_leaves_views_alone() {
    let (session, root, _) = inventory().await;
    let view = container_view(&session, &root, &["VirtualMachine"], true).await;
    let before = session.with(|state| state.store.get(&view, "view").cloned().unwrap());
    session.with(|state| state.store.set(&object("VirtualMachine", "vm-1"), "name", "other".to_owned()));
    result(session.get(&view, "view").await);
    let after = session.with(|state| state.store.get(&view, "view").cloned().unwrap());
    assert!(std::sync::Arc::ptr_eq(&before, &after));
}

#[tokio::test]
async fn a_list_view_lists_what_it_is_told() {
    let (session, root, vms) = inventory().await;
    let (vm, other, gone) = (object("VirtualMachine", "vm-1"), object("VirtualMachine", "vm-2"), object("Folder", "x"));
    let create = async |objects: &[&ManagedObjectReference]| {
        let objects: Vec<Json> = objects.iter().map(|object| moref(object)).collect();
        session.call(&manager(), "CreateListView", json!({ "obj": objects })).await
    };
    assert_eq!(fault(create(&[&vm, &gone]).await), "ManagedObjectNotFound");
    let view = reference(&result(create(&[&vm, &vm]).await));
    assert_eq!(listed(&session, &view).await, "vm-1");
    let arguments = json!({ "add": [moref(&other), moref(&gone), moref(&vm)], "remove": [moref(&vm), moref(&gone)] });
    let missing = result(session.call(&view, "ModifyListView", arguments).await);
    assert_eq!((ids(&missing), listed(&session, &view).await.as_str()), (vec!["x"], "vm-2"));
    session.with(|state| remove_vm(state, &vms, &other));
    assert_eq!(listed(&session, &view).await, "", "what is deleted disappears");
    let container = container_view(&session, &root, &["Folder"], true).await;
    result(session.call(&view, "ResetListViewFromView", json!({ "view": moref(&container) })).await);
    assert_eq!(listed(&session, &view).await, "ds hosts nets vms");
    let arguments = json!({ "view": moref(&view) });
    let copy = reference(&result(session.call(&manager(), "CreateListViewFromView", arguments).await));
    let missing = result(session.call(&view, "ResetListView", json!({ "obj": [moref(&vm), moref(&gone)] })).await);
    assert_eq!((ids(&missing), listed(&session, &view).await.as_str()), (vec!["x"], "vm-1"));
    assert_eq!(listed(&session, &copy).await, "ds hosts nets vms");
    assert_eq!(
        ids(&result(session.get(&manager(), "viewList").await)),
        [view.value(), container.value(), copy.value()]
    );
}

#[tokio::test]
async fn an_inventory_view_is_opened_and_closed() {
    let (session, root, vms) = inventory().await;
    let view = reference(&result(session.call(&manager(), "CreateInventoryView", json!({})).await));
    assert_eq!(listed(&session, &view).await, "group-d1");
    let change = async |method: &str, entities: &[&ManagedObjectReference]| {
        let entities: Vec<Json> = entities.iter().map(|entity| moref(entity)).collect();
        let missing = result(session.call(&view, method, json!({ "entity": entities })).await);
        ids(&missing).join(" ")
    };
    let datacenter = object("Datacenter", "dc-1");
    assert_eq!(change("OpenInventoryViewFolder", &[&root, &datacenter, &vms, &object("Folder", "x")]).await, "x");
    assert_eq!(listed(&session, &view).await, "dc-1 ds group-d1 hosts nets vm-1 vm-2 vms");
    session.with(|state| add_vm(state, &vms, "vm-3"));
    assert_eq!(listed(&session, &view).await, "dc-1 ds group-d1 hosts nets vm-1 vm-2 vm-3 vms");
    assert_eq!(change("CloseInventoryViewFolder", &[&datacenter]).await, "");
    assert_eq!(listed(&session, &view).await, "dc-1 group-d1");
}

#[tokio::test]
async fn views_belong_to_their_session() {
    let (session, root, _) = inventory().await;
    let view = container_view(&session, &root, &[], true).await;
    let other = session.login().await;
    assert_eq!(fault(other.get(&view, "view").await), "ManagedObjectNotFound");
    assert_eq!(fault(other.call(&view, "DestroyView", json!({})).await), "ManagedObjectNotFound");
    assert_eq!(result(other.get(&manager(), "viewList").await), json!([]));
    let arguments = json!({ "view": moref(&view) });
    assert_eq!(fault(other.call(&manager(), "CreateListViewFromView", arguments).await), "ManagedObjectNotFound");
    let own = container_view(&other, &root, &[], true).await;
    assert!(own.value().starts_with("session["), "{own}");
    result(session.call(&view, "DestroyView", json!({})).await);
    assert_eq!(fault(session.get(&view, "view").await), "ManagedObjectNotFound");
    session.with(|state| assert_eq!(state.session_objects.count("View"), 1));
    result(other.call(&singleton("SessionManager"), "Logout", json!({})).await);
    session.with(|state| {
        assert_eq!(state.session_objects.count("View"), 0);
        assert!(!state.store.contains(&own));
    });
}
