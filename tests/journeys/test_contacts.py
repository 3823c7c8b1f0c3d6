"""«Связанный лид» and «Просмотр гостя»: who ordered, and what a guest did on the pages of the site."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from orderkit import ContactDetails, OrderKit
from tests.journeys.conftest import Rights
from tests.making import ANNA, BUYER, OTHER_STAFF, STAFF, Maker

HOSTILE = ('"><script>alert(1)</script>', "\u202eтекст наоборот", "🧣" * 60, "Длинноеслово" * 16)


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """A shop with an order of a lead, whom staff helped, and a cart of a guest."""
    kit = OrderKit(shop_url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    make = Maker(kit.site("coffee"))
    order = make.order(contact=ANNA, actor=BUYER)
    make.desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1)
    make.order(actor=BUYER, status="created")
    yield kit
    kit.close()


def test_linked_lead(watched: Page, address: str, picture: Callable[[Page, str], None]) -> None:
    """«Связанный лид»: a click on the name opens the contacts, and below them the journal; both can be worked with."""
    page = watched
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="Анна Ким").click()
    window = page.get_by_role("dialog")
    expect(window.get_by_role("heading", name="Анна Ким")).to_be_visible()
    contacts = window.get_by_role("region", name="Контакты")
    expect(contacts.get_by_role("link", name="+7 912 345-67-89")).to_have_attribute(
        "href", "tel:+79123456789"
    )
    expect(contacts.get_by_role("link", name="anna@example.com")).to_be_visible()
    journal = window.get_by_role("region", name="Журнал действий")
    expect(journal).to_contain_text("Статус изменён")
    expect(journal).to_contain_text("Появился контакт")
    picture(page, "contact")

    contacts.get_by_role("link", name="Изменить").click()
    contacts.get_by_label("Имя").fill("Анна Ли")
    contacts.get_by_label("Телефон").fill("домофон 7")
    contacts.get_by_role("button", name="Сохранить контакты").click()
    expect(window.get_by_role("heading", name="Анна Ли")).to_be_visible()
    expect(contacts).to_contain_text("домофон 7 не похоже на номер телефона")
    expect(journal).to_contain_text("Имя: Анна Ким → Анна Ли")

    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Анна Ли")).to_be_visible()  # the list follows


def test_linked_lead_without_a_script(scriptless: Page, address: str) -> None:
    """The same by plain links and forms."""
    page = scriptless
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="Анна Ким").click()
    page.get_by_role("region", name="Контакты").get_by_role("link", name="Изменить").click()
    page.get_by_label("Имя").fill("Анна Ли")
    page.get_by_label("Имя").press("Enter")

    expect(page.get_by_role("heading", name="Анна Ли")).to_be_visible()
    expect(page.get_by_role("region", name="Журнал действий")).to_contain_text("Анна Ким → Анна Ли")


def test_guest_view(watched: Page, address: str, picture: Callable[[Page, str], None]) -> None:
    """«Просмотр гостя»: only what the guest did, each with its order, which opens; from the list and the window."""
    page = watched
    page.goto(f"{address}/orders/")
    row = page.get_by_role("row").filter(has_text="Анна Ким")
    row.get_by_role("link", name="Просмотр гостя").click()
    window = page.get_by_role("dialog")
    expect(window.get_by_role("heading", name="Просмотр гостя")).to_be_visible()
    expect(window).to_contain_text("Заказ создан")
    expect(window).not_to_contain_text("Статус изменён")
    picture(page, "guest")

    window.get_by_role("link", name="заказ 1001").click()
    expect(window.get_by_role("heading", name="Заказ 1001")).to_be_visible()
    window.get_by_role("link", name="Просмотр гостя").click()
    expect(window.get_by_role("heading", name="Просмотр гостя")).to_be_visible()
    window.get_by_role("link", name="Анна Ким").click()
    expect(window.get_by_role("region", name="Контакты")).to_contain_text("anna@example.com")


def test_guest_without_details(watched: Page, address: str) -> None:
    """Of a guest only actions are known: the profile says so, and shows them."""
    page = watched
    page.goto(f"{address}/orders/")
    page.get_by_role("row").filter(has_text="1002").get_by_role("link", name="Гость", exact=True).click()
    window = page.get_by_role("dialog")

    expect(window).to_contain_text("известны только его действия")
    expect(window.get_by_role("region", name="Журнал действий")).to_contain_text("Заказ создан")


def test_two_people_change_a_contact(watched: Page, address: str, kit: OrderKit) -> None:
    """Who is slower sees both values where both changed one, keeps what was typed, and saves."""
    page = watched
    contacts = kit.site("coffee").contacts
    [row] = [one for one in kit.site("coffee").orders.find().rows if one.contact_name]
    page.goto(f"{address}/orders/contacts/{row.contact_id}/details")
    theirs = ContactDetails("Анна Ли", "anna@example.org", ANNA.phone)
    contacts.edit(row.contact_id, theirs, actor=OTHER_STAFF, expected_version=1)

    page.get_by_label("Имя").fill("Анна Пак")
    page.get_by_role("button", name="Сохранить контакты").click()
    expect(page.get_by_text("Сейчас сохранено: Анна Ли")).to_be_visible()
    expect(page.get_by_label("Имя")).to_have_value("Анна Пак")
    expect(page.get_by_label("E-mail")).to_have_value("anna@example.org")
    page.get_by_role("button", name="Сохранить контакты").click()
    expect(page.get_by_role("heading", name="Анна Пак")).to_be_visible()

    assert ContactDetails("Анна Пак", "anna@example.org", ANNA.phone) == contacts.get(row.contact_id).details


def test_contact_of_somebody_who_may_only_look(watched: Page, address: str, rights: Rights) -> None:
    """No dead button: what may not be done is not there."""
    page = watched
    rights.allow_only("orders.view", "contacts.view")
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="Анна Ким").click()
    contacts = page.get_by_role("dialog").get_by_role("region", name="Контакты")

    expect(contacts).to_contain_text("anna@example.com")
    expect(contacts.get_by_role("link", name="Изменить")).to_have_count(0)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(watched: Page, address: str, kit: OrderKit, text: str) -> None:
    """Whatever is typed into name, phone and e-mail is shown as typed, and neither runs nor bends the page."""
    page = watched
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog appeared: {dialog.message}"))
    [row] = [one for one in kit.site("coffee").orders.find().rows if one.contact_name]
    page.goto(f"{address}/orders/contacts/{row.contact_id}/details")
    for label in ("Имя", "Телефон", "E-mail"):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Сохранить контакты").click()
    expect(page.get_by_role("heading", name=text, exact=True)).to_be_visible()

    for path in (f"contacts/{row.contact_id}", f"contacts/{row.contact_id}/actions", f"{row.id}", ""):
        page.goto(f"{address}/orders/{path}")
        expect(page.locator("#orderkit img, #orderkit script")).to_have_count(0)
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 844})
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, (path, width)
