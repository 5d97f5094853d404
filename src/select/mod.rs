//! Which properties to read, and the rows that they are given as.

mod named;
mod prop;
mod row;

#[doc(hidden)]
pub use self::named::Cells;
pub use self::named::{FromProp, Named, NamedRow};
pub use self::prop::Prop;
use self::row::Paths;
pub use self::row::{Row, Values};
use crate::collector::Found;
use crate::{Extends, FromValue, ManagedObject, PropertyPath, Result};

/// Properties of a managed object `M` that can be read together: a tuple of up to 12 [`PropertyPath`]s of `M` or its
/// bases.
///
/// No other type can be one.
pub trait Select<M>: sealed::Sealed {
    /// What the properties of one object are given as.
    type Row: Send + 'static;

    /// The paths as they are on the wire.
    #[doc(hidden)]
    fn paths(&self) -> Vec<String>;

    /// The row of an object.
    #[doc(hidden)]
    fn row(found: FoundObject) -> Result<Self::Row>;
}

/// An object as the server gave it.
#[doc(hidden)]
pub struct FoundObject(pub(crate) Found);

mod sealed {
    pub trait Sealed {}
}

/// `Select` and `Values` for a tuple: the path type, the value type, and the index of each.
macro_rules! tuple {
    ($($path:ident $value:ident $index:tt),*) => {
        impl<$($path: PropertyPath),*> sealed::Sealed for ($($path,)*) {}

        impl<M, $($path),*> Select<M> for ($($path,)*)
        where
            M: ManagedObject $(+ Extends<$path::Object>)*,
            $($path: PropertyPath,)*
        {
            type Row = Row<M, ($($path::Value,)*)>;

            fn paths(&self) -> Vec<String> {
                vec![$(self.$index.as_str().to_owned()),*]
            }

            fn row(found: FoundObject) -> Result<Self::Row> {
                Row::read(found.0)
            }
        }

        impl<$($value: FromValue),*> Values for ($($value,)*) {
            type Props = ($(Prop<$value>,)*);
            type Plain<'a> = ($(&'a $value,)*);

            #[allow(unused_variables, reason = "a tuple can be empty")]
            fn read(cells: &mut Cells) -> Result<Self::Props> {
                Ok(($(cells.next::<$value>()?,)*))
            }

            #[allow(unused_variables, reason = "a tuple can be empty")]
            fn plain<'a>(props: &'a Self::Props, row: &Paths) -> Result<Self::Plain<'a>> {
                Ok(($(row.plain($index, &props.$index)?,)*))
            }
        }
    };
}

tuple!();
tuple!(P1 A 0);
tuple!(P1 A 0, P2 B 1);
tuple!(P1 A 0, P2 B 1, P3 C 2);
tuple!(P1 A 0, P2 B 1, P3 C 2, P4 D 3);
tuple!(P1 A 0, P2 B 1, P3 C 2, P4 D 3, P5 E 4);
tuple!(P1 A 0, P2 B 1, P3 C 2, P4 D 3, P5 E 4, P6 F 5);
tuple!(P1 A 0, P2 B 1, P3 C 2, P4 D 3, P5 E 4, P6 F 5, P7 G 6);
tuple!(P1 A 0, P2 B 1, P3 C 2, P4 D 3, P5 E 4, P6 F 5, P7 G 6, P8 H 7);
tuple!(P1 A 0, P2 B 1, P3 C 2, P4 D 3, P5 E 4, P6 F 5, P7 G 6, P8 H 7, P9 I 8);
tuple!(P1 A 0, P2 B 1, P3 C 2, P4 D 3, P5 E 4, P6 F 5, P7 G 6, P8 H 7, P9 I 8, P10 J 9);
tuple!(P1 A 0, P2 B 1, P3 C 2, P4 D 3, P5 E 4, P6 F 5, P7 G 6, P8 H 7, P9 I 8, P10 J 9, P11 K 10);
tuple!(P1 A 0, P2 B 1, P3 C 2, P4 D 3, P5 E 4, P6 F 5, P7 G 6, P8 H 7, P9 I 8, P10 J 9, P11 K 10, P12 L 11);
