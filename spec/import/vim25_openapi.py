#!/usr/bin/env python3
"""Make the OpenAPI document of the vSphere VI JSON API (vim25), and two overlays, from the type registry of pyvmomi.

The registry is the modules `_typeinfo_core.py`, `_typeinfo_query.py` and `_typeinfo_vim.py` of the installed pyvmomi.
They hold plain calls such as CreateDataType(...), which are read with `ast`; nothing of the package is executed.
corrections.toml tells the rest.

The document follows the structure of the official "Virtual Infrastructure JSON API" document: schema names, operation
ids, paths, order, `required` lists, formats, forms of requests and responses, enums, boxed values. It carries no prose:
its only descriptions are facts that the registry states (privileges, declared faults, since-versions, the managed
object behind a reference, the values of an enum).

Needs Python 3.11 and what requirements.txt lists.
"""

from __future__ import annotations

import argparse
import ast
import importlib.metadata
import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

# ----------------------------------------------------------------------------------------------------------------------
# The registry
# ----------------------------------------------------------------------------------------------------------------------

LINK, OPTIONAL, SECRET = 1, 4, 8
FLAGS = {"F_LINK": LINK, "F_LINKABLE": 2, "F_OPTIONAL": OPTIONAL, "F_SECRET": SECRET}

MANAGED_OBJECT = "vmodl.ManagedObject"
METHOD_FAULT = "vmodl.MethodFault"
TASK = "vim.Task"


@dataclass
class Member:
    """A member of a data type, a property of a managed object or a parameter of a method."""

    name: str
    type: str
    version: str
    flags: int
    privilege: str | None = None

    @property
    def optional(self) -> bool:
        return bool(self.flags & OPTIONAL)


@dataclass
class Method:
    name: str  # in the registry: terminate
    wsdl: str  # on the wire: TerminateSession
    version: str
    params: list[Member]
    result_flags: int
    result: str
    task_result: str
    privilege: str | None
    faults: list[str]

    @property
    def starts_task(self) -> bool:
        return self.result == TASK and self.wsdl.endswith("_Task")


@dataclass
class Data:
    vmodl: str
    wsdl: str
    parent: str
    version: str
    members: list[Member]


@dataclass
class Enum:
    vmodl: str
    wsdl: str
    version: str
    values: list[str]


@dataclass
class Managed:
    vmodl: str
    wsdl: str
    parent: str
    version: str
    properties: list[Member]
    methods: list[Method]


