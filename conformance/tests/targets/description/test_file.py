"""Target files: what is read, and what is said of one that is wrong."""

from __future__ import annotations

import re

import pytest

from conformance.targets.description.file import TargetFile, read, shipped
from conformance.targets.errors import TargetFileError
from conformance.tests.targets.conftest import Write

HEAD = 'name = "staging"\ncontract = "kitchenmonki"\n'
CLIENT = '[client]\nid = "app"\nsecret = "s3cret-of-app"\nredirect_uri = "https://app.example/cb"\n'
GOOD = HEAD + CLIENT
PROCESS = '[process]\ncommand = ["server"]\nready = "http://127.0.0.1:{port}/"\n'
INSTALL = '[install]\nserver = "kitchen"\nversion = "1"\nlanguage = "C"\nsteps = [["make"]]\n'

WHOLE = """
name = "staging"
contract = "kitchenmonki"
profile = "rfc6749"
[endpoints]
authorize = "https://stage.example/authorize"
token = "https://api-stage.example/v2/token/grant"
api = "https://api-stage.example"
[client]
id = "app"
secret = "${KM_CLIENT_SECRET}"
redirect_uri = "http://127.0.0.1:8765/callback"
owner = 7
grants = ["authorization_code", "refresh_token"]
[other_client]
id = "other"
secret = "x"
redirect_uri = "app:/callback"
[service_client]
id = "service"
secret = "y"
grants = ["client_credentials"]
[public_client]
id = "public"
redirect_uri = "http://127.0.0.1:8765/public"
[user]
name = "ann"
password = "${KM_PASSWORD}"
id = "u1"
[other_user]
name = "ben"
password = "pw"
[consent]
driver = "form"
login = { username = "email", password = "password" }
allow = { name = "decision", value = "allow" }
deny = { name = "decision", value = "deny" }
command = ["./approve.sh"]
[clock]
driver = "real"
advance = "http://127.0.0.1:9000/_clock?advance={seconds}"
margin = 2
wait = 40
[install]
server = "kitchen"
version = "1.0"
language = "Python"
needs = { npm = "comes with Node.js" }
files = "kitchen"
steps = [["npm", "ci"]]
[process]
command = ["server", "--port", "{port}"]
ready = "http://127.0.0.1:{port}/"
ready_within = 60
env = { KEY = "value" }
cwd = "."
setup = ["make", "{port}"]
faketime = true
[identity]
operation = "createList"
pointer = "/data/user_id"
[resource]
path_parameters = { recipe_id = 55 }
form = { updateRecipe = { data = '{"title": "Soup"}' } }
[http]
headers = { X-Env = "staging" }
verify = true
[features]
popup = true
[accept]
KM-07 = "staging has one client only"
[limits]
rate = 20
requests = 5000
timeout = 10
risks = ["lockout", "burst"]
"""


def problems(write: Write, text: str, **environ: str) -> list[str]:
    """Return what is said of a target file, without its path."""
    source = write(text)
    with pytest.raises(TargetFileError) as caught:
        read(source, environ)
    return [line.removeprefix(f"{source}: ") for line in str(caught.value).splitlines()]


def test_every_key_is_read(write: Write) -> None:
    """A file with every key is good, and its values arrive."""
    file = read(write(WHOLE), {"KM_CLIENT_SECRET": "from-outside", "KM_PASSWORD": "pw"})
    assert file.client.secret == "from-outside"
    assert file.client.owner == "7"
    assert list(file.clients) == ["client", "other_client", "service_client", "public_client"]
    assert file.process is not None
    assert file.process.command == ("server", "--port", "{port}")
    assert file.resource.form["updateRecipe"]["data"] == '{"title": "Soup"}'


def test_port_and_python_are_filled_in_everywhere(write: Write) -> None:
    """A located file has its port and interpreter in every string, and keeps its folder."""
    text = WHOLE.replace('["server",', '["{python}",')
    file = read(write(text), {"KM_CLIENT_SECRET": "x", "KM_PASSWORD": "pw"})
    found = file.located(lambda: 4711)
    assert found.process is not None
    assert found.process.ready == "http://127.0.0.1:4711/"
    assert found.process.setup == ("make", "4711")
    assert "python" in found.process.command[0]
    assert found.folder == file.folder


def test_each_named_port_is_another(write: Write) -> None:
    """A port with a name is the same wherever it stands, and not the one without."""
    text = GOOD + PROCESS + '[endpoints]\nlogin = "http://127.0.0.1:{port:login}/"\n'
    text += '[http]\nheaders = { A = "{port:login}" }\n'
    found = read(write(text), {}).located(iter((4711, 4712)).__next__)
    assert found.process is not None
    login = found.http.headers["A"]
    assert found.endpoints.login == f"http://127.0.0.1:{login}/"
    assert {found.process.ready[-5:-1], login} == {"4711", "4712"}


