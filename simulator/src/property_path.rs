//! Property paths, such as `config.hardware.device[4000].backing`.
//!
//! A path is checked against the type tables before it is used: what no object of the type can have is refused. An
//! object of the right type may still lack it, which is nothing wrong.

use vim25_api::REGISTRY;
use vim25_runtime::{Any, Field, Item, List, ManagedObjectReference, Object, OperationInfo, Release, TypeInfo, Value};

use crate::boxing::boxed;
use crate::store::property;

/// The member by which the elements of an array are told apart.
const KEY: &str = "key";

/// A path that objects of a type can have.
#[derive(Clone, Debug)]
pub(crate) struct PropertyPath {
    text: String,
    /// The property that the path begins with.
    pub(crate) property: &'static OperationInfo,
    steps: Vec<Step>,
    /// What can be at its end.
    ends: Vec<Declared>,
}

/// A step into a property.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// To a member of a data object.
    Member(String),
    /// To an element of an array, by its key.
    Key(String),
}

/// The declared type of a value.
#[derive(Clone, Copy, Debug)]
struct Declared {
    item: Item,
    is_list: bool,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part<'a> {
    /// A property or a member, and its declared type.
    Value(&'a Value, Item),
    /// An element of an array.
    Element(&'a Object),
}

impl PropertyPath {
    /// A path of objects of a type in a release; `None` if no such object can have it.
    pub(crate) fn parse(kind: &str, text: &str, release: Release) -> Option<Self> {
        let mut steps = parse(text)?;
        let Step::Member(name) = steps.remove(0) else { return None };
        let property = property(kind, &name).filter(|property| is_in(property, release))?;
        let result = property.result.as_ref()?;
        let mut ends = vec![Declared { item: result.item, is_list: result.is_list }];
        for step in &steps {
            ends = ends.iter().flat_map(|end| end.after(step, release)).collect();
        }
        (!ends.is_empty()).then(|| Self { text: text.to_owned(), property, steps, ends })
    }

    /// All of a property.
    pub(crate) fn whole(property: &'static OperationInfo) -> Self {
        Self { text: property.name.to_owned(), property, steps: Vec::new(), ends: Vec::new() }
    }

    /// The path as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the path leads to a reference or an array of references.
    pub(crate) fn is_of_references(&self) -> bool {
        !self.ends.is_empty() && self.ends.iter().all(|end| matches!(end.item, Item::Reference(_)))
    }

    /// What the path leads to in a value of its property; `None` if something on the way is unset.
    pub(crate) fn find<'a>(&self, root: &'a Value) -> Option<Part<'a>> {
        let item = self.property.result.as_ref()?.item;
        self.steps.iter().try_fold(Part::Value(root, item), |part, step| part.after(step))
    }

    /// Whether that in which the end of the path would lie is set.
    pub(crate) fn has_container(&self, root: Option<&Value>) -> bool {
        let Some((_, steps)) = self.steps.split_last() else { return true };
        let Some((root, result)) = root.zip(self.property.result.as_ref()) else { return false };
        steps.iter().try_fold(Part::Value(root, result.item), |part, step| part.after(step)).is_some()
    }

    /// Whether the path ends with the key of an element.
    pub(crate) fn is_of_element(&self) -> bool {
        matches!(self.steps.last(), Some(Step::Key(_)))
    }

    /// The references that the path leads to.
    pub(crate) fn references<'a>(&self, root: &'a Value) -> &'a [ManagedObjectReference] {
        match self.find(root) {
            Some(Part::Value(Value::Reference(reference), _)) => std::slice::from_ref(reference),
            Some(Part::Value(Value::List(List::References(references)), _)) => references,
            _ => &[],
        }
    }
}

impl<'a> Part<'a> {
    /// The part as a value of any type.
    pub(crate) fn boxed(self) -> Option<Any> {
        match self {
            Part::Value(value, item) => boxed(value, item),
            Part::Element(object) => Some(Any::Object(object.clone())),
        }
    }

