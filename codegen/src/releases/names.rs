//! One numbering for several models: names → ids that all of them share.

use indexmap::IndexSet;

use crate::model::{
    EnumId, Field, Item, ManagedObject, MoId, Model, Operation, Primitive, RequestId, Shape, Type, TypeId, WireName,
};

/// The names of everything that some model has, by the ids of the merged model.
pub(super) struct Names {
    types: IndexSet<WireName>,
    enums: IndexSet<WireName>,
    requests: IndexSet<WireName>,
    objects: IndexSet<WireName>,
}

impl Names {
    /// Numbers the items of the models: those of the first in its order, then what the others have besides.
    pub(super) fn of<'m>(models: impl Iterator<Item = &'m Model>) -> Self {
        let (mut types, mut enums) = (IndexSet::new(), IndexSet::new());
        let (mut requests, mut objects) = (IndexSet::new(), IndexSet::new());
        for model in models {
            types.extend(model.data_types.iter().map(|ty| ty.name.clone()));
            enums.extend(model.enums.iter().map(|ty| ty.name.clone()));
            requests.extend(model.requests.iter().map(|ty| ty.name.clone()));
            objects.extend(model.managed_objects.iter().map(|object| object.name.clone()));
        }
        Self { types, enums, requests, objects }
    }

    /// The common ids of a model's items.
    pub(super) fn ids(&self, model: &Model) -> Ids {
        let objects = model.managed_objects.iter().map(|object| &object.name);
        Ids {
            types: positions(&self.types, model.data_types.iter().map(|ty| &ty.name)).map(TypeId).collect(),
            enums: positions(&self.enums, model.enums.iter().map(|ty| &ty.name)).map(EnumId).collect(),
            requests: positions(&self.requests, model.requests.iter().map(|ty| &ty.name)).map(RequestId).collect(),
            objects: positions(&self.objects, objects).map(MoId).collect(),
        }
    }

    /// Renumbers all ids of a model. Its lists keep their order.
    pub(super) fn renumber(&self, model: &mut Model) {
        let renumbering = Renumbering(self.ids(model));
        for ty in &mut model.data_types {
            ty.parent = ty.parent.map(|id| renumbering.0.types[id.0]);
            renumbering.fields(&mut ty.fields);
        }
        model.requests.iter_mut().for_each(|request| renumbering.fields(&mut request.fields));
        model.managed_objects.iter_mut().for_each(|object| renumbering.managed_object(object));
    }

    pub(super) fn ty(&self, id: TypeId) -> &str {
        self.types[id.0].as_str()
    }

    pub(super) fn request(&self, id: RequestId) -> &str {
        self.requests[id.0].as_str()
    }

    /// A type in words: `int`, `UserSession[]`, `*VirtualMachine` for a reference.
    pub(super) fn show(&self, ty: Type) -> String {
        let item = match ty.item {
            Item::Primitive(primitive) => primitive_name(primitive).to_owned(),
            Item::Enum(id) => self.enums[id.0].to_string(),
            Item::Object(id) => self.types[id.0].to_string(),
            Item::Reference(Some(id)) => format!("*{}", self.objects[id.0]),
            Item::Reference(None) => "*ManagedObject".to_owned(),
            Item::Any => "any".to_owned(),
        };
        let list = if ty.shape == Shape::List { "[]" } else { "" };
        format!("{item}{list}")
    }
}

pub(super) fn primitive_name(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Boolean => "boolean",
        Primitive::Byte => "byte",
        Primitive::Short => "short",
        Primitive::Int => "int",
        Primitive::Long => "long",
        Primitive::Float => "float",
        Primitive::Double => "double",
        Primitive::String => "string",
        Primitive::Secret => "secret",
        Primitive::DateTime => "dateTime",
        Primitive::Binary => "binary",
    }
}

fn positions<'n>(all: &IndexSet<WireName>, names: impl Iterator<Item = &'n WireName>) -> impl Iterator<Item = usize> {
    names.map(|name| all.get_index_of(name).expect("the numbering has all names of its models"))
}

/// The common ids of a model's items, in the order of its lists.
pub(super) struct Ids {
    pub(super) types: IndexSet<TypeId>,
    pub(super) enums: IndexSet<EnumId>,
    pub(super) requests: IndexSet<RequestId>,
    pub(super) objects: IndexSet<MoId>,
}

/// The ids of one model → those of the merged one.
struct Renumbering(Ids);

impl Renumbering {
    fn fields(&self, fields: &mut [Field]) {
        fields.iter_mut().for_each(|field| self.ty(&mut field.ty));
    }

    fn ty(&self, ty: &mut Type) {
        match &mut ty.item {
            Item::Enum(id) => *id = self.0.enums[id.0],
            Item::Object(id) => *id = self.0.types[id.0],
            Item::Reference(Some(id)) => *id = self.0.objects[id.0],
            Item::Primitive(_) | Item::Reference(None) | Item::Any => {}
        }
    }

    /// Bases and task results come with the overlays, after the merging.
    fn managed_object(&self, object: &mut ManagedObject) {
        for Operation { request, result, faults, .. } in &mut object.operations {
            *request = request.map(|id| self.0.requests[id.0]);
            result.iter_mut().for_each(|result| self.ty(&mut result.ty));
            faults.iter_mut().for_each(|declared| declared.fault = self.0.types[declared.fault.0]);
        }
    }
}
