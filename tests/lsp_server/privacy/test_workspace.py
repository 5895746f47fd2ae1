"""Which files may be shown to a model, and that no other is read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.privacy.workspace import LARGEST_FILE, Workspace, path_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "m.py").write_text("x = 1\n")
    return folder


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        ".env.local",
        "prod.env",
        "deploy/.ENV.production",
        "server.pem",
        "keys/id_ed25519.pub",
        "aws-credentials",
        "gcloud_credentials.json",
        "client_secret_123.json",
        "secrets.yaml",
        ".npmrc",
        ".pypirc",
        ".aws/config",
        ".kube/config",
        "state.tfstate.backup",
        ".git/config",
        ".config/gh/hosts.yml",
        "kubeconfig",
        "prod.kubeconfig",
        ".s3cfg",
        ".vault-token",
        "terraform.tfstate",
        ".git-credentials",
        ".cargo/credentials.toml",
        "secrets.yml",
        "credentials.json",
        "credentials",
    ],
)
def test_what_looks_like_secrets_is_private_anywhere(root: Path, name: str) -> None:
    assert Workspace([root]).is_private(root / name)
    assert Workspace([]).is_private(root.parent / name)


@pytest.mark.parametrize(
    "name",
    [
        *("m.py", "environment.py", "keyboard.py", "secrets_test.py", ".git/COMMIT_EDITMSG"),
        *("credentials.py", "src/aws_credentials.go", "secrets.test.ts", "secrets.rs"),
        *(".env.example", ".env.sample", "hosts.yml", "Credentials.java"),
    ],
)
def test_what_does_not_is_not(root: Path, name: str) -> None:
    assert not Workspace([root]).is_private(root / name)


def test_a_user_adds_files_of_their_own_in_any_case(root: Path) -> None:
    workspace = Workspace([root], ["Contracts/**/*.MD", "m.py"])
    assert workspace.is_private(root / "contracts/2026/a.md")
    assert workspace.read(root / "m.py") is None


def test_ignored_files_are_private_inside_a_workspace_and_alone(root: Path) -> None:
    (root / ".unmaskignore").write_text("m.py\n")
    assert Workspace([root]).is_private(root / "m.py")
    assert Workspace([]).is_private(root / "m.py")


def test_only_files_of_the_workspace_are_read(root: Path) -> None:
    outside = root.parent / "outside.py"
    outside.write_text("y = 2\n")
    workspace = Workspace([root])
    assert workspace.read(root / "m.py") == "x = 1\n"
    assert workspace.read(outside) is None
    assert workspace.read(root / ".." / "outside.py") is None
    assert Workspace([]).read(root / "m.py") is None


def test_a_link_is_as_private_as_what_it_leads_to(root: Path) -> None:
    outside = root.parent / "outside.py"
    outside.write_text("y = 2\n")
    (root / ".env").write_text("KEY=1\n")
    (root / "out.py").symlink_to(outside)
    (root / "plain.py").symlink_to(root / ".env")
    (root / "other.py").symlink_to(root / "m.py")
    workspace = Workspace([root])
    assert workspace.read(root / "out.py") is None
    assert workspace.read(root / "plain.py") is None
    assert workspace.is_private(root / "plain.py")
    assert workspace.read(root / "other.py") == "x = 1\n"


def test_what_is_no_text_too_large_or_not_there_is_not_read(root: Path) -> None:
    (root / "binary.py").write_bytes(b"\xff\xfe\x00")
    (root / "large.py").write_text("#" * (LARGEST_FILE + 1))
    workspace = Workspace([root])
    assert [workspace.read(root / name) for name in ("binary.py", "large.py", "none.py", ".")] == [
        None
    ] * 4


def test_files_are_named_from_their_root(root: Path) -> None:
    other = root.parent / "other"
    assert Workspace([root]).name(root / "a" / "m.py") == "a/m.py"
    assert Workspace([root, other]).name(other / "m.py") == "other/m.py"
    assert Workspace([root]).name(other / "m.py") == "m.py"


@pytest.mark.parametrize(
    ("roots", "names"),
    [
        (["x/app", "y/app"], ["x/app/m.py", "y/app/m.py"]),
        (["x/app", "y/app", "z"], ["x/app/m.py", "y/app/m.py"]),
        (["x/app", "x/app"], ["m.py", "m.py"]),
    ],
)
def test_folders_of_the_same_name_are_told_apart(
    tmp_path: Path, roots: list[str], names: list[str]
) -> None:
    workspace = Workspace([tmp_path / root for root in roots])
    assert [workspace.name(tmp_path / root / "m.py") for root in roots[:2]] == names


@given(st.lists(st.lists(st.sampled_from("ab"), min_size=1, max_size=4), min_size=1, max_size=5))
def test_no_two_files_of_a_workspace_have_one_name(folders: list[list[str]]) -> None:
    roots = [Path("/", *parts) for parts in folders]
    workspace = Workspace(roots)
    files = {root / inner / "m.py" for root in roots for inner in ("", "a", "a/b", "b/a", "b")}
    assert len({workspace.name(file) for file in files}) == len(files)


def test_documents_are_files_cells_of_notebooks_or_on_no_disk() -> None:
    assert path_of("file:///a%20b/c.py") == Path("/a b/c.py")
    assert path_of("vscode-notebook-cell:/a/n.ipynb#W0s") == Path("/a/n.ipynb")
    assert path_of("untitled:Untitled-1") is None
    assert path_of("file://server/share/x.py") is None
    assert path_of("file://wsl.localhost/Ubuntu/home/x/m.py") is None
    assert path_of("file://localhost/a/c.py") == Path("/a/c.py")
    assert path_of("vscode-notebook-cell://ssh-remote%2Bbox/a/n.ipynb#W0s") == Path("/a/n.ipynb")
    assert path_of("file:///a%00b") is None
    assert path_of("file://[") is None


def test_a_file_on_another_host_has_a_path_where_the_system_has_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert path_of("file://wsl.localhost/Ubuntu/home/x/m.py") == Path(
        "//wsl.localhost/Ubuntu/home/x/m.py"
    )


@pytest.mark.parametrize(
    ("uri", "hidden"),
    [
        ("untitled:.env", True),
        ("git:/project/.env.local?ref=HEAD", True),
        ("fugitive:///project/.git//0/server%2Epem", True),
        ("file://server/share/secrets.yaml", True),
        ("untitled:Untitled-1", False),
        ("git:/project/m.py?ref=.env", False),
        ("inmemory:", False),
    ],
)
def test_what_is_on_no_disk_is_judged_by_its_name(uri: str, hidden: bool) -> None:
    assert bool(Workspace([]).rule(uri)) is hidden


def test_the_rule_by_which_a_file_is_private_is_named(root: Path) -> None:
    (root / ".gitignore").write_text("# what is built\n*.log\n!kept.log\n")
    (root / "sub").mkdir()
    (root / "sub" / ".unmaskignore").write_text("drafts/\n")
    workspace = Workspace([root], ["Mine.*"])
    rules = {
        name: workspace.rule((root / name).as_uri())
        for name in ("a.log", "kept.log", "sub/drafts/x.py", "x.pem", "mine.py", "m.py")
    }
    assert rules == {
        "a.log": "ignored by `*.log` in .gitignore",
        "kept.log": "",
        "sub/drafts/x.py": "ignored by `drafts/` in sub/.unmaskignore",
        "x.pem": "it may hold secrets, by its name: `*.pem`",
        "mine.py": "excluded by `mine.*`",
        "m.py": "",
    }


TOKEN = "ghp_" + "a1B2" * 9


def test_source_with_a_secret_in_it_is_completed_in_and_shown_nowhere(root: Path) -> None:
    (root / "credentials.py").write_text(f"TOKEN = '{TOKEN}'\n")
    (root / "safe_credentials.py").write_text("TOKEN = read()\n")
    workspace = Workspace([root])
    assert not workspace.rule((root / "credentials.py").as_uri())
    assert workspace.read(root / "credentials.py") is None
    assert workspace.read(root / "safe_credentials.py") == "TOKEN = read()\n"


@pytest.mark.parametrize("name", [".ENV", "Server.PEM", "KUBECONFIG", "deploy/Secrets.YAML"])
def test_on_systems_where_case_does_not_matter_it_does_not(root: Path, name: str) -> None:
    assert Workspace([root]).is_private(root / name)


def test_a_document_is_shown_beside_others_up_to_the_size_of_a_file(root: Path) -> None:
    workspace, uri = Workspace([root]), (root / "m.py").as_uri()
    assert workspace.shareable(uri, "a" * LARGEST_FILE)
    assert workspace.shareable(uri, "a" * (LARGEST_FILE + 1)) is None
