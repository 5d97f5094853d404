//! Rows of selected properties.

use std::fmt;
use std::sync::Arc;

use super::{Cells, Prop};
use crate::collector::Found;
use crate::{Error, ManagedObjectReference, Ref, Result};

/// The types of the values of a row: a tuple. No other type can be one.
pub trait Values: Sized {
    /// A [`Prop`] for each value.
    type Props: Send + 'static;
    /// A reference to each value.
    type Plain<'a>;

    #[doc(hidden)]
    fn read(cells: &mut Cells) -> Result<Self::Props>;

    #[doc(hidden)]
    fn plain<'a>(props: &'a Self::Props, row: &Paths) -> Result<Self::Plain<'a>>;
}

/// The selected properties of an object: `Row<VirtualMachine, (String, VirtualMachinePowerState)>`.
pub struct Row<M, T: Values> {
    reference: Ref<M>,
    paths: Paths,
    props: T::Props,
}

/// What an error of a row names.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Paths {
    object: ManagedObjectReference,
    paths: Arc<[String]>,
}

impl Paths {
    /// The value of a property.
    #[doc(hidden)]
    pub fn plain<'a, T>(&self, index: usize, prop: &'a Prop<T>) -> Result<&'a T> {
        match prop {
            Prop::Value(value) => Ok(value),
            _ => {
                let problem = prop.problem().unwrap_or(crate::PropertyProblem::Unset);
                let path = self.paths.get(index).map_or("", String::as_str);
                Err(Error::property(&self.object, path, problem))
            }
        }
    }
}

impl<M, T: Values> Row<M, T> {
    pub(super) fn read(found: Found) -> Result<Self> {
        let paths = Paths { object: found.reference.clone(), paths: found.paths.clone() };
        let reference = Ref::from_untyped(found.reference.clone());
        let props = T::read(&mut Cells::new(found))?;
        Ok(Self { reference, paths, props })
    }

    /// The object.
    pub fn reference(&self) -> &Ref<M> {
        &self.reference
    }

    /// What the server says of each property, in the order in which they were selected: a tuple of [`Prop`]s.
    pub fn values(&self) -> &T::Props {
        &self.props
    }

    /// The same, to keep.
    pub fn into_values(self) -> T::Props {
        self.props
    }

    /// The values, for rows in which all are due: a tuple of references.
    ///
    /// # Errors
    ///
    /// [`Error::Property`] names the first that is unset or hidden.
    pub fn get(&self) -> Result<T::Plain<'_>> {
        T::plain(&self.props, &self.paths)
    }
}

impl<M, T: Values> Clone for Row<M, T>
where
    T::Props: Clone,
{
    fn clone(&self) -> Self {
        Self { reference: self.reference.clone(), paths: self.paths.clone(), props: self.props.clone() }
    }
}

impl<M, T: Values> fmt::Debug for Row<M, T>
where
    T::Props: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("reference", &self.reference).field("values", &self.props).finish()
    }
}
