//! Rows with names: structs whose fields are properties.

use std::marker::PhantomData;

use super::{FoundObject, Prop, Select, sealed};
use crate::collector::{Cell, Found};
use crate::{Error, Extends, FromValue, ManagedObject, PropertyPath, PropertyProblem, Ref, Result};

/// A struct whose fields are properties of a managed object. [`row!`](crate::row) makes one.
pub trait NamedRow: Sized + Send + 'static {
    /// The managed object.
    type Object: ManagedObject;

    /// The paths of the fields, as they are on the wire.
    #[doc(hidden)]
    fn paths() -> Vec<String>;

    /// The struct of an object. Reads the fields in the order of the paths.
    #[doc(hidden)]
    fn read(cells: &mut Cells) -> Result<Self>;
}

/// What a field of a [`NamedRow`] can be for a property with values of type `T`: `T` if the value has to be there,
/// `Option<T>` if it may be unset, [`Prop<T>`] if anything goes.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot hold a property of type `{T}`",
    label = "must be `{T}`, `Option<{T}>` or `Prop<{T}>`"
)]
pub trait FromProp<T>: Sized {
    /// The field, from what the server says of the property.
    ///
    /// # Errors
    ///
    /// The field needs a value, and there is none.
    fn from_prop(prop: Prop<T>) -> Result<Self, PropertyProblem>;
}

impl<T> FromProp<T> for T {
    fn from_prop(prop: Prop<T>) -> Result<Self, PropertyProblem> {
        prop.ok().map_err(|fault| PropertyProblem::Hidden(Box::new(fault)))?.ok_or(PropertyProblem::Unset)
    }
}

impl<T> FromProp<T> for Option<T> {
    fn from_prop(prop: Prop<T>) -> Result<Self, PropertyProblem> {
        prop.ok().map_err(|fault| PropertyProblem::Hidden(Box::new(fault)))
    }
}

impl<T> FromProp<T> for Prop<T> {
    fn from_prop(prop: Prop<T>) -> Result<Self, PropertyProblem> {
        Ok(prop)
    }
}

/// The properties of an object, one after the other.
#[doc(hidden)]
pub struct Cells {
    found: Found,
    next: usize,
}

impl Cells {
    pub(super) fn new(found: Found) -> Self {
        Self { found, next: 0 }
    }

    /// The next property.
    pub(super) fn next<T: FromValue>(&mut self) -> Result<Prop<T>> {
        let index = self.next;
        self.next += 1;
        let cell = self.found.cells.get_mut(index).map_or(Cell::Unset, |cell| std::mem::replace(cell, Cell::Unset));
        typed(cell).map_err(|problem| self.problem(index, problem))
    }

    fn problem(&self, index: usize, problem: PropertyProblem) -> Error {
        let path = self.found.paths.get(index).map_or("", String::as_str);
        Error::property(&self.found.reference, path, problem)
    }

    /// The next property as a field. The object and the path are there for their types.
    pub fn field<M: Extends<P::Object>, P: PropertyPath, F: FromProp<P::Value>>(&mut self, _: &P) -> Result<F> {
        let index = self.next;
        let prop = self.next::<P::Value>()?;
        F::from_prop(prop).map_err(|problem| self.problem(index, problem))
    }

    /// The reference of the object.
    pub fn reference<M: ManagedObject>(&self) -> Ref<M> {
        Ref::from_untyped(self.found.reference.clone())
    }
}

/// The property that a cell is, with the type that the document promises.
fn typed<T: FromValue>(cell: Cell) -> Result<Prop<T>, PropertyProblem> {
    match cell {
        // An array that is unset is empty.
        Cell::Unset => Ok(T::from_value(None).map_or(Prop::Unset, Prop::Value)),
        Cell::Hidden(fault) => Ok(Prop::Hidden(fault)),
        Cell::Broken(met) => Err(PropertyProblem::Unfit(met)),
        Cell::Value(any) => {
            let met = format!("it is of type {}", any.type_name());
            T::from_any(any).map(Prop::Value).ok_or(PropertyProblem::Unfit(met))
        }
    }
}

/// Selects what the fields of a [`NamedRow`] are.
#[derive(Debug)]
pub struct Named<R>(PhantomData<fn() -> R>);

impl<R> Default for Named<R> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<R> sealed::Sealed for Named<R> {}

impl<M: Extends<R::Object>, R: NamedRow> Select<M> for Named<R> {
    type Row = R;

    fn paths(&self) -> Vec<String> {
        R::paths()
    }

    fn row(found: FoundObject) -> Result<R> {
        R::read(&mut Cells::new(found.0))
    }
}

/// Makes a struct whose fields are properties of a managed object, a [`NamedRow`].
///
/// A field has a type and a path. The type is that of the property if the value has to be there, else the row is an error;
/// `Option` of it if the value may be unset; [`Prop`] of it if it may be anything. Another type does not compile. A field
/// without a path is the [`Ref`] of the object.
///
/// ```
/// use vim25::prelude::*;
///
/// vim25::row! {
///     /// A virtual machine as we list it.
///     #[derive(Debug)]
///     pub struct Listed: VirtualMachine {
///         pub vm: Ref<VirtualMachine>,
///         pub name: String = VirtualMachine::NAME,
///         /// In MB.
///         pub memory: Option<i32> = VirtualMachine::SUMMARY.quick_stats().guest_memory_usage(),
///     }
/// }
///
/// # async fn example(client: Client) -> Result<(), Error> {
/// for row in client.retrieve::<VirtualMachine>().rows_as::<Listed>().collect().await? {
///     println!("{}: {} uses {:?} MB", row.vm, row.name, row.memory);
/// }
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail,E0277
/// use vim25::prelude::*;
///
/// vim25::row! { struct Wrong: VirtualMachine { name: i32 = VirtualMachine::NAME } }
/// ```
#[macro_export]
macro_rules! row {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident: $object:ty {
            $($(#[$field_attribute:meta])* $field_visibility:vis $field:ident: $type:ty $(= $path:expr)?),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $name {
            $($(#[$field_attribute])* $field_visibility $field: $type,)*
        }

        impl $crate::NamedRow for $name {
            type Object = $object;

            fn paths() -> ::std::vec::Vec<::std::string::String> {
                ::std::vec![$($(::std::borrow::ToOwned::to_owned($crate::PropertyPath::as_str(&$path)),)?)*]
            }

            fn read(cells: &mut $crate::Cells) -> $crate::Result<Self> {
                ::std::result::Result::Ok(Self {
                    $($field: $crate::row!(@field cells, $object $(, $path)?),)*
                })
            }
        }
    };
    (@field $cells:ident, $object:ty, $path:expr) => {
        $cells.field::<$object, _, _>(&$path)?
    };
    (@field $cells:ident, $object:ty) => {
        $cells.reference::<$object>()
    };
}
