#!/usr/bin/env python3
"""Writes the list of what vecext is built of (SBOM), as SPDX 2.3 in JSON: the compiler, the server's headers, Eigen, whose
templates are in the library, and, of a library that is built, those it is linked with.

    tools/sbom.py [--pg-config PROGRAM] [--compiler PROGRAM] [--library vecext.so] [--archive FILE] [--output FILE]

Versions are those of this machine; of Debian packages, where it has them. The same machine, tree and SOURCE_DATE_EPOCH give
the same bytes.
"""
import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import quote

TREE = Path(__file__).resolve().parent.parent
EIGEN_HEADERS = ("Eigen/Version", "Eigen/src/Core/util/Macros.h")  # with the version: since Eigen 5, and before
LICENSES = {"eigen3": "MPL-2.0", "postgresql": "PostgreSQL", "gcc": "GPL-3.0-or-later WITH GCC-exception-3.1",
            "glibc": "LGPL-2.1-or-later", "llvm-toolchain": "Apache-2.0 WITH LLVM-exception"}


def output_of(*command):
    """What a program prints; nothing where it fails or is not there."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def eigen_version(folders=("/usr/include/eigen3", "/usr/local/include/eigen3", "/usr/include")):
    """(header, version) of the first Eigen there is: the header that has its version."""
    for header in (Path(folder, name) for folder in folders for name in EIGEN_HEADERS):
        if header.is_file():
            parts = dict(re.findall(r"#define EIGEN_(\w+)_VERSION (\d+)", header.read_text()))
            # Since Eigen 5, WORLD is no part of the version.
            names = ("MAJOR", "MINOR", "PATCH") if "PATCH" in parts else ("WORLD", "MAJOR", "MINOR")
            return header, ".".join(parts[name] for name in names)
    sys.exit("sbom.py: no Eigen in " + ", ".join(folders))


def debian_package(pattern, part=""):
    """(binary package, source package, version) of the file with that name, and that part in its path; None if no package has it."""
    for line in output_of("dpkg-query", "-S", pattern).splitlines():
        package, _, path = line.partition(": ")
        if part in path and "," not in package and not package.startswith("diversion"):
            source, version = output_of("dpkg-query", "-Wf", "${source:Package} ${source:Version}", package).split()
            return package.split(":")[0], source, version
    return None


def needed_libraries(library):
    return re.findall(r"\(NEEDED\) +Shared library: \[([^\]]+)\]", output_of("readelf", "-dW", library))


def an_id(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def component(name, version, debian, license_key=None):
    """A package of SPDX; its version is that of the Debian package, if there is one."""
    package = {"SPDXID": an_id(name), "name": name, "versionInfo": debian[2] if debian else version,
               "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
               "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION"}
    source = debian[1] if debian else license_key or name
    for key, text in LICENSES.items():
        if source.startswith(key):
            package["licenseDeclared"] = text
    if debian:
        distribution = re.search(r"^ID=\"?(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)[1]
        package["sourceInfo"] = f"package {debian[0]} of source {debian[1]}"
        package["externalRefs"] = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                    "referenceLocator": f"pkg:deb/{distribution}/{quote(debian[0])}@{quote(debian[2])}"}]
    return package


def components(arguments):
    """Yields (package, relationship); the relationship is from vecext, or, if it ends with OF, to it."""
    header, version = eigen_version()
    yield component("Eigen", version, debian_package(str(header)), "eigen3"), "STATIC_LINK"
    server = output_of(arguments.pg_config, "--version").split()
    headers = output_of(arguments.pg_config, "--includedir-server").strip()
    yield (component("PostgreSQL", server[1] if server else "NOASSERTION", debian_package(f"{headers}/postgres.h"), "postgresql"),
           "BUILD_DEPENDENCY_OF")
    family = "clang" if "clang" in output_of(arguments.compiler, "--version") else "gcc"
    program = Path(output_of("sh", "-c", f"command -v {arguments.compiler}").strip() or "/none").resolve()
    yield (component(family, output_of(arguments.compiler, "-dumpversion").strip(), debian_package(str(program)),
                     "llvm-toolchain" if family == "clang" else "gcc"), "BUILD_TOOL_OF")
    machine = output_of(arguments.compiler, "-dumpmachine").strip()
    for name in needed_libraries(arguments.built) if arguments.built else ():
        yield component(name, "NOASSERTION", debian_package(f"*/{name}", machine)), "DYNAMIC_LINK"


def document(arguments):
    version = re.search(r"^EXTENSION_VERSION = (\S+)$", (TREE / "Makefile").read_text(), re.MULTILINE)[1]
    own = {"SPDXID": "SPDXRef-vecext", "name": "vecext", "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
           "licenseConcluded": "PostgreSQL", "licenseDeclared": "PostgreSQL", "copyrightText": "Copyright (c) 2026, the vecext authors",
           "primaryPackagePurpose": "LIBRARY" if arguments.built else "SOURCE"}
    if arguments.archive:
        own["packageFileName"] = arguments.archive.name
        own["checksums"] = [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(arguments.archive.read_bytes()).hexdigest()}]
    packages = [own]
    relationships = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-vecext"}]
    for package, relationship in components(arguments):
        packages.append(package)
        pair = ["SPDXRef-vecext", package["SPDXID"]]
        if relationship.endswith("_OF"):
            pair.reverse()
        relationships.append({"spdxElementId": pair[0], "relationshipType": relationship, "relatedSpdxElement": pair[1]})
    created = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    content = json.dumps([packages, relationships], sort_keys=True)
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"vecext-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/vecext-{version}-{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created)),
                         "creators": ["Tool: vecext-sbom"]},
        "packages": packages, "relationships": relationships,
    }


def main(options):
    parser = argparse.ArgumentParser()
    parser.add_argument("--pg-config", default="pg_config")
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--library", dest="built", metavar="LIBRARY", type=Path)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args(options)
    text = json.dumps(document(arguments), indent=2) + "\n"
    if arguments.output:
        arguments.output.write_text(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
