//! Roles, permissions, and the users and groups that have them.

use serde_json::{Value, json};
use vim25_simulator::{AccountsError, Group, Permission, Role, Simulator, StartError, User};

use crate::client::{ADMIN, Client, PASSWORD, READER, Reply, start, started};

const MANAGER: &str = "AuthorizationManager/AuthorizationManager";

/// Sends messages by being in a group.
const ANN: &str = "ann@example.org";
/// Has a role of the builder.
const BOB: &str = "bob@example.org";
/// May not log in.
const EVE: &str = "eve";

async fn with_more_users() -> Simulator {
    let builder = Simulator::builder()
        .role("messenger", ["Sessions.GlobalMessage"])
        .group(Group::new("staff@example.org").with_full_name("The staff").with_role(Role::named("messenger")))
        .group(Group::new("others"))
        .users([
            User::new(ANN, PASSWORD).with_full_name("Ann Example").with_group("staff@example.org").with_group("others"),
            User::new(BOB, PASSWORD).with_role(Role::named("VirtualMachineUser")),
            User::new(EVE, PASSWORD).with_role(Role::NO_ACCESS),
        ]);
    started(builder).await
}

async fn call(client: &Client, method: &str, arguments: Value) -> Reply {
    client.post(&format!("{MANAGER}/{method}"), &arguments.to_string()).await
}

fn root() -> Value {
    json!({ "type": "Folder", "value": "group-d1" })
}

fn permission(principal: &str, is_group: bool, role: i64) -> Value {
    json!({ "_typeName": "Permission", "principal": principal, "group": is_group, "roleId": role, "propagate": true })
}

/// Principals and roles of permissions.
fn shown(permissions: &Value) -> Vec<(String, i64)> {
    let shown = |permission: &Value| {
        (permission["principal"].as_str().unwrap().to_owned(), permission["roleId"].as_i64().unwrap())
    };
    permissions.as_array().unwrap().iter().map(shown).collect()
}

fn role<'a>(roles: &'a Value, name: &str) -> &'a Value {
    roles.as_array().unwrap().iter().find(|role| role["name"] == name).unwrap_or_else(|| panic!("{name}"))
}

async fn update_message(client: &Client) -> Reply {
    client.session_manager("UpdateServiceMessage", json!({ "message": "x" })).await
}

#[tokio::test]
async fn the_roles_of_every_server_are_there() {
    let simulator = start().await;
    let reader = Client::login(&simulator, READER).await;
    let roles = reader.get(&format!("{MANAGER}/roleList")).await.result();
    for (name, id) in [("NoAccess", -5), ("Anonymous", -4), ("View", -3), ("ReadOnly", -2), ("Admin", -1)] {
        assert_eq!((&role(&roles, name)["roleId"], &role(&roles, name)["system"]), (&json!(id), &json!(true)));
    }
    assert_eq!(role(&roles, "ReadOnly")["privilege"], json!(["System.Anonymous", "System.Read", "System.View"]));
    assert_eq!(role(&roles, "NoAccess")["info"]["label"], "No access");
    let privileges = reader.get(&format!("{MANAGER}/privilegeList")).await.result();
    let ids: Vec<&Value> = privileges.as_array().unwrap().iter().map(|privilege| &privilege["privId"]).collect();
    assert_eq!(role(&roles, "Admin")["privilege"], json!(ids));
    let found = privileges
        .as_array()
        .unwrap()
        .iter()
        .find(|privilege| privilege["privId"] == "VirtualMachine.Interact.PowerOn");
    assert_eq!(
        found.unwrap(),
        &json!({
            "_typeName": "AuthorizationPrivilege", "privId": "VirtualMachine.Interact.PowerOn", "onParent": false,
            "name": "PowerOn", "privGroupName": "VirtualMachine.Interact",
        })
    );
    let description = reader.get(&format!("{MANAGER}/description")).await.result();
    assert_eq!(description["privilege"].as_array().unwrap().len(), ids.len());
    assert!(
        description["privilegeGroup"].as_array().unwrap().iter().any(|group| group["key"] == "VirtualMachine.Interact")
    );
}

