//! Writes what fuzzing begins with into a folder per target: the recorded exchanges of the tests, cut down, and the documents of
//! the generator's tests. `cargo run -p vim25-fuzz-targets --bin seeds -- FOLDER`

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use vim25_api::REGISTRY;

type Done<T = ()> = Result<T, Box<dyn Error>>;

/// An array tells nothing new after that many elements.
const MAX_ELEMENTS: usize = 2;

/// Sessions with the simulator: what an exchange alone does not reach.
const SESSIONS: &[(&str, &str)] = &[
    ("watch", include_str!("../sessions/watch.txt")),
    ("machine", include_str!("../sessions/machine.txt")),
    ("managers", include_str!("../sessions/managers.txt")),
    ("headers", include_str!("../sessions/headers.txt")),
];

fn main() -> Done {
    let folder = std::env::args_os().nth(1).ok_or("the folder of the corpora is missing")?;
    let (out, root) = (PathBuf::from(folder), Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    for exchanges in ["tests/exchanges", "simulator/tests/exchanges"] {
        for file in fs::read_dir(root.join(exchanges))? {
            exchange(&out, &file?.path())?;
        }
    }
    for (name, lines) in SESSIONS {
        write(&out, "simulator", &format!("session_{name}"), lines.as_bytes())?;
    }
    for document in ["emit/items", "emit/operations", "docs/prose"] {
        let path = root.join("codegen/tests/fixtures").join(document).join("spec.yaml");
        if let Ok(text) = fs::read(path) {
            write(&out, "generator", &document.replace('/', "_"), &[&[128], text.as_slice()].concat())?;
        }
    }
    for index in 0..8 {
        let (target, changes) = (["generator", "overlay"][usize::from(index % 2)], [index, 4, index, 0, 9, 1, 3, 7, 0]);
        write(&out, target, &format!("changes_{index}"), &changes)?;
    }
    let overlay = root.join("codegen/tests/fixtures/emit/tasks_and_bases/overlay.yaml");
    write(&out, "overlay", "text", &[&[128], fs::read(overlay)?.as_slice()].concat())
}

fn exchange(out: &Path, path: &Path) -> Done {
    let name = path.file_stem().ok_or("a name")?.to_string_lossy().into_owned();
    let recording: Json = serde_json::from_slice(&fs::read(path)?)?;
    let (request, mut body) = (&recording["request"], recording["response"]["body"].clone());
    let url = request["path"].as_str().unwrap_or_default();
    cut(&mut body);
    if body.is_object() || body.is_array() {
        decoding(out, &name, url, &body)?;
    }
    let mut arguments = request["body"].clone();
    cut(&mut arguments);
    let arguments = if arguments.is_null() { String::new() } else { arguments.to_string() };
    let target = url.strip_prefix("/sdk/vim25/8.0.3.0/").unwrap_or(url);
    let line = format!("{}\t{target}\t{arguments}", request["method"].as_str().unwrap_or("GET"));
    write(out, "simulator", &name, line.as_bytes())
}

/// The body as the result of its operation, as a value of any type, and as the type that it names.
fn decoding(out: &Path, name: &str, url: &str, body: &Json) -> Done {
    let body = body.to_string();
    let mut segments = url.rsplit('/');
    let (method, object) = (segments.next().unwrap_or_default(), segments.nth(1).unwrap_or_default());
    let index = REGISTRY.operations.iter().position(|known| known.managed_object == object && known.name == method);
    let mut forms = vec![("any", 0, 2)];
    forms.extend(index.map(|index| ("result", index, 6)));
    let type_name = body.split('"').skip_while(|text| *text != "_typeName").nth(2).unwrap_or_default();
    let ty = REGISTRY.types.iter().position(|ty| ty.name() == type_name);
    forms.extend(ty.map(|index| ("object", index, 0)));
    for (form, index, place) in forms {
        let [low, high] = u16::try_from(index)?.to_le_bytes();
        let data = [&[low, high, place << 2], body.as_bytes()].concat();
        for target in ["decode", "round_trip"] {
            write(out, target, &format!("{name}_{form}"), &data)?;
        }
    }
    Ok(())
}

fn cut(json: &mut Json) {
    match json {
        Json::Array(items) => {
            items.truncate(MAX_ELEMENTS);
            items.iter_mut().for_each(cut);
        }
        Json::Object(members) => members.values_mut().for_each(cut),
        _ => {}
    }
}

fn write(out: &Path, target: &str, name: &str, data: &[u8]) -> Done {
    let folder = out.join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(name), data)?)
}