def literal(node: ast.expr):
    """The value of an argument of a registry call."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return FLAGS[node.id]
        case ast.Tuple() | ast.List():
            return [literal(item) for item in node.elts]
        case ast.BinOp(op=ast.BitOr()):
            return literal(node.left) | literal(node.right)
    raise ValueError("unexpected in the registry: " + ast.dump(node))


class Registry:
    """All that the registry has, whatever the release. Keys are its names, `vim.host.MemoryTierType`."""

    def __init__(self, folder: Path):
        self.data: dict[str, Data] = {}
        self.managed: dict[str, Managed] = {}
        self.enums: dict[str, Enum] = {}
        self.ancestry: dict[str, set[str]] = {}  # version → versions that it comprises
        self.ids: dict[str, str] = {}  # version → release id on the wire
        self.namespaces: dict[str, str] = {}  # version → namespace
        for module in ("core", "query", "vim"):
            tree = ast.parse((folder / f"_typeinfo_{module}.py").read_text(encoding="utf-8"))
            for statement in tree.body:
                match statement:
                    case ast.Expr(value=ast.Call(func=ast.Name(id=function), args=args)):
                        self._call(function, [literal(arg) for arg in args])
        self._builtins()

    def _call(self, function: str, args: list) -> None:
        match function, args:
            case "AddVersion", [name, namespace, release, _legacy, service]:
                self.ids[name] = release
                self.namespaces[name] = service or namespace
            case "AddVersionParent", [name, parent]:
                self.ancestry.setdefault(name, set()).add(parent)
            case "CreateDataType", [vmodl, wsdl, parent, version, members]:
                members = [Member(*m[:4]) for m in members or []]
                self.data[vmodl] = Data(vmodl, wsdl, parent, version, members)
            case "CreateEnumType", [vmodl, wsdl, version, values]:
                self.enums[vmodl] = Enum(vmodl, wsdl, version, values)
            case "CreateManagedType", [vmodl, wsdl, parent, version, properties, methods]:
                properties = [Member(*p) for p in properties or []]
                methods = [self._method(*m) for m in methods or []]
                self.managed[vmodl] = Managed(vmodl, wsdl, parent, version, properties, methods)

    @staticmethod
    def _method(name, wsdl, version, params, result, privilege, faults) -> Method:
        return Method(name, wsdl, version, [Member(*p) for p in params], *result, privilege, faults or [])

    def _builtins(self) -> None:
        """Types that pyvmomi builds in code, as the JSON API has them."""
        v0, v1 = "vmodl.version.version0", "vmodl.version.version1"
        builtins = {
            "vmodl.DataObject": ("anyType", []),
            METHOD_FAULT: ("anyType", [
                Member("faultCause", METHOD_FAULT, v1, OPTIONAL),
                Member("faultMessage", "vmodl.LocalizableMessage[]", v1, OPTIONAL)]),
            "vmodl.RuntimeFault": (METHOD_FAULT, []),
            "vmodl.LocalizedMethodFault": ("vmodl.DataObject", [
                Member("fault", METHOD_FAULT, v0, 0),
                Member("localizedMessage", "string", v0, OPTIONAL)]),
        }
        for vmodl, (parent, members) in builtins.items():
            self.data[vmodl] = Data(vmodl, vmodl.rpartition(".")[2], parent, v0, members)
        # SOAP alone has DynamicData and its two members.
        self.data.pop("vmodl.DynamicData", None)
        for data in self.data.values():
            if data.parent == "vmodl.DynamicData":
                data.parent = "vmodl.DataObject"
            data.members = [m for m in data.members if m.name not in ("dynamicType", "dynamicProperty")]


# ----------------------------------------------------------------------------------------------------------------------
# One release
# ----------------------------------------------------------------------------------------------------------------------


class Corrections:
    """corrections.toml; what the tables mean is said there."""

    def __init__(self, path: Path):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        self.type_since: dict[str, str] = tables["type_since"]
        self.method_since: dict[str, str] = tables["method_since"]
        self.required_until: dict[str, str] = tables["required_until"]
        self.hidden_values: dict[str, list[str]] = tables["hidden_values"]
        self.value_since: dict[str, dict[str, str]] = tables["value_since"]
        self.methods: list[dict] = tables["methods"]
        self.boxed_enums = set(tables["lists"]["boxed_enums"])
        self.undescribed = set(tables["lists"]["undescribed"])

    @staticmethod
    def method(entry: dict) -> Method:
        version = entry["version"]
        params = [Member(p["name"], p["type"], version, OPTIONAL if p.get("optional") else 0)
                  for p in entry["parameters"]]
        return Method(entry["name"], entry["wire_name"], version, params, OPTIONAL if entry.get("optional") else 0,
                      entry["result"], entry.get("task_result", entry["result"]), entry["privilege"], entry["faults"])


def release_key(release: str) -> tuple[int, ...]:
    return tuple(int(number) for number in release.split("."))


class Release:
    """What the corrected registry shows of one release."""

    # The official document dates nothing that is older than this.
    SINCE_FROM = (7, 0, 1, 0)

    def __init__(self, registry: Registry, corrections: Corrections, release: str):
        self.registry = registry
        self.corrections = corrections
        self.id = release
        self.key = release_key(release)
        ids = {i: v for v, i in registry.ids.items()
               if registry.namespaces[v] == "vim25" and re.fullmatch(r"[\d.]+", i)}
        if release not in ids:
            known = ", ".join(sorted(ids, key=release_key))
            raise SystemExit(f"no release {release}; the registry knows {known}")
        self.versions = registry.ancestry[ids[release]]
        self.enums = {n: replace(e, values=self._values(e)) for n, e in registry.enums.items() if self._has_type(e)}
        self.managed = {n: replace(m, properties=self._visible(m.properties), methods=self._methods(m))
                        for n, m in registry.managed.items() if self._visible([m])}
        self.data = {n: replace(d, members=self._members(d)) for n, d in registry.data.items() if self._has_type(d)}
        self.boxed_enums = self._boxed_enums()

    # -- what is in it ----------------------------------------------------------------------------------------------

    def _visible(self, things: Iterable) -> list:
        return [x for x in things if x.version in self.versions]

    def _reached(self, since: str | None) -> bool:
        return since is None or self.key >= release_key(since)

    def _has_type(self, type_: Data | Enum) -> bool:
        """A type is visible if those that enclose it are, too."""
        every = self.registry.data | self.registry.enums | self.registry.managed
        names = type_.vmodl.split(".")
        enclosing = (".".join(names[:n]) for n in range(1, len(names) + 1))
        return (self._reached(self.corrections.type_since.get(type_.vmodl))
                and all(every[n].version in self.versions for n in enclosing if n in every))

    def _values(self, enum: Enum) -> list[str]:
        since = self.corrections.value_since.get(enum.vmodl, {})
        hidden = self.corrections.hidden_values.get(enum.vmodl, ())
        return [v for v in enum.values if v not in hidden and self._reached(since.get(v))]

    def _members(self, data: Data) -> list[Member]:
        out = []
        for member in self._visible(data.members):
            until = self.corrections.required_until.get(f"{data.vmodl}.{member.name}")
            if until and self.key <= release_key(until):
                member = replace(member, flags=member.flags & ~OPTIONAL)
            out.append(member)
        return out

    def _methods(self, managed: Managed) -> list[Method]:
        out = [replace(m, params=self._visible(m.params)) for m in self._visible(managed.methods)
               if self._reached(self.corrections.method_since.get(f"{managed.vmodl}.{m.wsdl}"))]
        for entry in self.corrections.methods:
            until = entry.get("until")
            if entry["managed_object"] == managed.vmodl and (until is None or self.key <= release_key(until)):
                out.append(self.corrections.method(entry))
        return out

    def _boxed_enums(self) -> set[str]:
        """Those that something has as its type, and a few more. Others are only named in the documentation of a plain
        string."""
        used = {m.type for d in self.data.values() for m in d.members}
        for managed in self.managed.values():
            used.update(p.type for p in managed.properties)
            for method in managed.methods:
                used.update(p.type for p in method.params)
                used.update((method.result, method.task_result))
        used = {name.removesuffix("[]") for name in used}
        return {n for n, e in self.enums.items() if n in used or e.wsdl in self.corrections.boxed_enums}

    # -- questions --------------------------------------------------------------------------------------------------

    def since(self, version: str) -> str | None:
        """The release that brought a version, unless it is too old to be told."""
        release = self.registry.ids.get(version, "")
        if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", release) and release_key(release) >= self.SINCE_FROM:
            return release
        return None

    def ancestors(self, data: str) -> list[str]:
        """Itself and its bases, nearest first."""
        out = []
        while data in self.data:
            out.append(data)
            data = self.data[data].parent
        return out

    def managed_chain(self, managed: str) -> list[Managed]:
        """Itself and its bases, nearest first."""
        out = []
        while managed in self.managed:
            out.append(self.managed[managed])
            managed = self.managed[managed].parent
        return out

    def methods(self, managed: str) -> list[Method]:
        """Inherited ones too, in the order of the document."""
        found = [m for object_ in self.managed_chain(managed) for m in object_.methods]
        return sorted(found, key=lambda m: (m.name, m.wsdl))

    def properties(self, managed: str) -> list[Member]:
        """Inherited ones too, in the order of the document."""
        found = [p for object_ in self.managed_chain(managed) for p in object_.properties]
        return sorted(found, key=lambda p: p.name)

    def managed_with_paths(self) -> list[Managed]:
        """By wire name."""
        found = [m for n, m in self.managed.items() if self.methods(n) or self.properties(n)]
        return sorted(found, key=lambda m: m.wsdl)


# ----------------------------------------------------------------------------------------------------------------------
# The document
# ----------------------------------------------------------------------------------------------------------------------

SCHEMAS = "#/components/schemas/"

PRIMITIVES: dict[str, dict] = {
    "boolean": {"type": "boolean"},
    "byte": {"type": "integer", "minimum": -128, "maximum": 127},
    "short": {"type": "integer", "minimum": -32768, "maximum": 32767},
    "int": {"type": "integer", "format": "int32"},
    "long": {"type": "integer", "format": "int64"},
    "float": {"type": "number", "format": "float"},
    "double": {"type": "number", "format": "double"},
    "string": {"type": "string"},
    "vmodl.DateTime": {"type": "string", "format": "date-time"},
    "vmodl.URI": {"type": "string"},
    "vmodl.Binary": {"type": "string", "format": "byte"},
    "vmodl.TypeName": {"type": "string"},
    "vmodl.PropertyPath": {"type": "string"},
    "vmodl.MethodName": {"type": "string"},
}

# What the schemas of boxed primitives are named after, in the order of the official document.
BOXED = {
    "Boolean": "boolean", "Byte": "byte", "Short": "short", "Int": "int", "Long": "long", "Float": "float",
    "Double": "double", "String": "string", "DateTime": "vmodl.DateTime", "URI": "vmodl.URI",
    "Binary": "vmodl.Binary", "TypeName": "vmodl.TypeName", "PropPath": "vmodl.PropertyPath",
    "MethodName": "vmodl.MethodName",
}

# Values of the discriminator that are not the name of the schema.
DISCRIMINATOR = {
    "boolean": "PrimitiveBoolean", "byte": "PrimitiveByte", "short": "PrimitiveShort", "int": "PrimitiveInt",
    "long": "PrimitiveLong", "float": "PrimitiveFloat", "double": "PrimitiveDouble", "string": "PrimitiveString",
    "dateTime": "PrimitiveDateTime", "anyURI": "PrimitiveURI", "ArrayOfAnyURI": "ArrayOfURI",
    "base64Binary": "PrimitiveBinary", "ArrayOfBase64Binary": "ArrayOfBinary", "TypeName": "PrimitiveTypeName",
    "PropertyPath": "PrimitivePropPath", "ArrayOfPropertyPath": "ArrayOfPropPath", "MethodName": "PrimitiveMethodName",
}


def ref(schema: str) -> dict:
    return {"$ref": SCHEMAS + schema}


def described(*paragraphs: str | None) -> dict:
    text = "\n\n".join(p for p in paragraphs if p)
    return {"description": text + "\n"} if text else {}


def bullets(values: Iterable[str]) -> str:
    return "\n".join(["Possible values:", *(f"- {v}" for v in values)])


def boxed(value: dict, description: dict | None = None) -> dict:
    return {"type": "object", **(description or {}), "properties": {"_value": value}, "required": ["_value"],
            "allOf": [ref("Any")]}


def boxed_array(item: dict, description: dict | None = None) -> dict:
    return boxed({"type": "array", "items": item}, description)


def json_content(schema: dict) -> dict:
    return {"application/json": {"schema": schema}}


def request_name(method: Method) -> str:
    return method.wsdl.removesuffix("_Task") + "RequestType"


class Document:
    def __init__(self, release: Release):
        self.release = release
        # Three traits of the official documents changed over time. 8.0.2.0 puts `description` and `nullable` beside a
        # `$ref`; 9.0.0.0 wraps the `$ref` into an `allOf`. (8.0.1.0 and 8.0.3.0 are taken to be like 8.0.2.0.)
        self.wraps_refs = release.key >= (9, 0)
        # 9.1.0.0 drops `required: true` from a request body without required members, and lists the releases that the
        # server knows.
        self.is_9_1 = release.key >= (9, 1)

    def build(self) -> dict:
        release = self.release
        return {
            "openapi": "3.0.0",
            "info": {"title": "Virtual Infrastructure JSON API", "version": release.id},
            "servers": [{
                "url": "https://{vcenter-host}/sdk/vim25/{release}",
                "variables": {"vcenter-host": {"default": "localhost"}, "release": self.release_variable()}}],
            "paths": self.paths(),
            "tags": [{"name": m.wsdl} for m in release.managed_with_paths()],
            "components": {
                "securitySchemes": {"Session": {"type": "apiKey", "in": "header", "name": "vmware-api-session-id"}},
                "schemas": self.schemas(),
                "parameters": {"moId": {
                    "name": "moId", "in": "path", "required": True, "schema": {"type": "string"}}}}}

    def release_variable(self) -> dict:
        out: dict = {
            "default": self.release.id,
            "description": f"Release of the vSphere API schema; this document is of {self.release.id}."}
        if self.is_9_1:
            registry = self.release.registry
            ids = {registry.ids.get(v, "") for v in self.release.versions if registry.namespaces.get(v) == "vim25"}
            ids = {i for i in ids if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", i) and release_key(i) >= (7, 0, 0, 0)}
            out["enum"] = sorted(ids, key=release_key, reverse=True)
        return out

    # -- descriptions -----------------------------------------------------------------------------------------------

    def since(self, version: str, outer: str | None = None) -> str | None:
        """Of a part only if it is younger than the whole."""
        release = self.release.since(version)
        if release is None or (outer is not None and self.release.since(outer) == release):
            return None
        return f"***Since:*** vSphere API Release {release}"

    @staticmethod
    def privilege(name: str | None) -> str | None:
        return f"***Required privileges:*** {name}" if name else None

    def target(self, type_: str) -> str | None:
        managed = self.release.managed.get(type_.removesuffix("[]"))
        if managed is None:
            return None
        return f"Refers {'instances' if type_.endswith('[]') else 'instance'} of *{managed.wsdl}*."

    # -- types ------------------------------------------------------------------------------------------------------

    def plain(self, type_: str, flags: int) -> dict:
        """Schema of a type that is no array."""
        release = self.release
        if flags & LINK:
            return {"type": "string"}
        if type_ == "string" and flags & SECRET:
            return {"type": "string", "format": "password"}
        if type_ in PRIMITIVES:
            return dict(PRIMITIVES[type_])
        if type_ == "anyType":
            return ref("Any")
        if type_ == MANAGED_OBJECT or type_ in release.managed:
            return ref("ManagedObjectReference")
        if type_ in release.enums:
            return ref(release.enums[type_].wsdl + "_enum")
        return ref(release.data[type_].wsdl)

    def member(self, owner: str, member: Member, description: dict) -> dict:
        if member.type.endswith("[]"):
            return {**description, "type": "array", "items": self.plain(member.type[:-2], member.flags)}
        schema = self.plain(member.type, member.flags)
        bare = not description and f"{owner}.{member.name}" in self.release.corrections.undescribed
        if "$ref" in schema and self.wraps_refs and not bare:
            return {**description, "allOf": [schema]}
        return {**description, **schema}

    def response(self, type_: str, flags: int) -> dict:
        nullable: dict = {"nullable": True} if flags & OPTIONAL else {}
        if type_.endswith("[]"):
            return {**nullable, "type": "array", "items": self.plain(type_[:-2], flags)}
        schema = self.plain(type_, flags)
        if "$ref" in schema and nullable and self.wraps_refs:
            return {**nullable, "allOf": [schema]}
        return {**nullable, **schema}

    # -- operations -------------------------------------------------------------------------------------------------

    def paths(self) -> dict:
        out: dict = {}
        for managed in self.release.managed_with_paths():
            path = f"/{managed.wsdl}/{{moId}}"
            for method in self.release.methods(managed.vmodl):
                out[f"{path}/{method.wsdl}"] = {"post": self.method(managed, method)}
            for prop in self.release.properties(managed.vmodl):
                out[f"{path}/{prop.name}"] = {"get": self.getter(managed, prop)}
        return out

    def operation(self, managed: Managed, name: str, of: Method | Member) -> dict:
        return {
            "tags": [managed.wsdl],
            "operationId": f"{managed.wsdl}_{name}",
            **described(self.since(of.version), self.privilege(of.privilege)),
            "parameters": [{"$ref": "#/components/parameters/moId"}],
            "security": [{"Session": []}] + ([{}] if of.privilege == "System.Anonymous" else [])}

    def getter(self, managed: Managed, prop: Member) -> dict:
        name = "get" + prop.name[:1].upper() + prop.name[1:]
        responses = {"200": self.ok(prop.type, prop.flags)}
        return {**self.operation(managed, name, prop), "responses": responses}

    def method(self, managed: Managed, method: Method) -> dict:
        out = self.operation(managed, method.wsdl, method)
        if method.params:
            required = not self.is_9_1 or any(not p.optional for p in method.params)
            out["requestBody"] = {**({"required": True} if required else {}),
                                  "content": json_content(ref(request_name(method)))}
        if method.result == "void":
            responses = {"204": {"description": "No Content\n"}}
        else:
            # The flags are those of what the task brings later; the task itself always comes.
            flags = method.result_flags & ~OPTIONAL if method.starts_task else method.result_flags
            responses = {"200": self.ok(method.result, flags)}
        faults = [f for f in method.faults if f in self.release.data]
        if faults:
            names = [self.release.data[f].wsdl for f in faults]
            responses["500"] = {
                **described(*(f"***{n}***: declared by this operation." for n in names)),
                "content": json_content(ref(self.release.data[self.fault_base(faults)].wsdl))}
        out["responses"] = responses
        return out

    def ok(self, type_: str, flags: int) -> dict:
        return {**described(self.target(type_) or "OK"), "content": json_content(self.response(type_, flags))}

    def fault_base(self, faults: list[str]) -> str:
        """From the first fault up to the first type that is base or descendant of every fault, or the fault itself.
        (Not quite the nearest common base: for VmfsAmbiguousMount and HostConfigFault the official document says
        VmfsAmbiguousMount.)"""
        bases = {f: self.release.ancestors(f) for f in faults}
        return next(c for c in bases[faults[0]]
                    if all(c in bases[f] or f in self.release.ancestors(c) for f in faults))

    # -- schemas ----------------------------------------------------------------------------------------------------

    def schemas(self) -> dict:
        out: dict = {}
        for part in (self.base_schemas(), self.request_schemas(), self.data_schemas(), self.enum_schemas()):
            twice = out.keys() & part.keys()
            if twice:
                raise SystemExit("two schemas of one name: " + ", ".join(sorted(twice)))
            out |= part
        return out

    def base_schemas(self) -> dict:
        type_schema = ref("MoTypes_enum")
        out = {
            "Any": {
                "type": "object",
                "properties": {"_typeName": {"type": "string"}},
                "required": ["_typeName"],
                "discriminator": {"propertyName": "_typeName",
                                  "mapping": {name: SCHEMAS + schema for name, schema in DISCRIMINATOR.items()}}},
            "ArrayOfAnyType": boxed_array(ref("Any")),
            "ManagedObjectReference": {
                "type": "object",
                "properties": {"type": {"allOf": [type_schema]} if self.wraps_refs else type_schema,
                               "value": {"type": "string"}},
                "required": ["type", "value"],
                "allOf": [ref("Any")]},
            "MoTypes_enum": self.managed_object_types(),
            "ArrayOfManagedObjectReference": boxed_array(ref("ManagedObjectReference"))}
        for name, primitive in BOXED.items():
            out["Primitive" + name] = boxed(dict(PRIMITIVES[primitive]))
            out["ArrayOf" + name] = boxed_array(dict(PRIMITIVES[primitive]))
        return out

    def managed_object_types(self) -> dict:
        since = {m.wsdl: self.since(m.version) for m in self.release.managed.values()}
        names = sorted(since)
        # Behind the types of the other services in 9.0.0.0, before that in its alphabetical place.
        names = [*names, "ManagedObject"] if self.wraps_refs else sorted([*names, "ManagedObject"])
        lines = (f"`{n}`: {since[n]}" if since.get(n) else f"`{n}`" for n in names)
        return {"type": "string", **described(bullets(lines)), "enum": names}

    def object_schema(self, name: str, members: list[Member], version: str, description: dict) -> dict:
        out: dict = {"type": "object", **description}
        if members:
            out["properties"] = {
                m.name: self.member(name, m, described(
                    self.since(m.version, version), self.privilege(m.privilege), self.target(m.type)))
                for m in members}
        required = [m.name for m in members if not m.optional]
        if required:
            out["required"] = required
        return out

    def request_schemas(self) -> dict:
        """One per method, however many managed objects inherit it."""
        out: dict = {}
        for managed in self.release.managed.values():
            for method in managed.methods:
                if method.params:
                    name = request_name(method)
                    if name in out:
                        raise SystemExit("two schemas of one name: " + name)
                    description = described(f"The parameters of *{managed.wsdl}.{method.wsdl}*.",
                                            self.since(method.version))
                    out[name] = self.object_schema(name, method.params, method.version, description)
        return dict(sorted(out.items()))

    def data_schemas(self) -> dict:
        out = {}
        for _, data in sorted(self.release.data.items()):
            description = described(self.since(data.version))
            parent = "Any" if data.parent == "anyType" else self.release.data[data.parent].wsdl
            out[data.wsdl] = {**self.object_schema(data.wsdl, data.members, data.version, description),
                              "allOf": [ref(parent)]}
            out["ArrayOf" + data.wsdl] = boxed_array(ref(data.wsdl), description)
        return out

    def enum_schemas(self) -> dict:
        out = {}
        for name, enum in sorted(self.release.enums.items()):
            since = self.since(enum.version)
            out[enum.wsdl + "_enum"] = {
                "type": "string",
                **described(bullets(f"`{v}`" for v in enum.values), since),
                "enum": enum.values}
            if name in self.release.boxed_enums:
                out[enum.wsdl] = boxed(ref(enum.wsdl + "_enum"), described(since))
                out["ArrayOf" + enum.wsdl] = boxed_array(ref(enum.wsdl + "_enum"), described(since))
        return out


# ----------------------------------------------------------------------------------------------------------------------
# YAML, laid out like the official document
# ----------------------------------------------------------------------------------------------------------------------

PLAIN_KEY = re.compile(r"[A-Za-z_/][A-Za-z0-9_./{}-]*")
PLAIN_VALUE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|\d+\.\d+\.\d+(\.\d+)?|https://.*")
NO_STRINGS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
SPACED_TOP_LEVEL = {"servers", "paths", "tags", "components"}
SPACED_INSIDE = {("paths",), ("components", "schemas")}


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def yaml_key(text: str) -> str:
    plain = text == "$ref" or (PLAIN_KEY.fullmatch(text) and text.lower() not in NO_STRINGS)
    return text if plain else quoted(text)


def yaml_value(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value if PLAIN_VALUE.fullmatch(value) and value.lower() not in NO_STRINGS else quoted(value)


def yaml_map(node: dict, path: tuple = ()) -> list[str]:
    out: list[str] = []
    for key, value in node.items():
        spaced = key in SPACED_TOP_LEVEL if path == () else path in SPACED_INSIDE
        if spaced and out:
            out.append("")
        out += yaml_entry(yaml_key(key) + ":", value, (*path, key))
    return out


def yaml_list(node: list, path: tuple) -> list[str]:
    out: list[str] = []
    for item in node:
        if isinstance(item, dict) and item:
            first, *others = yaml_map(item, (*path, "[]"))
            out += ["- " + first, *("  " + line for line in others)]
        elif isinstance(item, dict):
            out.append("- {}")
        else:
            out.append("- " + (quoted(item) if path[-1] == "enum" else yaml_value(item)))
    return out


def yaml_entry(head: str, value, path: tuple) -> list[str]:
    match value:
        case dict() if not value:
            return [head + " {}"]
        case []:
            return [head + " []"]
        case [str(), *_] if path[-1] == "tags":
            return [head + " [" + ", ".join(map(yaml_value, value)) + "]"]
        case dict():
            lines = yaml_map(value, path)
        case list():
            lines = yaml_list(value, path)
        case str() if value.endswith("\n"):
            head, lines = head + " |2", value[:-1].split("\n")
        case _:
            return [head + " " + yaml_value(value)]
    return [head, *("  " + line if line else "" for line in lines)]


# ----------------------------------------------------------------------------------------------------------------------
# The overlays
# ----------------------------------------------------------------------------------------------------------------------

TASK_RESULTS = """\
# What the task that a method starts brings as its result: a managed object (that is, a reference to it), a data type, a
# primitive, an array of one of these, or nothing, `void`. The document does not tell. A method is not here if the
# registry does not know its result, or if no document has the type.
#
"""

MANAGED_OBJECTS = """\
# The base of each managed object. The document does not tell. Left out are ManagedObject, which all have as their root,
# and managed objects without operations.
#
"""

MADE_BY = """\
# Made by spec/import/vim25_openapi.py for release {release}, from the type registry of pyvmomi {version}
# (Apache-2.0). Do not edit.

