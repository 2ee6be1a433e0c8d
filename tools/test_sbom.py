#!/usr/bin/env python3
"""The test of sbom.py: what it writes about this machine is SPDX 2.3, names what the compiler and the linker used, and is the same
each time; the rules of this test find documents that are none."""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # leave no cache in the tree
import sbom  # noqa: E402

os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
PATTERNS = {
    "SPDXID": r"SPDXRef-[A-Za-z0-9.-]+", "spdxVersion": r"SPDX-2\.3", "dataLicense": r"CC0-1\.0", "created": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "documentNamespace": r"[a-z]+://[^\s#]+", "downloadLocation": r"NOASSERTION|NONE|[a-z+]+://\S+",
    "checksumValue": r"[0-9a-f]{64}", "referenceLocator": r"pkg:[a-z]+/[^\s+]+@[^\s+]+",
}
RELATIONSHIPS = {"DESCRIBES", "STATIC_LINK", "DYNAMIC_LINK", "BUILD_DEPENDENCY_OF", "BUILD_TOOL_OF"}


def faults(document):
    """What is not SPDX 2.3 in it."""
    for place, part, keys in [
            ("document", document, ("spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo")),
            ("creationInfo", document.get("creationInfo", {}), ("created", "creators")),
            *((package.get("name", "a package"), package, ("SPDXID", "name", "versionInfo", "downloadLocation", "filesAnalyzed", "licenseDeclared"))
              for package in document["packages"]),
            *(("a reference", reference, ("referenceCategory", "referenceType", "referenceLocator"))
              for package in document["packages"] for reference in package.get("externalRefs", ())),
            *(("a checksum", checksum, ("algorithm", "checksumValue"))
              for package in document["packages"] for checksum in package.get("checksums", ()))]:
        yield from (f"{place}: no {key}" for key in keys if part.get(key) in (None, "", []))
        yield from (f"{place}: {key} is {part[key]}" for key, pattern in PATTERNS.items()
                    if key in part and not re.fullmatch(pattern, part[key]))
    for creator in document.get("creationInfo", {}).get("creators", ()):
        if not re.match(r"(Person|Organization|Tool): \S", creator):
            yield f"creator {creator}"
    ids = [document.get("SPDXID"), *(package.get("SPDXID") for package in document["packages"])]
    yield from (f"{one} is there twice" for one in set(ids) if ids.count(one) > 1)
    linked = set()
    for relationship in document["relationships"]:
        ends = (relationship["spdxElementId"], relationship["relatedSpdxElement"])
        linked.update(ends)
        yield from (f"relationship to {end}, which is not there" for end in ends if end not in ids)
        if relationship["relationshipType"] not in RELATIONSHIPS:
            yield f"relationship {relationship['relationshipType']}"
    yield from (f"{one} has no relationship" for one in ids if one not in linked)


def written(*options):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sbom.json")
        sbom.main([*options, "--output", str(path)])
        return path.read_text()


class Sbom(unittest.TestCase):
    def test_source(self):
        text = written()
        document = json.loads(text)
        self.assertEqual(list(faults(document)), [])
        self.assertEqual(written(), text)
        packages = {package["name"]: package for package in document["packages"]}
        self.assertEqual(packages["vecext"]["primaryPackagePurpose"], "SOURCE")
        # What the compiler sees.
        header, _ = sbom.eigen_version()
        seen = subprocess.run(["g++", "-E", "-P", "-x", "c++", "-"], capture_output=True, text=True, check=True, input=f"""#include "{header}"
#ifdef EIGEN_PATCH_VERSION
version EIGEN_MAJOR_VERSION.EIGEN_MINOR_VERSION.EIGEN_PATCH_VERSION
#else
version EIGEN_WORLD_VERSION.EIGEN_MAJOR_VERSION.EIGEN_MINOR_VERSION
#endif
""")
        eigen = re.search(r"^version ([0-9. ]+)$", seen.stdout, re.MULTILINE)[1].replace(" ", "")
        self.assertEqual(re.match(r"[0-9.]+", packages["Eigen"]["versionInfo"])[0], eigen)
        self.assertEqual(packages["Eigen"]["licenseDeclared"], "MPL-2.0")
        self.assertIn("PostgreSQL", packages)
        self.assertIn("gcc", packages)

    def test_library(self):
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder, "library.so")
            subprocess.run(["g++", "-shared", "-fPIC", "-x", "c++", "-", "-o", str(library)], text=True, check=True,
                           input="#include <cstdio>\n#include <string>\nvoid add(std::string &text) { text += text; puts(text.c_str()); }\n")
            document = json.loads(written("--library", str(library), "--archive", str(library)))
        self.assertEqual(list(faults(document)), [])
        linked = {one["relatedSpdxElement"] for one in document["relationships"] if one["relationshipType"] == "DYNAMIC_LINK"}
        self.assertLessEqual({"SPDXRef-libc.so.6", "SPDXRef-libstdc--.so.6"}, linked)
        self.assertEqual(document["packages"][0]["checksums"][0]["algorithm"], "SHA256")

    def test_faults_are_found(self):
        sound = json.loads(written())

        def change(path, value):
            document = copy.deepcopy(sound)
            part = document
            for key in path[:-1]:
                part = part[key]
            if value is None:
                del part[path[-1]]
            else:
                part[path[-1]] = value
            return list(faults(document))

        for path, value in (
                (["spdxVersion"], None), (["spdxVersion"], "SPDX-2.2"), (["documentNamespace"], "vecext"), (["SPDXID"], "DOCUMENT"),
                (["creationInfo", "created"], "2026-11-23"), (["creationInfo", "creators"], []), (["creationInfo", "creators"], ["me"]),
                (["packages", 1, "versionInfo"], None), (["packages", 1, "downloadLocation"], "there"), (["packages", 1, "SPDXID"], "SPDXRef-a b"),
                (["packages", 1, "SPDXID"], "SPDXRef-vecext"), (["relationships", 1, "relatedSpdxElement"], "SPDXRef-none"),
                (["relationships", 1, "relationshipType"], "USES"), (["relationships"], [])):
            self.assertNotEqual(change(path, value), [], (path, value))


if __name__ == "__main__":
    unittest.main()
