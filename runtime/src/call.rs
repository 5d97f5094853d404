//! Calls: what the methods of managed objects return.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use crate::error::{CallSite, DecodeError, Error, Result};
use crate::exchange::Exchange;
use crate::from_value::FromValue;
use crate::managed_object::{Handle, IntoRef};
use crate::object::Object;
use crate::operation::OperationInfo;
use crate::transport::BoxFuture;
use crate::type_info::TypeInfo;
use crate::value::{Element, Value};

/// What carries out calls: a client, or a stand-in for one.
pub trait Invoke: Send + Sync + 'static {
    /// Carries out a call and gives its result, none if it has none or if it is unset.
    fn invoke(&self, exchange: Exchange) -> BoxFuture<'_, Result<Option<Value>>>;
}

/// A call that is not made yet: nothing is sent before `.await`.
#[must_use = "nothing is sent before `.await`"]
pub struct Call<R> {
    handle: Handle,
    operation: &'static OperationInfo,
    arguments: Object,
    result: PhantomData<fn() -> R>,
}

/// The request type of operations without parameters.
static NO_ARGUMENTS: TypeInfo = TypeInfo::request("", &[]);

impl<R> Call<R> {
    /// The call of an operation, without arguments.
    pub fn new(handle: &Handle, operation: &'static OperationInfo) -> Self {
        let arguments = Object::new(operation.request.unwrap_or(&NO_ARGUMENTS));
        Self { handle: handle.clone(), operation, arguments, result: PhantomData }
    }

    /// The same call with the argument at an index.
    #[doc(hidden)]
    pub fn argument<T: Into<Value>>(mut self, index: usize, value: T) -> Self {
        self.arguments.set(index, value);
        self
    }

    /// The same call with the array at an index.
    #[doc(hidden)]
    pub fn arguments<T: Element>(mut self, index: usize, values: impl IntoIterator<Item = impl Into<T>>) -> Self {
        self.arguments.set_list::<T>(index, values);
        self
    }

    /// The same call with the array of references at an index.
    #[doc(hidden)]
    pub fn references<M>(mut self, index: usize, values: impl IntoIterator<Item = impl IntoRef<M>>) -> Self {
        self.arguments.set_references::<M>(index, values);
        self
    }

    /// The operation that is called.
    pub fn operation(&self) -> &'static OperationInfo {
        self.operation
    }
}

/// Shows the operation, the object and the arguments; secrets are masked.
impl<R> fmt::Debug for Call<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(self.operation.name);
        shown.field("object", &self.handle);
        if self.operation.request.is_some() {
            shown.field("arguments", &self.arguments);
        }
        shown.finish()
    }
}

impl<R: FromValue> IntoFuture for Call<R> {
    type Output = Result<R>;
    type IntoFuture = BoxFuture<'static, Result<R>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { handle, operation, arguments, .. } = self;
        let exchange = Exchange { operation, object: handle.reference().clone(), arguments };
        Box::pin(async move {
            let value = handle.invoker().invoke(exchange).await?;
            R::from_value(value).ok_or_else(|| {
                let message = "the result is not of the declared type".to_owned();
                let source = DecodeError { path: "$".to_owned(), type_name: None, message };
                Error::Decode { call: Box::new(CallSite::new(operation.name, handle.reference())), source }
            })
        })
    }
}
