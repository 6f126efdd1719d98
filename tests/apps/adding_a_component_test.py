#!/usr/bin/env python3
"""Does what docs/adding_a_component.md says, on a copy of the tree: its header and its list entry are added, the
program and the generic tests are built, the generic tests of the new type and its case are run.

    adding_a_component_test.py CMAKE SOURCE_DIRECTORY BUILD_DIRECTORY COMPILER
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

FOLDERS = ["solver", "models", "meshes", "io", "apps", "cmake", "tests", "examples", "docs"]


def run(*command, **options):
    print(" ".join(map(str, command)), flush=True)
    return subprocess.run(list(map(str, command)), check=True, **options)


def copy_tree(source, tree):
    """The sources as they are; an older copy goes, its build stays."""
    tree.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        shutil.rmtree(tree / folder, ignore_errors=True)
        shutil.copytree(source / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(source / "CMakeLists.txt", tree)


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def add_component(tree):
    """Adds the documented component; returns the name of its type and its case."""
    text = (tree / "docs/adding_a_component.md").read_text()
    header, include = blocks(text, "cpp")
    (case,) = blocks(text, "yaml")
    file = re.search(r'"(models/\w+\.h)"', include).group(1)
    name = re.search(r"^struct (\w+) \{", header, re.MULTILINE).group(1)
    (tree / file).write_text(header)
    list_file = tree / re.search(r"In `(models/list_\w+\.h)`", text).group(1)
    listed = list_file.read_text()
    listed = listed.replace('#include "models/', include + '#include "models/', 1)
    listed, places = re.subn(r"(using \w+Components =\s*ComponentList<)", rf"\1{name}, ", listed)
    assert places == 1, f"{list_file} has no list of components"
    list_file.write_text(listed)
    return re.search(r'type = "(\w+)"', header).group(1), case


def main():
    cmake, source, build, compiler = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), sys.argv[4]
    tree = build / "adding_a_component"
    copy_tree(source, tree)
    type_name, case = add_component(tree)

    # As deep below the tree as the build itself: compilers are then given the same relative paths, and ccache hits.
    copy_build = tree / "build" / "release"
    os.environ["CCACHE_BASEDIR"] = str(tree)
    run(cmake, "-S", tree, "-B", copy_build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
        f"-DCMAKE_CXX_COMPILER={compiler}", f"-DWATTLOOP_TEST_ROOT={source}", stdout=subprocess.DEVNULL)
    run(cmake, "--build", copy_build, "--target", "wattloop", "test_models")

    tests = run(copy_build / "tests/test_models", f"--gtest_filter=*{type_name}*", capture_output=True, text=True).stdout
    passed = int(re.search(r"\[  PASSED  \] (\d+) test", tests).group(1))
    print(f"{passed} generic tests of {type_name} passed")
    assert passed >= 5, tests

    (tree / "case.yaml").write_text(case)
    run(copy_build / "wattloop", "run", tree / "case.yaml", "-o", tree / "out")
    check_flow(tree / "out/run.h5", type_name)


def check_flow(results, type_name):
    """20 kg/s through the clean filter, 10 kg/s with four times the loss."""
    import h5py

    flows = []

    def collect(path, item):
        if type_name in path and path.endswith("/m_flow"):
            flows.append(item[()].ravel())

    with h5py.File(results) as file:
        file.visititems(collect)
    assert len(flows) == 1, f"{len(flows)} flows of the {type_name} in {results}"
    assert abs(flows[0][0] - 20.0) < 0.02 and abs(flows[0][-1] - 10.0) < 0.02, flows[0]


if __name__ == "__main__":
    main()
