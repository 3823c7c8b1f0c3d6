"""Who is in front of a browser: guests, customers, and whoever comes next."""

from collections.abc import Callable

import attrs
import pytest
from flask import Flask
from orderkit_flask import Host, OrderKitFlask

from adapters.flask.tests.pages import Parsed, submit
from adapters.flask.tests.shop.buyers import COOKIE, DETAILS, Buyer, Shelf
from orderkit import ContactDetails, CustomerRef, Desk, OrderKit, PaymentMethod, ShippingMethod
from orderkit.errors import SettingsError
from tests.making import STAFF, contents
from tests.services.meanwhile import meanwhile

BuyerOf = Callable[..., Buyer]
ANNA = CustomerRef("7", ContactDetails("Анна Ким", "anna@example.com", "+7 912 345-67-89"))
BORIS = CustomerRef("8", ContactDetails("Борис"))


@attrs.define
class Login:
    """Who is logged in at the host."""

    customer: CustomerRef | None = None

    def __call__(self) -> CustomerRef | None:
        return self.customer


@pytest.fixture
def login() -> Login:
    return Login()


@pytest.fixture
def buyer(buyer_of: BuyerOf, login: Login) -> Buyer:
    return buyer_of(customer=login)


def test_the_cookie(buyer: Buyer) -> None:
    """No script reads it, no other site sends it; it stays for months, and stands for no more than a browser."""
    answer = buyer.ask("cart/lines", {"sku": "MUG-1"})

    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=15552000"} < set(cookie.split("; "))
    assert "Secure" not in cookie
    assert len(buyer.token) >= 43


def test_the_cookie_over_https(buyer: Buyer) -> None:
    """A browser that came encrypted sends it encrypted only."""
    answer = buyer.client.post(
        "/shop/api/cart/lines",
        json={"sku": "MUG-1"},
        headers={"Origin": "https://localhost"},
        base_url="https://localhost",
    )

    assert "; Secure;" in answer.headers["Set-Cookie"]


def test_only_posts_leave_the_cookie(buyer: Buyer) -> None:
    """Looking at pages leaves none, and keeps the one there is."""
    for address in ("/shop/", "/shop/add?sku=MUG-1", "/shop/checkout", "/shop/api/cart"):
        assert [] == [one for one in buyer.client.get(address).headers.getlist("Set-Cookie") if COOKIE in one]
    buyer.add()
    token = buyer.token
    buyer.look("/shop/")
    buyer.ask("cart/lines", {"sku": "MUG-1"})

    assert token == buyer.token


@pytest.mark.parametrize("token", ["chosen", "", "x" * 4_000, "é", "\x7f", "' OR 1=1"])
def test_a_token_nobody_gave(buyer: Buyer, token: str) -> None:
    """Whoever brings one of their own making gets another: nobody plants a cookie and waits."""
    buyer.client.set_cookie(COOKIE, token)

    assert 200 == buyer.client.get("/shop/").status_code
    assert 200 == buyer.ask("cart/lines", {"sku": "MUG-1"}).status_code
    assert token != buyer.token
    assert {"MUG-1": 1} == buyer.bought


def test_two_sites_in_one_place(kit: OrderKit, shelf: Shelf) -> None:
    """A browser that goes from one site of a host to the other keeps its cart in both."""
    kit.sites.ensure("tea", currency="RUB")
    app, sites = Flask(__name__), ["coffee"]
    app.secret_key = "for tests"
    host = Host(may=lambda _p: True, site=lambda: sites[-1], actor=lambda: STAFF, catalogue=shelf)
    OrderKitFlask(app, kit, host=host)
    buyer = Buyer.of(app, kit.site("coffee"))
    for code, sku in (("coffee", "MUG-1"), ("tea", "BOOK"), ("coffee", "MUG-1"), ("tea", "BOOK")):
        sites.append(code)
        buyer.ask("cart/lines", {"sku": sku})

    for code, title in (("coffee", "Кружка"), ("tea", "Книга в файле")):
        sites.append(code)
        [line] = buyer.ask("cart", method="GET").json["lines"]
        assert (title, 2) == (line["title"], line["quantity"])


def test_signing_in(buyer: Buyer, login: Login, desk: Desk) -> None:
    """The next act after it changes the cookie; the cart stays, and belongs to the customer's contact."""
    buyer.add()
    guest, before = buyer.visitor, buyer.token
    login.customer = ANNA
    assert {"MUG-1": 1} == buyer.bought
    buyer.ask("cart/lines", {"sku": "BOOK"})

    assert before != buyer.token
    assert desk.visitors.find(before) is None
    assert guest.id == buyer.visitor.id
    assert {"MUG-1": 1, "BOOK": 1} == buyer.bought
    customer = desk.contacts.by_ref("customer", "7")
    assert customer.id == buyer.visitor.contact_id
    assert ANNA.details == customer.details
    token = buyer.token
    buyer.ask("cart/lines", {"sku": "BOOK"})
    assert token == buyer.token


