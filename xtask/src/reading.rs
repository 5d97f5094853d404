//! Documents and overlays, from the disk to text.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use vim25_codegen::SourceFile;

use crate::failure::Failure;

/// A document of the vendor has less than 10 MB; its tree takes many times the memory of its text.
const LIMIT: usize = 32 << 20;

/// A file that the command line names, by this name. It may be a pipe.
pub(crate) fn read_file(path: &Path) -> Result<SourceFile, Failure> {
    read(path, path.display().to_string())
}

/// A text with LF, whatever the checkout made of it.
pub(crate) fn read(path: &Path, name: String) -> Result<SourceFile, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LIMIT as u64 + 1).read_to_end(&mut bytes));
    read.with_context(|| format!("cannot read {name}"))?;
    if bytes.len() > LIMIT {
        let limit = LIMIT >> 20;
        return Err(Failure::Text(format!("{name} has more than {limit} MiB: check that it is an OpenAPI document")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile { name, text: text.replace("\r\n", "\n") }),
        Err(error) => {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.split(|byte| *byte == b'\n').count();
            Err(Failure::Text(format!(
                "{name}:{line} is not UTF-8: check that it was downloaded whole, or save it as UTF-8"
            )))
        }
    }
}