def test_secrets_are_not_shown(write: Write) -> None:
    """Neither a file's representation nor a complaint about it shows a secret."""
    file = read(write(GOOD), {})
    assert file.client.secret == "s3cret-of-app"
    assert "s3cret" not in repr(file)
    said = problems(write, GOOD + '[limits]\nrate = "fast"\n[user]\nname = "ann"\npassword = 3\n')
    assert "s3cret" not in "".join(said)


def test_a_file_cannot_be_changed(write: Write) -> None:
    """Nobody changes what was read."""
    file = read(write(GOOD), {})
    with pytest.raises(ValueError, match="frozen"):
        file.client.id = "another"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD + "[clint]\n", "[clint]: unknown table; did you mean [client]?"),
        (GOOD + "rate = 3\n", "[client].rate: unknown key; rate belongs to [limits]"),
        (GOOD + 'secrt = "x"\n', "[client].secrt: unknown key; did you mean secret?"),
        (
            GOOD + "[clock]\nallow_plain_http = true\n",
            (
                "[clock].allow_plain_http: unknown key;"
                " allow_plain_http belongs to the top of the file, before any table"
            ),
        ),
        (
            GOOD + '[consent]\nlogin = { user = "a", username = "b", password = "c" }\n',
            "[consent].login.user: unknown key; did you mean username?",
        ),
        (
            GOOD + '[identity]\noperation = "a"\npointer = ""\nzzz = 1\n',
            "[identity].zzz: unknown key; known are operation, pointer",
        ),
        (
            GOOD + '[consent]\nallow = { name = "css:button[" }\n',
            "[consent].allow.name: is no CSS selector: Expected ident or '*', got <EOF at 7>",
        ),
        (
            GOOD + '[http]\nheaders = { X-Key = "c4nary\\n" }\n',
            (
                "[http].headers.X-Key: must be one line of Latin-1"
                " with no space or line break at its ends"
            ),
        ),
        (
            GOOD + '[http]\nheaders = { X-Key = "c4nary €" }\n',
            (
                "[http].headers.X-Key: must be one line of Latin-1"
                " with no space or line break at its ends"
            ),
        ),
        (
            GOOD + '[http]\nheaders = { "X Key" = "c4nary" }\n',
            "[http].headers.X Key: is no name of a header (RFC 9110 section 5.1)",
        ),
        (HEAD, "[client]: missing"),
        ('contract = "x"\n' + CLIENT, "name: missing"),
        (GOOD + '[user]\nname = "ann"\n', "[user].password: missing"),
        (GOOD.replace("s3cret-of-app", ""), "[client].secret: must not be empty"),
        (GOOD + '[limits]\nrate = "20"\n', "[limits].rate: expected a number, found text"),
        (
            GOOD + "[limits]\nrequests = true\n",
            "[limits].requests: expected a whole number, found true or false",
        ),
        (GOOD + "[limits]\ntimeout = 0\n", "[limits].timeout: must be greater than 0"),
        (
            GOOD + '[limits]\nrisks = ["burts"]\n',
            "[limits].risks[0]: must be 'lockout' or 'burst'",
        ),
        (
            GOOD + '[features]\npopup = "yes"\n',
            "[features].popup: expected true or false, found text",
        ),
        (
            GOOD + "[http]\nverify = 3\n",
            "[http].verify: expected true or false or text, found a whole number",
        ),
        (
            GOOD + '[http]\nverify = "ca.pem"\n',
            "[http].verify: there is no file 'ca.pem' beside the target file",
        ),
        (
            GOOD + "[clock]\nwait = 1979-05-27\n",
            "[clock].wait: expected a number, found a date or time",
        ),
        (
            GOOD + PROCESS.replace('["server"]', '"server"'),
            "[process].command: expected a list, found text",
        ),
        (GOOD + "user = 3\n", "[client].user: unknown key; [user] is a table of its own"),
        (
            GOOD + '[consent]\ndriver = "telepathy"\n',
            "[consent].driver: must be 'form', 'browser', 'command' or 'manual'",
        ),
        (
            GOOD + '[consent]\ndriver = "command"\n',
            "[consent]: driver 'command' needs `command`, a list that begins with a program",
        ),
        (
            GOOD + '[clock]\ndriver = "control"\nadvance = "http://127.0.0.1/"\n',
            "[clock]: driver 'control' needs `advance`, a URL that holds {seconds}",
        ),
        (
            GOOD + PROCESS + "faketime = true\n"
            '[clock]\ndriver = "control"\nadvance = "http://127.0.0.1/{seconds}"\n',
            "[process].faketime: not together with [clock] driver = 'control'; choose one",
        ),
        (
            GOOD + '[endpoints]\napi = "http://stage.example"\n',
            (
                "[endpoints].api: plain http to another host; use https,"
                " or allow_plain_http = true at the top"
            ),
        ),
        (
            GOOD + '[endpoints]\napi = "ftp://x"\n',
            "[endpoints].api: must begin with http:// or https://",
        ),
        (
            GOOD + '[endpoints]\napi = "https://ann:pw@stage.example"\n',
            "[endpoints].api: must not hold a user name or password",
        ),
        (
            GOOD + '[endpoints]\napi = "http://127.0.0.1:{port}"\n',
            "[process]: missing; without it nothing gives {port} a value",
        ),
        (
            GOOD + '[http]\nheaders = { A = "{cache}" }\n',
            "[install]: missing; without it nothing gives {cache} a value",
        ),
        (
            GOOD + INSTALL,
            "[process]: missing; without it nothing starts what [install] installs",
        ),
        (
            GOOD + PROCESS + INSTALL.replace("kitchen", "../kitchen"),
            (
                "[install].server: must be letters, digits, and . + - between them:"
                " a folder is named so"
            ),
        ),
        (
            GOOD + '[other_client]\nid = "app"\nsecret = "x"\nredirect_uri = "x:y"\n',
            "[other_client].id: the same as [client].id; it must be another client",
        ),
        (
            GOOD.replace('redirect_uri = "https://app.example/cb"', ""),
            (
                "[client]: redirect_uri is missing, and the grant authorization_code needs it;"
                " give it, or list the client's other grants in `grants`"
            ),
        ),
        (
            GOOD.replace("/cb", "/cb#part"),
            (
                "[client].redirect_uri: must be an absolute URI without a fragment"
                " (RFC 6749 section 3.1.2)"
            ),
        ),
        ("name = = 3", "not TOML: Invalid value (at line 1, column 8)"),
    ],
)
def test_what_is_wrong_is_said(write: Write, text: str, expected: str) -> None:
    """A mistake is named by file, table and key, with what to do about it."""
    assert problems(write, text) == [expected]


