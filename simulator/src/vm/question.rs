//! Questions that a virtual machine asks when it is powered on, and that somebody has to answer.
//!
//! An option of the machine says what it asks. Power-on waits until `AnswerVM` has answered.

use jiff::Timestamp;
use vim25_api::types::{
    ChoiceOption, ElementDescription, VirtualMachineConfigInfo, VirtualMachineMessage, VirtualMachineQuestionInfo,
    VirtualMachineRuntimeInfo,
};
use vim25_runtime::ManagedObjectReference;

use super::{config, summary};
use crate::fault::{self, Failure};
use crate::state::State;

/// The option of a machine that has the text of its question.
const QUESTION_OPTION: &str = "vim25.simulator.question";

/// The answers: key, label.
const CHOICES: [(&str, &str); 2] = [("0", "Continue"), ("1", "Cancel")];

/// The answer that lets nothing happen.
const CANCEL: &str = "1";

/// What is with the question of a machine that is about to be powered on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Question {
    /// There is none, or it was answered.
    None,
    /// It was asked just now.
    Asked,
    /// It was asked before.
    Pending,
}

/// Asks the question of a machine, if it has one.
pub(crate) fn ask(state: &mut State, vm: &ManagedObjectReference, now: Timestamp) -> Question {
    let runtime = state.store.object::<VirtualMachineRuntimeInfo>(vm, "runtime");
    if runtime.is_some_and(|runtime| runtime.question().is_some()) {
        return Question::Pending;
    }
    let config = state.store.object::<VirtualMachineConfigInfo>(vm, "config");
    let Some(text) = config.and_then(|config| config::option(config, QUESTION_OPTION)).map(ToOwned::to_owned) else {
        return Question::None;
    };
    let question = question(state.store.next_id(), &text);
    state.store.edit::<VirtualMachineRuntimeInfo>(vm, "runtime", |runtime| {
        runtime.set_question(question);
    });
    summary::refresh(state, vm, now);
    Question::Asked
}

fn question(number: u32, text: &str) -> VirtualMachineQuestionInfo {
    let choices = CHOICES.map(|(key, label)| {
        let mut choice = ElementDescription::new();
        choice.set_key(key);
        choice.set_label(label).set_summary(label);
        choice
    });
    let mut choice = ChoiceOption::new();
    choice.set_choice_info(choices).set_default_index(0);
    let mut message = VirtualMachineMessage::new();
    message.set_id("msg.vim25.simulator.question").set_text(text);
    let mut question = VirtualMachineQuestionInfo::new();
    question.set_id(number.to_string()).set_text(text).set_choice(choice).set_message([message]);
    question
}

/// Answers the question of a machine, which asks it no more. Whether what it waits for is to be given up.
pub(crate) fn answer(
    state: &mut State,
    vm: &ManagedObjectReference,
    id: &str,
    choice: &str,
    now: Timestamp,
) -> Result<bool, Failure> {
    let runtime = state.store.object::<VirtualMachineRuntimeInfo>(vm, "runtime");
    match runtime.and_then(|runtime| runtime.question()) {
        Some(question) if question.id() == id => {}
        _ => return Err(fault::invalid_argument("questionId", "the virtual machine does not ask this")),
    }
    if !CHOICES.iter().any(|(key, _)| *key == choice) {
        return Err(fault::invalid_argument("answerChoice", "there is no such answer"));
    }
    state.store.edit::<VirtualMachineRuntimeInfo>(vm, "runtime", |runtime| {
        runtime.remove("question");
    });
    state.store.edit::<VirtualMachineConfigInfo>(vm, "config", |config| {
        let options: Vec<_> =
            config.extra_config().iter().filter(|option| option.key() != QUESTION_OPTION).cloned().collect();
        config.set_extra_config(options);
    });
    summary::refresh(state, vm, now);
    Ok(choice == CANCEL)
}
