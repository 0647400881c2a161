"""The API's schema as plain lists for our own pages: the usual viewers need inline styles."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@login_not_required
@require_safe
def api_docs(request):
    """Every address, its parameters, bodies and answers."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    context = {"info": schema["info"], "operations": operations(schema), "objects": objects(schema)}
    return render(request, "api_docs.html", context)


def operations(schema):
    """Each method of each path: method, path, summary, parameters, body and answers by status."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "id": f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
            "summary": operation.get("summary") or operation["operationId"],
            "description": operation.get("description", ""),
            "parameters": [_parameter(one) for one in operation.get("parameters", ())],
            "body": _object_of(operation.get("requestBody", {})),
            "answers": [(status, _object_of(answer)) for status, answer in operation["responses"].items()],
        }
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def objects(schema):
    """Each named object with its fields: name, type, whether required, description."""
    return [
        {
            "name": name,
            "description": one.get("description", ""),
            "words": one.get("enum", ()),
            "fields": [
                (field, _type(about), field in one.get("required", ()), about.get("description", ""))
                for field, about in one.get("properties", {}).items()
            ],
        }
        for name, one in schema.get("components", {}).get("schemas", {}).items()
    ]


def _parameter(one):
    return {
        "name": one["name"],
        "place": one["in"],
        "type": _type(one.get("schema", {})),
        "about": one.get("description", ""),
    }


def _object_of(holder):
    """The name of the JSON object in a request body or an answer, or an empty text."""
    content = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return _type(content) if content else ""


def _type(about):
    """A field's type in a word: "string", "list of Attempt", "Call"."""
    if "$ref" in about:
        return about["$ref"].rsplit("/", 1)[-1]
    if "allOf" in about:
        return _type(about["allOf"][0])
    if "oneOf" in about:
        return " or ".join(_type(one) for one in about["oneOf"])
    if about.get("type") == "array":
        return f"list of {_type(about.get('items', {}))}"
    return about.get("format") or about.get("type") or "any"
