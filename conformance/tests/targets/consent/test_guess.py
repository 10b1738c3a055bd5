"""Nothing is declared, and pages in the shapes that people's servers have are understood."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

import pytest

from conformance.targets.consent.driver import Decision, FormConsent, Visit
from conformance.targets.description.tables import Consent as Settings
from conformance.targets.errors import ConsentError
from conformance.targets.grants import User
from conformance.tests.targets.site import Reply, Site, open_site, redirect
from conformance.wire import Wire

HOME = "https://app.example/cb"
ANN = User("user", "ann", "pass-of-ann", "u1")
BACK = redirect(f"{HOME}?code=abc")
DENIED = redirect(f"{HOME}?error=access_denied")


def form(action: str, *controls: str, method: str = "post") -> str:
    """Return a form."""
    return f"<form action='{action}' method={method}>{''.join(controls)}</form>"


def hidden(name: str, value: str) -> str:
    """Return a hidden field."""
    return f"<input type=hidden name='{name}' value='{value}'>"


@dataclass(frozen=True)
class Server:
    """The pages of a kind of server, and what a user sends who logs in and decides.

    A `login` or decision is written as a query, in the order of the form.
    """

    login_page: str
    login: str
    consent_page: str
    allow: str
    deny: str

    @property
    def pages(self) -> dict[str, Reply]:
        """Return the script of the site; a consent form posts to `/allow` or `/deny`."""
        return {
            "GET /authorize": redirect("/login?next=%2Fconsent"),
            "GET /login": Reply(self.login_page),
            "POST /login": redirect("/consent"),
            "GET /consent": Reply(self.consent_page),
            "POST /allow": BACK,
            "POST /deny": DENIED,
            "GET /deny": DENIED,
        }


NAV = (
    form("/search", "<input name=q type=search placeholder='Search users'><button>Go</button>"),
    form("/language", "<select name=lang><option value=no>Norsk</select><button>Change</button>"),
    form("/logout", "<button>Log out</button>"),
)
PASSWORD = "<input type=password name=password>"

SERVERS = {
    # Django with django-oauth-toolkit: inputs as buttons, the one that denies has no name.
    "django": Server(
        form(
            "",
            hidden("csrfmiddlewaretoken", "t"),
            "<label for=id_username>Username:</label><input id=id_username name=username>",
            PASSWORD,
            "<input type=submit value='Log in'>",
            hidden("next", "/consent"),
        )
        + "".join(NAV),
        "csrfmiddlewaretoken=t&username=ann&password=pass-of-ann&next=/consent",
        form(
            "/allow",
            hidden("scope", "read"),
            "<input type=submit value=Cancel formaction=/deny>",
            "<input type=submit name=allow value=Authorize>",
        ),
        "scope=read&allow=Authorize",
        "scope=read",
    ),
    # Rails with Devise and doorkeeper: a form for each decision.
    "rails": Server(
        "".join(NAV)
        + form(
            "/login",
            hidden("authenticity_token", "t"),
            "<label for=e>Email</label><input type=email id=e name='user[email]'>",
            "<input type=password name='user[password]'>",
            hidden("user[remember_me]", "0"),
            "<input type=checkbox name='user[remember_me]' value=1>",
            "<input type=submit name=commit value='Log in'>",
        ),
        "authenticity_token=t&user[email]=ann&user[password]=pass-of-ann&user[remember_me]=0"
        "&commit=Log+in",
        form("/allow", hidden("state", "s"), "<input type=submit name=commit value=Authorize>")
        + form("/deny", hidden("_method", "delete"), "<input type=submit name=commit value=Deny>"),
        "state=s&commit=Authorize",
        "_method=delete&commit=Deny",
    ),
    # Keycloak: the button of the login has a name, consent is Yes or No.
    "keycloak": Server(
        form(
            "/login",
            "<label for=username>Username or email</label><input id=username name=username>",
            PASSWORD,
            hidden("credentialId", ""),
            "<input type=checkbox name=rememberMe>",
            "<input type=submit name=login id=kc-login value='Sign In'>",
        )
        + "<a href=/register>Register</a>",
        "username=ann&password=pass-of-ann&credentialId=&login=Sign+In",
        form(
            "/allow",
            hidden("code", "c"),
            "<input type=submit name=accept id=kc-login value=Yes>",
            "<input type=submit name=cancel id=kc-cancel value=No formaction=/deny>",
        ),
        "code=c&accept=Yes",
        "code=c&cancel=No",
    ),
    # Spring Authorization Server: scopes have to be ticked; the button that denies is a script's.
    "spring": Server(
        form(
            "/login",
            "<input name=username placeholder=Username required>",
            PASSWORD,
            hidden("_csrf", "t"),
            "<button type=submit>Sign in</button>",
        ),
        "username=ann&password=pass-of-ann&_csrf=t",
        form(
            "/allow",
            hidden("state", "s"),
            "<input type=checkbox name=scope value=read id=read><label for=read>read</label>",
            "<input type=checkbox name=scope value=write>",
            "<button type=submit id=submit-consent>Submit Consent</button>",
            "<button type=button id=cancel-consent onclick='cancel()'>Cancel</button>",
        ),
        "state=s&scope=read&scope=write",
        "state=s",
    ),
    # oidc-provider: a form to go on with, a link in brackets to stop.
    "oidc-provider": Server(
        form(
            "/login",
            hidden("prompt", "login"),
            "<input required name=login placeholder='Enter any login'>",
            PASSWORD,
            "<button type=submit>Sign-in</button>",
        )
        + "<a href=/deny>[ Cancel ]</a>",
        "prompt=login&login=ann&password=pass-of-ann",
        form("/allow", hidden("prompt", "consent"), "<button autofocus>Continue</button>")
        + "<a href=/deny>[ Cancel ]</a>",
        "prompt=consent",
        "",
    ),
    # A login app for Hydra: filled-in fields, scopes as boxes, and one to remember the consent.
    "hydra": Server(
        form(
            "/login",
            hidden("challenge", "c"),
            "<input type=email name=email value=foo@bar.example>",
            PASSWORD,
            "<input type=checkbox name=remember value=1>",
            "<input type=submit name=submit id=accept value='Log in'>",
            "<input type=submit name=submit id=reject value='Deny access'>",
        ),
        "challenge=c&email=ann&password=pass-of-ann&submit=Log+in",
        form(
            "/allow",
            "<input type=checkbox name=grant_scope value=openid>",
            "<input type=checkbox name=grant_scope value=offline>",
            "<input type=checkbox name=remember id=remember value=1>",
            "<label for=remember>Do not ask me again</label>",
            "<input type=submit name=submit id=accept value='Allow access'>",
            "<input type=submit name=submit id=reject value='Deny access' formaction=/deny>",
        ),
        "grant_scope=openid&grant_scope=offline&submit=Allow+access",
        "submit=Deny+access",
    ),
    # Duende and its kin: two buttons of one name, on the login too; other people's logins beside.
    "identity-server": Server(
        form("/external", "<button name=scheme value=G>Sign in with Google</button>")
        + form(
            "/login",
            "<input name=Input.Username id=Input_Username>",
            "<input type=password name=Input.Password>",
            "<button name=Input.Button value=login>Login</button>",
            "<button name=Input.Button value=cancel>Cancel</button>",
        ),
        "Input.Username=ann&Input.Password=pass-of-ann&Input.Button=login",
        form(
            "/allow",
            "<input type=checkbox name=Input.ScopesConsented value=api>",
            "<input type=checkbox name=Input.RememberConsent value=true>",
            "<button name=Input.Button value=yes>Yes, Allow</button>",
            "<button name=Input.Button value=no formaction=/deny>No, Do Not Allow</button>",
        ),
        "Input.ScopesConsented=api&Input.Button=yes",
        "Input.Button=no",
    ),
    # A page that also lets people sign up; consent is a choice and a plain button.
    "choice": Server(
        form("/register", "<input name=new_email>", PASSWORD, "<button>Create an account</button>")
        + form("/login", "<input name=email>", PASSWORD, "<button>Enter</button>"),
        "email=ann&password=pass-of-ann",
        form(
            "/allow",
            "<label><input type=radio name=a value=1> Allow</label>",
            "<label><input type=radio name=a value=0> Deny</label>",
            "<select name=account required><option value=''>Choose</option><option value=7>Ann",
            "</select><input type=image name=go alt=Send>",
        ),
        "a=1&account=7&go.x=1&go.y=1",
        "a=0&account=&go.x=1&go.y=1",
    ),
    # The least that a page can say.
    "plain": Server(
        form("/login", "<input name=who>", PASSWORD, "<button>OK</button>"),
        "who=ann&password=pass-of-ann",
        form("/allow", "<button name=ok value=1>Submit</button>") + "<a href=/deny>Cancel</a>",
        "ok=1",
        "",
    ),
}

# The same in other languages: what is written on the login, on the consent page, on ways around.
LANGUAGES = {
    "German": (
        ("Benutzername oder E-Mail", "Anmelden", "Mit GitHub anmelden", "Konto erstellen"),
        ("Zulassen", "Ablehnen"),
    ),
    "German, otherwise": (
        ("Kennung", "Weiter", "Als Gast weiter", "Jetzt registrieren"),
        ("Zugriff erlauben", "Nicht erlauben"),
    ),
    "French": (
        ("Nom d'utilisateur", "Se connecter", "Se connecter avec GitHub", "Créer un compte"),
        ("Autoriser l'accès", "Annuler"),
    ),
    "French, otherwise": (
        ("Adresse de courriel", "Connexion", "Continuer en tant qu'invité", "S'inscrire"),
        ("J&rsquo;accepte", "Je n&rsquo;accepte pas"),
    ),
    "Spanish": (
        ("Usuario", "Iniciar sesión", "Iniciar sesión con GitHub", "Crear cuenta"),
        ("Permitir", "Denegar"),
    ),
    "Spanish, otherwise": (
        ("Correo electrónico", "Acceder", "Entrar como invitado", "Registrarse"),
        ("Sí, autorizar", "No permitir"),
    ),
}


def visit(site: Site, decision: Decision = "allow") -> Visit:
    """Let Ann open a site's authorization page, with nothing declared."""
    wire = Wire([site.url.removeprefix("http://")])
    return FormConsent(wire, Settings()).visit(f"{site.url}/authorize", ANN, decision, HOME)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_in_another_language(language: str) -> None:
    """By their labels alone the field, the login and both decisions are found, whatever order."""
    (name, enter, elsewhere, sign_up), decisions = LANGUAGES[language]
    login_page = form(
        "/register", "<input name=a>", PASSWORD, f"<button>{sign_up}</button>"
    ) + form(
        "/login",
        "<label>Code <input name=b></label>",
        f"<label>{name} <input name=c></label>",
        "<label>Filiale <input name=d></label>",
        PASSWORD,
        f"<button name=e value=0>{elsewhere}</button>",
        f"<button name=e value=1>{enter}</button>",
    )
    buttons = [f"<button name=f value={n}>{text}</button>" for n, text in enumerate(decisions)]
    for order in (buttons, buttons[::-1]):
        server = Server(login_page, "", form("/allow", *order), "", "")
        for value in range(2):
            with open_site(server.pages) as site:
                visit(site, "deny" if value else "allow")
                login, consent = (parse_qsl(one.body) for one in site.heard if one.body)
            assert {("c", "ann"), ("e", "1")} < set(login)
            assert consent == [("f", str(value))]


