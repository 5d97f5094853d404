//! `OptionManager`: settings of the server, or of whatever else has some.

mod settings;

use vim25_api::types::{
    BoolOption, ChoiceOption, FloatOption, IntOption, InvalidName, LongOption, OptionDef, OptionType, OptionValue,
    StringOption,
};
use vim25_runtime::{Any, Element};

pub(super) use self::settings::add_settings;
use super::Handler::Now;
use super::Handlers;
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure, fault};
use crate::objects::singleton;

/// What the simulator plays of it: everything. The settings and their definitions are in the store.
pub(super) const HANDLERS: Handlers = &[("QueryOptions", Now(query_options)), ("UpdateOptions", Now(update_options))];

/// The server takes settings that it does not know, if they begin like this.
const OPEN_PREFIX: &str = "config.";

/// The settings with a name, or below one that ends with a dot; all without a name.
fn query_options(call: &mut Call<'_>) -> Outcome {
    let name = call.text("name").unwrap_or_default();
    let is_asked_for = |setting: &&OptionValue| match name.as_str() {
        "" => true,
        prefix if prefix.ends_with('.') => setting.key().starts_with(prefix),
        key => setting.key() == key,
    };
    let settings = call.state.store.data_objects::<OptionValue>(call.object, "setting").into_iter();
    let found: Vec<OptionValue> = settings.filter(is_asked_for).cloned().collect();
    if found.is_empty() && !name.is_empty() {
        return Err(invalid_name(&name));
    }
    Ok(Some(OptionValue::into_list(found).into()))
}

/// Sets settings: all of them or, if one is wrong, none.
fn update_options(call: &mut Call<'_>) -> Outcome {
    let store = &call.state.store;
    let mut settings: Vec<OptionValue> = store.data_objects(call.object, "setting").into_iter().cloned().collect();
    for (index, new) in call.objects::<OptionValue>("changedValue").into_iter().enumerate() {
        let wrong = |problem: &str| fault::invalid_argument(&format!("changedValue[{index}].value"), problem);
        let value = new.value().ok_or_else(|| wrong("a setting must have a value"))?;
        let definitions = store.data_objects::<OptionDef>(call.object, "supportedOption");
        let definition = definitions.into_iter().find(|definition| definition.key() == new.key());
        let present = settings.iter_mut().find(|setting| setting.key() == new.key());
        match definition {
            Some(definition) => check(definition.option_type(), value).map_err(|problem| wrong(&problem))?,
            None if present.is_none() && !is_open(call, new.key()) => return Err(invalid_name(new.key())),
            None => {
                let expected = present.as_deref().and_then(OptionValue::value);
                check_free(expected, value).map_err(|problem| wrong(&problem))?;
            }
        }
        match present {
            Some(present) => *present = new.clone(),
            None => settings.push(new.clone()),
        }
    }
    settings.sort_by(|a, b| a.key().cmp(b.key()));
    call.state.store.set(call.object, "setting", OptionValue::into_list(settings));
    Ok(None)
}

/// Whether an unknown setting may be set.
fn is_open(call: &Call<'_>, key: &str) -> bool {
    *call.object == singleton("OptionManager") && key.len() > OPEN_PREFIX.len() && key.starts_with(OPEN_PREFIX)
}

/// Whether a setting of a type can have a value.
fn check(of: &OptionType, value: &Any) -> Result<(), String> {
    if of.value_is_readonly() == Some(true) {
        return Err("this setting cannot be changed".to_owned());
    }
    let (expected, is_right, is_in_range) = if of.is::<BoolOption>() {
        ("boolean", matches!(value, Any::Boolean(_)), true)
    } else if let Some(of) = of.downcast_ref::<IntOption>() {
        let range = of.min()..=of.max();
        ("int", matches!(value, Any::Int(_)), !matches!(value, Any::Int(value) if !range.contains(value)))
    } else if let Some(of) = of.downcast_ref::<LongOption>() {
        let range = of.min()..=of.max();
        ("long", matches!(value, Any::Long(_)), !matches!(value, Any::Long(value) if !range.contains(value)))
    } else if let Some(of) = of.downcast_ref::<FloatOption>() {
        let range = of.min()..=of.max();
        ("float", matches!(value, Any::Float(_)), !matches!(value, Any::Float(value) if !range.contains(value)))
    } else if let Some(of) = of.downcast_ref::<ChoiceOption>() {
        let text = value.as_str();
        ("string", text.is_some(), of.choice_info().iter().any(|choice| Some(choice.key()) == text))
    } else if let Some(of) = of.downcast_ref::<StringOption>() {
        let allowed = of.valid_characters();
        let is_allowed = |text: &str| allowed.is_none_or(|allowed| text.chars().all(|letter| allowed.contains(letter)));
        ("string", matches!(value, Any::String(_)), value.as_str().is_none_or(is_allowed))
    } else {
        return Ok(());
    };
    match (is_right, is_in_range) {
        (false, _) => Err(format!("the value of this setting is of the type {expected}")),
        (true, false) => Err("the value is out of the range of this setting".to_owned()),
        (true, true) => Ok(()),
    }
}

/// Whether a setting without a definition can have a value: that of a simple type, which stays the same.
fn check_free(present: Option<&Any>, value: &Any) -> Result<(), String> {
    match present {
        Some(present) if present.type_name() != value.type_name() => {
            Err(format!("the value of this setting is of the type {}", present.type_name()))
        }
        _ if matches!(value, Any::Object(_) | Any::Array(_) | Any::Reference(_)) => {
            Err("the value of a setting is of a simple type".to_owned())
        }
        _ => Ok(()),
    }
}

fn invalid_name(name: &str) -> Failure {
    let mut invalid = InvalidName::new();
    invalid.set_name(name);
    fault(invalid, format!("There is no setting `{name}`."))
}
