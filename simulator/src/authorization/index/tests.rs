use std::time::Instant;

use vim25_runtime::Element;

use super::*;
use crate::objects::add_service_objects;

const READ_ONLY: i32 = -2;
const NO_ACCESS: i32 = -5;
const VM_USER: i32 = 5;
const POWER_ON: &str = "VirtualMachine.Interact.PowerOn";

/// Root, `a` below it, `b` below `a`, the virtual machine `vm` in `b`.
struct Inventory {
    store: Store,
    index: Index,
}

fn at(id: &str) -> ManagedObjectReference {
    match id {
        "root" => singleton("Folder"),
        "vm" => ManagedObjectReference::new("VirtualMachine", id),
        _ => ManagedObjectReference::new("Folder", id),
    }
}

impl Inventory {
    fn new() -> Self {
        let mut store = Store::default();
        add_service_objects(&mut store, vim25_api::RELEASE, "uuid");
        for (id, parent) in [("a", "root"), ("b", "a"), ("c", "a"), ("vm", "b")] {
            store.add(at(id), [("parent", at(parent).into())]);
        }
        Self { store, index: Index::default() }
    }

    fn give(mut self, id: &str, principal: &str, role: i32) -> Self {
        self.set(id, principal, role, true);
        self
    }

    /// Sets a permission; the names of groups begin with `g-`.
    fn set(&mut self, id: &str, principal: &str, role: i32, propagate: bool) {
        let mut permission = Permission::new();
        let is_group = principal.starts_with("g-");
        permission.set_principal(principal).set_group(is_group).set_role_id(role).set_propagate(propagate);
        self.store.set_permission(&at(id), permission);
    }