@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
def test_the_pages_of_a_kind_of_server(server: Server) -> None:
    """A user logs in, allows and denies, and sends what the page's own controls would."""
    with open_site(server.pages) as site:
        allowed = visit(site)
        posts = [tuple(parse_qsl(one.body, keep_blank_values=True)) for one in site.heard]
        denied = visit(site, "deny")
        last = site.heard[-1]
    assert posts[2] == tuple(parse_qsl(server.login, keep_blank_values=True))
    assert posts[4] == tuple(parse_qsl(server.allow, keep_blank_values=True))
    assert allowed.code == "abc"
    assert tuple(parse_qsl(last.body, keep_blank_values=True)) == tuple(
        parse_qsl(server.deny, keep_blank_values=True)
    )
    assert denied.steps[-1] == "deny"


ASK = form("/allow", "<button>Allow</button>")
LOGIN = form("/login", "<input name=email>", PASSWORD, "<button>Log in</button>")
GO_ON = "<button>Continue</button>"
ON_ITS_OWN = "<body onload='document.forms[0].submit()'>" + form("/on", hidden("a", "1"))

WAYS = {
    "a name first, then a password": (
        form("/login", "<label>E-mail <input name=a1></label><button>Next</button>"),
        {
            "POST /login": Reply(form("/in", PASSWORD, "<button>Log in</button>")),
            "POST /in": Reply(ASK),
        },
        ("username", "login", "allow"),
    ),
    "a password that anybody may read": (
        form("/login", "<input name=username>", "<input name=password>", "<button>Login</button>"),
        {"POST /login": Reply(ASK)},
        ("login", "allow"),
    ),
    "ways to log in as links": (
        "<a href=/up>Sign up</a><a href=/sso>Log in with Example</a><a href=/m>Log in by Email</a>",
        {"GET /m": Reply(LOGIN), "POST /login": Reply(ASK)},
        ("way in", "login", "allow"),
    ),
    "a page that goes on by itself": (
        "<meta http-equiv=Refresh content='0; URL=in?x=1'>",
        {"GET /in": Reply(LOGIN), "POST /login": Reply(ASK)},
        ("login", "allow"),
    ),
    "a form that a script submits": (
        ON_ITS_OWN,
        {"POST /on": Reply(LOGIN), "POST /login": Reply(ASK)},
        ("login", "allow"),
    ),
    "a way back by refresh": (
        LOGIN,
        {
            "POST /login": Reply(ASK),
            "POST /allow": Reply(f"<meta http-equiv=refresh content='1;url={HOME}?code=abc'>"),
        },
        ("login", "allow"),
    ),
    "a way back by the header Refresh": (
        LOGIN,
        {
            "POST /login": Reply(ASK),
            "POST /allow": Reply("Thanks", 200, (("Refresh", f"0; url={HOME}?code=abc"),)),
        },
        ("login", "allow"),
    ),
    "a way back by a link": (
        LOGIN,
        {
            "POST /login": Reply(ASK),
            "POST /allow": Reply(f"<a href='{HOME}?code=abc'>Continue</a>"),
        },
        ("login", "allow", "on"),
    ),
    "links that only go on": (
        "<a href=/who>Next</a>",
        {
            "GET /who": Reply(form("/who", "<input name=email><button>Next</button>")),
            "POST /who": Reply("<a href=/login>Continue</a><a href=/help>Help</a>"),
            "GET /login": Reply(form("/login", PASSWORD, "<button>Log in</button>")),
            "POST /login": Reply("<a href=/ask>Continue and return</a>"),
            "GET /ask": Reply(ASK),
        },
        ("on", "username", "on", "login", "on", "allow"),
    ),
    "a form that only goes on": (
        LOGIN,
        {
            "POST /login": Reply(form("/ask", hidden("a", "1"), GO_ON, method="get")),
            "GET /ask": Reply(ASK),
        },
        ("login", "on", "allow"),
    ),
    "a name first, behind a link": (
        "<a href=/m>Log in by Email</a><a href=/up>Sign up</a>",
        {
            "GET /m": Reply(form("/who", "<input name=email><button>Next</button>")),
            "POST /who": Reply(form("/login", PASSWORD, "<button>Log in</button>")),
            "POST /login": Reply(ASK),
        },
        ("way in", "username", "login", "allow"),
    ),
    "a question in between": (
        LOGIN,
        {
            "POST /login": Reply(form("/stay", "<button>Yes</button><button>No</button>")),
            "POST /stay": Reply(ASK),
        },
        ("login", "allow", "allow"),
    ),
    "a question in between, and one as links": (
        LOGIN,
        {
            "POST /login": Reply(form("/on", GO_ON)),
            "POST /on": Reply("<a href=/no>No, thanks</a> <a href=/yes>Allow access</a>"),
            "GET /yes": BACK,
        },
        ("login", "allow", "allow"),
    ),
    "a banner about cookies": (
        LOGIN,
        {"POST /login": Reply(form("/cookies", "<button>Accept cookies</button>") + ASK)},
        ("login", "allow"),
    ),
}


