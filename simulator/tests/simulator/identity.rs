//! Logging in and out.

use serde_json::json;
use vim25_simulator::{DEFAULT_PASSWORD, DEFAULT_USER, Simulator, StartError, User};

use crate::client::{ADMIN, Client, PASSWORD, READER, start, started};

#[tokio::test]
async fn a_login_gives_a_session_and_its_id() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    let reply =
        client.session_manager("Login", json!({ "userName": READER, "password": PASSWORD, "locale": "de_DE" })).await;
    let session = reply.result();
    assert_eq!(session["_typeName"], "UserSession");
    assert_eq!(session["userName"], READER);
    assert_eq!(session["fullName"], "A Reader");
    assert_eq!(session["locale"], "de_DE");
    assert_eq!(session["messageLocale"], "en_US");
    assert_eq!(session["extensionSession"], false);
    assert_eq!(session["ipAddress"], "127.0.0.1");
    assert_eq!(session["userAgent"], "by hand");
    assert_eq!(session["callCount"], 1);
    assert_eq!(session["loginTime"], session["lastActiveTime"]);
    assert!(reply.text.starts_with(r#"{"_typeName":"UserSession","key":""#), "{}", reply.text);
    let id = reply.session_id().unwrap();
    assert!(id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert_eq!(session["key"].as_str().unwrap().len(), 36);
}

#[tokio::test]
async fn the_key_of_a_session_is_not_its_id() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    client.with_session_id(&client.key).property("sessionList").await.fault("NotAuthenticated");
    client.property("sessionList").await.result();
}

#[tokio::test]
async fn wrong_credentials_are_refused_alike() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    let mut replies = Vec::new();
    for (user_name, password) in
        [(ADMIN, "wrong"), (ADMIN, ""), ("nobody", PASSWORD), ("Administrator@vsphere.local", PASSWORD)]
    {
        let reply = client.session_manager("Login", json!({ "userName": user_name, "password": password })).await;
        replies.push(reply.fault("InvalidLogin"));
    }
    assert!(replies.iter().all(|reply| *reply == replies[0]));
    assert_eq!(simulator.open_sessions(), 0);
}

#[tokio::test]
async fn a_login_in_a_session_is_refused() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    let credentials = json!({ "userName": ADMIN, "password": PASSWORD });
    client.session_manager("Login", credentials.clone()).await.fault("InvalidLogin");
    client.session_manager("Logout", json!({})).await.no_content();
    client.session_manager("Login", credentials).await.result();
}

#[tokio::test]
async fn a_locale_that_is_not_supported_is_refused() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    let arguments = json!({ "userName": ADMIN, "password": PASSWORD, "locale": "tlh" });
    client.session_manager("Login", arguments).await.fault("InvalidLocale");
    // Whoever does not know the password is not told about locales.
    let arguments = json!({ "userName": ADMIN, "password": "wrong", "locale": "tlh" });
    client.session_manager("Login", arguments).await.fault("InvalidLogin");
    let null = json!({ "userName": ADMIN, "password": PASSWORD, "locale": null });
    assert_eq!(client.session_manager("Login", null).await.result()["locale"], "en_US");
}

#[tokio::test]
async fn after_logout_the_id_is_worthless() {
    let simulator = start().await;
    let client = Client::login(&simulator, ADMIN).await;
    client.session_manager("Logout", json!({})).await.no_content();
    assert_eq!(simulator.open_sessions(), 0);
    client.session_manager("Logout", json!({})).await.fault("NotAuthenticated");
    client.property("message").await.fault("NotAuthenticated");
    client.property("currentSession").await.no_content();
}

#[tokio::test]
async fn without_a_session_little_works() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    let fault = client.property("sessionList").await.fault("NotAuthenticated");
    assert_eq!(fault["object"]["type"], "SessionManager");
    assert_eq!(fault["object"]["value"], "SessionManager");
    assert_eq!(fault["privilegeId"], "Sessions.TerminateSession");
    for method in ["Logout", "AcquireCloneTicket", "CurrentTime"] {
        let object =
            if method == "CurrentTime" { "ServiceInstance/ServiceInstance" } else { "SessionManager/SessionManager" };
        client.post(&format!("{object}/{method}"), "{}").await.fault("NotAuthenticated");
    }
    client.with_session_id("0000").property("message").await.fault("NotAuthenticated");
    client.property("currentSession").await.no_content();
    for property in ["defaultLocale", "supportedLocaleList", "messageLocaleList"] {
        client.property(property).await.result();
    }
}

#[tokio::test]
async fn other_ways_to_log_in_say_why_they_do_not_work() {
    let simulator = start().await;
    let client = Client::new(&simulator);
    let extension = json!({ "extensionKey": "com.example" });
    client.session_manager("LoginBySSPI", json!({ "base64Token": "eA==" })).await.fault("NotSupported");
    client.session_manager("LoginByToken", json!({})).await.fault("NotSupported");
    let signed = json!({ "extensionKey": "com.example", "base64SignedCredentials": "eA==" });
    client.session_manager("LoginExtension", signed).await.fault("InvalidLogin");
    client.session_manager("LoginExtensionByCertificate", extension.clone()).await.fault("NoClientCertificate");
    client.session_manager("LoginExtensionBySubjectName", extension).await.fault("NoClientCertificate");
}

#[tokio::test]
async fn a_read_only_user_may_not_do_what_needs_more() {
    let simulator = start().await;
    let reader = Client::login(&simulator, READER).await;
    for (method, arguments, privilege) in [
        ("TerminateSession", json!({ "sessionId": ["x"] }), "Sessions.TerminateSession"),
        ("ImpersonateUser", json!({ "userName": ADMIN }), "Sessions.ImpersonateUser"),
        ("SessionIsActive", json!({ "sessionID": "x", "userName": "y" }), "Sessions.ValidateSession"),
        ("UpdateServiceMessage", json!({ "message": "x" }), "Sessions.GlobalMessage"),
    ] {
        let fault = reader.session_manager(method, arguments).await.fault("NoPermission");
        assert_eq!(fault["privilegeId"], privilege);
        assert_eq!(fault["object"]["type"], "SessionManager");
        assert_eq!(fault["missingPrivileges"][0]["privilegeIds"], json!([privilege]));
    }
    reader.property("sessionList").await.fault("NoPermission");
    reader.property("message").await.no_content();
    reader.session_manager("AcquireCloneTicket", json!({})).await.result();
    reader.session_manager("Logout", json!({})).await.no_content();
}

#[tokio::test]
async fn without_users_there_is_the_default_one() {
    let simulator = Simulator::builder().start().await.unwrap();
    assert_eq!((simulator.user(), simulator.password().expose()), (DEFAULT_USER, DEFAULT_PASSWORD));
    let credentials = json!({ "userName": DEFAULT_USER, "password": DEFAULT_PASSWORD });
    Client::new(&simulator).session_manager("Login", credentials).await.result();
    let simulator = started(Simulator::builder()).await;
    assert_eq!(simulator.user(), ADMIN);
}

#[tokio::test]
async fn two_users_of_one_name_are_refused() {
    let builder = Simulator::builder().user(User::administrator("a", "b")).user(User::read_only("a", "c"));
    let error = builder.start().await.unwrap_err();
    assert!(matches!(&error, StartError::DuplicateUser(name) if name == "a"), "{error}");
}
