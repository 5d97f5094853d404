//! HTTP replies.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use vim25_runtime::{List, Object, OperationInfo, Release, Secret, Value};

use crate::call::Outcome;
use crate::fault::{self, Failure};

/// The header with the id of a session.
pub(crate) const SESSION_HEADER: &str = "vmware-api-session-id";

/// A reply, and what the log says of it.
pub(crate) struct Reply {
    pub(crate) response: Response<Bytes>,
    /// The type of the fault, or what is wrong with the simulator.
    pub(crate) note: Option<String>,
}

impl Reply {
    /// A reply that is JSON.
    pub(crate) fn json(status: StatusCode, body: Vec<u8>) -> Self {
        Self::new(status, "application/json", body.into())
    }

    /// A reply in words.
    pub(crate) fn text(status: StatusCode, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{text}\n").into())
    }

    /// A reply without body.
    fn empty() -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::NO_CONTENT;
        Self { response, note: None }
    }

    /// A reply of a media type.
    pub(crate) fn new(status: StatusCode, content_type: &'static str, body: Bytes) -> Self {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { response, note: None }
    }

    /// The reply to a call of an operation by a client that speaks a release: what is newer is left out.
    pub(crate) fn of_call(operation: &OperationInfo, release: Release, outcome: Outcome) -> Self {
        let older = |mut value: Option<Value>| {
            value.as_mut().map_or(&mut [][..], objects_mut).iter_mut().for_each(|object| object.drop_newer(release));
            value
        };
        match outcome.map(older).and_then(|value| check(operation, release, value)) {
            Ok(None) => Self::empty(),
            Ok(Some(value)) => match serde_json::to_vec(&value) {
                Ok(body) => Self::json(StatusCode::OK, body),
                Err(error) => Self::of_failure(bug(operation, &error.to_string())),
            },
            Err(failure) => Self::of_failure(failure),
        }
    }

    /// The reply that refuses a request.
    pub(crate) fn of_failure(failure: Failure) -> Self {
        match failure {
            Failure::Fault(fault) => {
                let reply = Self::json(StatusCode::INTERNAL_SERVER_ERROR, vim25_runtime::wire::encode(&fault));
                Self { note: Some(note(&fault)), ..reply }
            }
            Failure::Status(status, text) => Self::text(status, &text),
        }
    }

    /// The same reply with the id of a session that has begun.
    pub(crate) fn with_session(mut self, id: Option<Secret>) -> Self {
        if let Some(mut value) = id.and_then(|id| HeaderValue::from_str(id.expose()).ok()) {
            value.set_sensitive(true);
            self.response.headers_mut().insert(SESSION_HEADER, value);
        }
        self
    }
}

/// What the log says of a fault: its type and, if the simulator is to blame, the reason.
fn note(fault: &Object) -> String {
    match fault.member("reason") {
        Some(Value::String(reason)) => format!("{}: {reason}", fault.type_name()),
        _ => fault.type_name().to_owned(),
    }
}

/// Checks a result: one that the document does not allow is a bug of the simulator, and must not look like an answer.
fn check(operation: &OperationInfo, release: Release, value: Option<Value>) -> Outcome {
    let problem = match (&operation.result, &value) {
        (None, None) => None,
        (None, Some(_)) => Some("it has a result".to_owned()),
        (Some(result), None) => result.is_required.then(|| "its result is unset".to_owned()),
        (Some(result), Some(value)) if result.is_list != matches!(value, Value::List(_)) => {
            Some("its result is an array where none is due, or the other way round".to_owned())
        }
        (Some(_), Some(value)) => objects(value).iter().find_map(|object| {
            let (path, problem) = object.check_for(Some(release)).err()?;
            Some(format!("`{path}` of its result {problem}"))
        }),
    };
    problem.map_or(Ok(value), |problem| Err(bug(operation, &problem)))
}

fn objects(value: &Value) -> &[Object] {
    match value {
        Value::Object(object) => std::slice::from_ref(object),
        Value::List(List::Objects(objects)) => objects,
        _ => &[],
    }
}

fn objects_mut(value: &mut Value) -> &mut [Object] {
    match value {
        Value::Object(object) => std::slice::from_mut(object),
        Value::List(List::Objects(objects)) => objects,
        _ => &mut [],
    }
}

fn bug(operation: &OperationInfo, problem: &str) -> Failure {
    fault::system_error(&format!("{operation:?}: {problem}"))
}

#[cfg(test)]
mod tests {
    use vim25_api::types::UserSession;
    use vim25_api::{REGISTRY, RELEASE};
    use vim25_runtime::Element;

    use super::*;

    fn operation(name: &str) -> &'static OperationInfo {
        REGISTRY.find_operation("SessionManager", name).unwrap()
    }

    #[test]
    fn a_result_without_a_required_member_is_a_bug() {
        let reply = Reply::of_call(operation("currentSession"), RELEASE, Ok(Some(UserSession::new().into())));
        assert_eq!(reply.response.status(), 500);
        let note = "SystemError: SessionManager.currentSession: `key` of its result is required and was not set";
        assert_eq!(reply.note.as_deref(), Some(note));
        let body: serde_json::Value = serde_json::from_slice(reply.response.body()).unwrap();
        assert_eq!(body["_typeName"], "SystemError");

        let sessions = UserSession::into_list(vec![UserSession::new()]);
        let reply = Reply::of_call(operation("sessionList"), RELEASE, Ok(Some(sessions.into())));
        assert_eq!(reply.response.status(), 500);
    }

    #[test]
    fn a_result_where_none_is_due_and_none_where_one_is_due_are_bugs() {
        for (name, value) in
            [("Logout", Some(Value::from(true))), ("Login", None), ("sessionList", Some(Value::from(true)))]
        {
            assert_eq!(Reply::of_call(operation(name), RELEASE, Ok(value)).response.status(), 500, "{name}");
        }
        assert_eq!(Reply::of_call(operation("Logout"), RELEASE, Ok(None)).response.status(), 204);
        assert_eq!(Reply::of_call(operation("message"), RELEASE, Ok(None)).response.status(), 204);
    }
}
