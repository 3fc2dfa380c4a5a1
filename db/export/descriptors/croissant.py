"""A Data Package of exported tables as a Croissant file (docs.mlcommons.org/croissant, version 1.0).

Lists of rows (`spans`, `variants`, `places`) are left out: Croissant has fields with one type.
"""

from collections.abc import Iterator
from typing import Any

from db.export.descriptors.datapackage import LICENCE, Facts

_CONTEXT: Facts = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
}
_ENCODINGS = {"csv": "text/csv", "jsonl": "application/jsonlines", "parquet": "application/x-parquet"}


def croissant(package: Facts) -> Facts:
    """Return the Croissant description of a Data Package."""
    resources = package["resources"]
    archives = sorted({source["title"] for one in resources for source in one["sources"]})
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": package["name"],
        "description": package["description"],
        "license": LICENCE,
        "isBasedOn": archives,
        "dataCollection": "; ".join(sorted({_provenance(one) for one in resources})),
        "distribution": [_file(one) for one in resources],
        "recordSet": [_record_set(one) for one in resources],
    }


def _provenance(resource: Facts) -> str:
    made: dict[str, Any] = resource["policytrail"]
    return (
        f"{resource['path']}: {made['rows']} rows of {made['archive']} (last capture {made['last_capture']}),"
        f" written by policytrail {made['version']} with extractor {made['extractor']}: {made['options']}"
    )


def _file(resource: Facts) -> Facts:
    return {
        "@type": "cr:FileObject",
        "@id": resource["path"],
        "name": resource["path"],
        "description": resource["description"],
        "contentUrl": resource["path"],
        "contentSize": f"{resource['bytes']} B",
        "encodingFormat": _ENCODINGS[resource["format"]],
        "sha256": resource["hash"].removeprefix("sha256:"),
    }


def _record_set(resource: Facts) -> Facts:
    name = f"rows-of-{resource['name']}"
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": resource["description"],
        "field": list(_fields(resource, name)),
    }


def _fields(resource: Facts, record_set: str) -> Iterator[Facts]:
    for field in resource["schema"]["fields"]:
        if "policytrail" in field:  # a list of rows
            continue
        is_list = field["type"] == "array"
        yield {
            "@type": "cr:Field",
            "@id": f"{record_set}/{field['name']}",
            "name": field["name"],
            "description": field["description"],
            "dataType": _TYPES["string" if is_list else field["type"]],
            **({"repeated": True} if is_list else {}),
            "source": {
                "fileObject": {"@id": resource["path"]},
                "extract": {"column": field["name"]},
            },
        }
