//! What is wrong with the input, as data. Nothing is printed here; `xtask` shows diagnostics with an excerpt.
//!
//! The messages of all stages stand in one table at the foot of this file. Their voice: lower case, no full stop, the
//! offending value in backticks, the expectation named. The help says what to do.

use std::fmt;

use crate::spec::{self, Location, Pointer, Spec};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be generated.
    Error,
    /// Worth a look.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One problem at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which problem.
    pub code: Code,
    /// Where: file and JSON pointer.
    pub pointer: Pointer,
    /// Line and column; known once [`Diagnostics::located`] has run, or from the start for a syntax error.
    pub location: Option<Location>,
    /// What is wrong, with the offending values.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Diagnostic {
    /// A problem whose message has the `values` in the place of `{0}`, `{1}`, ….
    pub fn new(code: Code, pointer: &Pointer, values: &[&str]) -> Self {
        let fill = |template: &str| {
            let fill_one = |text: String, (index, value): (usize, &&str)| text.replace(&format!("{{{index}}}"), value);
            values.iter().enumerate().fold(template.to_owned(), fill_one)
        };
        let entry = code.entry();
        Self { code, pointer: pointer.clone(), location: None, message: fill(entry.message), help: fill(entry.help) }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.code.entry().severity
    }

    /// Sorts by place: files by name, then lines.
    fn position(&self) -> (&str, Option<Location>, &str, &str) {
        (self.pointer.file(), self.location, self.pointer.path(), &self.message)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}[{}]: {}", self.severity(), self.code.entry().id, self.message)?;
        write!(f, "  --> {}", self.pointer.file())?;
        if let Some(Location { line, column }) = self.location {
            write!(f, ":{line}:{column}")?;
        }
        if !self.pointer.path().is_empty() {
            write!(f, " {}", self.pointer)?;
        }
        write!(f, "\n  help: {}", self.help)
    }
}

/// The problems of a stage. A stage gathers all, then the pipeline stops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a problem.
    pub fn add(&mut self, code: Code, pointer: &Pointer, values: &[&str]) {
        self.0.push(Diagnostic::new(code, pointer, values));
    }

    /// Adds a problem whose place is known better than by its pointer.
    pub(crate) fn add_at(&mut self, location: Option<Location>, code: Code, pointer: &Pointer, values: &[&str]) {
        self.0.push(Diagnostic { location, ..Diagnostic::new(code, pointer, values) });
    }

    /// Adds the problems of another part.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The problems, in the order of the input once [`located`](Self::located) has run.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity() == Severity::Error)
    }

    /// `value`, if no problem was found; a stage that gives no value has added a problem.
    pub(crate) fn into_result<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if !self.has_errors() => Ok(value),
            _ => Err(self),
        }
    }

    /// With lines and columns from the files of `spec`, sorted by them.
    #[must_use]
    pub fn located(mut self, spec: &Spec) -> Self {
        for file in spec.documents.iter().chain(&spec.overlays) {
            let mine = || self.0.iter().filter(|problem| problem.pointer.file() == file.name);
            if mine().next().is_none() {
                continue;
            }
            let places = spec::locate(&file.text, mine().map(|problem| &problem.pointer));
            let places: Vec<_> = self.0.iter().map(|problem| places.get(problem.pointer.path()).copied()).collect();
            for (problem, place) in self.0.iter_mut().zip(places) {
                if problem.pointer.file() == file.name {
                    problem.location = problem.location.or(place);
                }
            }
        }
        self.0.sort_by(|a, b| a.position().cmp(&b.position()));
        self.0.dedup();
        self
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// All of them, an empty line between two.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// What the table knows of a [`Code`].
pub(crate) struct Entry {
    id: &'static str,
    severity: Severity,
    message: &'static str,
    help: &'static str,
}

macro_rules! codes {
    ($($severity:ident $code:ident = $id:literal $message:literal, help $help:literal;)*) => {
        /// The kinds of problems. The doc of each is its message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $message] $code,)*
        }

        impl Code {
            /// All of them, in the order of their ids.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            pub(crate) const fn entry(self) -> Entry {
                match self {
                    $(Self::$code => Entry {
                        id: $id,
                        severity: Severity::$severity,
                        message: $message,
                        help: $help,
                    },)*
                }
            }

            /// The number under which it is reported, such as `V012`.
            pub const fn id(self) -> &'static str {
                self.entry().id
            }
        }
    };
}

