import pytest
from packaging.metadata import RawMetadata

from unmask_train.corpus.licences import is_allowed, spdx
from unmask_train.corpus.registries.pypi import licence_of


@pytest.mark.parametrize(
    ("stated", "expression"),
    [
        ("MIT", "MIT"),
        ("apache-2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache License\n          Version 2.0, January 2004\n  and so on", "Apache-2.0"),
        ("New BSD License", "BSD-3-Clause"),
        ("mit OR apache-2.0", "MIT OR Apache-2.0"),
        ("do what you like", ""),
        ("", ""),
    ],
)
def test_a_stated_licence_is_read_as_spdx(stated: str, expression: str) -> None:
    assert spdx(stated) == expression


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT AND BSD-2-Clause", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("(MIT OR GPL-3.0-only) AND BSD-2-Clause", False),
        ("(MIT OR Apache-2.0) AND BSD-2-Clause", True),
        ("", False),
    ],
)
def test_training_is_allowed_only_where_permissive_licences_suffice(
    expression: str, allowed: bool
) -> None:
    assert is_allowed(expression) is allowed


def test_the_licence_expression_has_the_first_word() -> None:
    metadata: RawMetadata = {
        "license_expression": "MPL-2.0",
        "classifiers": ["License :: OSI Approved :: MIT License"],
    }
    assert licence_of(metadata) == "MPL-2.0"


def test_every_licence_classifier_counts() -> None:
    metadata: RawMetadata = {
        "classifiers": [
            "License :: OSI Approved :: MIT License",
            "License :: OSI Approved :: BSD License",
            "Topic :: Editors",
        ]
    }
    assert licence_of(metadata) == "BSD-3-Clause AND MIT"


def test_one_unknown_classifier_makes_the_licence_unknown() -> None:
    metadata: RawMetadata = {
        "license": "MIT",
        "classifiers": [
            "License :: OSI Approved :: MIT License",
            "License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
        ],
    }
    assert licence_of(metadata) == ""


def test_the_licence_field_speaks_last() -> None:
    metadata: RawMetadata = {"license": "BSD", "classifiers": ["License :: OSI Approved"]}
    assert licence_of(metadata) == "BSD-3-Clause"
