//! What a test can make go wrong on a running simulator.

use std::fmt;

use crate::hostile::{Hostility, Rule, RuleError, lose_collectors};
use crate::simulation::Simulation;

/// What a test can make go wrong on a running simulator.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use vim25_simulator::{Mode, Rule, Simulator};
///
/// let simulator = Simulator::builder().start().await?;
/// simulator.faults().add(Rule::new(Mode::BadGateway).on("RetrievePropertiesEx").every(3))?;
/// // What the client does now is not shown here.
/// assert_eq!(simulator.faults().struck()[0].1, 0);
/// simulator.faults().clear();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Faults<'a> {
    simulation: &'a Simulation,
}

impl<'a> Faults<'a> {
    pub(crate) fn new(simulation: &'a Simulation) -> Self {
        Self { simulation }
    }

    /// Replaces all rules of what goes wrong. The counters begin anew.
    ///
    /// # Errors
    ///
    /// A rule makes no sense. The old ones stay in force then.
    pub fn set(self, hostility: impl Into<Hostility>) -> Result<(), RuleError> {
        let hostility = hostility.into();
        hostility.check().map(|()| self.simulation.hostile.set(hostility))
    }

    /// Adds a rule after the others.
    ///
    /// # Errors
    ///
    /// The rule makes no sense.
    #[expect(clippy::should_implement_trait, reason = "nothing is added up")]
    pub fn add(self, rule: Rule) -> Result<(), RuleError> {
        rule.check().map(|()| self.simulation.hostile.add(rule))
    }

    /// Removes all rules.
    pub fn clear(self) {
        self.simulation.hostile.set(Hostility::default());
    }

    /// The rules that are in force, each with how often it acted.
    pub fn struck(self) -> Vec<(Rule, u64)> {
        self.simulation.hostile.struck()
    }

    /// Ends all sessions, as if they had been idle for too long or the server had been started anew.
    pub fn expire_sessions(self) {
        self.simulation.state().sessions.close_all(self.simulation.clock.now());
    }

    /// Removes all filters, views and property collectors but the one that is always there, as if the server had been
    /// started anew. Those who wait for updates get to know of it.
    pub fn lose_collectors(self) {
        lose_collectors(&mut self.simulation.state());
        self.simulation.tick();
    }
}

impl fmt::Debug for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").finish_non_exhaustive()
    }
}