#[tokio::test]
async fn a_call_is_decided_by_the_role() {
    let simulator = with_more_users().await;
    for (user, is_allowed) in [(ADMIN, true), (READER, false), (ANN, true), (BOB, false)] {
        let client = Client::login(&simulator, user).await;
        let reply = update_message(&client).await;
        if is_allowed {
            reply.no_content();
        } else {
            let fault = reply.fault("NoPermission");
            assert_eq!(fault["privilegeId"], "Sessions.GlobalMessage");
            assert_eq!(fault["missingPrivileges"][0]["entity"]["type"], "SessionManager");
        }
    }
    let eve = Client::new(&simulator).session_manager("Login", json!({ "userName": EVE, "password": PASSWORD })).await;
    eve.fault("NoPermission");
    let wrong = Client::new(&simulator).session_manager("Login", json!({ "userName": EVE, "password": "x" })).await;
    wrong.fault("InvalidLogin");
}

#[tokio::test]
async fn a_change_of_a_role_counts_for_sessions_that_live() {
    let simulator = with_more_users().await;
    let (admin, bob) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, BOB).await);
    update_message(&bob).await.fault("NoPermission");
    let arguments = json!({ "name": "speaker", "privIds": ["Sessions.GlobalMessage"] });
    let id = call(&admin, "AddAuthorizationRole", arguments).await.result();
    let set = |role: Value| {
        call(
            &admin,
            "SetEntityPermissions",
            json!({ "entity": root(), "permission": [permission(BOB, false, role.as_i64().unwrap())] }),
        )
    };
    set(id.clone()).await.no_content();
    update_message(&bob).await.no_content();
    let update = json!({ "roleId": id, "newName": "listener", "privIds": ["Sessions.ValidateSession"] });
    call(&admin, "UpdateAuthorizationRole", update).await.no_content();
    update_message(&bob).await.fault("NoPermission");
    let arguments = json!({ "sessionID": "x", "userName": "y" });
    bob.session_manager("SessionIsActive", arguments.clone()).await.result();
    let roles = admin.get(&format!("{MANAGER}/roleList")).await.result();
    assert_eq!(
        role(&roles, "listener"),
        &json!({
            "_typeName": "AuthorizationRole", "roleId": id, "system": false, "name": "listener",
            "info": { "_typeName": "Description", "label": "listener", "summary": "listener" },
            "privilege": ["Sessions.ValidateSession", "System.Anonymous", "System.Read", "System.View"],
        })
    );
    call(&admin, "RemoveAuthorizationRole", json!({ "roleId": id, "failIfUsed": true })).await.fault("RemoveFailed");
    call(&admin, "RemoveAuthorizationRole", json!({ "roleId": id, "failIfUsed": false })).await.no_content();
    bob.session_manager("SessionIsActive", arguments).await.fault("NoPermission");
    bob.get("Folder/group-d1/name").await.fault("NoPermission");
    // The root folder is another matter than the services.
    bob.property("message").await.result();
    call(&admin, "RemoveAuthorizationRole", json!({ "roleId": id, "failIfUsed": true })).await.fault("NotFound");
}

#[tokio::test]
async fn roles_have_names_of_their_own_and_privileges_that_exist() {
    let simulator = with_more_users().await;
    let (admin, bob) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, BOB).await);
    let fault = call(&bob, "AddAuthorizationRole", json!({ "name": "x" })).await.fault("NoPermission");
    assert_eq!(fault["privilegeId"], "Authorization.ModifyRoles");
    let fault = call(&admin, "AddAuthorizationRole", json!({ "name": "messenger" })).await.fault("AlreadyExists");
    assert_eq!(fault["name"], "messenger");
    call(&admin, "AddAuthorizationRole", json!({ "name": " " })).await.fault("InvalidName");
    let unknown = json!({ "name": "x", "privIds": ["System.View", "No.Such"] });
    call(&admin, "AddAuthorizationRole", unknown).await.wrong_argument("privIds[1]");
    let id = call(&admin, "AddAuthorizationRole", json!({ "name": "x" })).await.result();
    let rename =
        |id: Value, name: &str| call(&admin, "UpdateAuthorizationRole", json!({ "roleId": id, "newName": name }));
    rename(id.clone(), "messenger").await.fault("AlreadyExists");
    rename(id.clone(), "").await.fault("InvalidName");
    rename(id.clone(), "x").await.no_content();
    let unknown = json!({ "roleId": id, "newName": "x", "privIds": ["No.Such"] });
    call(&admin, "UpdateAuthorizationRole", unknown).await.fault("NotFound");
    rename(json!(77), "y").await.fault("NotFound");
    rename(json!(-2), "y").await.wrong_argument("roleId");
    call(&admin, "RemoveAuthorizationRole", json!({ "roleId": -1, "failIfUsed": false }))
        .await
        .wrong_argument("roleId");
}