@pytest.mark.parametrize(("first", "pages", "steps"), WAYS.values(), ids=WAYS)
def test_the_way_to_the_question(
    first: str, pages: dict[str, Reply], steps: tuple[str, ...]
) -> None:
    """What stands before the question, or leads on by itself, is passed."""
    script = {"GET /authorize": Reply(first), "POST /allow": BACK, **pages}
    with open_site(script) as site:
        found = visit(site)
    assert (found.steps, found.code) == (steps, "abc")


@pytest.mark.parametrize(
    "between", [form("/ask", GO_ON, method="get"), "<a href=/ask>Continue</a>"]
)
def test_who_denies_passes_a_page_that_decides_nothing(between: str) -> None:
    """What only goes on, and by GET, is no way to allow; a link may deny, with the way home."""
    refusal = f"<a href='{HOME}?error=access_denied'>No, thanks</a>"
    script = {
        "GET /authorize": Reply(LOGIN),
        "POST /login": Reply(between),
        "GET /ask": Reply(ASK + refusal),
    }
    with open_site(script) as site:
        found = visit(site, "deny")
    assert found.steps == ("login", "on", "deny")
    assert dict(found.query) == {"error": "access_denied"}


@pytest.mark.parametrize(
    ("decision", "said"), [("deny", "lets a user deny"), ("leave", "may be what allows")]
)
def test_a_way_on_that_allows_is_no_way_to_deny_or_leave(decision: Decision, said: str) -> None:
    """Where the only way on gave a code, nobody is said to have got one without consent."""
    asked = Reply(form("/ask", GO_ON, method="get"))
    script = {"GET /authorize": Reply(LOGIN), "POST /login": asked, "GET /ask": BACK}
    with open_site(script) as site, pytest.raises(ConsentError, match=said):
        visit(site, decision)


