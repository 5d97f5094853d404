//! Which release client and server speak, and what speaks none.

use vim25::mock::MockTransport;
use vim25::prelude::*;
use vim25::{Error, RELEASE};
use vim25_simulator::Simulator;

use crate::mock::content;
use crate::request_log::{RequestLog, connected};

const HELLO: &str = "/api/vcenter/system";
const CONTENT: &str = "/ServiceInstance/ServiceInstance/content";

async fn serving(releases: &[Release]) -> (Simulator, RequestLog) {
    RequestLog::start(Simulator::builder().releases(releases.iter().copied())).await
}

#[tokio::test]
async fn the_newest_that_both_speak_is_spoken() {
    let [v802, v803, v900] = [Release::new(8, 0, 2, 0), Release::new(8, 0, 3, 0), Release::new(9, 0, 0, 0)];
    for (served, expected) in [(vec![v802], v802), (vec![v900, v803], v900), (vim25::RELEASES.to_vec(), RELEASE)] {
        let (vcenter, log) = serving(&served).await;
        let client = connected(&vcenter).await;
        assert_eq!(client.release(), expected);
        assert_eq!((log.count("system"), log.count("content"), log.count("Login")), (1, 1, 1));
        client.session_manager().session_list().await.expect("it is spoken");
    }
}

#[tokio::test]
async fn a_server_that_does_not_know_hello_says_it_in_its_content() {
    let (vcenter, log) = serving(&[Release::new(8, 0, 1, 0)]).await;
    let client = connected(&vcenter).await;
    assert_eq!(client.release(), Release::new(8, 0, 1, 0));
    assert_eq!((log.count("system"), log.count("content")), (1, 2));
}

#[tokio::test]
async fn a_release_between_those_that_the_client_knows_is_met_by_the_older_one() {
    let client = about("8.0.2.5").await.expect("8.0.2.0 is older");
    assert_eq!(client.release(), Release::new(8, 0, 2, 0));
    assert_eq!(about("11.0.0.0").await.expect("all are older").release(), RELEASE);
}

/// Connects to a server without Hello, with a release in its content.
async fn about(release: &str) -> Result<Client, Error> {
    let content = content().await.replace(&RELEASE.to_string(), release);
    let mock = MockTransport::new().status("POST", HELLO, 404, "").status("GET", CONTENT, 200, content);
    Client::builder("http://mock")?.transport(mock).connect().await
}

#[tokio::test]
async fn a_release_that_the_user_fixed_is_not_negotiated() {
    let (vcenter, log) = serving(vim25::RELEASES).await;
    let builder = Client::builder(vcenter.url()).expect("a URL").release(Release::new(8, 0, 3, 0));
    let client = builder.connect().await.expect("it is served");
    assert_eq!((client.release(), log.count("system")), (Release::new(8, 0, 3, 0), 0));
    let builder = Client::builder(vcenter.url()).expect("a URL").release(Release::new(7, 0, 0, 0));
    let error = builder.connect().await.expect_err("it is not served");
    assert_eq!(error.status(), Some(404), "{error}");
}

#[tokio::test]
async fn no_common_release_is_told_with_both_sides() {
    let (vcenter, _) = serving(&[Release::new(11, 0, 0, 0)]).await;
    let error = Client::builder(vcenter.url()).expect("a URL").connect().await.expect_err("none in common");
    assert!(matches!(&error, Error::NoCommonRelease { offered, .. } if offered.len() == vim25::RELEASES.len()));
    let shown = error.to_string();
    assert!(
        shown.starts_with("the server speaks none of the releases it was asked for, and this client 9."),
        "{shown}"
    );
    let error = about("8.0.0.0").await.expect_err("none in common");
    assert!(error.to_string().starts_with("the server speaks 8.0.0.0, and this client "), "{error}");
    assert!(matches!(about("eight").await, Err(Error::NoCommonRelease { server, .. }) if server == "eight"));
}

#[tokio::test]
async fn what_speaks_no_vi_json_is_told_by_what_it_answers() {
    let soap = "<?xml version=\"1.0\"?>\n<soapenv:Envelope><soapenv:Body><soapenv:Fault>syntax error";
    for (status, body, hint) in [
        (500, soap, "it speaks SOAP only"),
        (404, "404 page not found", "VI JSON needs a vCenter of 8.0.1 or newer"),
        (200, "<!DOCTYPE html><html>Welcome", "it looks like a web page"),
        (502, "<html><h1>Bad Gateway</h1></html>", "it looks like a web page"),
        (200, "", "VI JSON needs"),
        (200, r#"{"some":"json"}"#, "VI JSON needs"),
    ] {
        let mock = MockTransport::new().status("POST", HELLO, status, body).status("GET", CONTENT, status, body);
        let builder = Client::builder("http://mock/lab").expect("a URL").retries(0).transport(mock.clone());
        let error = builder.credentials("root", "hunter2").connect().await.expect_err("no VI JSON");
        assert!(matches!(&error, Error::NoViJson { .. }), "{error:?}");
        assert_eq!(error.status(), Some(status));
        let shown = error.to_string();
        assert!(
            shown.starts_with(&format!("there is no VI JSON API at http://mock/lab: the reply ({status}")),
            "{shown}"
        );
        assert!(shown.contains(hint) && shown.lines().count() == 1, "{shown}");
        // No password goes to something that is no vCenter.
        assert!(mock.requests().iter().all(|request| !request.path().ends_with("Login")));
    }
}
