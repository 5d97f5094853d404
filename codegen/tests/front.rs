//! Fixtures of the stages up to the model: `lower` shows the model, `errors` shows all diagnostics.

mod support;

use std::fmt::Write as _;

use support::{assert_all_listed, assert_golden, fixture, read_spec};
use vim25_codegen::diagnostics::Code;
use vim25_codegen::load;
use vim25_codegen::model::{
    About, EnumUsage, Family, Field, Item, Model, Operation, Presence, Secrecy, Shape, Type,
};

macro_rules! cases {
    ($check:ident $group:ident: $($case:ident)*) => {
        mod $group {
            $(#[test] fn $case() { super::$check(stringify!($case)); })*

            #[test]
            fn every_folder_has_a_test() {
                super::assert_all_listed(stringify!($group), &[$(stringify!($case)),*]);
            }
        }
    };
}

cases! { check_lower lower:
    enums
    forms_of_reference
    inheritance
    managed_object_references
    operations
    overlay
    primitives
    unquoted_booleans
}

cases! { check_errors errors:
    bodies
    booleans_in_an_enum
    box_of_another_shape
    cyclic_inheritance
    dangling_refs
    discriminator
    empty_file
    enum_as_base
    enum_texts_drift
    enum_without_suffix
    faults
    fixup_misses
    forms_without_meaning
    integer_without_width
    key_twice
    keyword_beside_ref
    member_of_request_type
    more_than_one_base
    no_base
    no_document
    no_paths_and_no_schemas
    no_release
    not_json
    not_openapi
    not_yaml
    operation_id_twice
    other_parameters
    other_security
    overlay_is_empty
    overlay_is_not_yaml
    overlay_matches_nothing
    overlay_of_wrong_shape
    overlay_tells_twice
    path_of_another_form
    path_twice
    path_without_one_verb
    required_is_no_property
    responses
    shadowed_member
    tag_and_id_do_not_match
    two_documents
    two_services
    unhandled_keywords
    unknown_format
    unknown_root
    unsupported_openapi_version
    wrong_shape
}

fn check_lower(case: &str) {
    let folder = fixture("lower", case);
    let model = load(&read_spec(&folder)).unwrap_or_else(|problems| panic!("{problems}"));
    assert_golden(&folder.join("expected.txt"), &Dump(&model).all());
}

fn check_errors(case: &str) {
    let folder = fixture("errors", case);
    let problems = load(&read_spec(&folder)).expect_err("the fixture has a mistake");
    assert_golden(&folder.join("expected.err"), &format!("{problems}\n"));
}

/// Each message that the stages up to the model can give is shown by some fixture; those of the subset, by its unit tests.
#[test]
fn every_code_has_a_fixture() {
    let folders = std::fs::read_dir(fixture("errors", "")).expect("the group has a folder");
    let texts: String = folders
        .flatten()
        .filter_map(|folder| std::fs::read_to_string(folder.path().join("expected.err")).ok())
        .collect();
    let front = Code::ALL
        .iter()
        .filter(|code| code.id() < "V400" && !matches!(code.id(), "V016" | "V017"));
    let missing: Vec<_> = front
        .filter(|code| !texts.contains(&format!("[{}]", code.id())))
        .collect();
    assert!(missing.is_empty(), "no fixture in errors/ for {missing:?}");
}

/// A model as text: one line per thing, what is not said is the default.
struct Dump<'a>(&'a Model);

