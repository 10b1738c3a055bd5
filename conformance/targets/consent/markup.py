"""The text of a page -> its elements, read as leniently as browsers do, and what they say."""

from __future__ import annotations

import codecs
import re

from lxml.etree import ParserError
from lxml.html import Element, HtmlElement, HTMLParser, document_fromstring

from conformance.wire import Response

_SAID = ".//text()[not(parent::script or parent::style)]"

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PARAMETER = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*(?!utf)([\w.:-]+)", re.IGNORECASE)
# No browser knows these, and one of them takes a minute for a megabyte.
_PYTHONS = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
_HEAD = 1024  # bytes in which a `meta` must tell it (HTML, the element `meta`)


def decoded(answer: Response) -> str:
    """Return the text of a page, in the encoding of its byte order mark, its header or its `meta`.

    That is the order of browsers. Without any of them, or where they do not know it, it is UTF-8.
    """
    by_mark = next((name for mark, name in _MARKS.items() if answer.body.startswith(mark)), None)
    by_header = _PARAMETER.search(answer.header("Content-Type") or "")
    by_meta = None if by_header else _META.search(answer.body[:_HEAD])
    told = by_mark or (by_header and by_header[1]) or (by_meta and by_meta[1].decode("ascii"))
    try:
        codec = codecs.lookup(told or "utf-8").name
        return answer.body.decode("utf-8" if codec in _PYTHONS else codec, "replace")
    except (LookupError, ValueError):
        return answer.text


def document(text: str) -> HtmlElement:
    """Return the root of a page; an empty one where the text holds no element.

    What stands in a `template` is not shown, and is left out, unless it makes a shadow tree.
    """
    data = text.encode("utf-8", "replace")
    try:
        root = document_fromstring(data, HTMLParser(encoding="utf-8"))
    except ParserError:
        return Element("html")
    for beyond in [*root.itersiblings()]:  # what stands behind </html> is part of the page
        root.append(beyond)
    for template in [*root.iter("template")]:
        if "shadowrootmode" not in template.attrib:
            template.drop_tree()
    return root


def first(root: HtmlElement, name: str) -> HtmlElement | None:
    """Return the first element of a name below a root, or None."""
    return next(root.iter(name), None)


def around(tag: HtmlElement, name: str) -> HtmlElement | None:
    """Return the nearest element of a name that an element stands in, or None."""
    return next(tag.iterancestors(name), None)


def nearest(root: HtmlElement, name: str) -> dict[HtmlElement | None, HtmlElement]:
    """Return for each element of a page that is or stands in one of a name the nearest of these."""
    found: dict[HtmlElement | None, HtmlElement] = {}
    for tag in root.iter("*"):
        outer = tag if tag.tag == name else found.get(tag.getparent())
        if outer is not None:
            found[tag] = outer
    return found


def attribute(tag: HtmlElement, name: str) -> str:
    """Return an attribute of an element, or an empty text."""
    return tag.get(name, "")


def said(tag: HtmlElement) -> str:
    """Return what a person reads in an element."""
    return " ".join(" ".join(map(str, tag.xpath(_SAID))).split())
