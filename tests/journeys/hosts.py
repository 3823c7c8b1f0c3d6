"""Hosts with the tab in them: pages and style sheets as platforms have them, the unkind ones included."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import attrs
from flask import Flask, Response, render_template, request
from jinja2 import DictLoader
from orderkit_flask import Host, OrderKitFlask, Product

from orderkit import OrderKit
from tests.journeys.serving import serving
from tests.making import STAFF, rub

STRICT = "default-src 'self'"

FONT = "system-ui, sans-serif"
"""Of every host, and of the tab's own page, so that widths can be compared."""

OWN_ELEMENTS = """
<section id="own"><h1>Клиенты</h1><h2>За год</h2><p>Текст <a href="/">со ссылкой</a> и <b>жирным</b>.</p>
<table><thead><tr><th>Имя</th></tr></thead><tbody><tr><td>Анна</td></tr></tbody></table>
<ul><li>раз</li></ul><dl><dt>Имя</dt><dd>Анна</dd></dl><form><label>Имя <input value="Анна"></label>
<select><option>раз</option></select><textarea>текст</textarea><fieldset><legend>Где</legend></fieldset>
<button>Найти</button></form><details open><summary>Ещё</summary>текст</details>
<dialog open>окно</dialog>
<article class="window"><span class="pill">новый</span><svg width="16"><path d="M0 0h9"/></svg></article>
</section>"""
"""What the host has on its page besides the tab."""


def page(*, head: str = "", top: str = "", whole: str = "", body: str = "") -> str:
    """A host's page; *whole* and *body* are attributes of its two elements, *top* stands above the tab."""
    return f"""<!doctype html>
<html lang="ru"{whole}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{{{ orderkit_title or "Клиенты" }}}}</title><link rel="stylesheet" href="/host.css">{head}
{{% block orderkit_head %}}{{% endblock %}}</head>
<body{body}>{top}<main class="content" id="content">{{% block orderkit_content %}}{{% endblock %}}</main>
{OWN_ELEMENTS}</body></html>"""


ROOM = "main.content { display: block; margin: 0; padding: 20px 24px 40px; width: auto; max-width: none; float: none; }"
"""The room of the tab is as wide as on a page of our own, so that what is in it can be compared."""

RESET = (
    """
*, *::before, *::after { box-sizing: border-box; margin: 0; padding: 0; border: 0 solid red; font: inherit;
  vertical-align: baseline; text-decoration: none; list-style: none; }
html { font-size: 62.5%; line-height: 1; }
article, aside, details, dialog, div, fieldset, figure, footer, form, header, label, legend, li, main, nav, ol, p,
section, span, summary, table, tbody, td, th, thead, tr, ul { border-radius: 0; background: transparent; }
body { font: 1.6rem/1 """
    + FONT
    + """; color: #222; text-align: left; }
table { border-collapse: collapse; border-spacing: 0; table-layout: fixed; }
a { color: inherit; } h1, h2, h3 { font-size: inherit; font-weight: inherit; }
img, svg, video { display: block; max-width: 100%; height: auto; } path { vector-effect: non-scaling-stroke; }
button, input, select, textarea { appearance: none; background: none; color: inherit; border-radius: 0; outline: none; }
:focus, :focus-visible { outline: 0; } dialog { max-width: none; } ::placeholder { color: #999; opacity: 1; }
"""
)