#[tokio::test]
async fn permissions_are_set_reset_and_removed() {
    let simulator = with_more_users().await;
    let admin = Client::login(&simulator, ADMIN).await;
    let retrieve = || call(&admin, "RetrieveEntityPermissions", json!({ "entity": root(), "inherited": false }));
    let at_start = [(ADMIN, -1), (READER, -2), (BOB, 5), (EVE, -5), ("staff@example.org", 1001)];
    let mut at_start: Vec<_> = at_start.map(|(name, role)| (name.to_owned(), role)).into();
    at_start.sort();
    let sorted = |reply: Reply| {
        let mut shown = shown(&reply.result());
        shown.sort();
        shown
    };
    assert_eq!(sorted(retrieve().await), at_start);
    assert_eq!(admin.get("Folder/group-d1/permission").await.result(), retrieve().await.result());
    assert_eq!(call(&admin, "RetrieveAllPermissions", json!({})).await.result(), retrieve().await.result());
    assert_eq!(retrieve().await.result()[0]["entity"]["value"], "group-d1");

    let set = |method: &'static str, permissions: Value| {
        call(&admin, method, json!({ "entity": root(), "permission": permissions }))
    };
    set("SetEntityPermissions", json!([permission(BOB, false, -2), permission("others", true, 4)])).await.no_content();
    let now = sorted(retrieve().await);
    assert!(
        now.contains(&(BOB.to_owned(), -2)) && now.contains(&("others".to_owned(), 4)) && now.len() == 6,
        "{now:?}"
    );
    let with_role = call(&admin, "RetrieveRolePermissions", json!({ "roleId": 4 })).await.result();
    assert_eq!(shown(&with_role), [("others".to_owned(), 4)]);
    call(&admin, "RetrieveRolePermissions", json!({ "roleId": 44 })).await.fault("NotFound");

    for (permissions, fault) in [
        (json!([permission("nobody", false, -2)]), "UserNotFound"),
        (json!([permission(BOB, true, -2)]), "UserNotFound"),
        (json!([permission(BOB, false, 44)]), "NotFound"),
        (json!([permission(BOB, false, -3)]), "InvalidArgument"),
        (json!([permission(ADMIN, false, -2)]), "AuthMinimumAdminPermission"),
    ] {
        set("SetEntityPermissions", permissions).await.fault(fault);
    }
    set("ResetEntityPermissions", json!([permission(BOB, false, -2)])).await.fault("AuthMinimumAdminPermission");
    assert_eq!(sorted(retrieve().await), now);

    let remove = |user: &str, is_group: bool| {
        call(&admin, "RemoveEntityPermission", json!({ "entity": root(), "user": user, "isGroup": is_group }))
    };
    remove(ADMIN, false).await.fault("AuthMinimumAdminPermission");
    remove("others", false).await.fault("NotFound");
    remove("others", true).await.no_content();
    call(&admin, "MergePermissions", json!({ "srcRoleId": 4, "dstRoleId": 4 })).await.wrong_argument("dstRoleId");
    call(&admin, "MergePermissions", json!({ "srcRoleId": -1, "dstRoleId": -2 }))
        .await
        .fault("AuthMinimumAdminPermission");
    call(&admin, "MergePermissions", json!({ "srcRoleId": -2, "dstRoleId": 4 })).await.no_content();
    let with_role = call(&admin, "RetrieveRolePermissions", json!({ "roleId": 4 })).await.result();
    assert_eq!(shown(&with_role).len(), 2, "{with_role}");
    set("ResetEntityPermissions", json!([permission(BOB, false, -1)])).await.no_content();
    // That was the last thing that this administrator could do.
    set("ResetEntityPermissions", json!([])).await.fault("NoPermission");
    let bob = Client::login(&simulator, BOB).await;
    assert_eq!(shown(&call(&bob, "RetrieveAllPermissions", json!({})).await.result()), [(BOB.to_owned(), -1)]);
}

