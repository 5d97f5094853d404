//! What can differ between two releases, and what that means to a consumer: one table.

use std::fmt;

/// What a difference means to a program that was written against the older release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It compiles with the crate that knows both releases, and works with a server of the newer one.
    Compatible,
    /// It compiles, but may meet something else than before.
    Behaviour,
    /// It does not compile any more, or what it asks of a server of the newer release fails.
    Breaking,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Compatible => "compatible",
            Self::Behaviour => "behaviour",
            Self::Breaking => "breaking",
        })
    }
}

/// Whether a thing came, went, or is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// The newer release has it, the older has not.
    Added,
    /// The older release has it, the newer has not.
    Removed,
    /// Both have it, but not the same.
    Changed,
}

macro_rules! rules {
    ($($rule:ident: $action:ident $verdict:ident $what:literal, $why:literal;)*) => {
        /// The kinds of differences. Each has an action and a verdict.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(
                #[doc = concat!("`", stringify!($action), "`, `", stringify!($verdict), "`: ", $what, ". Reason: ", $why, ".")]
                $rule,
            )*
        }

        impl Rule {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$rule,)*];

            /// What it means to a consumer.
            pub const fn verdict(self) -> Verdict {
                match self {
                    $(Self::$rule => Verdict::$verdict,)*
                }
            }

            /// Whether the thing came, went, or is another.
            pub const fn action(self) -> Action {
                match self {
                    $(Self::$rule => Action::$action,)*
                }
            }

            /// In words; `{}` stands for the detail.
            pub(super) const fn words(self) -> &'static str {
                match self {
                    $(Self::$rule => $what,)*
                }
            }

            /// Why the verdict is what it is.
            pub const fn reason(self) -> &'static str {
                match self {
                    $(Self::$rule => $why,)*
                }
            }
        }
    };
}

rules! {
    ManagedObjectAdded: Added Compatible "added", "nobody uses it yet";
    ManagedObjectRemoved: Removed Breaking "removed", "calls fail";
    OperationAdded: Added Compatible "added", "nobody calls it yet";
    OperationRemoved: Removed Breaking "removed", "calls fail";
    OperationPath: Changed Breaking "path was {}", "calls of older clients miss it";
    ParameterOptionalAdded: Added Compatible "parameter `{}` added, optional", "it is chained";
    ParameterRequiredAdded: Added Breaking "parameter `{}` added, required", "calls without it fail";
    ParameterRemoved: Removed Breaking "parameter `{}` removed", "the server does not take it any more";
    ParameterType: Changed Breaking "type of parameter {}", "the argument does not fit";
    ParameterRequired: Changed Breaking "parameter `{}` is required now", "calls without it fail";
    ParameterOptional: Changed Breaking "parameter `{}` is optional now", "the argument is chained, no longer positional";
    Result: Changed Breaking "result {}", "the call returns another type";
    ResultOptional: Changed Breaking "result may be unset now", "the call returns an `Option`";
    ResultRequired: Changed Compatible "result is always set now", "the call returns what it did";
    FaultAdded: Added Compatible "fault `{}` declared", "any call can raise any fault";
    FaultRemoved: Removed Behaviour "fault `{}` no longer declared", "code that waits for it may wait in vain";
    Privileges: Changed Behaviour "privileges {}", "a session may lack them";
    SessionNeeded: Changed Behaviour "needs a session now", "it was open to anonymous clients";
    SessionNotNeeded: Changed Compatible "needs no session any more", "a session does no harm";
    TypeAdded: Added Compatible "added, below `{}`", "every place takes unknown heirs";
    TypeRemoved: Removed Breaking "removed", "the server neither sends it nor takes it any more";
    BaseRefined: Changed Compatible "base {}", "it is below the old base still";
    Base: Changed Breaking "base {}", "it does not convert into the old base";
    MemberOptionalAdded: Added Compatible "added, optional", "nobody reads or sets it yet";
    MemberRequiredAdded: Added Compatible "added, required, only in replies", "nobody reads it yet";
    MemberDemanded: Added Breaking "added, required in requests", "requests without it fail";
    MemberRemoved: Removed Breaking "removed", "the server neither sends it nor takes it any more";
    MemberMoved: Changed Compatible "moved to `{}`", "it is inherited now";
    MemberType: Changed Breaking "type {}", "getter and setter have another type";
    MemberRequired: Changed Compatible "required now, only in replies", "the getter stays as it is";
    MemberRequiredInRequests: Changed Breaking "required now in requests", "requests without it fail";
    MemberOptional: Changed Breaking "optional now", "the getter returns an `Option`";
    EnumAdded: Added Compatible "added", "nobody uses it yet";
    EnumRemoved: Removed Breaking "removed", "the server knows none of its values any more";
    ValueAdded: Added Compatible "added", "enums are open";
    ValueRemoved: Removed Behaviour "removed", "the server neither sends it nor takes it any more";
    Deprecated: Changed Compatible "deprecated", "it works as before";
}
