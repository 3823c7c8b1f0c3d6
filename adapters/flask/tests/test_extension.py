"""The extension: what it does to an app, and what it refuses."""

import re
from importlib import resources

import pytest
from flask import Flask
from jinja2 import DictLoader, StrictUndefined, TemplateNotFound
from orderkit_flask import Host, OrderKitFlask
from orderkit_flask.permissions import needs, require_permissions
from orderkit_flask.views.orders import OrderViews

from orderkit import Actor, OrderKit
from orderkit.errors import SettingsError

HOST = Host(may=lambda _permission: True, site=lambda: "coffee")
HOST_PAGE = """<html><head><title>{{ orderkit_title }} | {{ shop }}</title>
{% block orderkit_head %}{% endblock %}</head>
<body><nav>Клиенты</nav>{% block orderkit_content %}{% endblock %}</body></html>"""


def host_app() -> Flask:
    """An app with a page, a context processor and habits of its own."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    app.jinja_loader = DictLoader({"host/base.html": HOST_PAGE})
    app.jinja_env.undefined = StrictUndefined
    app.context_processor(lambda: {"shop": "Кофейня"})
    return app


def test_three_lines_are_enough(kit: OrderKit) -> None:
    """An app without a page of its own gets a whole page of ours."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    OrderKitFlask(app, kit, host=HOST)

    page = app.test_client().get("/orders/").text

    assert page.startswith("<!doctype html>")
    assert '<link rel="stylesheet" href="/orders/static/orderkit.css">' in page
    assert "<title>Заказы</title>" in page


def test_script_brings_its_modules(kit: OrderKit) -> None:
    """Every module that is asked for by another comes from beside it, as what a browser takes for a script."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    OrderKitFlask(app, kit, host=HOST)
    client = app.test_client()
    asked, met = ["orderkit.js", "shop.js", "visits.js"], set()

    while asked:
        name = asked.pop()
        with client.get(f"/orders/static/{name}") as answer:
            assert (200, "text/javascript") == (answer.status_code, answer.mimetype), name
            met.add(name)
            asked += set(re.findall(r'^import .* from "\./(.+)";$', answer.text, re.MULTILINE)) - met

    assert {
        file.name
        for file in (resources.files("orderkit_flask") / "static").iterdir()
        if file.name.endswith(".js")
    } == met
    assert re.search(
        r'<script src="/orders/static/orderkit.js" data-htmx="[^"]+" type="module">',
        client.get("/orders/").text,
    )


def test_tab_stands_in_the_host_page(kit: OrderKit) -> None:
    """The host's page keeps its own context and gets style sheet, title and content."""
    app = host_app()
    OrderKitFlask(app, kit, host=HOST, base_template="host/base.html")

    page = app.test_client().get("/orders/").text

    assert "<title>Заказы | Кофейня</title>" in page
    assert page.index("orderkit.css") < page.index("</head>")
    assert page.index("<nav>Клиенты</nav>") < page.index('<div class="orderkit" id="orderkit" lang="ru"')


def test_host_environment_is_left_alone(kit: OrderKit) -> None:
    """Neither filters nor globals nor extensions of the host's templates change."""
    app = host_app()
    before = [set(app.jinja_env.globals), set(app.jinja_env.filters), set(app.jinja_env.extensions)]
    OrderKitFlask(app, kit, host=HOST, base_template="host/base.html")
    app.test_client().get("/orders/")

    assert before == [set(app.jinja_env.globals), set(app.jinja_env.filters), set(app.jinja_env.extensions)]


def test_host_filters_do_not_reach_the_screens(kit: OrderKit) -> None:
    """A host that replaces a filter of Jinja does not change what our screens show."""
    app = host_app()
    app.jinja_env.filters["urlencode"] = app.jinja_env.filters["string"] = lambda _value: "broken"
    OrderKitFlask(app, kit, host=HOST, base_template="host/base.html")

    assert "broken" not in app.test_client().get("/orders/").text


def test_init_app_later(kit: OrderKit) -> None:
    """The usual two-step way of Flask extensions works, for two apps too."""
    extension = OrderKitFlask(kit=kit, host=HOST)
    for app in (Flask("one"), Flask("two")):
        app.secret_key = "for tests"
        extension.init_app(app)

        assert 200 == app.test_client().get("/orders/").status_code


