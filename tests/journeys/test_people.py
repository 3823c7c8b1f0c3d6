"""«Возможно, это тот же человек»: suggestions answered, links undone and made by hand, with and without a script."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from orderkit import ContactDetails, Delivery, Desk, Order, OrderKit
from tests.journeys.conftest import Rights
from tests.making import ANNA, OTHER_STAFF, Maker, mug, rub


def buy(desk: Desk, details: ContactDetails) -> Order:
    """Somebody comes to the shop for the first time and leaves these details."""
    visitor, _ = desk.visitors.meet()
    cart = desk.carts.add(visitor, mug())
    return desk.carts.submit(
        cart.id, visitor=visitor, contact=details, delivery=Delivery(rub("0")), key=uuid4().hex, seen=None
    )


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """A shop where Anna bought, then somebody with her e-mail, then a namesake, then a guest looked around."""
    kit = OrderKit(shop_url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    desk = kit.site("coffee")
    buy(desk, ANNA)
    buy(desk, ContactDetails("Аня", "Anna@example.com"))
    buy(desk, ContactDetails("Ким Анна", "kim@example.com"))
    Maker(desk).order([mug(1)], contact=ContactDetails("Борис Ли", "boris@example.com"))
    yield kit
    kit.close()


def open_anna(page: Page, address: str) -> Locator:
    """Her window over the list."""
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="Анна Ким", exact=True).click()
    window = page.get_by_role("dialog")
    expect(window.get_by_role("heading", name="Анна Ким")).to_be_visible()
    return window


def test_who_is_who(watched: Page, address: str, picture: Callable[[Page, str], None]) -> None:
    """The claim is confirmed, the namesake turned down, the link undone: orders come together and part again."""
    page = watched
    window = open_anna(page, address)
    others = window.get_by_role("region", name="Другие контакты этого человека")
    maybe = window.get_by_role("region", name="Возможно, это тот же человек")
    orders = window.get_by_role("region", name="Заказы")
    expect(others).to_contain_text("Аня · Anna@example.com")
    expect(others).to_contain_text("совпал e-mail не подтверждено")
    expect(maybe).to_contain_text("совпало имя")
    expect(orders.get_by_role("row")).to_have_count(2)
    expect(orders.get_by_role("row").filter(has_text="1002")).to_contain_text("Аня")
    expect(orders.get_by_role("row").filter(has_text="1001")).to_contain_text("этот контакт")
    picture(page, "people")

    maybe.get_by_role("button", name="Это разные люди: Ким Анна").click()
    expect(maybe).to_have_count(0)
    others.get_by_role("button", name="Это один человек: Аня").click()
    expect(others).not_to_contain_text("не подтверждено")
    expect(window.get_by_role("region", name="Журнал действий")).to_contain_text(
        "Отмечено, что это разные люди"
    )

    others.get_by_role("link", name="Разъединить: Аня").click()
    expect(others).to_contain_text("Это разные люди?")
    others.get_by_role("link", name="Оставить как было").click()
    others.get_by_role("link", name="Разъединить: Аня").click()
    others.get_by_role("button", name="Разъединить контакты").click()
    expect(others).to_have_count(0)
    expect(orders.get_by_role("row")).to_have_count(1)
    expect(orders).not_to_contain_text("1002")


def test_linking_by_hand(watched: Page, address: str) -> None:
    """Another contact is searched and linked; its name leads to its own window, which tells the same."""
    page = watched
    window = open_anna(page, address)
    window.get_by_role("link", name="Связать с другим контактом").click()
    search = window.get_by_role("region", name="Связать с другим контактом")
    search.get_by_role("searchbox").fill("борис")
    search.get_by_role("searchbox").press("Enter")
    expect(search).to_contain_text("Борис Ли · boris@example.com")
    search.get_by_role("button", name="Это один человек: Борис Ли").click()
    others = window.get_by_role("region", name="Другие контакты этого человека")
    expect(others).to_contain_text("Борис Ли · boris@example.com")
    expect(others).to_contain_text("связано вручную")

    others.get_by_role("link", name="Борис Ли", exact=True).click()
    expect(window.get_by_role("heading", name="Борис Ли")).to_be_visible()
    expect(others).to_contain_text("Анна Ким")


def test_who_is_who_without_a_script(scriptless: Page, address: str) -> None:
    """The same by plain links and forms: confirmed, undone after one question, linked by hand."""
    page = scriptless
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="Анна Ким", exact=True).click()
    others = page.get_by_role("region", name="Другие контакты этого человека")
    page.get_by_role("button", name="Это один человек: Ким Анна").click()
    expect(others).to_contain_text("Ким Анна")
    others.get_by_role("link", name="Разъединить: Аня").click()
    page.get_by_role("button", name="Разъединить контакты").click()
    expect(others).not_to_contain_text("Аня")
    expect(page.get_by_role("region", name="Заказы")).not_to_contain_text("1002")

    page.get_by_role("link", name="Связать с другим контактом").click()
    page.get_by_role("searchbox").fill("1004")
    page.get_by_role("button", name="Найти").click()
    page.get_by_role("button", name="Это один человек: Борис Ли").click()
    expect(others).to_contain_text("Борис Ли")


def test_somebody_else_was_faster(watched: Page, address: str, kit: OrderKit) -> None:
    """A press on what somebody else decided otherwise says so, in the window, and shows what stands."""
    page, contacts = watched, kit.site("coffee").contacts
    window = open_anna(page, address)
    [row] = [one for one in kit.site("coffee").orders.find().rows if one.contact_name == ANNA.name]
    [claim] = contacts.person(row.contact_id).links
    contacts.unlink(claim.id, actor=OTHER_STAFF, expected_version=claim.version)

    window.get_by_role("button", name="Это один человек: Аня").click()
    expect(window).to_contain_text("Тем временем по этим контактам уже решили (Пётр)")
    expect(window.get_by_role("region", name="Другие контакты этого человека")).to_have_count(0)


def test_whoever_may_only_look(watched: Page, address: str, rights: Rights) -> None:
    """Who is who is told; no dead button is there."""
    rights.allow_only("orders.view", "contacts.view")
    window = open_anna(watched, address)

    expect(window).to_contain_text("совпал e-mail не подтверждено")
    for words in ("Это один человек", "Это разные люди", "Разъединить", "Связать с другим контактом"):
        expect(window).not_to_contain_text(words)
