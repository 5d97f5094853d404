//! The rules that are in force, and how often each of them acted.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::rule::{Frequency, Rule};
use super::settings::Hostility;
use crate::random::Random;

/// The rules that are in force.
pub(crate) struct Rules {
    /// Whether there is any: what a simulator without rules looks at.
    is_any: AtomicBool,
    rules: Mutex<Vec<Arc<Armed>>>,
    /// Apart from that of the state, so that ids are the same with and without rules.
    random: Mutex<Random>,
}

/// A rule that is in force.
#[derive(Debug)]
pub(super) struct Armed {
    pub(super) rule: Rule,
    /// How many calls there were on which it could have acted.
    seen: AtomicU64,
    /// On how many it acted.
    struck: AtomicU64,
}

impl Rules {
    /// The rules of a simulator that has just started.
    pub(crate) fn new(hostility: Hostility, random: Random) -> Self {
        let rules = Self { is_any: AtomicBool::new(false), rules: Mutex::default(), random: Mutex::new(random) };
        rules.set(hostility);
        rules
    }

    /// Replaces all rules; the counters begin anew.
    pub(crate) fn set(&self, hostility: Hostility) {
        self.change(|rules| *rules = hostility.rules.into_iter().map(arm).collect());
    }

    /// Adds a rule after the others.
    pub(crate) fn add(&self, rule: Rule) {
        self.change(|rules| rules.push(arm(rule)));
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Arc<Armed>>)) {
        let mut rules = self.lock();
        change(&mut rules);
        self.is_any.store(!rules.is_empty(), Ordering::Release);
    }

    /// The rules, each with how often it acted.
    pub(crate) fn struck(&self) -> Vec<(Rule, u64)> {
        self.lock().iter().map(|armed| (armed.rule.clone(), armed.struck.load(Ordering::Relaxed))).collect()
    }

    /// The rules for which something holds.
    pub(super) fn which(&self, holds: impl Fn(&Rule) -> bool) -> Vec<Arc<Armed>> {
        if !self.is_any.load(Ordering::Acquire) {
            return Vec::new();
        }
        self.lock().iter().filter(|armed| !armed.is_spent() && holds(&armed.rule)).map(Arc::clone).collect()
    }

    /// Counts a call on which a rule can act, and tells whether it does.
    pub(super) fn strikes(&self, armed: &Armed) -> bool {
        let number = armed.seen.fetch_add(1, Ordering::Relaxed) + 1;
        let strikes = match armed.rule.frequency {
            Frequency::Every(calls) => number.is_multiple_of(calls),
            Frequency::First(calls) => number <= calls,
            Frequency::Probability(probability) => self.random().fraction() < probability,
        };
        armed.struck.fetch_add(strikes.into(), Ordering::Relaxed);
        strikes
    }

    pub(super) fn random(&self) -> MutexGuard<'_, Random> {
        self.random.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Armed>>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    /// Whether it will never act again.
    fn is_spent(&self) -> bool {
        matches!(self.rule.frequency, Frequency::First(calls) if self.seen.load(Ordering::Relaxed) >= calls)
    }
}

fn arm(rule: Rule) -> Arc<Armed> {
    Arc::new(Armed { rule, seen: AtomicU64::new(0), struck: AtomicU64::new(0) })
}
