//! What a newer release of the API changes in the public API of the generated crate: whatever was public before is still
//! there, with the same signature. The whole API, item by item; `additive.rs` compiles a program.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{ImplItem, Item, Visibility};
use vim25_codegen::{FileSet, Options, SourceFile, Spec, generate};

const RELEASES: [&str; 5] = ["8.0.1.0", "8.0.2.0", "8.0.3.0", "9.0.0.0", "9.1.0.0"];

/// What was lost all the same, with the release that did it: the newest document counts. `cargo xtask diff` calls each
/// breaking.
const KNOWN: [&str; 5] = [
    "8.0.2.0: paths: rt :: members ! types :: ServiceContent { vstorage_object_manager = \"vStorageObjectManager\" -> rt :: ManagedObjectReference }",
    "8.0.2.0: types: impl SSLVerifyFault { fn thumbprint (& self) -> & str }",
    "8.0.2.0: types: impl ServiceContent { fn set_vstorage_object_manager (& mut self , value : impl Into < rt :: ManagedObjectReference > ,) -> & mut Self }",
    "8.0.2.0: types: impl ServiceContent { fn vstorage_object_manager (& self) -> Option < & rt :: ManagedObjectReference > }",
    "9.0.0.0: types: impl VMwareIpfixConfig { fn idle_flow_timeout (& self) -> i32 }",
];

/// Without overlays: they name what is in the newest release only.
fn files(releases: &[&str]) -> FileSet {
    let document = |release: &&str| {
        let name = format!("spec/vim25-{release}.yaml");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&name);
        SourceFile { text: std::fs::read_to_string(path).expect("spec/ has the document"), name }
    };
    let spec = Spec { documents: releases.iter().map(document).collect(), overlays: Vec::new() };
    generate(&spec, &Options::default()).unwrap_or_else(|problems| panic!("{problems}")).files
}

/// Every public item of a crate, in one line of tokens that says where it is and how it is used. The files below a folder
/// are one module: which of them an item is in does not show.
fn public(files: &FileSet) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let module = path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default();
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let lines = file.items.into_iter().flat_map(item_lines);
        found.extend(lines.map(|line| format!("{module}: {line}")));
    }
    found
}

fn item_lines(item: Item) -> Vec<String> {
    let is_public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
    match item {
        Item::Impl(item) => {
            let of = item.trait_.map_or_else(TokenStream::new, |(of, _)| quote!(#of for));
            let (generics, of_type) = (item.generics, item.self_ty);
            let head = quote!(impl #generics #of #of_type);
            let members = item.items.into_iter().filter_map(|member| match member {
                ImplItem::Fn(member) if is_public(&member.vis) => Some(member.sig.to_token_stream()),
                ImplItem::Const(member) if is_public(&member.vis) => {
                    let (name, of_type) = (member.ident, member.ty);
                    Some(quote!(const #name: #of_type))
                }
                _ => None,
            });
            let lines: Vec<_> = members.map(|member| format!("{head} {{ {member} }}")).collect();
            lines.into_iter().chain([head.to_string()]).collect()
        }
        Item::Macro(item) => macro_lines(&item.mac),
        Item::Struct(mut item) if is_public(&item.vis) => {
            item.attrs.clear();
            vec![item.to_token_stream().to_string()]
        }
        Item::Enum(item) if is_public(&item.vis) => {
            // Variants may be added: see `#[non_exhaustive]`.
            let name = item.ident;
            let is_open = item.variants.is_empty()
                || item.attrs.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
            let variants = item.variants.into_iter().map(|mut variant| {
                variant.attrs.clear();
                format!("enum {name} {{ {} }}", variant.to_token_stream())
            });
            variants.chain([format!("enum {name}, open: {is_open}")]).collect()
        }
        Item::Const(item) if is_public(&item.vis) => {
            let (name, of_type) = (item.ident, item.ty);
            vec![quote!(const #name: #of_type).to_string()]
        }
        Item::Mod(item) if is_public(&item.vis) => vec![format!("mod {}", item.ident)],
        Item::Static(item) if is_public(&item.vis) => vec![format!("static {}", item.ident)],
        Item::Const(_) | Item::Enum(_) | Item::Mod(_) | Item::Static(_) | Item::Struct(_) | Item::Use(_) => Vec::new(),
        other => panic!("an item of another kind: {}", other.to_token_stream()),
    }
}

/// The macros of the runtime make items of lists: each entry is one line, behind what is before the list.
fn macro_lines(item: &syn::Macro) -> Vec<String> {
    let path = &item.path;
    let mut head = quote!(#path!);
    let mut lines = Vec::new();
    for token in item.tokens.clone() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                lines.extend(entries(group.stream()).into_iter().map(|entry| format!("{head} {{ {entry} }}")));
            }
            token => token.to_tokens(&mut head),
        }
    }
    lines.push(head.to_string());
    lines
}

/// What is between commas, without docs and other attributes.
fn entries(list: TokenStream) -> Vec<TokenStream> {
    let mut entries = vec![TokenStream::new()];
    let mut tokens = list.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match (&token, tokens.peek()) {
            (TokenTree::Punct(sign), Some(TokenTree::Group(_))) if sign.as_char() == '#' => drop(tokens.next()),
            (TokenTree::Punct(sign), _) if sign.as_char() == ',' => entries.push(TokenStream::new()),
            _ => token.to_tokens(entries.last_mut().expect("there is one")),
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

/// A method that gets its first optional parameter returns a type of its own in place of `Call`, on which that is set. It is
/// awaited as before; a program that names the type, or asks it for its operation, has to be changed.
fn is_still_called_the_same(line: &str, newer: &BTreeSet<String>) -> bool {
    let Some((method, _)) = line.split_once(" -> rt :: Call <") else { return false };
    newer.iter().any(|other| other.strip_prefix(method).is_some_and(|rest| rest.starts_with(" -> ")))
}

/// Takes a minute: `cargo xtask supply api` runs it.
#[test]
#[ignore = "it generates the whole API five times"]
fn each_release_that_was_merged_took_nothing_away() {
    let mut older = public(&files(&RELEASES[..1]));
    let mut lost = Vec::new();
    for count in 2..=RELEASES.len() {
        let newer = public(&files(&RELEASES[..count]));
        assert!(older.len() > 20_000 && newer.len() > older.len(), "{} lines, then {}", older.len(), newer.len());
        let gone = older.difference(&newer).filter(|line| !is_still_called_the_same(line, &newer));
        lost.extend(gone.map(|line| format!("{}: {line}", RELEASES[count - 1])));
        older = newer;
    }
    assert_eq!(lost, KNOWN);
}
