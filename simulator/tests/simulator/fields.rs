//! Custom attributes.

use serde_json::{Value, json};

use crate::client::{ADMIN, Client, READER, Reply, start};

const MANAGER: &str = "CustomFieldsManager/CustomFieldsManager";
const ROOT: &str = "Folder/group-d1";

async fn call(client: &Client, method: &str, arguments: Value) -> Reply {
    client.post(&format!("{MANAGER}/{method}"), &arguments.to_string()).await
}

fn root() -> Value {
    json!({ "type": "Folder", "value": "group-d1" })
}

fn value(key: &Value, text: &str) -> Value {
    json!({ "_typeName": "CustomFieldStringValue", "key": key, "value": text })
}

#[tokio::test]
async fn attributes_are_defined_renamed_and_removed() {
    let simulator = start().await;
    let (admin, reader) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, READER).await);
    let defined = call(&admin, "AddCustomFieldDef", json!({ "name": "owner" })).await.result();
    assert_eq!(defined, json!({ "_typeName": "CustomFieldDef", "key": 101, "name": "owner", "type": "string" }));
    let of_vms = json!({ "name": "note", "moType": "VirtualMachine" });
    let of_vms = call(&admin, "AddCustomFieldDef", of_vms).await.result();
    assert_eq!((&of_vms["key"], &of_vms["managedObjectType"]), (&json!(102), &json!("VirtualMachine")));
    let fields = || reader.get("CustomFieldsManager/CustomFieldsManager/field");
    assert_eq!(fields().await.result(), json!([defined, of_vms]));
    // Each object knows those that it can have.
    assert_eq!(reader.get(&format!("{ROOT}/availableField")).await.result(), json!([defined]));

    let fault = call(&admin, "AddCustomFieldDef", json!({ "name": "owner" })).await.fault("DuplicateName");
    assert_eq!((&fault["name"], &fault["object"]["type"]), (&json!("owner"), &json!("CustomFieldsManager")));
    call(&admin, "AddCustomFieldDef", json!({ "name": "" })).await.wrong_argument("name");
    for kind in ["NoSuchType", "SessionManager"] {
        call(&admin, "AddCustomFieldDef", json!({ "name": "x", "moType": kind })).await.wrong_argument("moType");
    }
    let policy = json!({
        "_typeName": "PrivilegePolicyDef", "createPrivilege": "No.Such", "readPrivilege": "System.View",
        "updatePrivilege": "System.View", "deletePrivilege": "System.View",
    });
    let fault = call(&admin, "AddCustomFieldDef", json!({ "name": "x", "fieldPolicy": policy })).await;
    assert_eq!(fault.fault("InvalidPrivilege")["privilege"], "No.Such");

    call(&admin, "RenameCustomFieldDef", json!({ "key": 101, "name": "note" })).await.fault("DuplicateName");
    call(&admin, "RenameCustomFieldDef", json!({ "key": 77, "name": "x" })).await.wrong_argument("key");
    call(&admin, "RenameCustomFieldDef", json!({ "key": 101, "name": "keeper" })).await.no_content();
    assert_eq!(fields().await.result()[0]["name"], "keeper");
    call(&admin, "RemoveCustomFieldDef", json!({ "key": 102 })).await.no_content();
    call(&admin, "RemoveCustomFieldDef", json!({ "key": 102 })).await.wrong_argument("key");
    assert_eq!(fields().await.result().as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn values_are_the_same_wherever_they_are_shown() {
    let simulator = start().await;
    let (admin, reader) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, READER).await);
    let add =
        async |name: &str| call(&admin, "AddCustomFieldDef", json!({ "name": name })).await.result()["key"].clone();
    let (owner, note) = (add("owner").await, add("note").await);
    let set =
        |key: &Value, text: &str| call(&admin, "SetField", json!({ "entity": root(), "key": key, "value": text }));
    let values = async || {
        let shown = reader.get(&format!("{ROOT}/value")).await.result();
        assert_eq!(reader.get(&format!("{ROOT}/customValue")).await.result(), shown);
        shown
    };
    set(&note, "x").await.no_content();
    set(&owner, "me").await.no_content();
    assert_eq!(values().await, json!([value(&owner, "me"), value(&note, "x")]));
    let by_name = json!({ "key": "owner", "value": "you" }).to_string();
    admin.post(&format!("{ROOT}/setCustomValue"), &by_name).await.no_content();
    assert_eq!(values().await[0], value(&owner, "you"));
    // An empty value is none.
    set(&note, "").await.no_content();
    assert_eq!(values().await, json!([value(&owner, "you")]));
    call(&admin, "RemoveCustomFieldDef", json!({ "key": owner })).await.no_content();
    assert_eq!(values().await, json!([]));
    set(&owner, "me").await.wrong_argument("key");
    admin.post(&format!("{ROOT}/setCustomValue"), &by_name).await.wrong_argument("key");
    let of_vms = call(&admin, "AddCustomFieldDef", json!({ "name": "vms", "moType": "VirtualMachine" })).await.result();
    set(&of_vms["key"], "x").await.wrong_argument("key");
}

#[tokio::test]
async fn a_reader_defines_and_sets_nothing() {
    let simulator = start().await;
    let (admin, reader) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, READER).await);
    let key = call(&admin, "AddCustomFieldDef", json!({ "name": "owner" })).await.result()["key"].clone();
    for (method, arguments, privilege) in [
        ("AddCustomFieldDef", json!({ "name": "x" }), "Global.ManageCustomFields"),
        ("RenameCustomFieldDef", json!({ "key": key, "name": "x" }), "Global.ManageCustomFields"),
        ("RemoveCustomFieldDef", json!({ "key": key }), "Global.ManageCustomFields"),
        ("SetField", json!({ "entity": root(), "key": key, "value": "x" }), "Global.SetCustomField"),
    ] {
        assert_eq!(call(&reader, method, arguments).await.fault("NoPermission")["privilegeId"], privilege);
    }
    let by_name = json!({ "key": "owner", "value": "x" }).to_string();
    let fault = reader.post(&format!("{ROOT}/setCustomValue"), &by_name).await.fault("NoPermission");
    assert_eq!(fault["privilegeId"], "Global.SetCustomField");
}