    fn lacks(&mut self, object: &ManagedObjectReference, privileges: &[&'static str]) -> Vec<&'static str> {
        self.index.update(&self.store);
        let groups = ["g-one".to_owned(), "g-two".to_owned()];
        self.index.missing(&self.store, Principals { user: "ann", groups: &groups }, object, privileges)
    }

    fn may(&mut self, id: &str, privilege: &'static str) -> bool {
        self.lacks(&at(id), &[privilege]).is_empty()
    }

    fn roles(&mut self, id: &str) -> Vec<i32> {
        self.index.update(&self.store);
        let groups = ["g-one".to_owned(), "g-two".to_owned()];
        self.index.effective_roles(&self.store, Principals { user: "ann", groups: &groups }, &at(id))
    }
}

#[test]
fn the_nearest_permission_counts() {
    let mut inventory = Inventory::new().give("root", "ann", ADMIN).give("b", "ann", READ_ONLY);
    for (id, roles) in [("root", ADMIN), ("a", ADMIN), ("c", ADMIN), ("b", READ_ONLY), ("vm", READ_ONLY)] {
        assert_eq!(inventory.roles(id), [roles], "{id}");
        assert_eq!(inventory.may(id, POWER_ON), roles == ADMIN, "{id}");
    }
}

#[test]
fn a_permission_that_does_not_propagate_is_for_the_object_alone() {
    let mut inventory = Inventory::new().give("root", "ann", READ_ONLY);
    inventory.set("b", "ann", VM_USER, false);
    assert!(inventory.may("b", POWER_ON));
    assert!(!inventory.may("vm", POWER_ON));
    assert_eq!(inventory.roles("vm"), [READ_ONLY]);
    // At the root it is for objects that are not in the inventory, too.
    let mut inventory = Inventory::new();
    inventory.set("root", "ann", ADMIN, false);
    assert!(inventory.may("root", "Folder.Create"));
    assert!(!inventory.may("a", "Folder.Create"));
    assert_eq!(inventory.lacks(&singleton("SessionManager"), &["Sessions.GlobalMessage"]), [""; 0]);
}

#[test]
fn a_user_comes_before_groups_and_groups_add_up() {
    let inventory = Inventory::new().give("a", "g-one", VM_USER).give("a", "g-two", 8);
    let mut inventory = inventory.give("a", "g-other", ADMIN);
    assert_eq!(inventory.roles("vm"), [VM_USER, 8]);
    assert!(inventory.may("vm", POWER_ON) && inventory.may("vm", "Datastore.AllocateSpace"));
    assert!(!inventory.may("vm", "Folder.Create"));
    inventory.set("a", "ann", NO_ACCESS, true);
    assert_eq!(inventory.roles("vm"), [NO_ACCESS]);
    assert!(!inventory.may("vm", "System.View"));
    // What is nearer counts before what is of the user.
    inventory.set("b", "g-one", READ_ONLY, true);
    assert!(inventory.may("vm", "System.Read"));
}

#[test]
fn a_group_of_the_name_of_a_user_is_somebody_else() {
    let mut inventory = Inventory::new();
    let mut permission = Permission::new();
    permission.set_principal("ann").set_group(true).set_role_id(ADMIN).set_propagate(true);
    inventory.store.set_permission(&at("root"), permission);
    assert!(!inventory.may("a", "System.View"));
}

#[test]
fn the_way_to_what_can_be_seen_can_be_seen() {
    let mut inventory = Inventory::new().give("b", "ann", VM_USER);
    for (id, sees, reads) in [("root", true, false), ("a", true, false), ("b", true, true), ("c", false, false)] {
        assert_eq!((inventory.may(id, "System.View"), inventory.may(id, "System.Read")), (sees, reads), "{id}");
        // Without a named privilege, an object of the inventory needs `System.Read`.
        assert_eq!(inventory.lacks(&at(id), &[]).is_empty(), reads, "{id}");
    }
    assert_eq!(inventory.roles("a"), [VIEW]);
    assert_eq!(inventory.roles("c"), [0; 0]);
    let manager = singleton("SessionManager");
    assert_eq!(inventory.lacks(&manager, &["System.Anonymous", "System.View"]), [""; 0]);
    assert_eq!(inventory.lacks(&manager, &[]), [""; 0]);
    assert_eq!(inventory.lacks(&manager, &["System.View", "Sessions.GlobalMessage"]), ["Sessions.GlobalMessage"]);
}

#[test]
fn a_snapshot_is_like_its_virtual_machine() {
    let mut inventory = Inventory::new().give("b", "ann", READ_ONLY);
    let snapshot = ManagedObjectReference::new("VirtualMachineSnapshot", "snapshot-1");
    inventory.store.add(snapshot.clone(), [("vm", at("vm").into())]);
    assert_eq!(inventory.lacks(&snapshot, &[]), [""; 0]);
    assert_eq!(inventory.lacks(&snapshot, &["VirtualMachine.State.RemoveSnapshot"]).len(), 1);
}

#[test]
fn changes_count_at_once() {
    let mut inventory = Inventory::new().give("b", "ann", VM_USER);
    assert!(inventory.may("vm", POWER_ON));
    inventory.store.set(&at("vm"), "parent", at("c"));
    assert!(!inventory.may("vm", POWER_ON));
    inventory.store.set(&at("vm"), "parent", at("b"));
    let manager = singleton("AuthorizationManager");
    let mut roles: Vec<AuthorizationRole> =
        inventory.store.data_objects(&manager, "roleList").into_iter().cloned().collect();
    roles.iter_mut().find(|role| role.role_id() == VM_USER).unwrap().set_privilege(["System.View"]);
    inventory.store.set(&manager, "roleList", AuthorizationRole::into_list(roles));
    assert!(!inventory.may("vm", POWER_ON) && inventory.may("vm", "System.View"));
    inventory.store.set(&at("b"), "permission", Permission::into_list(Vec::new()));
    assert!(!inventory.may("vm", "System.View"));
    assert_eq!(inventory.index.entities(), []);
    // An entity that goes takes its permissions along.
    inventory.set("c", "ann", ADMIN, true);
    assert_eq!(inventory.roles("c"), [ADMIN]);
    inventory.store.remove(&at("c"));
    assert_eq!(inventory.roles("root"), [0; 0]);
}

#[test]
fn ten_thousand_objects_are_decided_quickly() {
    let mut inventory = Inventory::new().give("root", "ann", ADMIN).give("root", "bob", READ_ONLY);
    let vms: Vec<_> = (0..10_000).map(|n| ManagedObjectReference::new("VirtualMachine", format!("vm-{n}"))).collect();
    for vm in &vms {
        inventory.store.add(vm.clone(), [("parent", at("b").into())]);
    }
    for is_walked in [false, true] {
        if is_walked {
            inventory.set("c", "ann", READ_ONLY, true);
        }
        let begun = Instant::now();
        assert!(vms.iter().all(|vm| inventory.lacks(vm, &["System.View"]).is_empty()));
        // Without optimization it is some 20 ms; walking through all objects each time would take minutes.
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    }
}

#[test]
fn a_part_of_a_complex_entity_is_like_its_parent() {
    let mut inventory = Inventory::new();
    let object = |kind: &str| ManagedObjectReference::new(kind, "x");
    let (dc, cluster, host, pool) =
        (object("Datacenter"), object("ClusterComputeResource"), object("HostSystem"), object("ResourcePool"));
    for (object, parent) in
        [(&dc, &at("root")), (&at("a"), &dc), (&cluster, &at("a")), (&host, &cluster), (&pool, &cluster)]
    {
        inventory.store.add(object.clone(), [("parent", parent.clone().into())]);
    }
    for entity in [&dc, &cluster] {
        let mut permission = Permission::new();
        permission.set_principal("ann").set_group(false).set_role_id(READ_ONLY).set_propagate(false);
        inventory.store.set_permission(entity, permission);
    }
    for (object, is_like) in [(&at("a"), true), (&at("b"), false), (&pool, true), (&host, false)] {
        assert_eq!(inventory.lacks(object, &["System.Read"]).is_empty(), is_like, "{object}");
    }
}
