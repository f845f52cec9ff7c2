"""What specs declare, read from their classes: every parameter and every switch."""

from __future__ import annotations

from typing import Literal, get_args, get_origin

from clustersim.scenario.schema import ScenarioSpec
from clustersim.specs import Parameter, Spec


def classes(annotation=ScenarioSpec, found=None):
    """Every spec that an annotation can hold, itself included."""
    found = {} if found is None else found
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        if annotation not in found:
            found[annotation] = None
            for info in annotation.model_fields.values():
                classes(info.annotation, found)
    else:
        for part in get_args(annotation):
            classes(part, found)
    return list(found)


def parameters():
    """(spec, field) of every parameter, those that stand in tables included."""
    return {
        (spec.__name__, name)
        for spec in classes()
        for name, info in spec.model_fields.items()
        if is_parameter(info)
    }


def switches():
    """The words of every field that is a choice of several, by (spec, field)."""
    found = {
        (spec.__name__, name): words
        for spec in classes()
        for name, info in spec.model_fields.items()
        if (words := _words(info.annotation))
    }
    return {place: words for place, words in found.items() if len(words) > 1}


def parameters_at(spec, path=""):
    """Yield (path, (spec, field)) of every parameter of an instance."""
    for name, info in type(spec).model_fields.items():
        value, here = getattr(spec, name), f"{path}.{name}" if path else name
        if isinstance(value, Spec):
            yield from parameters_at(value, here)
        elif isinstance(value, dict) and any(isinstance(item, Spec) for item in value.values()):
            for key, item in value.items():
                yield from parameters_at(item, f"{here}.{key}")
        elif is_parameter(info):
            yield here, (type(spec).__name__, name)


def is_parameter(info):
    """Whether a field is a parameter, or a table of some."""
    return any(isinstance(mark, Parameter) for mark in info.metadata) or _marked(info.annotation)


def _marked(annotation):
    marks = getattr(annotation, "__metadata__", ())
    return any(isinstance(mark, Parameter) for mark in marks) or any(
        map(_marked, get_args(annotation))
    )


def _words(annotation):
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next(filter(None, map(_words, get_args(annotation))), ())