codes! {
    // Reading: V0xx.
    Error EmptyFile = "V001" "the file is empty, an OpenAPI document or an overlay is expected",
        help "restore it, or remove it";
    Error NotYaml = "V002" "not YAML: {0}",
        help "correct it if it is ours; if it is the vendor's, check that it was downloaded whole";
    Error NotJson = "V003" "not JSON, though it begins with a brace: {0}",
        help "check that the file was downloaded whole";
    Error NotOpenApi = "V004" "no OpenAPI document: there is no text under the key `openapi`",
        help "put only OpenAPI documents into spec/, and overlays into spec/overlays/";
    Error OpenApiVersion = "V005" "OpenAPI `{0}` is not read, 3.0 is expected",
        help "extend codegen/src/spec/read.rs if the vendor has moved to another version";
    Error NoRelease = "V006" "`{0}` is no release, four numbers such as `8.0.2.0` are expected",
        help "set info.version to the release that the document describes";
    Error NoPaths = "V007" "the document has no `paths`",
        help "check that the file was downloaded whole";
    Error NoSchemas = "V008" "the document has no `components.schemas`",
        help "check that the file was downloaded whole";
    Error WrongShape = "V009" "does not have the shape that OpenAPI 3.0 gives it: {0}",
        help "compare with the official document; a mistake of the vendor is corrected in codegen/src/fixups.rs";
    Error UnhandledKeyword = "V010" "`{0}` has no meaning in {1}",
        help "teach it to codegen/src/spec/keywords.rs and codegen/src/lower/";
    Error KeywordBesideRef = "V011" "`{0}` stands beside a `$ref`, only description, deprecated and nullable may",
        help "teach it to codegen/src/spec/keywords.rs and codegen/src/lower/ty.rs";
    Error NotOneVerb = "V012" "path `{0}` has not exactly one of `get` and `post`",
        help "a property is read by `get`, a method is called by `post`, each at a path of its own";
    Error FixupMissed = "V013" "a fixup expects {0} here",
        help "look whether the vendor has corrected it, and adapt or drop the fixup in codegen/src/fixups.rs";
    Error NoDocument = "V015" "there is no OpenAPI document",
        help "put one into spec/, named by its release: vim25-8.0.2.0.yaml";
    Error SubsetKey = "V016" "`{0}` is no key of the subset, it has `managed_objects` only",
        help "write `managed_objects: [SessionManager]`, or an empty list for the whole API";
    Error SubsetShape = "V017" "a list of managed objects is expected",
        help "write `managed_objects: [SessionManager]`, or an empty list for the whole API";
    Error NestedTooDeep = "V018" "objects and arrays are nested {0} deep, more than {1}",
        help "give the inner schema a name of its own and refer to it; no document of the vendor comes near";

    // Lowering of schemas: V1xx.
    Error DanglingRef = "V101" "`{0}` leads to no schema",
        help "add the schema, or correct the reference by a fixup in codegen/src/fixups.rs";
    Error NoKindOfSchema = "V102" "schema `{0}` is neither an object nor an enum of strings",
        help "put quotes around the values of an enum, or teach the form to codegen/src/lower/schema.rs";
    Error EnumWithoutSuffix = "V103" "the name of enum `{0}` does not end in `_enum`",
        help "teach the form to codegen/src/lower/schema.rs";
    Error NoParent = "V104" "schema `{0}` has no base: an object has `allOf`, or its name ends in `RequestType`",
        help "teach the form to `declare` in codegen/src/lower/schema.rs";
    Error NotOneAllOf = "V105" "`allOf` does not hold exactly one `$ref`",
        help "teach the form to codegen/src/lower/";
    Error UnknownRoot = "V106" "type `{0}` is directly below `Any`, only `DataObject` and `MethodFault` are expected there",
        help "add it to `parent` in codegen/src/lower/schema.rs, and its root to the runtime";
    Error NotABase = "V107" "`{0}` is no data type, a base must be one",
        help "correct the reference by a fixup in codegen/src/fixups.rs";
    Error CyclicInheritance = "V108" "type `{0}` is its own ancestor: {1}",
        help "correct `allOf` by a fixup in codegen/src/fixups.rs";
    Error ShadowedField = "V109" "member `{0}` is inherited from `{1}` already",
        help "drop one of the two by a fixup in codegen/src/fixups.rs";
    Error RequiredUnknown = "V110" "`{0}` is required, but is no property of this schema",
        help "correct the list by a fixup in codegen/src/fixups.rs";
    Error BoxShape = "V111" "boxed value `{0}` has more or less than one required property `_value`, or is not below `Any`",
        help "teach the form to codegen/src/lower/schema.rs and to the runtime";
    Error TextOfNoValue = "V112" "the description tells of a value `{0}` that the enum does not have",
        help "add the value, or correct the description, by a fixup in codegen/src/fixups.rs";
    Error ValueTwice = "V113" "value `{0}` stands twice in this enum",
        help "drop one of the two by a fixup in codegen/src/fixups.rs";
    Error InlineObject = "V120" "an object without a name, a `$ref` is expected",
        help "move the schema to components.schemas by a fixup in codegen/src/fixups.rs";
    Error MixedSchema = "V121" "these keywords together have no meaning here",
        help "teach the form to `ty` in codegen/src/lower/ty.rs";
    Error NoItems = "V122" "an array without `items`",
        help "tell the type of its elements by a fixup in codegen/src/fixups.rs";
    Error NestedArray = "V123" "an array of arrays",
        help "teach nested lists to codegen/src/model.rs and to the runtime";
    Error IntegerWidth = "V124" "the width of the integer is not known: `format` int32 or int64, or the bounds of a byte \
            (-128, 127) or a short (-32768, 32767) are expected",
        help "teach the form to `integer` in codegen/src/lower/ty.rs, or write a fixup";
    Error NumberWidth = "V125" "the width of the number is not known: `format` float or double is expected",
        help "teach the form to `number` in codegen/src/lower/ty.rs, or write a fixup";
    Error UnknownFormat = "V126" "format `{0}` of `type: {1}` is not known",
        help "teach the format to codegen/src/lower/ty.rs and to the runtime";
    Error NotAMemberType = "V127" "`{0}` is a request type or a boxed value, no member has such a type",
        help "correct the reference by a fixup in codegen/src/fixups.rs";

    // Lowering of operations: V2xx.
    Error PathShape = "V201" "path `{0}` is not of the form `/ManagedObject/{moId}/name` or `/service/ManagedObject/{moId}/name`",
        help "teach the form to `path_shape` in codegen/src/lower/operation.rs";
    Error WrongTag = "V202" "the managed object of the path, `{0}`, is expected as the only tag",
        help "correct path or tag by a fixup in codegen/src/fixups.rs";
    Error OperationId = "V203" "the operationId is `{0}`, the path leads to `{1}`",
        help "correct path or operationId by a fixup in codegen/src/fixups.rs";
    Error OperationIdTwice = "V204" "operationId `{0}` stands at `{1}` too",
        help "drop one of the two by a fixup in codegen/src/fixups.rs";
    Error TwoServices = "V205" "managed object `{0}` stands below `/{1}` and below `/{2}`",
        help "teach managed objects of one name in two services to codegen/src/model.rs";
    Error Parameters = "V206" "`{0}` is expected as the only parameter",
        help "teach other parameters to codegen/src/lower/operation.rs and to the runtime";
    Error Security = "V207" "`security` is neither `[Session: []]` nor `[Session: [], {}]`",
        help "teach the form to `access` in codegen/src/lower/operation.rs and to the runtime";
    Error BodyOfGet = "V208" "a `get` has a request body",
        help "a property takes no parameters; correct the verb by a fixup in codegen/src/fixups.rs";
    Error NotARequest = "V209" "the body is {0}, a `$ref` to a request type is expected",
        help "teach the form to `request` in codegen/src/lower/operation.rs";
    Error SharedPart = "V210" "a `$ref` to a shared part is not followed here",
        help "teach it to codegen/src/lower/operation.rs";
    Error StatusCode = "V211" "response `{0}` is not handled, only 200, 204 and 500 are",
        help "teach it to `replies` in codegen/src/lower/operation.rs and to the runtime";
    Error NoOneSuccess = "V212" "exactly one of the responses 200 and 204 is expected",
        help "correct the responses by a fixup in codegen/src/fixups.rs";
    Error ContentOf204 = "V213" "response 204 has content",
        help "make it a 200 by a fixup in codegen/src/fixups.rs";
    Error Content = "V214" "a schema for `application/json`, and nothing else, is expected",
        help "teach other media types to codegen/src/lower/operation.rs and to the runtime";
    Error NotAFault = "V215" "the body of a 500 response is no fault",
        help "correct the reference by a fixup in codegen/src/fixups.rs";
    Error UnknownFault = "V216" "the text tells of a fault `{0}`, there is no such fault",
        help "add the schema, or correct the text, by a fixup in codegen/src/fixups.rs";

    // Overlays: V3xx.
    Error OverlayShape = "V301" "{0} is expected here",
        help "see the example at the top of codegen/src/overlay.rs";
    Error OverlayKey = "V302" "`{0}` is no key of this place, it has: {1}",
        help "see the example at the top of codegen/src/overlay.rs";
    Error OverlayUnmatched = "V303" "there is no {0} `{1}`",
        help "correct the name, as on the wire, or drop the entry if a newer document has lost it";
    Error OverlayTwice = "V304" "{0} is told here and already in {1}",
        help "keep one of the two";
    Error OverlaySecret = "V305" "this result is no text, only texts can be secret results",
        help "mark the member that holds the secret, or drop the mark";

    Error OverlayNoTask = "V306" "{0} starts no task",
        help "tell the result of methods only whose names end in `_Task` and that return a reference";
    Error OverlayCycle = "V307" "managed object `{0}` is its own ancestor",
        help "correct the bases; the topmost one has none";

    // Analysing and planning: V4xx.
    Error UnknownManagedObject = "V401" "there is no managed object `{0}` in the document",
        help "correct the name in spec/subset.yaml or after --managed-object; `cargo xtask list` shows the names";
    Error NamesCollide = "V402" "`{0}` and `{1}` both become `{2}` in {3}; the other one stands at {4}",
        help "give one of them another name with `rename` in an overlay";
    Error ReservedName = "V403" "`{0}` becomes `{1}`, a name that {2} has from the runtime",
        help "give it another name with `rename` in an overlay";

    // Merging releases: V5xx.
    Error SameRelease = "V501" "release {0} is described by {1} too, both have the path `{2}`",
        help "remove one of the two, or correct info.version";
    Error PartsDiffer = "V502" "{0} is not the same in {1}, a document of the same release: {2}",
        help "give the two services documents that agree, or correct one of them by a fixup in codegen/src/fixups.rs";
    Error NewerThanItSays = "V503" "the document says that it is of release {0}, but tells of something since {1}",
        help "correct info.version";
    Error OlderThanItSays = "V504" "the document says that it is of release {0}, but {1}, of {2}, is newer: {3}",
        help "correct info.version, or restore the document";
    Warning ChangedBetween = "V510" "{0} changed from `{1}` to `{2}` with release {3}",
        help "the newest release counts; with an older server, this part may fail";
    Warning MemberMoved = "V511" "member `{0}` moved from `{1}` to `{2}`",
        help "the newest release counts; look whether older servers understand it there";
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn ids_are_unique_and_in_order() {
        assert!(Code::ALL.is_sorted_by(|a, b| a.id() < b.id()));
    }

    #[test]
    fn messages_keep_one_voice() {
        for code in Code::ALL {
            let entry = code.entry();
            for text in [entry.message, entry.help] {
                assert!(!text.ends_with('.') && !text.is_empty(), "{}: {text}", code.id());
                assert!(!text.starts_with(|c: char| c.is_uppercase()) || text.starts_with("OpenAPI"), "{}", code.id());
            }
        }
    }
}
