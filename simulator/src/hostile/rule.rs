//! Which mode acts on which calls, and how often.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json};
use vim25_api::REGISTRY;
use vim25_runtime::{ManagedObjectReference, OperationInfo};

use super::mode::Mode;
use crate::store::is_a;

/// The name by which a rule means the negotiation of the release, which is no operation of a managed object.
pub(crate) const HELLO: &str = "hello";

/// Which mode acts on which calls, and how often: on all and always, unless it is told.
///
/// ```
/// use vim25_simulator::{Mode, Rule};
///
/// let rule = Rule::new(Mode::BadGateway).on("RetrievePropertiesEx").every(3);
/// assert_eq!("badGateway:RetrievePropertiesEx:every=3".parse(), Ok(rule.clone()));
/// assert_eq!(r#"{"mode":"badGateway","operation":"RetrievePropertiesEx","every":3}"#.parse(), Ok(rule));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub(super) mode: Mode,
    pub(super) operation: String,
    pub(super) frequency: Frequency,
}

/// How often a rule acts, of the calls on which it can.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Frequency {
    /// On each so many-th.
    Every(u64),
    /// On the first so many.
    First(u64),
    /// On each with this probability.
    Probability(f64),
}

/// A rule that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RuleError(pub(super) String);

impl Rule {
    /// A rule by which a mode acts on every call.
    pub fn new(mode: Mode) -> Self {
        Self { mode, operation: "*".to_owned(), frequency: Frequency::Every(1) }
    }

    /// The same on calls of an operation: its wire name, the same with a type of managed object before it, such as
    /// `VirtualMachine.PowerOnVM_Task`, `hello` for the negotiation of the release, or `*` for all.
    #[must_use]
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = operation.into();
        self
    }

    /// The same on every so many-th call.
    #[must_use]
    pub fn every(mut self, calls: u64) -> Self {
        self.frequency = Frequency::Every(calls);
        self
    }

    /// The same on the first calls.
    #[must_use]
    pub fn first(mut self, calls: u64) -> Self {
        self.frequency = Frequency::First(calls);
        self
    }

    /// The same on one call.
    #[must_use]
    pub fn once(self) -> Self {
        self.first(1)
    }

    /// The same on each call with a probability.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.frequency = Frequency::Probability(probability);
        self
    }

    /// What happens.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// The operation, as [`on`](Self::on) was told.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// How often.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// Fails if the rule makes no sense.
    pub(crate) fn check(&self) -> Result<(), RuleError> {
        let problem = match self.frequency {
            Frequency::Every(0) => Some("`every` is at least 1".to_owned()),
            Frequency::First(0) => Some("`first` is at least 1".to_owned()),
            Frequency::Probability(probability) if !(probability > 0.0 && probability <= 1.0) => {
                Some("`probability` is more than 0 and at most 1".to_owned())
            }
            _ => self.mode.problem().or_else(|| self.operation_problem()),
        };
        problem.map_or(Ok(()), |problem| Err(RuleError(format!("{}: {problem}", self.mode.name()))))
    }

    fn operation_problem(&self) -> Option<String> {
        let (kind, name) = match self.operation.split_once('.') {
            None if ["*", HELLO].contains(&self.operation.as_str()) => return None,
            None => (None, self.operation.as_str()),
            Some((kind, name)) => (Some(kind), name),
        };
        let is_meant = |operation: &&&OperationInfo| {
            operation.name == name && kind.is_none_or(|kind| is_a(operation.managed_object, kind))
        };
        let mut meant = REGISTRY.operations.iter().filter(is_meant).peekable();
        if meant.peek().is_none() {
            return Some(format!("there is no operation `{}`", self.operation));
        }
        let suits = meant.any(|operation| self.mode.suits(operation));
        (!suits).then(|| format!("it never happens to `{}`", self.operation))
    }

    /// Whether the rule is about a member of an object.
    pub(super) fn is_about(&self, object: &ManagedObjectReference, member: &str) -> bool {
        match self.operation.split_once('.') {
            None => self.operation == "*" || self.operation == member,
            Some((kind, name)) => name == member && is_a(object.type_name(), kind),
        }
    }

    /// Whether the rule is about a request that calls no operation.
    pub(super) fn is_about_other(&self, is_hello: bool) -> bool {
        self.operation == "*" || is_hello && self.operation == HELLO
    }

    /// The members of its JSON.
    pub(super) fn members(&self) -> serde_json::Result<Map<String, Json>> {
        let Json::Object(mut members) = serde_json::to_value(&self.mode)? else { return Ok(Map::new()) };
        members.retain(|_, value| !value.is_null());
        members.insert("operation".to_owned(), self.operation.as_str().into());
        if let Json::Object(frequency) = serde_json::to_value(self.frequency)? {
            members.extend(frequency);
        }
        Ok(members)
    }

    /// A rule from the members of its JSON.
    pub(super) fn from_members(mut members: Map<String, Json>) -> Result<Self, RuleError> {
        // What is told of a rule that is in force can be set again.
        members.remove("struck");
        let operation = match members.remove("operation") {
            None => "*".to_owned(),
            Some(Json::String(operation)) => operation,
            Some(_) => return Err(RuleError("`operation` is a string".to_owned())),
        };
        let frequency = take_frequency(&mut members)?;
        let mode = mode(members)?;
        let rule = Self { mode, operation, frequency };
        rule.check().map(|()| rule)
    }
}

fn take_frequency(members: &mut Map<String, Json>) -> Result<Frequency, RuleError> {
    let names = ["every", "first", "probability", "once"];
    let mut told = names.into_iter().filter_map(|name| members.remove_entry(name));
    let frequency = match told.next() {
        None => Frequency::Every(1),
        Some((name, value)) if name == "once" => match value {
            Json::Bool(true) => Frequency::First(1),
            _ => return Err(RuleError("`once` is true, or absent".to_owned())),
        },
        Some((name, value)) => serde_json::from_value(Json::Object(Map::from_iter([(name.clone(), value)])))
            .map_err(|error| RuleError(format!("`{name}`: {error}")))?,
    };
    match told.next() {
        None => Ok(frequency),
        Some(_) => Err(RuleError(format!("only one of {} can be told", names.join(", ")))),
    }
}

fn mode(members: Map<String, Json>) -> Result<Mode, RuleError> {
    let error = |error: serde_json::Error| RuleError(error.to_string());
    let mode: Mode = serde_json::from_value(Json::Object(members.clone())).map_err(error)?;
    // Of a mode without members serde lets any pass.
    let known = serde_json::to_value(&mode).map_err(error)?;
    let unknown = members.keys().find(|name| known.get(name.as_str()).is_none());
    unknown.map_or(Ok(mode), |name| Err(RuleError(format!("unknown field `{name}`"))))
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members().map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_members(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