    /// The data object that the part is.
    pub(crate) fn object(self) -> Option<&'a Object> {
        match self {
            Part::Value(Value::Object(object), _) => Some(object),
            Part::Value(..) => None,
            Part::Element(object) => Some(object),
        }
    }

    /// The elements of the array of data objects that the part is.
    pub(crate) fn elements(self) -> Option<&'a [Object]> {
        match self {
            Part::Value(Value::List(List::Objects(objects)), _) => Some(objects),
            _ => None,
        }
    }

    /// The member of the data object that the part is.
    pub(crate) fn member(self, name: &str) -> Option<Part<'a>> {
        let object = self.object()?;
        let ty = object.type_info();
        let field = ty.field(ty.index_of(name, 0)?)?;
        Some(Part::Value(object.member(name)?, field.item))
    }

    /// Whether two parts are the same.
    pub(crate) fn equals(self, other: Part<'_>) -> bool {
        match (self, other) {
            (Part::Value(a, _), Part::Value(b, _)) => a == b,
            (Part::Element(a), Part::Element(b)) => a == b,
            _ => false,
        }
    }

    fn after(self, step: &Step) -> Option<Part<'a>> {
        match step {
            Step::Member(name) => self.member(name),
            Step::Key(key) => self.elements()?.iter().find(|object| has_key(object, key)).map(Part::Element),
        }
    }
}

impl Declared {
    /// What a step can lead to.
    fn after(self, step: &Step, release: Release) -> Vec<Declared> {
        let Item::Object(ty) = self.item else { return Vec::new() };
        match step {
            Step::Member(name) if !self.is_list => members(ty, name, release)
                .iter()
                .map(|field| Declared { item: field.item, is_list: field.is_list })
                .collect(),
            Step::Key(_) if self.is_list && is_keyed(ty) => vec![Declared { is_list: false, ..self }],
            _ => Vec::new(),
        }
    }
}

/// Whether a release has a property.
pub(crate) fn is_in(property: &OperationInfo, release: Release) -> bool {
    property.since.is_none_or(|since| since <= release) && property.until.is_none_or(|until| release <= until)
}