HOSTILE = (
    """
html { font-size: 30px; } * { letter-spacing: 9px; }
body { margin: 0; cursor: crosshair; hyphens: auto;
  font: italic bold 30px/3 """
    + FONT
    + """; color: lime; background: #ff0;
  text-align: center;
  text-transform: uppercase; text-indent: 40px; word-spacing: 20px; white-space: pre;
  font-variant: small-caps; list-style: square inside; border-spacing: 20px; quotes: "x" "y"; word-break: break-all;
  text-shadow: 2px 2px red; font-feature-settings: "smcp"; line-break: anywhere; tab-size: 20; }
div, section, article, header, nav, form, fieldset, label, li { float: left; width: 50%; padding: 30px; margin: 9px;
  border: 3px solid red; background: pink; color: red; display: inline-block; position: relative; opacity: 0.5; }
table { border: 3px solid red; width: 200%; display: block; table-layout: fixed; }
td, th { padding: 30px; text-align: center; border: 3px solid red; }
.content a, .content p, .content td, .content button { color: red; padding: 40px; text-decoration: line-through; }
td:first-child, tr:nth-child(even), input[type], a:hover { background: pink; margin: 30px; height: 90px; }
h1, h2, h3, p, dl, dd, dt, ul, ol { margin: 40px; padding: 40px; font-size: 40px; }
a { color: red; text-decoration: line-through; }
input { width: 900px; } input:focus, a:focus { outline: none; } span { float: right; }
button { display: none; } summary { display: none; } details { display: none; } dialog { background: red; }
time { display: none; }
svg { width: 200px; height: 200px; fill: red; stroke: none; display: block; float: right; }
path { fill: red; stroke: red; }
*::before, *::after { content: "!!!"; color: red; float: left; } ::placeholder { color: red; font-size: 40px; }
::marker { color: red; } ::-webkit-details-marker { color: red; }
[aria-current], [role], [id] { outline: 9px solid red; } [popover] { inset: 0; width: 100%; }
#own { all: initial; }
"""
)


@attrs.frozen
class Shelf:
    """A catalogue of the host."""

    products: Sequence[Product] = ()

    def get(self, sku: str) -> Product | None:
        return next((one for one in self.products if one.sku == sku), None)

    def search(self, text: str, limit: int) -> Sequence[Product]:
        return [one for one in self.products if text.lower() in one.title.lower()][:limit]


SHELF = Shelf(
    (
        Product(sku="MUG-1", title="Кружка", price=rub("450")),
        Product(sku="TEA", title="Чай", price=rub("99.90")),
        Product(sku="TEA-2", title="Чай травяной, большая пачка", price=rub("240")),
    )
)


@attrs.frozen
class Served:
    """A host that answers."""

    app: Flask
    address: str
    tab: OrderKitFlask


@contextmanager
def serve(
    kit: OrderKit,
    *,
    page: str | None = None,
    style: str = "",
    policy: str = STRICT,
    catalogue: Shelf = SHELF,
    actor: object = STAFF,
) -> Iterator[Served]:
    """
    Serve a host that is told by headers of a request what to answer.

    ``Shop-Site`` names the site, ``Shop-Locale`` the language, ``Shop-Denied`` the permissions that are missing.

    Args:
        page: The host's page; ``None`` for the tab's own.
        style: The host's style sheet, at ``/host.css``.
        policy: The Content-Security-Policy; empty for none.
    """
    app = Flask("host")
    app.secret_key = "for tests"
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # what does not change is asked for once
    if page is not None:
        app.jinja_loader = DictLoader({"host.html": page})
    app.add_url_rule("/host.css", "style", lambda: Response(style, mimetype="text/css"))
    app.add_url_rule("/favicon.ico", "icon", lambda: Response(status=204))
    app.add_url_rule("/", "front", lambda: render_template("host.html"))

    def may(permission: str) -> bool:
        return permission not in request.headers.get("Shop-Denied", "").split()

    host = Host(
        may=may,
        actor=lambda: actor,
        site=lambda: request.headers.get("Shop-Site", "coffee"),
        locale=lambda: request.headers.get("Shop-Locale", "ru"),
        catalogue=catalogue,
        pages={"catalogue": "Каталог", "wholesale": "Опт"},
    )
    tab = OrderKitFlask(app, kit, host=host, base_template=page and "host.html")

    @app.after_request
    def restrict(response: Response) -> Response:
        if policy:
            response.headers["Content-Security-Policy"] = policy
        return response

    with serving(app) as address:
        yield Served(app, address, tab)
