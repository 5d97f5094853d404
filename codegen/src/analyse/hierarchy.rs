//! Who derives from whom.

use crate::model::{Field, Model, TypeId};

/// The trees of data types. The lowering has made sure that no type is its own ancestor.
pub(crate) struct Hierarchy {
    parents: Vec<Option<TypeId>>,
    children: Vec<Vec<TypeId>>,
}

impl Hierarchy {
    pub(super) fn of(model: &Model) -> Self {
        let parents: Vec<_> = model.data_types.iter().map(|ty| ty.parent).collect();
        let mut children = vec![Vec::new(); parents.len()];
        for (index, parent) in parents.iter().enumerate() {
            if let Some(TypeId(parent)) = parent {
                children[*parent].push(TypeId(index));
            }
        }
        Self { parents, children }
    }

    /// The types that derive from `id` directly, in the order of the document.
    pub(crate) fn children(&self, id: TypeId) -> &[TypeId] {
        &self.children[id.0]
    }

    /// The base of `id`, the base of that, up to the root.
    pub(crate) fn ancestors(&self, id: TypeId) -> impl Iterator<Item = TypeId> {
        std::iter::successors(self.parents[id.0], |ancestor| self.parents[ancestor.0])
    }

    /// All types below `id`, without itself; a type comes before its children.
    pub(crate) fn descendants(&self, id: TypeId) -> Vec<TypeId> {
        let mut found = Vec::new();
        let mut open: Vec<TypeId> = self.children(id).iter().rev().copied().collect();
        while let Some(next) = open.pop() {
            found.push(next);
            open.extend(self.children(next).iter().rev());
        }
        found
    }

    /// The members of `id` in the order of the wire: inherited ones first, each with its owner.
    pub(crate) fn all_fields<'m>(&self, model: &'m Model, id: TypeId) -> Vec<(TypeId, &'m Field)> {
        let mut line: Vec<TypeId> = self.ancestors(id).collect();
        line.reverse();
        line.push(id);
        line.into_iter().flat_map(|owner| model.data_types[owner.0].fields.iter().map(move |f| (owner, f))).collect()
    }

    /// How many members `id` inherits.
    pub(crate) fn inherited_count(&self, model: &Model, id: TypeId) -> usize {
        self.ancestors(id).map(|ancestor| model.data_types[ancestor.0].fields.len()).sum()
    }
}
