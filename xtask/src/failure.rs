//! Why a command ends early, and with which exit code.

use std::process::ExitCode;

use vim25_codegen::diagnostics::Diagnostic;
use vim25_codegen::{Diagnostics, Spec};

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit code 1: generated/ is not as it should be, or a step of ci has failed.
    Check(String),
    /// Exit code 4, and all is said: `diff` has found something that breaks.
    Breaking,
    /// Exit code 1: the input has mistakes. The spec is kept for the excerpts.
    Input(Box<Input>),
    /// Exit code 1: a document or an overlay is no text that can be read.
    Text(String),
    /// Exit code 3.
    Other(anyhow::Error),
}

/// Mistakes, and the texts that have them.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) problems: Diagnostics,
    pub(crate) spec: Spec,
}

impl Input {
    /// The line that a problem is in.
    pub(crate) fn line(&self, problem: &Diagnostic) -> Option<&str> {
        let file = self.spec.file(problem.pointer.file())?;
        file.text.lines().nth(problem.location?.line.checked_sub(1)?)
    }
}

impl Failure {
    pub(crate) fn input(problems: Diagnostics, spec: Spec) -> Self {
        Self::Input(Box::new(Input { problems, spec }))
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Check(_) | Self::Input(_) | Self::Text(_) => 1,
            Self::Other(_) => 3,
            Self::Breaking => 4,
        })
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}
