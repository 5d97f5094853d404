//! A document as the vendor's are: JSON, descriptions on everything, a second service, more than 10 MB. Made from one of
//! ours; the texts are made up here.

use serde_yaml::{Mapping, Value};

/// What descriptions of the vendor hold and Rust's documentation trips over.
const TEXTS: [&str; 8] = [
    "Tells how it is.  \nA second line, with &lt;angles&gt;, &quot;quotes&quot;, &#147;more&#148;&nbsp;and an &amp;.",
    "See [this] and *VirtualMachine.PowerOnVM_Task*, or https://example.com/a_b?c=d#e, not \\[that\\] \\_or\\_ \\*so\\*.",
    "Possible forms:\n\n- one `form`\n- another <b>form</b>\n    - deeper\n\n1. first\n2. second",
    "<table>\n<tr><th>Name</th></tr>\n<tr><td>a < b</td></tr>\n</table>\n<!-- a comment -->\n<dl><dt>x</dt><dd>y</dd></dl>",
    "An example:\n\n```\nlet x = Vec<u8>; { @link Vim::Folder#childEntity }\n```\n\nand ${ip:network} {link Folder}.",
    "Text.\n\n    indented by four\n    lines <of> it\n\nMore text: 50% of *ManagedEntity* / *HostSystem.name*.",
    "Deprecated as of vSphere API 5.0, use *UserSession.key*. It <em>was</em> the name (a|b) # no heading.",
    "Ends without a stop, unbalanced `code and *stars and __bars\n\n> a quotation\n\n| a | b |\n|---|---|\n| 1 | 2 |",
];

/// Turns a document of ours into one like the vendor's, as JSON.
pub(crate) fn like_the_vendors(yaml: &str) -> String {
    let mut tree: Value = serde_yaml::from_str(yaml).expect("our documents are YAML");
    second_service(&mut tree);
    let mut writer = Writer { count: 0 };
    for (name, schema) in map(&mut tree, &["components", "schemas"]) {
        writer.schema(name.as_str().unwrap_or_default(), schema);
    }
    let mut objects = Vec::new();
    for (path, operation) in map(&mut tree, &["paths"]) {
        let object = path.as_str().unwrap_or_default().split("/{moId}").next().and_then(|path| path.rsplit('/').next());
        objects.extend(object.map(str::to_owned));
        writer.operation(operation);
    }
    objects.dedup();
    let tag = |name: &String| {
        let text = "Instances are used below one prefix only.\n\n".to_owned() + TEXTS[name.len() % TEXTS.len()];
        Value::Mapping(
            [("name", name.as_str()), ("description", &text)].map(|(k, v)| (k.into(), v.into())).into_iter().collect(),
        )
    };
    let tags = Value::Sequence(objects.iter().map(tag).collect());
    tree.as_mapping_mut().expect("a document is a map").insert("tags".into(), tags);
    serde_json::to_string_pretty(&tree).expect("a document has no keys but texts")
}

/// A document as JSON, otherwise as it is.
pub(crate) fn as_json(yaml: &str) -> String {
    let tree: Value = serde_yaml::from_str(yaml).expect("our documents are YAML");
    serde_json::to_string_pretty(&tree).expect("a document has no keys but texts")
}

fn map<'t>(tree: &'t mut Value, path: &[&str]) -> &'t mut Mapping {
    let place = path.iter().try_fold(tree, |place, key| place.get_mut(*key));
    place.and_then(Value::as_mapping_mut).expect("our documents have paths and schemas")
}

/// Copies of managed objects and their requests, below `/vsan` and with names of their own.
fn second_service(tree: &mut Value) {
    let is_copied = |path: &str| path.starts_with("/Host") || path.starts_with("/Cluster");
    let mut paths = Vec::new();
    for (path, operation) in map(tree, &["paths"]).iter() {
        let path = path.as_str().unwrap_or_default();
        if is_copied(path) {
            paths.push((format!("/vsan/Vsan{}", &path[1..]), renamed(operation)));
        }
    }
    map(tree, &["paths"]).extend(paths.into_iter().map(|(path, operation)| (path.into(), operation)));
    let schemas = map(tree, &["components", "schemas"]);
    let copies: Vec<_> = schemas
        .iter()
        .filter(|(name, _)| name.as_str().is_some_and(|name| name.ends_with("RequestType")))
        .map(|(name, schema)| (format!("Vsan{}", name.as_str().unwrap_or_default()).into(), schema.clone()))
        .collect();
    schemas.extend(copies);
}

