//! A document as a tree, changed where bytes say.

use serde_json::{Map, Value as Json};

/// Most mistakes need few changes.
const MAX_CHANGES: usize = 12;

/// Copies of copies and repeated repetitions would only tell that much takes long.
const MAX_NODES: usize = 4000;
const MAX_TEXT: usize = 4096;

/// Parsers stop at 128; the functions here, and the drop of a tree, go as deep as the tree.
const MAX_DEPTH: usize = 150;

/// What nodes are replaced by: forms that mean something to a reader of documents, and ones that mean nothing.
const PIECES: &[&str] = &[
    "null",
    "true",
    "-1",
    "1e400",
    "[]",
    "{}",
    "\"\"",
    "\"string\"",
    "\"array\"",
    "\"object\"",
    "\"int32\"",
    "{\"$ref\":\"#/components/schemas/Any\"}",
    "{\"$ref\":\"#/components/schemas/DataObject\"}",
    "{\"$ref\":\"#/components/schemas/Everything\"}",
    "{\"$ref\":\"#/components/schemas/ManagedObjectReference\"}",
    "{\"$ref\":\"#/components/schemas/\"}",
    "{\"$ref\":\"other.yaml#/a\"}",
    "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}",
    "{\"allOf\":[{\"$ref\":\"#/components/schemas/MethodFault\"}]}",
    "{\"type\":\"string\",\"enum\":[\"a\",\"A\",\"a-b\",\"a_b\",\"self\",\"\"]}",
    "{\"type\":\"string\",\"format\":\"password\"}",
    "\"Refers instance of *Everything*.\"",
    "\"9.9.9.9\"",
    "\"Self\"",
    "\"fn\"",
    "\"1\"",
    "\"r#type\"",
    "\"*/\"",
    "\"`[`\"",
    "\"***Since:*** vSphere API Release 9.0.0.0\"",
    "\"***Required privileges:*** a.b\"",
    "\"ü漢\\u0000\"",
    "\"\\n\\n    code\\n```\\n<p>\"",
    "\"void\"",
    "\"CheckResult[]\"",
];

/// The bytes that choose, one after the other; 0 when there are none left.
pub(crate) struct Choices<'a>(pub(crate) &'a [u8]);

impl Choices<'_> {
    /// A number below a limit, which is at least 1.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let wide = limit > 256;
        let low = self.byte();
        let high = if wide { self.byte() } else { 0 };
        (low | high << 8) % limit
    }

    fn byte(&mut self) -> usize {
        let Some((byte, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*byte)
    }
}

/// Changes a tree until the bytes are used up.
pub(crate) fn mutate(tree: &mut Json, choices: &mut Choices<'_>) {
    for _ in 0..MAX_CHANGES {
        if choices.0.is_empty() {
            return;
        }
        let count = count(tree);
        if count > MAX_NODES || depth(tree) > MAX_DEPTH {
            return;
        }
        let (change, at, other) = (choices.below(8), choices.below(count), choices.below(count));
        let mut copy = node(tree, other).clone();
        let node = node(tree, at);
        match (change, node) {
            (0, node) => *node = serde_json::from_str(PIECES[choices.below(PIECES.len())]).unwrap_or_default(),
            (1, node) => std::mem::swap(node, &mut copy),
            (2, Json::Object(members)) => remove(members, choices),
            (2, Json::Array(items)) if !items.is_empty() => drop(items.remove(choices.below(items.len()))),
            (3, Json::Object(members)) => rename(members, choices),
            (4, Json::Object(members)) => drop(members.insert(piece(choices), copy)),
            (4, Json::Array(items)) => items.push(copy),
            (5, Json::String(text)) if text.len() < MAX_TEXT => *text = text.repeat(1 << choices.below(8)),
            (6, Json::String(text)) => insert_piece(text, choices),
            (7, node) => *node = nested(node.take(), choices.below(200), choices.below(3)),
            _ => {}
        }
    }
}

/// A piece as a text.
fn piece(choices: &mut Choices<'_>) -> String {
    let piece = PIECES[choices.below(PIECES.len())];
    serde_json::from_str(piece).unwrap_or_else(|_| piece.to_owned())
}

fn insert_piece(text: &mut String, choices: &mut Choices<'_>) {
    let at = text.floor_char_boundary(choices.below(text.len() + 1));
    text.insert_str(at, &piece(choices));
}

fn remove(members: &mut Map<String, Json>, choices: &mut Choices<'_>) {
    if let Some(name) = name(members, choices) {
        members.remove(&name);
    }
}

fn rename(members: &mut Map<String, Json>, choices: &mut Choices<'_>) {
    let Some(old) = name(members, choices) else { return };
    let value = members.remove(&old).unwrap_or_default();
    let new = match choices.below(4) {
        0 => piece(choices),
        1 => old.to_uppercase(),
        2 => format!("{old}_"),
        _ => name(members, choices).unwrap_or_default(),
    };
    members.insert(new, value);
}

fn name(members: &Map<String, Json>, choices: &mut Choices<'_>) -> Option<String> {
    members.keys().nth(choices.below(members.len().max(1))).cloned()
}

fn nested(node: Json, depth: usize, form: usize) -> Json {
    (0..depth).fold(node, |inner, _| match form {
        0 => Json::Array(vec![inner]),
        1 => object([("allOf", Json::Array(vec![inner]))]),
        _ => object([("type", "array".into()), ("items", inner)]),
    })
}

/// `json!` would copy what is in it, level by level.
fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The number of nodes.
fn count(tree: &Json) -> usize {
    1 + match tree {
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

fn depth(tree: &Json) -> usize {
    let deepest = match tree {
        Json::Array(items) => items.iter().map(depth).max(),
        Json::Object(members) => members.values().map(depth).max(),
        _ => None,
    };
    1 + deepest.unwrap_or_default()
}

/// A node by its number, in the order of the text.
fn node(tree: &mut Json, index: usize) -> &mut Json {
    let mut left = index;
    find(tree, &mut left).expect("the index is below the count")
}

fn find<'a>(tree: &'a mut Json, left: &mut usize) -> Option<&'a mut Json> {
    if *left == 0 {
        return Some(tree);
    }
    *left -= 1;
    match tree {
        Json::Array(items) => items.iter_mut().find_map(|item| find(item, left)),
        Json::Object(members) => members.values_mut().find_map(|item| find(item, left)),
        _ => None,
    }
}