"""

# Names in overlays of what has no schema of its own: those on the wire.
OVERLAY_NAMES = {
    "void": "void", "boolean": "boolean", "byte": "byte", "short": "short", "int": "int", "long": "long",
    "float": "float", "double": "double", "string": "string", "vmodl.DateTime": "dateTime",
    "vmodl.Binary": "base64Binary",
}


def overlay(comment: str, release: Release, lines: list[str]) -> str:
    made_by = MADE_BY.format(release=release.id, version=importlib.metadata.version("pyvmomi"))
    return comment + made_by + "\n".join(["managed_objects:", *lines]) + "\n"


def task_result(release: Release, type_: str) -> str | None:
    """The name in the overlay, or None if there is none."""
    item = type_.removesuffix("[]")
    named = release.managed.get(item) or release.data.get(item) or release.enums.get(item)
    name = named.wsdl if named else OVERLAY_NAMES.get(item)
    return f'"{name}[]"' if name and type_.endswith("[]") else name


def task_results(release: Release) -> str:
    lines = []
    for managed in release.managed_with_paths():
        methods = sorted((m for m in release.methods(managed.vmodl) if m.starts_task), key=lambda m: m.wsdl)
        results = {m.wsdl: task_result(release, m.task_result) for m in methods}
        entries = [f"      {name}: {{ task_result: {result} }}" for name, result in results.items() if result]
        if entries:
            lines += [f"  {managed.wsdl}:", "    operations:", *entries]
    return overlay(TASK_RESULTS, release, lines)


def managed_objects(release: Release) -> str:
    with_paths = {m.vmodl: m for m in release.managed_with_paths()}
    lines = [f"  {m.wsdl}: {{ base: {with_paths[m.parent].wsdl} }}"
             for m in with_paths.values() if m.parent in with_paths]
    return overlay(MANAGED_OBJECTS, release, lines)


# ----------------------------------------------------------------------------------------------------------------------
# The command
# ----------------------------------------------------------------------------------------------------------------------


def registry_folder() -> Path:
    package = importlib.util.find_spec("pyVmomi")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("pyvmomi is not installed: pip install -r requirements.txt")
    return Path(package.submodule_search_locations[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--release", required=True, help="which release, such as 9.1.0.0")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the document")
    parser.add_argument("--task-results", type=Path, metavar="FILE", help="the overlay of task results")
    parser.add_argument("--managed-objects", type=Path, metavar="FILE", help="the overlay of bases of managed objects")
    parser.add_argument("--check", action="store_true",
                        help="write nothing, tell whether the files are what would be written")
    args = parser.parse_args()
    if not (args.out or args.task_results or args.managed_objects):
        parser.error("nothing to make: give --out, --task-results or --managed-objects")

    registry = Registry(registry_folder())
    corrections = Corrections(Path(__file__).with_name("corrections.toml"))
    release = Release(registry, corrections, args.release)
    texts: dict[Path, str] = {}
    if args.out:
        texts[args.out] = "\n".join(yaml_map(Document(release).build())) + "\n"
    if args.task_results:
        texts[args.task_results] = task_results(release)
    if args.managed_objects:
        texts[args.managed_objects] = managed_objects(release)

    stale = False
    for path, text in texts.items():
        if not args.check:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path} is not what the registry gives", file=sys.stderr)
            stale = True
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
