//! Sessions.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use vim25_api::types::UserSession;
use vim25_runtime::{DateTime, Secret};

use crate::authorization::Principals;
use crate::locale;
use crate::random::Random;
use crate::user::User;

/// A session of a user.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Counts the sessions of the simulator.
    pub(crate) number: u64,
    /// Identifies the session in lists; anybody may know it, unlike the session id of the header.
    pub(crate) key: String,
    pub(crate) user_name: String,
    full_name: String,
    /// The groups that the user is in.
    groups: Vec<String>,
    login_time: Timestamp,
    last_active_time: Timestamp,
    pub(crate) locale: &'static str,
    ip_address: String,
    user_agent: String,
    call_count: i64,
}

/// Who sends a request, and how.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The other end of the connection.
    pub(crate) ip: IpAddr,
    /// The header `user-agent`; empty if there is none.
    pub(crate) user_agent: String,
}

/// Whom a new session is for.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    user_name: String,
    full_name: String,
    groups: Vec<String>,
    /// When the user logged in, if a session is cloned.
    login_time: Option<Timestamp>,
    locale: &'static str,
}

impl Identity {
    /// A user who logs in.
    pub(crate) fn login(user: &User, locale: &'static str) -> Self {
        Self {
            user_name: user.name().to_owned(),
            full_name: user.full_name().to_owned(),
            groups: user.groups().to_vec(),
            login_time: None,
            locale,
        }
    }

    /// The user of another session.
    pub(crate) fn of(session: &Session) -> Self {
        Self {
            user_name: session.user_name.clone(),
            full_name: session.full_name.clone(),
            groups: session.groups.clone(),
            login_time: Some(session.login_time),
            locale: session.locale,
        }
    }

    /// The same user with a locale.
    pub(crate) fn with_locale(self, locale: &'static str) -> Self {
        Self { locale, ..self }
    }
}

impl Session {
    /// The session as the API shows it.
    pub(crate) fn describe(&self) -> UserSession {
        let mut shown = UserSession::new();
        shown
            .set_key(&self.key)
            .set_user_name(&self.user_name)
            .set_full_name(&self.full_name)
            .set_login_time(DateTime::from(self.login_time))
            .set_last_active_time(DateTime::from(self.last_active_time))
            .set_locale(self.locale)
            .set_message_locale(locale::of_messages(self.locale))
            .set_extension_session(false)
            .set_ip_address(&self.ip_address)
            .set_user_agent(&self.user_agent)
            .set_call_count(self.call_count);
        shown
    }

    /// Whose permissions count.
    pub(crate) fn principals(&self) -> Principals<'_> {
        Principals { user: &self.user_name, groups: &self.groups }
    }

    fn is_idle(&self, now: Timestamp, timeout: Duration) -> bool {
        let idle = now.duration_since(self.last_active_time);
        !timeout.is_zero() && idle.unsigned_abs() >= timeout && idle.is_positive()
    }
}

/// The sessions that live.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_id: HashMap<Secret, Session>,
    opened: u64,
    /// Those that have ended, and when: what has to follow is still to be done.
    ended: Vec<(Session, Timestamp)>,
}

impl Sessions {
    /// Number of sessions.
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Begins a session and gives its id.
    pub(crate) fn open(&mut self, identity: Identity, origin: &Origin, now: Timestamp, random: &mut Random) -> Secret {
        self.opened += 1;
        let session = Session {
            number: self.opened,
            key: random.uuid(),
            user_name: identity.user_name,
            full_name: identity.full_name,
            groups: identity.groups,
            login_time: identity.login_time.unwrap_or(now),
            last_active_time: now,
            locale: identity.locale,
            ip_address: origin.ip.to_string(),
            user_agent: origin.user_agent.clone(),
            call_count: 1,
        };
        let id = random.session_id();
        self.by_id.insert(id.clone(), session);
        id
    }

    /// Counts a call in a session, if it lives.
    pub(crate) fn touch(&mut self, id: &Secret, now: Timestamp) -> bool {
        let Some(session) = self.by_id.get_mut(id) else { return false };
        session.last_active_time = now;
        session.call_count += 1;
        true
    }

    /// Notes that a session, if it lives, is not idle while a call in it waits.
    pub(crate) fn keep_alive(&mut self, id: &Secret, now: Timestamp) -> bool {
        let Some(session) = self.by_id.get_mut(id) else { return false };
        session.last_active_time = now;
        true
    }

    /// The session with an id.
    pub(crate) fn get(&self, id: &Secret) -> Option<&Session> {
        self.by_id.get(id)
    }

    /// The session with an id.
    pub(crate) fn get_mut(&mut self, id: &Secret) -> Option<&mut Session> {
        self.by_id.get_mut(id)
    }

    /// The first session for which something holds, in the order of their beginning.
    pub(crate) fn find(&self, holds: impl Fn(&Session) -> bool) -> Option<&Session> {
        self.by_id.values().filter(|session| holds(session)).min_by_key(|session| session.number)
    }

    /// All sessions in the order of their beginning.
    pub(crate) fn list(&self) -> Vec<&Session> {
        let mut sessions: Vec<&Session> = self.by_id.values().collect();
        sessions.sort_by_key(|session| session.number);
        sessions
    }

    /// Ends the session with an id.
    pub(crate) fn close(&mut self, id: &Secret, now: Timestamp) {
        self.ended.extend(self.by_id.remove(id).map(|session| (session, now)));
    }

    /// Ends the sessions with any of some keys.
    pub(crate) fn close_keys(&mut self, keys: &[String], now: Timestamp) {
        self.close_those(now, |session| keys.contains(&session.key));
    }

    /// Ends the sessions that nobody used for a time.
    pub(crate) fn close_idle(&mut self, now: Timestamp, timeout: Duration) {
        self.close_those(now, |session| session.is_idle(now, timeout));
    }

    /// Ends all sessions.
    pub(crate) fn close_all(&mut self, now: Timestamp) {
        self.close_those(now, |_| true);
    }

    fn close_those(&mut self, now: Timestamp, are_meant: impl Fn(&Session) -> bool) {
        let ended = self.by_id.extract_if(|_, session| are_meant(session));
        self.ended.extend(ended.map(|(_, session)| (session, now)));
    }

    /// The sessions that have ended since this was asked last, and when, in the order of their beginning.
    pub(crate) fn take_ended(&mut self) -> Vec<(Session, Timestamp)> {
        let mut ended = std::mem::take(&mut self.ended);
        ended.sort_by_key(|(session, _)| session.number);
        ended
    }
}
