"""The words of login and consent pages in English, German, French and Spanish, by what they mean.

All in lower case and without accents, as `words` returns them.
"""

from __future__ import annotations

import re
import unicodedata

_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)'")  # l'accès, j'accepte


def words(text: str) -> frozenset[str]:
    """Return the words of a text or of an identifier, in lower case and without accents."""
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).casefold()
    bare = "".join(filter(str.isascii, unicodedata.normalize("NFKD", apart)))
    return frozenset(re.findall(r"[a-z']+", _ELISION.sub("", bare)))


def _any_of(*languages: str) -> frozenset[str]:
    return frozenset(" ".join(languages).split())


ALLOW = _any_of(
    "allow authorize authorise approve accept agree yes grant continue confirm consent permit",
    "erlauben zulassen gestatten genehmigen akzeptieren annehmen zustimmen bestatigen ja weiter",
    "autoriser autorise accepter accepte approuver permettre consentir confirmer continuer oui",
    "autorizar permitir aceptar acepto aprobar conceder consentir confirmar continuar si",
)
DENY = _any_of(
    "deny cancel refuse reject no decline disagree disallow abort",
    "ablehnen abbrechen verweigern verbieten nein",
    "refuser refuse annuler rejeter decliner interdire non",
    "denegar cancelar rechazar negar declinar no",
)
ASIDE = _any_of(  # what a link may say beside its decision
    "access thanks thank you back return go and to",
    "zugriff danke zuruck",
    "acces merci retour",
    "acceso gracias volver",
)
NOT = _any_of("not don't never", "nicht keine keinen", "pas jamais", "nunca")
ELSEWHERE = _any_of(
    "cookie cookies logout signout search language",
    "abmelden suche sprache",
    "deconnexion deconnecter recherche langue",
    "cerrar buscar idioma",
)
PLAIN = _any_of(
    "submit ok okay next send proceed done share connect",
    "senden absenden fertig fortfahren",
    "envoyer suivant valider terminer",
    "enviar siguiente listo",
)
ON = _any_of(
    "continue next proceed", "weiter fortfahren", "continuer suivant", "continuar siguiente"
)
PERMISSION = ALLOW | _any_of(
    "scope scopes permission permissions terms",
    "berechtigung berechtigungen zugriff nutzungsbedingungen",
    "acces autorisation autorisations conditions",
    "acceso permiso permisos condiciones",
)
REMEMBER = _any_of(
    "remember remembered rememberme keep newsletter marketing",
    "merken angemeldet",
    "souvenir memoriser rester",
    "recordar recordarme mantener",
)
NAME = _any_of(
    "username user email mail login account identifier identity log name userid loginid uid",
    "nickname benutzername benutzer nutzername anmeldename kennung konto",
    "utilisateur identifiant courriel compte nom",
    "usuario correo cuenta nombre",
)
NO_NAME = _any_of(
    "search otp captcha pin token coupon first last",
    "suche vorname nachname",
    "recherche prenom famille",
    "buscar apellido apellidos",
)
PASSWORD = _any_of(
    "password passwd pass pwd",
    "passwort kennwort",
    "passe motdepasse mdp",
    "contrasena clave",
)
LOG_IN = _any_of(
    "log login sign signin logon enter",
    "anmelden anmeldung einloggen",
    "connexion connecter connectez",
    "iniciar acceder entrar ingresar",
)
SIGN_UP = _any_of(
    "up signup register registration create forgot reset",
    "registrieren registrierung erstellen vergessen",
    "inscrire inscription creer oublie",
    "registrarse registro crear olvidado olvidaste",
)
OTHERS = SIGN_UP | _any_of(
    "with google github passkey guest out magic sso",
    "mit gast",
    "avec invite",
    "con invitado",
)
BY_PASSWORD = _any_of(
    "email password username local account database",
    "passwort kennwort benutzername konto",
    "passe courriel identifiant compte",
    "contrasena correo usuario cuenta",
)