#[tokio::test]
async fn permissions_need_a_privilege_for_the_entity() {
    let simulator = with_more_users().await;
    let bob = Client::login(&simulator, BOB).await;
    let set = json!({ "entity": root(), "permission": [permission(BOB, false, -1)] });
    for (method, arguments) in [
        ("SetEntityPermissions", set.clone()),
        ("ResetEntityPermissions", set),
        ("RemoveEntityPermission", json!({ "entity": root(), "user": BOB, "isGroup": false })),
    ] {
        let fault = call(&bob, method, arguments).await.fault("NoPermission");
        assert_eq!(fault["privilegeId"], "Authorization.ModifyPermissions");
        assert_eq!(fault["object"]["value"], "group-d1");
    }
    let gone = json!({ "entity": { "type": "Folder", "value": "x" }, "inherited": true });
    call(&bob, "RetrieveEntityPermissions", gone).await.fault("ManagedObjectNotFound");
}

#[tokio::test]
async fn nobody_gives_or_takes_what_is_not_theirs() {
    let manager = User::new("manager", PASSWORD).with_role(Role::named("manager"));
    let builder = Simulator::builder()
        .role(
            "manager",
            ["Authorization.ModifyPermissions", "Authorization.ModifyRoles", "Authorization.ReassignRolePermissions"],
        )
        .role("other", ["Folder.Create"])
        .user(manager);
    let simulator = started(builder).await;
    let manager = Client::login(&simulator, "manager").await;
    let set = |role: i64| {
        let permissions = json!([permission(READER, false, role)]);
        call(&manager, "SetEntityPermissions", json!({ "entity": root(), "permission": permissions }))
    };
    set(1001).await.no_content();
    let fault = set(1002).await.fault("NoPermission");
    assert_eq!(fault["missingPrivileges"][0]["privilegeIds"], json!(["Folder.Create"]));
    set(-1).await.fault("NoPermission");
    let remove = json!({ "entity": root(), "user": ADMIN, "isGroup": false });
    call(&manager, "RemoveEntityPermission", remove).await.fault("NoPermission");
    call(&manager, "MergePermissions", json!({ "srcRoleId": 1001, "dstRoleId": 1002 })).await.fault("NoPermission");
    let update = |privilege: &str| {
        let arguments = json!({ "roleId": 1001, "newName": "manager", "privIds": [privilege] });
        call(&manager, "UpdateAuthorizationRole", arguments)
    };
    update("Folder.Create").await.fault("NoPermission");
    update("Authorization.ModifyRoles").await.no_content();
}

#[tokio::test]
async fn privileges_can_be_asked_for() {
    let simulator = with_more_users().await;
    let (admin, bob) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, BOB).await);
    let privileges = json!(["System.Read", "Folder.Create", "VirtualMachine.Interact.PowerOn"]);
    let has = |key: &str, entity: Value| {
        call(&admin, "HasPrivilegeOnEntity", json!({ "entity": entity, "sessionId": key, "privId": privileges }))
    };
    assert_eq!(has(&bob.key, root()).await.result(), json!([true, false, true]));
    assert_eq!(has(&admin.key, root()).await.result(), json!([true, true, true]));
    has("nope", root()).await.wrong_argument("sessionId");
    has(&bob.key, json!({ "type": "SessionManager", "value": "SessionManager" })).await.fault("InvalidArgument");
    let arguments = json!({ "entity": [root()], "sessionId": bob.key, "privId": ["Folder.Create"] });
    let available = call(&admin, "HasPrivilegeOnEntities", arguments).await.result();
    let not_granted = json!({ "_typeName": "PrivilegeAvailability", "privId": "Folder.Create", "isGranted": false });
    assert_eq!(available[0]["privAvailability"], json!([not_granted]));
    let of_user =
        json!({ "entities": [root()], "userName": ANN, "privId": ["Sessions.GlobalMessage", "Folder.Create"] });
    let available = call(&bob, "HasUserPrivilegeOnEntities", of_user).await.result();
    assert_eq!(available[0]["privAvailability"][0]["isGranted"], true);
    assert_eq!(available[0]["privAvailability"][1]["isGranted"], false);
    let fetch =
        |user: &str| call(&bob, "FetchUserPrivilegeOnEntities", json!({ "entities": [root()], "userName": user }));
    let expected = json!(["Sessions.GlobalMessage", "System.Anonymous", "System.Read", "System.View"]);
    assert_eq!(fetch(ANN).await.result()[0]["privileges"], expected);
    fetch("nobody").await.wrong_argument("userName");
    let unknown = json!({ "entities": [root()], "userName": ANN, "privId": ["No.Such"] });
    call(&bob, "HasUserPrivilegeOnEntities", unknown).await.wrong_argument("privId[0]");
    let wrong = json!({ "entities": [{ "type": "ViewManager", "value": "ViewManager" }], "userName": ANN });
    call(&bob, "HasUserPrivilegeOnEntities", wrong).await.wrong_argument("entities[0]");
}

