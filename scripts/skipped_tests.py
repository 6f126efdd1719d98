#!/usr/bin/env python3
"""Lists the tests that were skipped, each with its reason, from the JUnit files that ctest writes."""
import re
import sys
import xml.etree.ElementTree as ElementTree


def reason(test):
    """The line a test printed behind 'Skipped', or nothing."""
    output = test.findtext("system-out") or ""
    found = re.search(r"Skipped\s*\n(.+)", output)
    return found.group(1).strip() if found else ""


def main(files):
    skipped = {}
    for file in files:
        for test in ElementTree.parse(file).getroot().iter("testcase"):
            if test.get("status") == "notrun":
                skipped[test.get("name")] = reason(test)
    print(f"Skipped tests: {len(skipped) or 'none'}")
    for name in sorted(skipped):
        print(f"  {name}: {skipped[name] or 'no reason given'}")


if __name__ == "__main__":
    main(sys.argv[1:])