def test_two_tabs_after_a_login(
    buyer: Buyer, login: Login, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that is overtaken acts as the same visitor, and leaves the cookie that the other's answer brings."""
    buyer.add()
    guest = buyer.visitor
    login.customer = ANNA
    tokens: list[str] = []
    meanwhile(monkeypatch, lambda: tokens.append(desk.visitors.sign_in(guest, ANNA)[1]))
    answer = buyer.ask("cart/lines", {"sku": "BOOK"})

    assert (200, ["MUG-1", "BOOK"]) == (answer.status_code, [line["sku"] for line in answer.json["lines"]])
    assert [] == answer.headers.getlist("Set-Cookie")
    buyer.client.set_cookie(buyer.cookie, tokens[0])
    assert guest.id == buyer.visitor.id
    assert {"MUG-1": 1, "BOOK": 1} == buyer.bought


def test_the_page_of_an_overtaken_tab(
    buyer: Buyer, login: Login, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows the cart after what was done, though the cookie that it came with is worth nothing by then."""
    buyer.add()
    buyer.add("BOOK")
    guest = buyer.visitor
    login.customer = ANNA
    meanwhile(monkeypatch, lambda: desk.visitors.sign_in(guest, ANNA))
    page = Parsed(submit(buyer.client, "/shop/", {"quantity.1": "3", "quantity.2": "много"}).text)

    assert {"quantity.1": ["3"], "quantity.2": ["много"]}.items() <= page.form("/shop/").fields.items()


def test_another_email_changes_the_cookie(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """Where the acts are somebody else's from then on, the token of the one before is worth nothing; else it stays."""
    tokens = []
    for email in ("anna@example.com", "ANNA@example.com", "boris@example.com"):
        buyer.add()
        assert 303 == buyer.check_out({**DETAILS, "contact.email": email}).status_code
        tokens.append(buyer.token)

    assert tokens[0] == tokens[1] != tokens[2]
    assert desk.visitors.find(tokens[0]) is None
    assert "boris@example.com" == desk.contacts.get(buyer.visitor.contact_id).details.email


def test_what_the_host_says_later(buyer: Buyer, login: Login, desk: Desk) -> None:
    """The next act of the customer brings it to the desk; neither pages nor acts without news write it."""
    login.customer = ANNA
    buyer.add()
    login.customer = attrs.evolve(ANNA, details=ContactDetails("Анна Пак", "pak@example.com"))
    buyer.look("/shop/")
    assert ANNA.details == desk.contacts.by_ref("customer", "7").details
    buyer.add("BOOK")
    buyer.add("GIFT")

    customer = desk.contacts.by_ref("customer", "7")
    assert (ContactDetails("Анна Пак", "pak@example.com", ANNA.details.phone), 2) == (
        customer.details,
        customer.version,
    )


def test_a_customer_who_buys_for_somebody_else(
    buyer: Buyer, login: Login, courier: ShippingMethod, cash: PaymentMethod, desk: Desk
) -> None:
    """Another name and e-mail stay with the order, and in its checkout; the profile is the host's."""
    login.customer = ANNA
    buyer.add()
    typed = {**DETAILS, "contact.name": "Бабушка", "contact.email": "gran@example.com"}
    assert 303 == buyer.check_out(typed).status_code

    to = buyer.cart.delivery.recipient
    assert ANNA.details == desk.contacts.by_ref("customer", "7").details
    assert ("Бабушка", "gran@example.com") == (to.name, to.email)
    fields = buyer.look("/shop/checkout").form("/shop/checkout").fields
    assert (["Анна Ким"], ["gran@example.com"], ["Бабушка"]) == (
        fields["contact.name"], fields["contact.email"], fields["delivery.name"],
    )  # fmt: skip


def test_whoever_comes_after_a_logout(buyer: Buyer, login: Login) -> None:
    """The customer's cart is out of sight, the checkout tells nothing of them, and goods begin a new one."""
    login.customer = ANNA
    buyer.add()
    login.customer = None

    assert "Корзина пуста" in buyer.look("/shop/").text
    assert [] == buyer.ask("cart", method="GET").json["lines"]
    buyer.add("BOOK")
    assert {"BOOK": 1} == buyer.bought
    assert "Анна" not in buyer.client.get("/shop/checkout").text
    login.customer = BORIS
    buyer.add("GIFT")
    assert {"BOOK": 1, "GIFT": 1} == buyer.bought
    assert "8" == buyer.visitor.customer


def test_another_customer_at_the_same_browser(buyer: Buyer, login: Login, desk: Desk) -> None:
    """Gets a visitor and a cart of their own; the first one's wait for them, wherever they log in."""
    login.customer = ANNA
    buyer.add()
    login.customer = BORIS
    assert "Корзина пуста" in buyer.look("/shop/").text
    buyer.add("BOOK")
    assert {"BOOK": 1} == buyer.bought

    elsewhere = Buyer.of(buyer.client.application, desk)
    login.customer = ANNA
    elsewhere.add("GIFT")
    page = elsewhere.look("/shop/")
    assert "другая корзина, в ней 1 товар" in page.text
    assert "Кружка" in page.text
    assert "Книга" not in page.text


def test_the_other_cart(buyer: Buyer, login: Login, desk: Desk) -> None:
    """After a login the one in hand stays and the other is offered; both are kept."""
    login.customer = ANNA
    buyer.add()
    login.customer = None
    elsewhere = Buyer.of(buyer.client.application, desk)
    elsewhere.add("BOOK")
    login.customer = ANNA
    elsewhere.ask("cart/lines", {"sku": "GIFT"})
    assert {"BOOK": 1, "GIFT": 1} == elsewhere.bought

    assert 303 == submit(elsewhere.client, "/shop/take", on="/shop/").status_code
    assert {"MUG-1": 1} == elsewhere.bought
    assert "Книга в файле, Наклейка" in elsewhere.look("/shop/").text
    submit(elsewhere.client, "/shop/take", on="/shop/")
    assert {"BOOK": 1, "GIFT": 1} == elsewhere.bought


@pytest.mark.parametrize("is_met", [False, True])
def test_the_other_cart_in_a_fresh_browser(
    buyer: Buyer, login: Login, desk: Desk, kit: OrderKit, *, is_met: bool
) -> None:
    """It is offered before anything is put in, and to look writes nothing; what a guest had put in is kept."""
    login.customer = ANNA
    buyer.add()
    login.customer = None
    elsewhere = Buyer.of(buyer.client.application, desk)
    if is_met:
        elsewhere.add("BOOK")
    login.customer = BORIS
    assert "другая корзина" not in elsewhere.look("/shop/").text
    login.customer = ANNA
    before = contents(kit)
    assert "другая корзина, в ней 1 товар: Кружка" in elsewhere.look("/shop/").text
    assert before == contents(kit)

    assert 303 == submit(elsewhere.client, "/shop/take", on="/shop/").status_code
    assert {"MUG-1": 1} == elsewhere.bought
    assert is_met == ("Книга в файле" in elsewhere.look("/shop/").text)


def test_nobody_takes_the_cart_of_another(buyer: Buyer, login: Login, desk: Desk, kit: OrderKit) -> None:
    """By its id neither a guest nor another customer; what is unknown is answered alike."""
    login.customer = ANNA
    buyer.add()
    foreign = str(buyer.cart.id)
    for customer in (None, BORIS):
        login.customer = customer
        other = Buyer.of(buyer.client.application, desk)
        other.add("BOOK")
        form = other.look("/shop/").form("/shop/")
        answers = []
        for id in (foreign, "00000000-0000-7000-8000-000000000000", "nonsense"):
            before = contents(kit)
            answers.append(other.client.post("/shop/take", data={**form.fields, "order": id}))
            assert contents(kit) == before

        assert [404, 404, 404] == [one.status_code for one in answers]
        assert 1 == len({one.text for one in answers})


def test_the_checkout_of_a_customer(buyer: Buyer, login: Login) -> None:
    """Begins with what the host itself says of who is logged in; that of a guest with nothing."""
    buyer.add("BOOK")
    assert [""] == buyer.look("/shop/checkout").form("/shop/checkout").fields["contact.name"]
    login.customer = ANNA
    fields = buyer.look("/shop/checkout").form("/shop/checkout").fields

    assert (["Анна Ким"], ["anna@example.com"]) == (fields["contact.name"], fields["contact.email"])


def test_a_host_that_answers_something_else(buyer_of: BuyerOf) -> None:
    """The log tells the developer what to write; the page says that the shop is not set up right."""
    buyer = buyer_of(customer=lambda: "Анна")
    answer = buyer.client.get("/shop/")

    assert 500 == answer.status_code
    assert "настроен неправильно" in Parsed(answer.text).text
    with pytest.raises(SettingsError, match=r"Host\(customer=lambda: CustomerRef"):
        Host(may=lambda _p: True, customer=ANNA)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"Host\(allow="):
        Host(may=lambda _p: True, allow=5)  # type: ignore[arg-type]
