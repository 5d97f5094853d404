//! A request that meets rules.

use std::sync::Arc;

use http::request::Parts;
use vim25_api::REGISTRY;
use vim25_runtime::{Object, OperationInfo, Secret, Value};

use super::mode::{self, Mode};
use super::rules::{Armed, Rules};
use crate::reply::Reply;
use crate::simulation::{Simulation, session_id};
use crate::target::Target;

/// A request that meets rules.
pub(crate) struct Encounter<'a> {
    pub(super) simulation: &'a Simulation,
    /// The rules that are about this request.
    rules: Vec<Arc<Armed>>,
    pub(super) target: Option<&'a Target>,
    pub(super) operation: Option<&'static OperationInfo>,
    pub(super) session_id: Option<Secret>,
    /// The modes that acted, for the log.
    acted: Vec<String>,
}

impl<'a> Encounter<'a> {
    /// The rules that a request meets, if any.
    pub(crate) fn new(simulation: &'a Simulation, head: &Parts, target: Option<&'a Target>) -> Option<Self> {
        let rules = simulation.hostile.which(|rule| match target {
            Some(target) => rule.is_about(&target.object, &target.member),
            None => rule.is_about_other(simulation.is_hello(head)),
        });
        if rules.is_empty() {
            return None;
        }
        let operation = target.and_then(|target| REGISTRY.find_operation(target.object.type_name(), &target.member));
        Some(Self { simulation, rules, target, operation, session_id: session_id(head), acted: Vec::new() })
    }

    /// What happens before the call is carried out; a reply takes the place of it.
    pub(crate) async fn before(&mut self) -> Option<Reply> {
        for armed in self.rules.clone() {
            let mode = &armed.rule.mode;
            if !self.can_act_before(mode) || !self.strikes(&armed) {
                continue;
            }
            if let Some(latency) = self.latency(mode) {
                tokio::time::sleep(latency).await;
            }
            if let Some(reply) = self.act_before(mode) {
                return Some(self.noted(reply));
            }
        }
        None
    }

    /// What becomes of the reply.
    pub(crate) fn after(&mut self, mut reply: Reply) -> Reply {
        for armed in self.rules.clone() {
            if let Some(response) = self.changed(&armed.rule.mode, &reply.response)
                && self.strikes(&armed)
            {
                reply.response = response;
            }
        }
        self.noted(reply)
    }

    fn strikes(&mut self, armed: &Armed) -> bool {
        let strikes = self.simulation.hostile.strikes(armed);
        if strikes {
            self.acted.push(armed.rule.mode.name());
        }
        strikes
    }

    /// The same reply, of which the log says which modes acted.
    fn noted(&mut self, mut reply: Reply) -> Reply {
        if !self.acted.is_empty() {
            let acted = format!("[{}]", std::mem::take(&mut self.acted).join(", "));
            reply.note = Some(reply.note.map_or(acted.clone(), |note| format!("{note} {acted}")));
        }
        reply
    }
}

impl Rules {
    /// Changes the arguments of a call.
    pub(crate) fn change_arguments(&self, operation: &OperationInfo, target: &Target, arguments: &mut Object) {
        let Some(member) = mode::page_size(operation) else { return };
        for armed in self.which(|rule| rule.is_about(&target.object, operation.name)) {
            let Mode::IgnorePageSize { objects } = armed.rule.mode else { continue };
            if !self.strikes(&armed) {
                continue;
            }
            let Some(Value::Object(mut options)) = arguments.remove("options") else { continue };
            options.remove(member);
            let size = objects.and_then(|objects| i32::try_from(objects).ok());
            let inserted = size.map_or(Ok(()), |size| options.insert(member, size));
            debug_assert!(inserted.is_ok());
            let inserted = arguments.insert("options", Value::Object(options));
            debug_assert!(inserted.is_ok());
        }
    }
}

#[cfg(test)]
mod tests {
    use vim25_api::types::{RetrieveOptions, WaitOptions};
    use vim25_runtime::DataType;

    use super::*;
    use crate::hostile::Rule;
    use crate::random::Random;

    /// The page size of the arguments of an operation that come out where one of 100 goes in.
    fn page_size(rule: Rule, name: &str, options: impl DataType) -> Option<i64> {
        let path = format!("/sdk/vim25/8.0.2.0/PropertyCollector/x/{name}");
        let target = Target::parse(&path).unwrap();
        let operation = REGISTRY.find_operation("PropertyCollector", name).unwrap();
        let mut arguments = Object::new(operation.request.unwrap());
        arguments.insert("options", options.into_object()).unwrap();
        let rules = Rules::new([rule].into(), Random::new(Some(1)).unwrap());
        rules.change_arguments(operation, &target, &mut arguments);
        let Some(Value::Object(options)) = arguments.member("options") else { panic!("{arguments:?}") };
        match options.member(mode::page_size(operation).unwrap()) {
            Some(Value::Integer(size)) => Some(*size),
            _ => None,
        }
    }

    #[test]
    fn page_sizes_are_ignored() {
        let (mut retrieve, mut wait) = (RetrieveOptions::new(), WaitOptions::new());
        retrieve.set_max_objects(100);
        wait.set_max_object_updates(100);
        for (objects, operation, expected) in [
            (None, "*", [None, None]),
            (Some(3), "*", [Some(3), Some(3)]),
            (Some(3), "RetrievePropertiesEx", [Some(3), Some(100)]),
            (None, "PropertyCollector.WaitForUpdatesEx", [Some(100), None]),
        ] {
            let rule = || Rule::new(Mode::IgnorePageSize { objects }).on(operation);
            let sizes = [
                page_size(rule(), "RetrievePropertiesEx", retrieve.clone()),
                page_size(rule(), "WaitForUpdatesEx", wait.clone()),
            ];
            assert_eq!(sizes, expected, "{operation}");
        }
    }
}
