//! Who is told when a stage of the pipeline begins and ends. The clocks are on the other side: nothing here reads one.

/// Is told the name of a stage and whether it begins or ends, on the thread that does the work. Stages that work on
/// several threads, or on one file after the other, begin and end many times.
pub type Observe<'a> = &'a (dyn Fn(&'static str, Moment) + Sync);

/// What has happened to a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It begins.
    Begins,
    /// It has ended.
    Ends,
}

/// For those who do not want to know.
pub(crate) const NOBODY: Observe<'static> = &|_, _| {};

/// Does a piece of work of a stage.
pub(crate) fn stage<T>(observe: Observe<'_>, name: &'static str, work: impl FnOnce() -> T) -> T {
    observe(name, Moment::Begins);
    let done = work();
    observe(name, Moment::Ends);
    done
}
