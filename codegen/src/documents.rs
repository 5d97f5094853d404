//! Documents → models, each by itself, as many at once as there are processors.

use std::sync::Mutex;
use std::thread;

use crate::diagnostics::{Code, Diagnostics};
use crate::model::Model;
use crate::spec::{Pointer, SourceFile, document, tree};
use crate::stage::{Observe, stage};
use crate::{fixups, lower};

/// The models in the order of the documents, or the problems of all.
pub(crate) fn models(files: &[SourceFile], observe: Observe<'_>) -> Result<Vec<Model>, Diagnostics> {
    let mut problems = Diagnostics::default();
    if files.is_empty() {
        problems.add(Code::NoDocument, &Pointer::root("spec/"), &[]);
    }
    let mut models = Vec::new();
    for result in each(files, observe) {
        match result {
            Ok(model) => models.push(model),
            Err(more) => problems.extend(more),
        }
    }
    problems.into_result(Some(models))
}

/// [`model`] of each file. No more threads than processors: a tree takes many times the memory of its text.
fn each(files: &[SourceFile], observe: Observe<'_>) -> Vec<Result<Model, Diagnostics>> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(files.len());
    let queue = Mutex::new(files.iter().enumerate());
    let next = || queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
    let work = || std::iter::from_fn(next).map(|(index, file)| (index, model(file, observe))).collect::<Vec<_>>();
    let mut results = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let results = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        results.collect::<Vec<_>>()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The stages from read to lower. The tree goes as soon as the document is made.
fn model(file: &SourceFile, observe: Observe<'_>) -> Result<Model, Diagnostics> {
    let mut tree = stage(observe, "read", || tree(file))?;
    stage(observe, "fix up", || fixups::apply(&file.name, &mut tree))?;
    let document = stage(observe, "read", || {
        let document = document(&file.name, &tree);
        drop(tree);
        document
    })?;
    stage(observe, "lower", || lower::lower(&document))
}