def test_two_tabs_in_one_app(kit: OrderKit) -> None:
    """Another name and prefix let a second tab live beside the first, each linking to itself."""
    kit.sites.ensure("tea", currency="RUB")
    app = Flask(__name__)
    app.secret_key = "for tests"
    OrderKitFlask(app, kit, host=HOST)
    tea = Host(may=lambda _permission: True, site=lambda: "tea")
    OrderKitFlask(app, kit, host=tea, name="tea", url_prefix="/tea", shop_prefix="/tea-shop")

    client = app.test_client()

    assert 'href="/tea/"' in client.get("/tea/").text
    assert 'href="/orders/"' in client.get("/orders/").text
    assert 'href="/tea-shop/static/shop.css"' in client.get("/tea-shop/").text
    assert 'href="/shop/static/shop.css"' in client.get("/shop/").text
    with client.get("/tea/static/orderkit.css") as style:
        assert 200 == style.status_code


def test_second_tab_of_one_name_is_refused(kit: OrderKit) -> None:
    """The message names the remedy."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    OrderKitFlask(app, kit, host=HOST)

    with pytest.raises(SettingsError, match=r"name= and url_prefix=") as refused:
        OrderKitFlask(app, kit, host=HOST)
    assert "tab_exists" == refused.value.code


def test_two_storefronts_in_one_place_are_refused(kit: OrderKit) -> None:
    """The addresses of one would be those of the other; the message names the remedies, and both work."""
    app = host_app()
    OrderKitFlask(app, kit, host=HOST)
    for prefix in ("/staff", None):
        second = OrderKitFlask(
            kit=kit, host=HOST, name=f"tab{prefix}", url_prefix="/staff", shop_prefix=prefix
        )
        second.init_app(host_app())

    with pytest.raises(SettingsError, match=r"shop_prefix=, or None") as refused:
        OrderKitFlask(app, kit, host=HOST, name="second", url_prefix="/second")
    assert "shop_exists" == refused.value.code


def test_no_storefront(kit: OrderKit) -> None:
    """A host that sells nothing to visitors has no address for them."""
    app = host_app()
    OrderKitFlask(app, kit, host=HOST, shop_prefix=None)

    assert 404 == app.test_client().get("/shop/").status_code


def test_kit_is_needed() -> None:
    """The extension receives a kit and never makes one."""
    with pytest.raises(SettingsError, match=r"OrderKit\(") as refused:
        OrderKitFlask(Flask(__name__), host=HOST)
    assert "kit_missing" == refused.value.code


@pytest.mark.parametrize("host", [{}, {"may": None}, {"may": True}])
def test_may_is_needed(host: dict[str, object]) -> None:
    """There is no open default, and the message teaches what to write."""
    with pytest.raises(SettingsError, match=r"Host\(may=lambda permission") as refused:
        Host(**host)
    assert "may_missing" == refused.value.code


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"site": "coffee"}, 'a function of no arguments, not str: Host(site=lambda: "coffee")'),
        ({"actor": Actor.staff("7", "Ольга")}, "not Actor: Host(actor=lambda: Actor.staff("),
        ({"locale": None}, 'not NoneType: Host(locale=lambda: "ru")'),
        ({"pages": ["a"]}, 'not list: Host(pages={"catalogue": "Каталог"})'),
        ({"home": "/"}, 'not str: Host(home=lambda: url_for("catalogue"))'),
        ({"catalogue": dict}, "is the class dict; make one: dict()"),
        ({"catalogue": {}}, "is a dict without search(); a catalogue has get(sku) and search(text, limit)"),
        ({"catalogue": []}, "is a list without get() and search()"),
    ],
)
def test_host_is_looked_at_from_the_start(wrong: dict[str, object], told: str) -> None:
    """What would fail at the first request is refused at once; the message names the argument and an example."""
    with pytest.raises(SettingsError) as refused:
        Host(may=lambda _permission: True, **wrong)  # type: ignore[arg-type]  # wrong on purpose

    assert "host_wrong" == refused.value.code
    assert told in str(refused.value)
    assert "Ольга" not in str(refused.value)


def test_actor_that_is_none(kit: OrderKit, caplog: pytest.LogCaptureFixture) -> None:
    """The page says whose it is to repair, and the log what to write, not who it was."""
    app = host_app()
    host = Host(may=lambda _p: True, site=lambda: "coffee", actor=lambda: "Ольга")  # type: ignore[arg-type,return-value]  # wrong on purpose
    OrderKitFlask(app, kit, host=host)

    answer = app.test_client().post("/orders/new")

    assert 500 == answer.status_code
    assert 'class="orderkit"' in answer.text
    assert "actor() answered str, not orderkit.Actor; write Actor.staff(id, name)" in caplog.text
    assert "Ольга" not in caplog.text


def test_page_that_is_not_there(kit: OrderKit) -> None:
    """A template of the host's that does not exist is named when the app starts, not to the first visitor."""
    with pytest.raises(SettingsError, match=r"base_template='host/none\.html'") as refused:
        OrderKitFlask(host_app(), kit, host=HOST, base_template="host/none.html")
    assert "host_wrong" == refused.value.code