def test_what_is_written_in_letters_of_others_is_not_guessed() -> None:
    """A button that says what nobody knows is not pressed in place of the choice beside it."""
    choice = "<label><input type=radio name=a value=1>\N{CJK UNIFIED IDEOGRAPH-8A31}</label>"
    button = "<button>\N{CJK UNIFIED IDEOGRAPH-9001}</button>"
    script = {"GET /authorize": Reply(LOGIN), "POST /login": Reply(form("/in", choice, button))}
    with open_site(script) as site, pytest.raises(ConsentError, match="lets a user allow"):
        visit(site)


def test_a_server_learns_where_a_form_stood() -> None:
    """A form is sent with its page as the referrer, as some servers demand, if the page lets it."""
    page = Reply(LOGIN)
    shy = Reply(ASK, 200, (*page.headers, ("Referrer-Policy", "no-referrer")))
    script = {"GET /authorize": page, "POST /login": shy, "POST /allow": BACK}
    with open_site(script) as site:
        visit(site)
        told = [one.referer for one in site.heard]
    assert told == ["", f"{site.url}/authorize", ""]


@pytest.mark.parametrize(("decision", "sent"), [("allow", "yes"), ("deny", "no")])
def test_a_page_may_ask_for_login_and_decision_at_once(decision: Decision, sent: str) -> None:
    """Where the form to log in has a button for either, the one that is meant is pressed."""
    buttons = "<button name=d value=yes>Allow</button><button name=d value=no>Deny</button>"
    asked = Reply(form("/in", "<input name=username>", PASSWORD, buttons))
    with open_site({"GET /authorize": asked, "POST /in": BACK}) as site:
        driver = FormConsent(Wire([site.url.removeprefix("http://")]), Settings())
        found = driver.visit(f"{site.url}/authorize", ANN, decision, HOME)
        assert site.heard[-1].form == {"username": "ann", "password": "pass-of-ann", "d": sent}
        assert driver.visit(f"{site.url}/authorize", ANN, "leave", HOME).redirect is None
    assert found.steps == ("login", decision)
