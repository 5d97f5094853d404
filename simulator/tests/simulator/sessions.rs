//! What can be done with and to sessions.

use serde_json::json;

use crate::client::{ADMIN, Client, READER, start};

#[tokio::test]
async fn calls_are_counted_and_sessions_listed_in_their_order() {
    let simulator = start().await;
    let admin = Client::login(&simulator, ADMIN).await;
    let reader = Client::login(&simulator, READER).await;
    reader.property("message").await.no_content();
    reader.property("sessionList").await.fault("NoPermission");
    let sessions = admin.property("sessionList").await.result();
    let shown: Vec<_> =
        sessions.as_array().unwrap().iter().map(|session| (&session["key"], &session["callCount"])).collect();
    assert_eq!(shown, [(&json!(admin.key), &json!(2)), (&json!(reader.key), &json!(3))]);
    assert_eq!(admin.property("currentSession").await.result()["callCount"], 3);
    // Operations that need no session count, too.
    assert_eq!(admin.property("defaultLocale").await.result(), "en_US");
    assert_eq!(admin.property("currentSession").await.result()["callCount"], 5);
}

#[tokio::test]
async fn a_session_is_active_by_its_key_and_its_user() {
    let simulator = start().await;
    let admin = Client::login(&simulator, ADMIN).await;
    let reader = Client::login(&simulator, READER).await;
    for (key, user_name, is_active) in [
        (reader.key.as_str(), READER, true),
        (reader.key.as_str(), ADMIN, false),
        ("nope", READER, false),
        (reader.session_id.as_deref().unwrap(), READER, false),
    ] {
        let arguments = json!({ "sessionID": key, "userName": user_name });
        assert_eq!(admin.session_manager("SessionIsActive", arguments).await.result(), is_active);
    }
    reader.session_manager("Logout", json!({})).await.no_content();
    let arguments = json!({ "sessionID": reader.key, "userName": READER });
    assert_eq!(admin.session_manager("SessionIsActive", arguments).await.result(), false);
}

#[tokio::test]
async fn sessions_are_terminated_by_their_keys_all_or_none() {
    let simulator = start().await;
    let admin = Client::login(&simulator, ADMIN).await;
    let (first, second) = (Client::login(&simulator, READER).await, Client::login(&simulator, READER).await);
    let terminate = |keys| admin.session_manager("TerminateSession", json!({ "sessionId": keys }));
    terminate(json!([first.key, "nope"])).await.fault("NotFound");
    terminate(json!([first.key, admin.key])).await.wrong_argument("sessionId");
    terminate(json!([first.session_id])).await.fault("NotFound");
    assert_eq!(simulator.open_sessions(), 3);
    terminate(json!([first.key, second.key])).await.no_content();
    assert_eq!(simulator.open_sessions(), 1);
    first.property("message").await.fault("NotAuthenticated");
    admin.property("message").await.no_content();
    terminate(json!([])).await.no_content();
}

#[tokio::test]
async fn an_administrator_can_be_whoever_is_logged_in() {
    let simulator = start().await;
    let admin = Client::login(&simulator, ADMIN).await;
    let impersonate = |arguments| admin.session_manager("ImpersonateUser", arguments);
    impersonate(json!({ "userName": READER })).await.fault("InvalidLogin");
    let reader = Client::login(&simulator, READER).await;
    impersonate(json!({ "userName": READER, "locale": "tlh" })).await.fault("InvalidLocale");
    let reply = impersonate(json!({ "userName": READER, "locale": "ja" })).await;
    let twin = admin.with_session_of(&reply);
    assert_eq!(reply.result()["userName"], READER);
    assert_eq!(reply.result()["locale"], "ja");
    assert!(twin.key != reader.key && twin.session_id != reader.session_id);
    twin.property("sessionList").await.fault("NoPermission");
    // Nobody lost a session by it.
    assert_eq!(admin.property("sessionList").await.result().as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn a_session_can_change_its_locale() {
    let simulator = start().await;
    let (client, other) = (Client::login(&simulator, READER).await, Client::login(&simulator, READER).await);
    client.session_manager("SetLocale", json!({ "locale": "fr" })).await.no_content();
    client.session_manager("SetLocale", json!({ "locale": "FR" })).await.fault("InvalidLocale");
    client.session_manager("SetLocale", json!({ "locale": "" })).await.fault("InvalidLocale");
    assert_eq!(client.property("currentSession").await.result()["locale"], "fr");
    assert_eq!(other.property("currentSession").await.result()["locale"], "en_US");
    let supported = client.property("supportedLocaleList").await.result();
    for locale in supported.as_array().unwrap() {
        client.session_manager("SetLocale", json!({ "locale": locale })).await.no_content();
    }
    assert_eq!(client.property("messageLocaleList").await.result(), json!(["en", "en_US"]));
}

#[tokio::test]
async fn the_service_message_is_for_everybody() {
    let simulator = start().await;
    let (admin, reader) = (Client::login(&simulator, ADMIN).await, Client::login(&simulator, READER).await);
    admin.property("message").await.no_content();
    admin.session_manager("UpdateServiceMessage", json!({ "message": "Back at nine" })).await.no_content();
    assert_eq!(reader.property("message").await.result(), "Back at nine");
    admin.session_manager("UpdateServiceMessage", json!({ "message": "" })).await.no_content();
    reader.property("message").await.no_content();
}