/// The operation of the copied managed object, with an id and a request type of its own.
fn renamed(path: &Value) -> Value {
    let mut path = path.clone();
    for (_, operation) in path.as_mapping_mut().into_iter().flatten() {
        let prefixed = |place: &mut Value| *place = format!("Vsan{}", place.as_str().unwrap_or_default()).into();
        operation.get_mut("tags").and_then(|tags| tags.get_mut(0)).map(prefixed);
        operation.get_mut("operationId").map(prefixed);
        let body = ["requestBody", "content", "application/json", "schema", "$ref"];
        if let Some(reference) = body.iter().try_fold(operation, |place, key| place.get_mut(*key)) {
            *reference = reference.as_str().unwrap_or_default().replace("schemas/", "schemas/Vsan").into();
        }
    }
    path
}

struct Writer {
    count: usize,
}

impl Writer {
    /// Adds a text before what the description says already, for that is data.
    fn describe(&mut self, value: &mut Value, name: &str) {
        self.count += 1;
        let Some(map) = value.as_mapping_mut() else { return };
        let data = map.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
        let texts = [TEXTS[self.count % TEXTS.len()], TEXTS[(self.count / 8) % TEXTS.len()]];
        let text = format!("{}\n\nIt is {name}, number {}.\n\n{}\n  \n{data}\n", texts[0], self.count, texts[1]);
        if texts[0].starts_with("Deprecated") {
            map.insert("deprecated".into(), true.into());
        }
        map.insert("description".into(), text.into());
    }

    fn schema(&mut self, name: &str, schema: &mut Value) {
        let is_enum = schema.get("enum").is_some();
        if is_enum {
            return self.enumeration(schema);
        }
        self.describe(schema, name);
        for (member, value) in schema.get_mut("properties").and_then(Value::as_mapping_mut).into_iter().flatten() {
            self.member(member.as_str().unwrap_or_default(), value);
        }
    }

    /// A described reference is a one-element `allOf`, or has its text as a sibling: by turns.
    fn member(&mut self, name: &str, value: &mut Value) {
        if self.count.is_multiple_of(2)
            && let Some(reference) = value.as_mapping_mut().and_then(|map| map.remove("$ref"))
        {
            let target = Value::Mapping([("$ref".into(), reference)].into_iter().collect());
            value.as_mapping_mut().expect("it was one").insert("allOf".into(), Value::Sequence(vec![target]));
        }
        if name != "_typeName" && name != "_value" {
            self.describe(value, name);
        }
    }

    fn enumeration(&mut self, schema: &mut Value) {
        self.count += 1;
        let data = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
        let text = TEXTS[self.count % 2];
        let texts = if data.contains("Possible values:") {
            format!("{text}\n\n{data}")
        } else {
            let values =
                schema.get("enum").and_then(Value::as_sequence).into_iter().flatten().filter_map(Value::as_str);
            let list: String = values.map(|value| format!("- `{value}`: {}\n", text.replace('\n', "\n  "))).collect();
            format!("{text}\n\nPossible values:\n{list}\n{data}")
        };
        schema.as_mapping_mut().expect("a schema is a map").insert("description".into(), texts.into());
    }

    fn operation(&mut self, path: &mut Value) {
        for (_, operation) in path.as_mapping_mut().into_iter().flatten() {
            self.describe(operation, "an operation");
            let summary = TEXTS[self.count % TEXTS.len()].lines().next().unwrap_or_default();
            operation.as_mapping_mut().expect("an operation is a map").insert("summary".into(), summary.into());
            for (code, response) in operation.get_mut("responses").and_then(Value::as_mapping_mut).into_iter().flatten()
            {
                if code.as_str() == Some("200") {
                    self.describe(response, "the result");
                    response.as_mapping_mut().expect("a response is a map").remove("deprecated");
                }
            }
        }
    }
}
