//! The events that tell who was here.

use jiff::Timestamp;
use vim25_api::types::{
    AlreadyAuthenticatedSessionEvent, BadUsernameSessionEvent, SessionTerminatedEvent, UserLoginSessionEvent,
    UserLogoutSessionEvent, UserSession,
};

use crate::session::{Origin, Session};
use crate::state::State;

/// How many characters of a name that somebody made up are kept.
const MAX_NAME: usize = 255;

impl State {
    /// A session has begun.
    pub(crate) fn post_login(&mut self, session: &UserSession, now: Timestamp) {
        let mut event = UserLoginSessionEvent::new();
        event
            .set_ip_address(session.ip_address())
            .set_user_agent(session.user_agent())
            .set_locale(session.locale())
            .set_session_id(session.key());
        let message = format!("{} logged in from {}", session.user_name(), session.ip_address());
        self.post_event(event, &message, None, session.user_name(), now);
    }

    /// A session has ended, in whatever way.
    pub(crate) fn post_logout(&mut self, session: &Session, now: Timestamp) {
        let session = session.describe();
        let mut event = UserLogoutSessionEvent::new();
        event
            .set_ip_address(session.ip_address())
            .set_user_agent(session.user_agent())
            .set_call_count(session.call_count())
            .set_session_id(session.key())
            .set_login_time(session.login_time());
        let message = format!("The session of {} from {} has ended", session.user_name(), session.ip_address());
        self.post_event(event, &message, None, session.user_name(), now);
    }

    /// A user has ended the session of another.
    pub(crate) fn post_termination(&mut self, session: &Session, user_name: &str, now: Timestamp) {
        let mut event = SessionTerminatedEvent::new();
        event.set_session_id(&session.key).set_terminated_username(&session.user_name);
        let message = format!("{user_name} terminated a session of {}", session.user_name);
        self.post_event(event, &message, None, user_name, now);
    }

    /// Somebody tried to log in with a wrong name or password.
    pub(crate) fn post_bad_login(&mut self, user_name: &str, origin: &Origin, now: Timestamp) {
        let user_name: String = user_name.chars().take(MAX_NAME).collect();
        let mut event = BadUsernameSessionEvent::new();
        event.set_ip_address(origin.ip.to_string());
        let message = format!("A login as {user_name} from {} failed", origin.ip);
        self.post_event(event, &message, None, &user_name, now);
    }

    /// Somebody tried to log in within a session.
    pub(crate) fn post_repeated_login(&mut self, user_name: &str, now: Timestamp) {
        let message = format!("{user_name} tried to log in, but was logged in already");
        self.post_event(AlreadyAuthenticatedSessionEvent::new(), &message, None, user_name, now);
    }
}
