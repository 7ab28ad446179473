"""What is published in .build/dist/, opened as a client would. Skipped where .ci/release has not been run."""

import hashlib
import json
import os
import pathlib
import platform
import re
import stat
import subprocess
import tarfile
import zipfile

import jsonschema
import pytest
from server import ROOT

DIST = ROOT / ".build" / "dist"
VERSION = re.search(r'version = "([^"]+)"', (ROOT / "Sources" / "completion-kit" / "Help.swift").read_text()).group(1)
PLACE = "macos-universal" if platform.system() == "Darwin" else "linux-" + platform.machine().replace("aarch64", "arm64")
# The schemas of the bundle's manifest and of the registry's entry, where somebody has put them.
SCHEMAS = pathlib.Path(os.environ.get("RELEASE_SCHEMAS", ROOT.parent / "shared" / "release-schema"))

pytestmark = pytest.mark.skipif(not DIST.is_dir(), reason=".build/dist/ is made by .ci/release")


def artifact(pattern: str) -> pathlib.Path:
    """The file in .build/dist/ for this machine."""
    found = list(DIST.glob(pattern.format(version=VERSION, place=PLACE)))
    assert len(found) == 1, f"{pattern}: {found}"
    return found[0]


def unpack(archive: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """Extracts a zip with its modes, as clients do."""
    with zipfile.ZipFile(archive) as file:
        assert file.testzip() is None
        for entry in file.infolist():
            path = pathlib.Path(file.extract(entry, folder))
            path.chmod(stat.S_IMODE(entry.external_attr >> 16))
    return folder


def replaced(value, variables: dict[str, str]):
    """A manifest's value with its variables replaced; those that are not known stay, as in MCPB's replaceVariables."""
    if isinstance(value, str):
        for name, text in variables.items():
            value = value.replace("${" + name + "}", text)
        return value
    if isinstance(value, list):
        return [replaced(one, variables) for one in value]
    return {name: replaced(one, variables) for name, one in value.items()}


def talk(command: list[str], home: pathlib.Path, variables: dict[str, str], *calls: dict) -> list[dict]:
    """The answers of a program started by a client with only the variables that a desktop session has."""
    information = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "release", "version": "1"}}
    messages = [{"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": information}]
    messages += [{"jsonrpc": "2.0", "method": "notifications/initialized"}]
    messages += [{"jsonrpc": "2.0", "id": number, **call} for number, call in enumerate(calls, 1)]
    result = subprocess.run(
        command, input="".join(json.dumps(message) + "\n" for message in messages), capture_output=True, text=True,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"} | variables, cwd="/", timeout=30)
    assert result.returncode == 0, result.stderr
    answers = sorted((json.loads(line) for line in result.stdout.splitlines()), key=lambda answer: answer["id"])
    assert [answer["id"] for answer in answers] == list(range(len(calls) + 1)), result.stderr
    return [answer["result"] for answer in answers]


def call(name: str, /, **arguments) -> dict:
    return {"method": "tools/call", "params": {"name": name, "arguments": arguments}}


def check_schema(document: dict, schema: str) -> None:
    path = SCHEMAS / schema
    if not path.is_file():
        pytest.skip(f"there is no {path}; RELEASE_SCHEMAS names a folder")
    jsonschema.validate(document, json.loads(path.read_text()))


@pytest.fixture
def bundle(tmp_path: pathlib.Path) -> pathlib.Path:
    return unpack(artifact("completion-kit-{version}-{place}.mcpb"), tmp_path / "bundle")


@pytest.fixture
def manifest(bundle: pathlib.Path) -> dict:
    return json.loads((bundle / "manifest.json").read_text())


def configuration(manifest: dict, bundle: pathlib.Path, values: dict[str, str] | None) -> tuple[list[str], dict[str, str]]:
    """The command and the variables with what a user has filled in; None leaves every variable as it is."""
    settings = manifest["user_config"]
    given = {} if values is None else {name: values.get(name, setting["default"]) for name, setting in settings.items()}
    variables = {"__dirname": str(bundle)} | {f"user_config.{name}": value for name, value in given.items()}
    server = replaced(manifest["server"]["mcp_config"], variables)
    return [server["command"], *server["args"]], server["env"]


def test_the_bundle_is_small_and_its_program_may_be_executed(bundle: pathlib.Path, manifest: dict) -> None:
    assert artifact("completion-kit-{version}-{place}.mcpb").stat().st_size < 10_000_000
    program = bundle / manifest["server"]["entry_point"]
    assert stat.S_IMODE(program.stat().st_mode) == 0o755
    assert (bundle / manifest["icon"]).read_bytes().startswith(b"\x89PNG")


def test_the_bundle_is_a_zip_that_ends_where_strict_readers_expect_it() -> None:
    # The last record of a zip without a comment is 22 bytes long.
    assert artifact("completion-kit-{version}-{place}.mcpb").read_bytes()[-22:-18] == b"PK\x05\x06"


def test_the_manifest_is_valid_and_names_the_version_and_every_tool(manifest: dict) -> None:
    assert manifest["version"] == VERSION and manifest["manifest_version"] == "0.3"
    assert [tool["name"] for tool in manifest["tools"]] == [tool["name"] for tool in json.loads((ROOT / "tools.json").read_text())]
    settings = manifest["user_config"].values()
    assert all(setting["required"] is False and setting["default"] == "" for setting in settings)
    check_schema(manifest, "mcpb-manifest-v0.3.schema.json")


def test_every_setting_of_the_manifest_is_used_and_every_variable_is_a_setting(manifest: dict) -> None:
    used = re.findall(r"\$\{user_config\.(\w+)\}", json.dumps(manifest["server"]))
    assert sorted(used) == sorted(manifest["user_config"])


@pytest.mark.parametrize("filled", [True, False])
def test_the_bundle_starts_without_any_setting(bundle: pathlib.Path, manifest: dict, home: pathlib.Path, filled: bool) -> None:
    command, variables = configuration(manifest, bundle, {} if filled else None)
    if not filled:
        # A store whose variable is left in place is refused; every other variable counts as not set.
        del variables["COMPLETION_KIT_STORE"]
    information, tools, keys = talk(command, home, variables, {"method": "tools/list"}, call("provider_credentials_list"))
    assert information["serverInfo"]["version"] == VERSION
    assert len(tools["tools"]) == len(manifest["tools"])
    assert keys["structuredContent"]["total"] == 0


def test_the_bundle_uses_the_keys_and_folders_of_its_settings(
    bundle: pathlib.Path, manifest: dict, home: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    folders = {name: tmp_path / name for name in ("store_folder", "files_folder", "second_files_folder")}
    for folder in folders.values():
        folder.mkdir()
    (folders["second_files_folder"] / "rows.csv").write_text("question,expected_output\nx,x\n")
    values = {"anthropic": "sk-ant-0123456789"} | {name: str(folder) for name, folder in folders.items()}
    command, variables = configuration(manifest, bundle, values)
    _, keys, dataset = talk(
        command, home, variables, call("provider_credentials_list"),
        call("datasets_create", name="rows", path=str(folders["second_files_folder"] / "rows.csv")))
    assert [key["provider"] for key in keys["structuredContent"]["provider_credentials"]] == ["anthropic"]
    assert dataset["structuredContent"]["row_count"] == 1
    assert (folders["store_folder"] / "store.json").is_file()


def test_the_archive_holds_the_program(tmp_path: pathlib.Path, home: pathlib.Path) -> None:
    archive = artifact("completion-kit-{version}-{place}.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(tmp_path, filter="data")
    program = tmp_path / archive.name.removesuffix(".tar.gz") / "completion-kit"
    assert os.access(program, os.X_OK)
    assert talk([str(program)], home, {})[0]["serverInfo"]["version"] == VERSION
    documents = [path for path in ("README.md", ".github/GUIDE.md", ".github/report.svg") if (program.parent / path).is_file()]
    assert len(documents) == 3


def test_the_plugin_starts_its_program(tmp_path: pathlib.Path, home: pathlib.Path) -> None:
    folder = unpack(artifact("completion-kit-{version}-claude-plugin-{place}.zip"), tmp_path / "plugin")
    plugin = json.loads((folder / ".claude-plugin" / "plugin.json").read_text())
    assert plugin["version"] == VERSION
    server = replaced(plugin["mcpServers"]["completion-kit"], {"CLAUDE_PLUGIN_ROOT": str(folder)})
    information, keys = talk([server["command"]], home, server["env"], call("provider_credentials_list"))
    assert information["serverInfo"]["version"] == VERSION and keys["structuredContent"]["total"] == 0


def test_the_entry_of_the_registry_is_valid_and_has_the_checksum_of_every_bundle() -> None:
    entry = json.loads((DIST / "server.json").read_text())
    assert entry["version"] == VERSION and len(entry["description"]) <= 100
    bundles = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in DIST.glob("*.mcpb")}
    found = {package["identifier"].rsplit("/")[-1]: package["fileSha256"] for package in entry["packages"]}
    assert found == bundles and found
    assert re.fullmatch(r"io\.github\.[A-Za-z0-9-]+/completion-kit", entry["name"])
    for package in entry["packages"]:
        assert package["identifier"].startswith("https://github.com/") and re.fullmatch("[a-f0-9]{64}", package["fileSha256"])
        assert package["registryType"] == "mcpb" and package["version"] == VERSION
        secrets = [variable["name"] for variable in package["environmentVariables"] if variable.get("isSecret")]
        assert secrets == ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENROUTER_API_KEY"]
    check_schema(entry, "server.schema.json")


def test_the_checksums_are_those_of_the_files() -> None:
    lines = (DIST / "SHA256SUMS").read_text().splitlines()
    named = {line.split("  ")[1] for line in lines}
    assert named == {path.name for path in DIST.iterdir() if path.suffix in (".gz", ".mcpb", ".zip")}
    for line in lines:
        checksum, name = line.split("  ")
        assert hashlib.sha256((DIST / name).read_bytes()).hexdigest() == checksum


def test_the_notes_name_the_version_and_the_changes() -> None:
    notes = (DIST / "notes.md").read_text()
    assert notes.startswith(f"# completion-kit {VERSION}\n") and re.search(r"^- \S", notes, re.MULTILINE)
