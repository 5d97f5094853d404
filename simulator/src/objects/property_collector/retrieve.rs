//! Reading properties once, as a whole or page by page.

use std::collections::{HashMap, VecDeque};

use vim25_api::types::{ObjectContent, PropertyFilterSpec, RetrieveOptions, RetrieveResult};
use vim25_runtime::{Element, ManagedObjectReference};

use super::selector::{Selector, content};
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::property_path::PropertyPath;
use crate::selection::Id;
use crate::viewer::Viewer;

/// The pages of a retrieval that are left.
pub(crate) struct Retrieval {
    /// The collector that it is of.
    pub(crate) collector: ManagedObjectReference,
    page: usize,
    selectors: Vec<Selector>,
    /// The objects, and which of the selectors have selected them.
    rest: VecDeque<(Id, Vec<usize>)>,
}

impl Retrieval {
    fn new(call: &Call<'_>, page: usize) -> Result<Self, Failure> {
        let viewer = Viewer::of(call);
        let specs = call.objects::<PropertyFilterSpec>("specSet");
        let mut selectors =
            specs.iter().map(|spec| Selector::new(spec, call.release)).collect::<Result<Vec<_>, _>>()?;
        selectors.iter().try_for_each(|selector| selector.check_starts(viewer))?;
        let mut rest: VecDeque<(Id, Vec<usize>)> = VecDeque::new();
        let mut places: HashMap<Id, usize> = HashMap::new();
        for (index, selector) in selectors.iter_mut().enumerate() {
            for object in selector.selection.update(viewer).moved {
                let place = *places.entry(Id::clone(&object)).or_insert(rest.len());
                match rest.get_mut(place) {
                    Some((_, selected_by)) => selected_by.push(index),
                    None => rest.push_back((object, vec![index])),
                }
            }
            // Which objects there are is known now; how they were found need not be kept.
            selector.selection.clear();
        }
        Ok(Self { collector: call.object.clone(), page, selectors, rest })
    }

    /// The objects of the next page. Those that have gone meanwhile are left out.
    fn next_page(&mut self, viewer: Viewer<'_>) -> Vec<ObjectContent> {
        let mut contents = Vec::new();
        while contents.len() < self.page
            && let Some((object, selected_by)) = self.rest.pop_front()
        {
            if viewer.finds(&object) {
                contents.push(self.read(viewer, &object, &selected_by));
            }
        }
        contents
    }

    fn read(&mut self, viewer: Viewer<'_>, object: &ManagedObjectReference, selected_by: &[usize]) -> ObjectContent {
        if let [only] = selected_by {
            return content(viewer, object, &self.selectors[*only].paths(object.type_name()));
        }
        let mut paths: Vec<PropertyPath> = Vec::new();
        for &index in selected_by {
            for path in self.selectors[index].paths(object.type_name()).iter() {
                if !paths.iter().any(|known| known.text() == path.text()) {
                    paths.push(path.clone());
                }
            }
        }
        content(viewer, object, &paths)
    }
}

pub(super) fn retrieve_properties(call: &mut Call<'_>) -> Outcome {
    let mut retrieval = Retrieval::new(call, usize::MAX)?;
    let contents = retrieval.next_page(Viewer::of(call));
    Ok(Some(ObjectContent::into_list(contents).into()))
}

/// The result is unset if no object was selected. Who has no session gets everything at once, as a token belongs to a
/// session.
pub(super) fn retrieve_properties_ex(call: &mut Call<'_>) -> Outcome {
    let wanted = call.object::<RetrieveOptions>("options").and_then(RetrieveOptions::max_objects);
    let wanted = wanted.map(|wanted| positive(wanted, "options.maxObjects")).transpose()?;
    let limit = call.simulation.settings.max_page;
    let page = if call.session().is_some() { wanted.map_or(limit, |wanted| wanted.min(limit)) } else { usize::MAX };
    let retrieval = Retrieval::new(call, page)?;
    if retrieval.rest.is_empty() { Ok(None) } else { page_of(call, retrieval) }
}

pub(super) fn continue_retrieve_properties_ex(call: &mut Call<'_>) -> Outcome {
    let retrieval = take(call)?;
    page_of(call, retrieval)
}

pub(super) fn cancel_retrieve_properties_ex(call: &mut Call<'_>) -> Outcome {
    take(call).map(|_| None)
}

/// A number that must be at least one.
pub(super) fn positive(number: i32, argument: &str) -> Result<usize, Failure> {
    let number = usize::try_from(number).ok().filter(|&number| number > 0);
    number.ok_or_else(|| fault::invalid_argument(argument, "it must be at least 1"))
}

fn take(call: &mut Call<'_>) -> Result<Retrieval, Failure> {
    let token = call.required_text("token")?;
    let session = call.required_session()?.number;
    let retrievals = &mut call.state.session_objects.owned(session).retrievals;
    if retrievals.get(&token).is_none_or(|retrieval| retrieval.collector != *call.object) {
        return Err(fault::invalid_property("token"));
    }
    retrievals.remove(&token).ok_or_else(|| fault::invalid_property("token"))
}

/// The next page of a retrieval, with a token if there are more.
fn page_of(call: &mut Call<'_>, mut retrieval: Retrieval) -> Outcome {
    let mut result = RetrieveResult::new();
    result.set_objects(retrieval.next_page(Viewer::of(call)));
    if !retrieval.rest.is_empty()
        && let Some(session) = call.session().map(|session| session.number)
    {
        let token = call.state.random.uuid();
        result.set_token(&token);
        call.state.session_objects.owned(session).retrievals.insert(token, retrieval);
    }
    Ok(Some(result.into()))
}
