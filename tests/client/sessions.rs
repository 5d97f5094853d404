//! Every operation of SessionManager, well and badly called, over TCP.

use std::time::Duration;

use vim25::prelude::*;
use vim25::types::*;
use vim25::{Error, Fault, RequestProblem};
use vim25_simulator::{ManualClock, Simulator, User};

const READER: &str = "reader@vsphere.local";

async fn vcenter() -> Simulator {
    let users = [User::administrator("root", "pw").with_full_name("The Root"), User::read_only(READER, "pw")];
    Simulator::builder().users(users).start().await.expect("a free port")
}

async fn client(vcenter: &Simulator, user: &str) -> Client {
    let builder = Client::builder(vcenter.url()).expect("a URL").user_agent("tests/1");
    builder.credentials(user, "pw").connect().await.expect("a login")
}

async fn anonymous(vcenter: &Simulator) -> Client {
    Client::builder(vcenter.url()).expect("a URL").connect().await.expect("the content needs no session")
}

/// The name of the fault that a call must fail with.
#[track_caller]
fn fault<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.expect_err("it must fail");
    error.fault().map(Fault::type_name).unwrap_or_else(|| panic!("no fault: {error}")).to_owned()
}

#[tokio::test]
async fn the_program_is_seen_in_the_list_of_sessions() {
    let vcenter = vcenter().await;
    let builder = Client::builder(vcenter.url()).expect("a URL").credentials("root", "pw");
    let client = builder.application("inventory", "1.2").connect().await.expect("a login");
    let sessions = client.session_manager().session_list().await.expect("sessions");
    let expected = format!("inventory/1.2 vim25/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(sessions.iter().map(|session| session.user_agent()).collect::<Vec<_>>(), [expected]);
}

#[tokio::test]
async fn login_begins_a_session_and_logout_ends_it() {
    let vcenter = vcenter().await;
    let client = client(&vcenter, "root").await;
    let session = client.session().await.expect("a session");
    assert_eq!((session.user_name(), session.full_name(), session.user_agent()), ("root", "The Root", "tests/1"));
    assert!(session.login_time().timestamp().is_ok() && session.call_count() > 0);
    assert_ne!(client.session_id().map(|id| id.expose().to_owned()), Some(session.key().to_owned()));
    assert_eq!(vcenter.open_sessions(), 1);
    client.logout().await.expect("a logout");
    assert_eq!(vcenter.open_sessions(), 0);
    assert!(matches!(client.session().await, Err(Error::NoSession(_))));
}

#[tokio::test]
async fn a_wrong_password_or_user_is_an_invalid_login() {
    let vcenter = vcenter().await;
    for (user, password) in [("root", "wrong"), ("nobody", "pw"), ("", "")] {
        let builder = Client::builder(vcenter.url()).expect("a URL").credentials(user, password);
        assert_eq!(fault(builder.connect().await), "InvalidLogin");
    }
    assert_eq!(vcenter.open_sessions(), 0);
}

#[tokio::test]
async fn login_takes_a_locale_that_the_server_knows() {
    let vcenter = vcenter().await;
    let builder = || Client::builder(vcenter.url()).expect("a URL").credentials("root", "pw");
    let client = builder().locale("de").connect().await.expect("a login");
    assert_eq!(client.session().await.expect("a session").locale(), "de");
    assert_eq!(fault(builder().locale("xx_YY").connect().await), "InvalidLocale");
}

#[tokio::test]
async fn a_clone_ticket_works_once_for_a_session_of_its_own() {
    let vcenter = vcenter().await;
    let first = client(&vcenter, "root").await;
    let ticket = first.session_manager().acquire_clone_ticket().await.expect("a ticket");
    let twin = Client::builder(vcenter.url()).expect("a URL").clone_ticket(&ticket).connect().await.expect("a twin");
    let (one, two) = (first.session().await.expect("one"), twin.session().await.expect("two"));
    assert_eq!(one.user_name(), two.user_name());
    assert_ne!(one.key(), two.key());
    assert_eq!(fault(anonymous(&vcenter).await.session_manager().clone_session(&ticket).await), "InvalidLogin");
    first.logout().await.expect("a logout");
    assert_eq!(twin.session().await.expect("still there").key(), two.key());
}

#[tokio::test]
async fn a_clone_ticket_is_void_after_its_time_and_after_its_session() {
    let clock = ManualClock::new("2026-11-24T00:00:00Z".parse().expect("a time"));
    let builder = Simulator::builder().user(User::administrator("root", "pw")).clock(clock.clone());
    let vcenter = builder.ticket_lifetime(Duration::from_secs(30)).start().await.expect("a free port");
    let first = client(&vcenter, "root").await;
    let stranger = anonymous(&vcenter).await.session_manager();
    let ticket = first.session_manager().acquire_clone_ticket().await.expect("a ticket");
    clock.advance(Duration::from_secs(31));
    assert_eq!(fault(stranger.clone_session(ticket).await), "InvalidLogin");
    let ticket = first.session_manager().acquire_clone_ticket().await.expect("a ticket");
    first.logout().await.expect("a logout");
    assert_eq!(fault(stranger.clone_session(ticket).await), "InvalidLogin");
}

#[tokio::test]
async fn a_saved_session_id_resumes_the_session() {
    let vcenter = vcenter().await;
    let first = client(&vcenter, "root").await;
    let saved = first.session_id().expect("an id");
    let resume = |id: Secret| Client::builder(vcenter.url()).expect("a URL").session_id(id).connect();
    let resumed = resume(saved.clone()).await.expect("it is alive");
    assert_eq!(resumed.session().await.expect("one").key(), first.session().await.expect("one").key());
    first.logout().await.expect("a logout");
    assert!(matches!(resume(saved).await, Err(Error::NoSession(_))));
}

#[tokio::test]
async fn without_a_session_only_anonymous_operations_work() {
    let vcenter = vcenter().await;
    let client = anonymous(&vcenter).await;
    let manager = client.session_manager();
    assert!(manager.current_session().await.expect("none").is_none());
    assert!(!manager.default_locale().await.expect("a locale").is_empty());
    assert!(!manager.supported_locale_list().await.expect("locales").is_empty());
    assert!(!manager.message_locale_list().await.expect("locales").is_empty());
    assert_eq!(fault(manager.session_list().await), "NotAuthenticated");
    assert_eq!(fault(manager.message().await), "NotAuthenticated");
    assert_eq!(fault(manager.acquire_clone_ticket().await), "NotAuthenticated");
    assert_eq!(fault(manager.logout().await), "NotAuthenticated");
    assert_eq!(fault(manager.session_is_active("key", "root").await), "NotAuthenticated");
    assert_eq!(fault(client.service_instance().current_time().await), "NotAuthenticated");
    let error = manager.session_list().await.expect_err("no session");
    let denied: &NoPermission = error.fault_as().expect("NotAuthenticated is a NoPermission");
    assert_eq!(denied.object().map(ToString::to_string).as_deref(), Some("SessionManager/SessionManager"));
}

#[tokio::test]
async fn a_session_that_is_idle_for_too_long_ends() {
    let clock = ManualClock::new("2026-11-24T00:00:00Z".parse().expect("a time"));
    let builder = Simulator::builder().user(User::administrator("root", "pw")).clock(clock.clone());
    let vcenter = builder.idle_timeout(Duration::from_secs(600)).start().await.expect("a free port");
    let client = client(&vcenter, "root").await;
    clock.advance(Duration::from_secs(599));
    client.session_manager().session_list().await.expect("not yet");
    clock.advance(Duration::from_secs(601));
    assert!(matches!(client.session().await, Err(Error::NoSession(_))));
    client.session_manager().session_list().await.expect("another session");
    assert_eq!((client.relogins(), vcenter.open_sessions()), (1, 1));
}

#[tokio::test]
async fn the_list_of_sessions_and_their_liveness_are_told() {
    let vcenter = vcenter().await;
    let (one, two) = (client(&vcenter, "root").await, client(&vcenter, READER).await);
    let manager = one.session_manager();
    let mut users: Vec<String> =
        manager.session_list().await.expect("sessions").iter().map(|session| session.user_name().to_owned()).collect();
    users.sort_unstable();
    assert_eq!(users, [READER, "root"]);
    let key = two.session().await.expect("a session").key().to_owned();
    assert!(manager.session_is_active(&key, READER).await.expect("a boolean"));
    assert!(!manager.session_is_active(&key, "root").await.expect("a boolean"));
    assert!(!manager.session_is_active("no-such-key", READER).await.expect("a boolean"));
}

#[tokio::test]
async fn terminating_ends_other_sessions_alone() {
    let vcenter = vcenter().await;
    let (one, two) = (client(&vcenter, "root").await, client(&vcenter, READER).await);
    let manager = one.session_manager();
    let own = one.session().await.expect("a session").key().to_owned();
    let other = two.session().await.expect("a session").key().to_owned();
    assert_eq!(fault(manager.terminate_session([&own]).await), "InvalidArgument");
    assert_eq!(fault(manager.terminate_session(["no-such-key"]).await), "NotFound");
    let error = two.session_manager().terminate_session([&own]).await.expect_err("a reader may not");
    assert!(error.is_fault::<NoPermission>() && !error.is_fault::<NotAuthenticated>());
    assert_eq!(
        error.fault_as::<NoPermission>().and_then(NoPermission::privilege_id),
        Some("Sessions.TerminateSession")
    );
    manager.terminate_session([&other]).await.expect("it may");
    assert!(matches!(two.session().await, Err(Error::NoSession(_))));
    assert_eq!(vcenter.open_sessions(), 1);
}

#[tokio::test]
async fn impersonation_takes_the_identity_of_a_user_with_a_session() {
    let vcenter = vcenter().await;
    let one = client(&vcenter, "root").await;
    assert_eq!(fault(one.session_manager().impersonate_user(READER).await), "InvalidLogin");
    let two = client(&vcenter, READER).await;
    assert_eq!(fault(two.session_manager().impersonate_user("root").await), "NoPermission");
    assert_eq!(fault(one.session_manager().impersonate_user(READER).locale("xx_YY").await), "InvalidLocale");
    let session = one.session_manager().impersonate_user(READER).locale("fr").await.expect("a session");
    assert_eq!((session.user_name(), session.locale()), (READER, "fr"));
    assert_eq!(one.session().await.expect("a session").user_name(), READER);
}

#[tokio::test]
async fn the_locale_of_a_session_can_be_changed() {
    let vcenter = vcenter().await;
    let client = client(&vcenter, "root").await;
    client.session_manager().set_locale("ja").await.expect("a locale");
    assert_eq!(client.session().await.expect("a session").locale(), "ja");
    assert_eq!(fault(client.session_manager().set_locale("xx_YY").await), "InvalidLocale");
}

#[tokio::test]
async fn the_message_of_the_day_is_kept() {
    let vcenter = vcenter().await;
    let (one, two) = (client(&vcenter, "root").await, client(&vcenter, READER).await);
    assert_eq!(one.session_manager().message().await.expect("none"), None);
    one.session_manager().update_service_message("maintenance at 8 ✓").await.expect("it may");
    assert_eq!(two.session_manager().message().await.expect("one").as_deref(), Some("maintenance at 8 ✓"));
    assert_eq!(fault(two.session_manager().update_service_message("x").await), "NoPermission");
}

#[tokio::test]
async fn a_generic_ticket_for_cloning_works_like_a_clone_ticket() {
    let vcenter = vcenter().await;
    let first = client(&vcenter, "root").await;
    let spec = SessionManagerVmomiServiceRequestSpec::new().with_method("CloneSession");
    let ticket = first.session_manager().acquire_generic_service_ticket(spec).await.expect("a ticket");
    let twin =
        Client::builder(vcenter.url()).expect("a URL").clone_ticket(ticket.id()).connect().await.expect("a twin");
    assert_eq!(twin.session().await.expect("a session").user_name(), "root");
    assert!(!format!("{ticket:?}").contains(ticket.id().expose()));
    let spec = SessionManagerHttpServiceRequestSpec::new().with_url("https://host/file");
    assert!(!first.session_manager().acquire_generic_service_ticket(spec).await.expect("a ticket").id().is_empty());
}

#[tokio::test]
async fn an_incomplete_argument_is_refused_before_it_is_sent() {
    let vcenter = vcenter().await;
    let client = client(&vcenter, "root").await;
    let spec = SessionManagerHttpServiceRequestSpec::new().with_method("httpGet");
    let error = client.session_manager().acquire_generic_service_ticket(spec).await.expect_err("url is required");
    assert!(
        matches!(&error, Error::Request { path, problem: RequestProblem::Missing, .. } if path == "spec.url"),
        "{error}"
    );
}

#[tokio::test]
async fn a_local_ticket_logs_in_with_the_content_of_its_file() {
    let vcenter = vcenter().await;
    let manager = anonymous(&vcenter).await.session_manager();
    let ticket = manager.acquire_local_ticket("root").await.expect("a ticket");
    let password = std::fs::read_to_string(ticket.password_file_path()).expect("a readable file");
    assert_eq!(manager.login(ticket.user_name(), password).await.expect("a session").user_name(), "root");
    assert_eq!(fault(manager.acquire_local_ticket("nobody").await), "InvalidLogin");
}

#[tokio::test]
async fn ways_to_log_in_that_need_more_than_http_fail_with_a_declared_fault() {
    let vcenter = vcenter().await;
    let manager = anonymous(&vcenter).await.session_manager();
    let faults = [
        fault(manager.login_by_sspi("dG9rZW4=").await),
        fault(manager.login_by_token().locale("en").await),
        fault(manager.login_extension("com.example", "c2lnbmF0dXJl").await),
        fault(manager.login_extension_by_certificate("com.example").await),
        fault(manager.login_extension_by_subject_name("com.example").await),
    ];
    for fault in faults {
        assert!(
            ["NotSupported", "InvalidLogin", "NoClientCertificate", "NotFound"].contains(&fault.as_str()),
            "{fault}"
        );
    }
}

#[tokio::test]
async fn the_service_instance_tells_time_and_content() {
    let vcenter = vcenter().await;
    let client = client(&vcenter, "root").await;
    let root = client.service_instance();
    assert!(root.current_time().await.expect("a time").timestamp().is_ok());
    assert!(root.server_clock().await.expect("a time").timestamp().is_ok());
    assert_eq!(&root.retrieve_service_content().await.expect("content"), client.content());
    assert_eq!(client.about().api_type(), "VirtualCenter");
    root.capability().await.expect("a capability");
    root.retrieve_product_components().await.expect("components");
}

#[tokio::test]
async fn one_client_serves_many_tasks_at_once() {
    let vcenter = vcenter().await;
    let client = client(&vcenter, "root").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let client = client.clone();
        tasks.spawn(async move { client.session().await.map(|session| session.key().to_owned()) });
    }
    let keys: Vec<String> = tasks.join_all().await.into_iter().map(|key| key.expect("a session")).collect();
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(vcenter.open_sessions(), 1);
}