def test_templates_of_the_hosts_own_page_stay_its_own(kit: OrderKit) -> None:
    """A missing template that the host's page asks for is told as the host's framework tells it."""
    app = host_app()
    app.testing = True
    app.jinja_loader = DictLoader({"host/base.html": '{% include "host/menu.html" %}'})
    OrderKitFlask(app, kit, host=HOST, base_template="host/base.html")

    with pytest.raises(TemplateNotFound, match=r"menu\.html"):
        app.test_client().get("/orders/")


def test_host_is_needed(kit: OrderKit) -> None:
    """Leaving the host out is leaving *may* out."""
    with pytest.raises(SettingsError) as refused:
        OrderKitFlask(Flask(__name__), kit)
    assert "may_missing" == refused.value.code


def test_route_without_permission_is_refused() -> None:
    """A route of ours without a permission is found; the message names it."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    app.add_url_rule("/guarded", "desk.guarded", needs("orders.view")(lambda: "in"))
    require_permissions(app, "desk")
    app.add_url_rule("/open", "desk.open", lambda: "in")

    with pytest.raises(SettingsError, match="/open") as refused:
        require_permissions(app, "desk")
    assert "permission_missing" == refused.value.code


def test_app_with_an_unguarded_view_does_not_start(kit: OrderKit, monkeypatch: pytest.MonkeyPatch) -> None:
    """`init_app` itself looks at every route of ours."""
    monkeypatch.setattr(OrderViews, "list", lambda _views: "in")

    with pytest.raises(SettingsError) as refused:
        OrderKitFlask(host_app(), kit, host=HOST)
    assert "permission_missing" == refused.value.code


def test_secret_key_is_needed(kit: OrderKit) -> None:
    """Without one the forms could not be guarded; the message says what to set."""
    with pytest.raises(SettingsError, match=r"app\.secret_key") as refused:
        OrderKitFlask(Flask(__name__), kit, host=HOST)
    assert "secret_missing" == refused.value.code


def test_unknown_permission_is_refused() -> None:
    """A misspelt permission is found when the module is imported."""
    with pytest.raises(SettingsError, match=r"orders\.view"):
        needs("orders.veiw")


def test_english_for_any_other_language(kit: OrderKit) -> None:
    """Languages are Russian and English; a host that speaks another is answered in English."""
    for locale, title in (("ru_RU", "Заказы"), ("en", "Orders"), ("de-AT", "Orders")):
        app = Flask(__name__)
        app.secret_key = "for tests"
        host = Host(may=lambda _p: True, site=lambda: "coffee", locale=lambda locale=locale: locale)
        OrderKitFlask(app, kit, host=host)

        assert f"<title>{title}</title>" in app.test_client().get("/orders/").text


def test_going_back_in_a_host_with_htmx(kit: OrderKit) -> None:
    """Its htmx asks for the page it was on, and gets all of it: the host's own layout stands."""
    app = host_app()
    OrderKitFlask(app, kit, host=HOST, base_template="host/base.html")
    ask = app.test_client().get

    whole = ask("/orders/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    part = ask("/orders/", headers={"HX-Request": "true"})

    assert "<nav>Клиенты</nav>" in whole.text
    assert "<nav>Клиенты</nav>" not in part.text
    assert "HX-History-Restore-Request" in whole.headers["Vary"]