impl Dump<'_> {
    fn all(&self) -> String {
        let model = self.0;
        let mut out = format!("release {}\n", model.release);
        for ty in &model.data_types {
            let parent = ty.parent.map_or_else(String::new, |id| {
                format!(": {}", model.data_types[id.0].name)
            });
            let kind = if ty.family == Family::Fault {
                "fault"
            } else {
                "type"
            };
            line(
                &mut out,
                0,
                &format!("{kind} {}{parent}", ty.name),
                &ty.about,
            );
            ty.fields
                .iter()
                .for_each(|field| self.field(&mut out, field));
        }
        for ty in &model.enums {
            let kind = if ty.usage == EnumUsage::Typed {
                "enum"
            } else {
                "untyped enum"
            };
            line(&mut out, 0, &format!("{kind} {}", ty.name), &ty.about);
            ty.values
                .iter()
                .for_each(|value| line(&mut out, 1, &format!("`{}`", value.name), &value.about));
        }
        for ty in &model.requests {
            line(&mut out, 0, &format!("request {}", ty.name), &ty.about);
            ty.fields
                .iter()
                .for_each(|field| self.field(&mut out, field));
        }
        for object in &model.managed_objects {
            let service = if object.service.is_empty() {
                String::new()
            } else {
                format!(" of {}", object.service)
            };
            line(
                &mut out,
                0,
                &format!("managed object {}{service}", object.name),
                &object.about,
            );
            object
                .operations
                .iter()
                .for_each(|operation| self.operation(&mut out, operation));
        }
        for schema in &model.excluded {
            let _ = writeln!(out, "excluded {}: {}", schema.name, schema.reason);
        }
        out
    }

    fn field(&self, out: &mut String, field: &Field) {
        let ty = self.ty(field.ty, field.presence);
        let secret = if field.secrecy == Secrecy::Secret {
            ", secret"
        } else {
            ""
        };
        let privileges: String = field
            .privileges
            .iter()
            .map(|name| format!(", needs {name}"))
            .collect();
        line(
            out,
            1,
            &format!("{}: {ty}{secret}{privileges}", field.name),
            &field.about,
        );
    }

    fn operation(&self, out: &mut String, operation: &Operation) {
        let Operation {
            name,
            kind,
            path,
            request,
            result,
            faults,
            privileges,
            access,
            about,
        } = operation;
        line(out, 1, &format!("{kind:?} {name} {path} {access:?}"), about);
        if let Some(id) = request {
            let _ = writeln!(out, "    takes {}", self.0.requests[id.0].name);
        }
        if let Some(result) = result {
            let _ = writeln!(
                out,
                "    returns {} {:?}",
                self.ty(result.ty, result.presence),
                result.text.0
            );
        }
        for privilege in privileges {
            let _ = writeln!(out, "    needs {privilege}");
        }
        for fault in faults {
            let _ = writeln!(
                out,
                "    raises {} {:?}",
                self.0.data_types[fault.fault.0].name, fault.text.0
            );
        }
    }

    fn ty(&self, ty: Type, presence: Presence) -> String {
        let item = match ty.item {
            Item::Primitive(primitive) => format!("{primitive:?}"),
            Item::Enum(id) => self.0.enums[id.0].name.to_string(),
            Item::Object(id) => self.0.data_types[id.0].name.to_string(),
            Item::Reference(None) => "reference".to_owned(),
            Item::Reference(Some(id)) => {
                format!("reference to {}", self.0.managed_objects[id.0].name)
            }
            Item::Any => "Any".to_owned(),
        };
        let list = if ty.shape == Shape::List {
            "list of "
        } else {
            ""
        };
        let optional = if presence == Presence::Optional {
            "optional "
        } else {
            ""
        };
        format!("{optional}{list}{item}")
    }
}

/// A line, and one for each thing that is known about it.
fn line(out: &mut String, depth: usize, text: &str, about: &About) {
    let indent = "  ".repeat(depth);
    let _ = writeln!(
        out,
        "{indent}{text}  @{}",
        about.origin.tokens().last().unwrap_or_default()
    );
    let mut more = Vec::new();
    more.extend((!about.text.0.is_empty()).then(|| format!("text {:?}", about.text.0)));
    more.extend(about.since.map(|since| format!("since {since}")));
    more.extend(
        about
            .deprecated
            .as_ref()
            .map(|reason| format!("deprecated {reason:?}")),
    );
    more.extend(about.rename.as_ref().map(|name| format!("renamed {name}")));
    for more in more {
        let _ = writeln!(out, "{indent}    {more}");
    }
}