/// The key of an element as it stands in a path, with its brackets: `[4000]` or `["name"]`.
pub(crate) fn key_step(element: &Object) -> Option<String> {
    match element.member(KEY)? {
        Value::Integer(key) => Some(format!("[{key}]")),
        Value::String(key) => Some(format!("[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))),
        _ => None,
    }
}

fn has_key(element: &Object, key: &str) -> bool {
    match element.member(KEY) {
        Some(Value::Integer(number)) => key.parse() == Ok(*number),
        Some(Value::String(text)) => text == key,
        _ => false,
    }
}

/// The members with a name of a type or, if it has none, of its heirs.
fn members(ty: &'static TypeInfo, name: &str, release: Release) -> Vec<&'static Field> {
    let own = ty.index_of(name, 0).and_then(|index| ty.field(index));
    if let Some(own) = own {
        return if own.is_in(release) { vec![own] } else { Vec::new() };
    }
    let heirs = REGISTRY.types.iter().filter(|heir| heir.is_a(ty));
    heirs.flat_map(|heir| heir.own_fields()).filter(|field| field.name == name && field.is_in(release)).collect()
}

/// Whether the elements of an array of a type can be told apart by a key.
fn is_keyed(ty: &'static TypeInfo) -> bool {
    let is_key = |field: &&Field| {
        field.name == KEY
            && !field.is_list
            && matches!(field.item, Item::Int | Item::Long | Item::String | Item::Enum(_))
    };
    ty.fields().any(|field| is_key(&field))
        || REGISTRY.types.iter().filter(|heir| heir.is_a(ty)).any(|heir| heir.own_fields().iter().any(|f| is_key(&f)))
}

fn parse(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Member(name.to_owned()));
        rest = after;
        while let Some(after) = rest.strip_prefix('[') {
            let (key, after) = parse_key(after)?;
            steps.push(Step::Key(key));
            rest = after;
        }
        if rest.is_empty() {
            return Some(steps);
        }
        rest = rest.strip_prefix('.')?;
    }
}

/// A key, quoted or not, and what follows its bracket.
fn parse_key(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (key, rest) = text.split_once(']')?;
        return (!key.is_empty()).then(|| (key.to_owned(), rest));
    };
    let mut key = String::new();
    let mut letters = quoted.char_indices();
    while let Some((index, letter)) = letters.next() {
        match letter {
            '"' => return Some((key, quoted[index + 1..].strip_prefix(']')?)),
            '\\' => key.push(letters.next()?.1),
            letter => key.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use vim25_api::RELEASE;
    use vim25_api::types::{OptionValue, VirtualCdrom, VirtualDisk, VirtualHardware, VirtualMachineConfigInfo};
    use vim25_runtime::DataType;

    use super::*;

    fn path(text: &str) -> Option<PropertyPath> {
        PropertyPath::parse("VirtualMachine", text, RELEASE)
    }

    fn config() -> Value {
        let (mut disk, mut cdrom) = (VirtualDisk::new(), VirtualCdrom::new());
        disk.set_key(2000);
        disk.set_capacity_in_kb(1024);
        cdrom.set_key(3000);
        let mut hardware = VirtualHardware::new();
        hardware.insert("device", List::Objects(vec![disk.into_object(), cdrom.into_object()].into())).unwrap();
        let mut option = OptionValue::new();
        option.set_key("a\"]b").set_value("x");
        let mut config = VirtualMachineConfigInfo::new();
        config.set_hardware(hardware).set_extra_config([option]);
        config.into()
    }

    #[test]
    fn paths_that_an_object_can_have() {
        for text in [
            "name",
            "config.hardware.device",
            "summary.quickStats.overallCpuUsage",
            "config.hardware.device[4000]",
            "config.hardware.device[2000].capacityInKB",
            "config.hardware.device[4000].backing.fileName",
            "config.extraConfig[\"a.b\"].value",
            "runtime.host",
        ] {
            assert_eq!(path(text).map(|path| path.text).as_deref(), Some(text));
        }
    }

    #[test]
    fn paths_that_no_object_can_have() {
        for text in [
            "",
            ".",
            "name.",
            ".name",
            "name..x",
            "noSuch",
            "name.length",
            "PowerOnVM_Task",
            "config.noSuch",
            "config.hardware.device.key",
            "config.hardware.device[4000",
            "config.hardware.device[]",
            "config.hardware.device[4000]x",
            "config.hardware.device[4000].noSuch",
            "config.hardware[1]",
            "config.extraConfig[\"a]",
            "config.extraConfig[\"a\"].value.x",
            "datastore[1]",
            "näme",
        ] {
            assert!(path(text).is_none(), "{text}");
        }
        assert!(PropertyPath::parse("ManagedEntity", "runtime", RELEASE).is_none());
        assert!(PropertyPath::parse("NoSuchType", "name", RELEASE).is_none());
    }

    #[test]
    fn only_paths_to_references_can_be_followed() {
        assert!(path("runtime.host").unwrap().is_of_references());
        assert!(path("datastore").unwrap().is_of_references());
        assert!(!path("runtime").unwrap().is_of_references());
        assert!(!path("name").unwrap().is_of_references());
    }

    #[test]
    fn a_path_leads_to_its_part() {
        let config = config();
        let found = |text: &str| path(text).unwrap().find(&config).and_then(Part::boxed);
        assert_eq!(found("config.hardware.device[2000].capacityInKB"), Some(Any::Long(1024)));
        assert_eq!(found("config.hardware.device[3000].capacityInKB"), None, "a CD-ROM has none");
        assert_eq!(found("config.hardware.device[1]"), None);
        assert_eq!(found("config.hardware.device[3000]").unwrap().type_name(), "VirtualCdrom");
        assert_eq!(found("config.hardware.device").unwrap().type_name(), "ArrayOfVirtualDevice");
        assert_eq!(found(r#"config.extraConfig["a\"]b"].value"#), Some(Any::from("x")));
        assert_eq!(found("config.annotation"), None);
    }

    #[test]
    fn a_key_stands_in_a_path_as_it_is_read() {
        let mut option = OptionValue::new();
        option.set_key("a\"]b\\");
        let text = format!("config.extraConfig{}", key_step(&option).unwrap());
        assert_eq!(path(&text).unwrap().steps.last(), Some(&Step::Key("a\"]b\\".to_owned())));
    }
}
