//! Rust names for wire names: one function per kind of name.
//!
//! In: a wire name. Out: an identifier that Rust accepts, keywords included. The functions are pure and total; whether
//! two names meet in one scope is decided by [`crate::plan::naming`], the only caller.
//!
//! Types keep vSphere's spelling, which is what people search for; everything else is built from the words of the
//! name ([`words`]).

mod ident;
mod words;

pub(crate) use ident::Ident;

/// A data type, fault, enum or managed object: vSphere's spelling with a capital in front (`vslmVClockInfo` →
/// `VslmVClockInfo`).
pub(crate) fn type_(wire: &str) -> Ident {
    let mut name = String::with_capacity(wire.len());
    for part in wire.split(|c: char| !c.is_ascii_alphanumeric()) {
        if name.ends_with(|c: char| c.is_ascii_digit()) && part.starts_with(|c: char| c.is_ascii_digit()) {
            name.push('_');
        }
        name.push_str(&capitalised(part));
    }
    ident(&digit_safe(name, "T"))
}

/// A member, a parameter or a local (`userName` → `user_name`).
pub(crate) fn field(wire: &str) -> Ident {
    ident(&digit_safe(snake(wire), "_"))
}

/// A method of a managed object (`PowerOnVM_Task` → `power_on_vm_task`).
pub(crate) fn method(wire: &str) -> Ident {
    field(wire)
}

/// A module (`SessionManager` → `session_manager`).
pub(crate) fn module(wire: &str) -> Ident {
    field(wire)
}

/// The methods of a member: the one that reads it, the one that sets it, and the one that sets it and returns the object.
pub(crate) fn accessors(wire: &str) -> [Ident; 3] {
    let name = snake(wire);
    let [setter, chained] = ["set", "with"].map(|verb| ident(&format!("{verb}_{name}")));
    [ident(&digit_safe(name, "_")), setter, chained]
}

/// A value of an enum (`poweredOff` → `PoweredOff`, `native_4k` → `Native4k`, `4k` → `V4k`).
pub(crate) fn variant(wire: &str) -> Ident {
    let mut name = String::with_capacity(wire.len());
    for word in words::split(wire) {
        if name.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit()) {
            name.push('_');
        }
        name.push_str(&capitalised(&word));
    }
    ident(&digit_safe(name, "V"))
}

/// A constant or a static (`httpGet` → `HTTP_GET`).
pub(crate) fn constant(wire: &str) -> Ident {
    ident(&digit_safe(snake(wire).to_ascii_uppercase(), "_"))
}

/// The words of a name, in lower case (`HostConfigInfo` → `host config info`). Families of files go by them.
pub(crate) fn words(wire: &str) -> Vec<String> {
    words::split(wire)
}

/// The wire name, if a search for it would miss `name`: if more than case and underscores changed.
///
/// rustdoc's search ignores both, so only a rename, a dropped suffix or a prefix calls for `#[doc(alias)]`.
pub(crate) fn alias(wire: &str, name: &Ident) -> Option<String> {
    let letters = |text: &str| text.chars().filter(|&c| c != '_').collect::<String>().to_ascii_lowercase();
    (letters(wire) != letters(name.plain())).then(|| wire.to_owned())
}

/// The identifier without `r#`, for file names and text.
pub(crate) fn plain(name: &Ident) -> String {
    name.plain().to_owned()
}

fn snake(wire: &str) -> String {
    words::split(wire).join("_")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// `name`, with `prefix` if it is empty or begins with a digit.
fn digit_safe(name: String, prefix: &str) -> String {
    let unsafe_start = name.chars().next().is_none_or(|first| first.is_ascii_digit());
    if unsafe_start { format!("{prefix}{name}") } else { name }
}

/// The identifier `name`: raw if it is a keyword, with `_` behind it where a raw identifier is not allowed.
fn ident(name: &str) -> Ident {
    match name {
        "self" | "Self" | "super" | "crate" | "_" => Ident::new(&format!("{name}_")),
        _ if KEYWORDS.binary_search(&name).is_ok() => Ident::new_raw(name),
        _ => Ident::new(name),
    }
}

/// The keywords of edition 2024, reserved ones included; but for those that cannot be raw.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, accessors, alias, constant, field, method, module, plain, type_, variant};

    #[test]
    fn types_keep_the_spelling_of_vsphere() {
        for (wire, name) in [
            ("UserSession", "UserSession"),
            ("vslmVClockInfo", "VslmVClockInfo"),
            ("VMwareDVSConfigInfo", "VMwareDVSConfigInfo"),
            ("ID", "ID"),
            ("Sha_256_Info", "Sha256Info"),
            ("Sha256_512", "Sha256_512"),
            ("type", "Type"),
            ("self", "Self_"),
            ("3ParVolume", "T3ParVolume"),
        ] {
            assert_eq!(type_(wire).to_string(), name, "{wire}");
        }
    }

    #[test]
    fn members_are_snake_case() {
        for (wire, name) in [
            ("userName", "user_name"),
            ("type", "r#type"),
            ("gen", "r#gen"),
            ("async", "r#async"),
            ("try", "r#try"),
            ("self", "self_"),
            ("super", "super_"),
            ("crate", "crate_"),
            ("_", "__"),
            ("4kNative", "_4k_native"),
            ("union", "union"),
        ] {
            assert_eq!(field(wire).to_string(), name, "{wire}");
        }
    }

    #[test]
    fn setters_have_a_prefix_and_need_no_raw_identifier() {
        assert_eq!(accessors("type").map(|name| name.to_string()), ["r#type", "set_type", "with_type"]);
        assert_eq!(accessors("self").map(|name| name.to_string()), ["self_", "set_self", "with_self"]);
        assert_eq!(
            accessors("4kNative").map(|name| name.to_string()),
            ["_4k_native", "set_4k_native", "with_4k_native"]
        );
    }

    #[test]
    fn methods_keep_task() {
        assert_eq!(method("PowerOnVM_Task").to_string(), "power_on_vm_task");
        assert_eq!(method("setCustomValue").to_string(), "set_custom_value");
        assert_eq!(module("SessionManager").to_string(), "session_manager");
    }

    #[test]
    fn variants_are_upper_camel_case() {
        for (wire, name) in [
            ("poweredOff", "PoweredOff"),
            ("native_4k", "Native4k"),
            ("SM3_256", "Sm3_256"),
            ("MOUNT_DENIED", "MountDenied"),
            ("4k", "V4k"),
            ("self", "Self_"),
            ("True", "True"),
            ("AllPathsDown_Start", "AllPathsDownStart"),
        ] {
            assert_eq!(variant(wire).to_string(), name, "{wire}");
        }
    }

    #[test]
    fn constants_are_screaming() {
        assert_eq!(constant("httpGet").to_string(), "HTTP_GET");
        assert_eq!(constant("PowerOnVM_Task").to_string(), "POWER_ON_VM_TASK");
        assert_eq!(constant("4k").to_string(), "_4K");
    }

    #[test]
    fn only_changed_letters_need_an_alias() {
        assert_eq!(alias("userName", &field("userName")), None);
        assert_eq!(alias("type", &field("type")), None);
        assert_eq!(alias("vslmVClockInfo", &type_("vslmVClockInfo")), None);
        assert_eq!(alias("4k", &variant("4k")), Some("4k".to_owned()));
        assert_eq!(alias("self", &field("self")), None);
        assert_eq!(alias("oldName", &field("newName")), Some("oldName".to_owned()));
    }

    #[test]
    fn keywords_are_sorted_for_the_search() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn plain_names_are_not_raw() {
        assert_eq!(plain(&field("type")), "type");
    }
}
