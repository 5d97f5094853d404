//! Settings of the server.

use serde_json::{Value, json};

use crate::client::{ADMIN, Client, READER, Reply, start};

const MANAGER: &str = "OptionManager/VpxSettings";

async fn query(client: &Client, name: &str) -> Reply {
    client.post(&format!("{MANAGER}/QueryOptions"), &json!({ "name": name }).to_string()).await
}

fn option(key: &str, kind: &str, value: impl Into<Value>) -> Value {
    let value: Value = value.into();
    json!({ "_typeName": "OptionValue", "key": key, "value": { "_typeName": kind, "_value": value } })
}

async fn update(client: &Client, options: Value) -> Reply {
    client.post(&format!("{MANAGER}/UpdateOptions"), &json!({ "changedValue": options }).to_string()).await
}

#[tokio::test]
async fn settings_are_found_by_name_and_prefix() {
    let simulator = start().await;
    let reader = Client::login(&simulator, READER).await;
    let all = reader.get(&format!("{MANAGER}/setting")).await.result();
    assert_eq!(reader.post(&format!("{MANAGER}/QueryOptions"), "{}").await.result(), all);
    assert_eq!(query(&reader, "event.maxAge").await.result(), json!([option("event.maxAge", "int", 30)]));
    let mail = query(&reader, "mail.").await.result();
    let keys: Vec<_> = mail.as_array().unwrap().iter().map(|setting| setting["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["mail.sender", "mail.smtp.password", "mail.smtp.port", "mail.smtp.server", "mail.smtp.username"]);
    for name in ["mail", "no.such", "no.", "mail.smtp.port.", "."] {
        assert_eq!(query(&reader, name).await.fault("InvalidName")["name"], name);
    }
    let definitions = reader.get(&format!("{MANAGER}/supportedOption")).await.result();
    assert_eq!(definitions.as_array().map(Vec::len), all.as_array().map(Vec::len));
    let of = |key: &str| {
        let found = definitions.as_array().unwrap().iter().find(|definition| definition["key"] == key);
        found.unwrap()["optionType"]["_typeName"].clone()
    };
    for (key, kind) in [
        ("event.maxAge", "IntOption"),
        ("event.maxAgeEnabled", "BoolOption"),
        ("mail.sender", "StringOption"),
        ("log.level", "ChoiceOption"),
    ] {
        assert_eq!(of(key), kind, "{key}");
    }
}

#[tokio::test]
async fn settings_are_changed_all_or_none() {
    let simulator = start().await;
    let (admin, reader) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, READER).await);
    let sender = option("mail.sender", "string", "me@example.org");
    update(&admin, json!([sender, option("event.maxAge", "int", 60)])).await.no_content();
    assert_eq!(query(&reader, "mail.sender").await.result(), json!([sender]));
    assert_eq!(query(&reader, "event.maxAge").await.result()[0]["value"]["_value"], 60);
    let other = option("mail.sender", "string", "you@example.org");
    for wrong in [
        option("event.maxAge", "long", 60),
        option("event.maxAge", "string", "60"),
        option("event.maxAge", "int", 0),
        option("event.maxAgeEnabled", "int", 1),
        option("mail.smtp.server", "boolean", true),
        option("log.level", "string", "loud"),
        json!({ "_typeName": "OptionValue", "key": "event.maxAge" }),
        json!({ "_typeName": "OptionValue", "key": "config.mine", "value": { "_typeName": "ArrayOfInt", "_value": [1] } }),
    ] {
        update(&admin, json!([other, wrong])).await.wrong_argument("changedValue[1].value");
    }
    let fault = update(&admin, json!([other, option("my.own", "string", "x")])).await.fault("InvalidName");
    assert_eq!(fault["name"], "my.own");
    assert_eq!(query(&reader, "mail.sender").await.result(), json!([sender]));
    let fault = update(&reader, json!([other])).await.fault("NoPermission");
    assert_eq!(fault["privilegeId"], "Global.Settings");
}

#[tokio::test]
async fn unknown_settings_may_be_set_below_config() {
    let simulator = start().await;
    let admin = Client::login(&simulator, ADMIN).await;
    query(&admin, "config.mine").await.fault("InvalidName");
    let big = option("config.mine", "long", 9_007_199_254_740_993_i64);
    update(&admin, json!([big])).await.no_content();
    assert_eq!(query(&admin, "config.mine").await.result(), json!([big]));
    update(&admin, json!([option("config.mine", "string", "x")])).await.wrong_argument("changedValue[0].value");
    update(&admin, json!([option("config.mine", "long", 1)])).await.no_content();
    update(&admin, json!([option("config.", "long", 1)])).await.fault("InvalidName");
}