#[tokio::test]
async fn everybody_knows_the_own_roles() {
    let simulator = with_more_users().await;
    for (user, roles) in [(ADMIN, json!([-1])), (READER, json!([-2])), (ANN, json!([1001])), (BOB, json!([5]))] {
        let client = Client::login(&simulator, user).await;
        assert_eq!(client.get("Folder/group-d1/effectiveRole").await.result(), roles, "{user}");
    }
}

#[tokio::test]
async fn users_and_groups_can_be_searched() {
    let simulator = with_more_users().await;
    let reader = Client::login(&simulator, READER).await;
    assert_eq!(
        reader.get("UserDirectory/UserDirectory/domainList").await.result(),
        json!(["example.org", "vsphere.local"])
    );
    let search = async |text: &str, is_exact: bool, more: Value| {
        let mut arguments = json!({ "searchStr": text, "exactMatch": is_exact, "findUsers": true, "findGroups": true });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        reader.post("UserDirectory/UserDirectory/RetrieveUserGroups", &arguments.to_string()).await
    };
    let names = |reply: &Reply| -> Vec<String> {
        let results = reply.result();
        results.as_array().unwrap().iter().map(|result| result["principal"].as_str().unwrap().to_owned()).collect()
    };
    let staff = "staff@example.org";
    for (text, is_exact, more, expected) in [
        ("", false, json!({}), vec![ANN, BOB, EVE, ADMIN, READER, staff, "others"]),
        ("EXAMPLE", false, json!({}), vec![ANN, BOB, staff]),
        ("ann ex", false, json!({}), vec![ANN]),
        ("ann", true, json!({}), vec![]),
        (ANN, true, json!({}), vec![ANN]),
        ("", false, json!({ "findGroups": false, "domain": "example.org" }), vec![ANN, BOB]),
        ("", false, json!({ "findUsers": false }), vec![staff, "others"]),
        ("", false, json!({ "belongsToGroup": "others" }), vec![ANN]),
        ("", false, json!({ "belongsToUser": ANN }), vec![staff, "others"]),
        ("", false, json!({ "belongsToUser": BOB }), vec![]),
    ] {
        assert_eq!(names(&search(text, is_exact, more.clone()).await), expected, "{text} {more}");
    }
    for more in [json!({ "domain": "x" }), json!({ "belongsToGroup": "x" }), json!({ "belongsToUser": "x" })] {
        search("", false, more).await.fault("NotFound");
    }
    let found = search("staff", false, json!({})).await.result();
    let expected =
        json!([{ "_typeName": "UserSearchResult", "principal": staff, "fullName": "The staff", "group": true }]);
    assert_eq!(found, expected);
}

#[tokio::test]
async fn what_does_not_fit_together_does_not_start() {
    let ann = || User::new("ann", PASSWORD);
    for (user, expected) in [
        (ann().with_role(Role::named("boss")), AccountsError::UnknownRole { principal: "ann".to_owned() }),
        (ann().with_group("staff"), AccountsError::UnknownGroup { user: "ann".to_owned(), number: 1 }),
        (
            ann().with_permission(Permission::new("/No", Role::READ_ONLY)),
            AccountsError::UnknownEntity { principal: "ann".to_owned(), path: "/No".to_owned() },
        ),
    ] {
        let error = Simulator::builder().user(user).start().await.unwrap_err();
        assert!(matches!(&error, StartError::Accounts(error) if *error == expected), "{error}");
    }
    let error = Simulator::builder().role("Admin", ["System.View"]).start().await.unwrap_err();
    assert_eq!(error.to_string(), "there are two roles with the name `Admin`");
}
