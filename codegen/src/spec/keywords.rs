//! The part of OpenAPI that the lowering understands, as a table. A keyword outside of it is an error: openapiv3 drops
//! keywords that it does not know, so matching its structs field by field would not see them all.
//!
//! The same walk gathers what openapiv3 drops beside `$ref`.

use indexmap::IndexMap;

use super::read::{Value, key_text};
use super::{Pointer, Siblings};
use crate::diagnostics::{Code, Diagnostics};

/// A kind of object in the document, and what its keywords may hold.
struct Node {
    name: &'static str,
    keywords: &'static [(&'static str, Rule)],
}

enum Rule {
    /// Read in place; its shape is openapiv3's matter.
    Leaf,
    One(&'static Node),
    Each(&'static Node),
}

use Rule::{Each, Leaf, One};

static DOCUMENT: Node = Node {
    name: "a document",
    keywords: &[
        ("openapi", Leaf),
        ("info", Leaf),
        ("servers", Leaf),
        ("paths", Each(&PATH)),
        ("tags", Each(&TAG)),
        ("components", One(&COMPONENTS)),
    ],
};

static TAG: Node = Node { name: "a tag", keywords: &[("name", Leaf), ("description", Leaf)] };

static COMPONENTS: Node = Node {
    name: "components",
    keywords: &[("securitySchemes", Leaf), ("schemas", Each(&SCHEMA)), ("parameters", Leaf)],
};

static PATH: Node = Node { name: "a path", keywords: &[("get", One(&OPERATION)), ("post", One(&OPERATION))] };

static OPERATION: Node = Node {
    name: "an operation",
    keywords: &[
        ("tags", Leaf),
        ("summary", Leaf),
        ("operationId", Leaf),
        ("deprecated", Leaf),
        ("description", Leaf),
        ("parameters", Leaf),
        ("security", Leaf),
        ("requestBody", One(&REQUEST)),
        ("responses", Each(&RESPONSE)),
    ],
};

static REQUEST: Node = Node {
    name: "a request body",
    keywords: &[("required", Leaf), ("description", Leaf), ("content", Each(&MEDIA)), ("$ref", Leaf)],
};

static RESPONSE: Node =
    Node { name: "a response", keywords: &[("description", Leaf), ("content", Each(&MEDIA)), ("$ref", Leaf)] };

static MEDIA: Node = Node { name: "a media type", keywords: &[("schema", One(&RESULT))] };

/// The only place for `nullable`.
static RESULT: Node = Node {
    name: "the schema of a body",
    keywords: &[
        ("nullable", Leaf),
        ("type", Leaf),
        ("format", Leaf),
        ("minimum", Leaf),
        ("maximum", Leaf),
        ("items", One(&ITEM)),
        ("allOf", Each(&ITEM)),
        ("$ref", Leaf),
    ],
};

static MEMBER: Node = Node {
    name: "the schema of a member",
    keywords: &[
        ("description", Leaf),
        ("deprecated", Leaf),
        ("type", Leaf),
        ("format", Leaf),
        ("minimum", Leaf),
        ("maximum", Leaf),
        ("items", One(&ITEM)),
        ("allOf", Each(&ITEM)),
        ("$ref", Leaf),
    ],
};

static ITEM: Node = Node {
    name: "the schema of an element",
    keywords: &[
        ("type", Leaf),
        ("format", Leaf),
        ("minimum", Leaf),
        ("maximum", Leaf),
        ("items", One(&ITEM)),
        ("$ref", Leaf),
    ],
};

static SCHEMA: Node = Node {
    name: "a schema",
    keywords: &[
        ("type", Leaf),
        ("description", Leaf),
        ("deprecated", Leaf),
        ("properties", Each(&MEMBER)),
        ("required", Leaf),
        ("allOf", Each(&ITEM)),
        ("enum", Leaf),
        ("discriminator", Leaf),
    ],
};

/// What the 8.0 documents write beside a reference; [`Siblings`] keeps it.
const BESIDE_REF: [&str; 4] = ["$ref", "description", "deprecated", "nullable"];

/// Reports each keyword that has no meaning here, and returns what stands beside each `$ref` that is not alone.
pub(super) fn check(tree: &Value, root: &Pointer, problems: &mut Diagnostics) -> IndexMap<String, Siblings> {
    let mut walk = Walk { problems, siblings: IndexMap::new(), place: root.clone() };
    walk.node(tree, &DOCUMENT);
    walk.siblings
}

struct Walk<'a> {
    problems: &'a mut Diagnostics,
    siblings: IndexMap<String, Siblings>,
    /// Where the walk is: one text for all, since a document has a million places.
    place: Pointer,
}

impl Walk<'_> {
    fn node(&mut self, value: &Value, node: &'static Node) {
        let Some(map) = value.as_mapping() else {
            return;
        };
        let is_reference = map.contains_key("$ref");
        if is_reference && map.len() > 1 {
            self.reference(value);
        }
        for (key, value) in map {
            let key = key_text(key);
            let outer = self.place.enter(&key);
            match node.keywords.iter().find(|(keyword, _)| *keyword == key) {
                None => self.problems.add(Code::UnhandledKeyword, &self.place, &[&key, node.name]),
                Some(_) if is_reference && !BESIDE_REF.contains(&&*key) => {
                    self.problems.add(Code::KeywordBesideRef, &self.place, &[&key]);
                }
                Some((_, Leaf)) => {}
                Some((_, One(inner))) => self.node(value, inner),
                Some((_, Each(inner))) => self.each(value, inner),
            }
            self.place.leave(outer);
        }
    }

    fn each(&mut self, value: &Value, node: &'static Node) {
        for (key, value) in value.as_mapping().into_iter().flatten() {
            let outer = self.place.enter(&key_text(key));
            self.node(value, node);
            self.place.leave(outer);
        }
        for (index, value) in value.as_sequence().into_iter().flatten().enumerate() {
            let outer = self.place.enter(&index.to_string());
            self.node(value, node);
            self.place.leave(outer);
        }
    }

    fn reference(&mut self, value: &Value) {
        let flag = |keyword| value.get(keyword).and_then(Value::as_bool).unwrap_or_default();
        let siblings = Siblings {
            description: value.get("description").and_then(Value::as_str).map(str::to_owned),
            deprecated: flag("deprecated"),
            nullable: flag("nullable"),
        };
        self.siblings.insert(self.place.path().to_owned(), siblings);
    }
}