def test_all_problems_are_told_at_once(write: Write) -> None:
    """A file with several mistakes is reported in one message, a line each."""
    text = GOOD.replace('"s3cret-of-app"', '"${KM_SECRET}"') + "[limits]\nrate = 0\n[usr]\n"
    said = problems(write, text)
    assert [line.partition(": ")[0] for line in said] == [
        "[client].secret",
        "[limits].rate",
        "[usr]",
    ]


def test_an_unset_variable_is_named_with_its_key(write: Write) -> None:
    """A variable that the environment lacks is named, once, with the key that needs it."""
    text = GOOD + '[endpoints]\napi = "${KM_BASE}/v2"\n'
    assert problems(write, text) == [
        "[endpoints].api: the environment does not set KM_BASE; set it before the run"
    ]


def test_a_variable_is_not_read_twice(write: Write) -> None:
    """What comes from the environment is taken as it is, whatever it looks like."""
    text = GOOD.replace("s3cret-of-app", "${KM_SECRET}")
    assert read(write(text), {"KM_SECRET": "${HOME}"}).client.secret == "${HOME}"


def test_plain_http_can_be_allowed(write: Write) -> None:
    """A plain endpoint on another host is let through where the file says so."""
    text = "allow_plain_http = true\n" + GOOD + '[endpoints]\napi = "http://stage.example"\n'
    assert read(write(text), {}).endpoints.api == "http://stage.example"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("kitchenmonki-stagin", "did you mean 'kitchenmonki-staging'?"),
        ("nowhere/none.toml", "there is no such file"),
    ],
)
def test_an_unknown_source_is_named(source: str, expected: str) -> None:
    """A file that is not there, or a name that is not shipped, is told with the nearest."""
    with pytest.raises(TargetFileError, match=re.escape(expected)):
        read(source, {})


@pytest.mark.parametrize("name", shipped())
def test_shipped_targets_are_good(name: str) -> None:
    """Every shipped target is read once its variables are set."""
    text = shipped()[name].read_text(encoding="utf-8")
    variables = {found: f"urn:{found}" for found in re.findall(r"\$\{(\w+)\}", text)}
    assert isinstance(read(name, variables), TargetFile)


def test_staging_names_every_variable_that_it_lacks() -> None:
    """Without its variables the staging target says which it needs, all of them."""
    with pytest.raises(TargetFileError) as caught:
        read("kitchenmonki-staging", {})
    assert "KM_CLIENT_SECRET" in str(caught.value)
    assert len(caught.value.problems) == 14
