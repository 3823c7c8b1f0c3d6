"""«Доставка»: the admin changes how, for how much, to whom and where an order is delivered."""

from collections.abc import Callable, Iterator

import attrs
import pytest
from playwright.sync_api import Locator, Page, expect

from orderkit import Delivery, OrderKit
from tests.journeys.conftest import is_seen
from tests.making import ANNA, OTHER_STAFF, RECIPIENT, STAFF, Maker, rub

HOSTILE = (
    '"><img src=x onerror=alert(1)><script>alert(1)</script>',
    "\u202eтекст наоборот \u05e9\u05dc\u05d5\u05dd",
    "🧣👩‍👩‍👧‍👦" * 12,
    "Оченьдлинноесловобезединогопробела" * 5,
)
N = "\u202f"


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """A shop with a courier, a post with a page for its codes, pickup, and an order that waits."""
    kit = OrderKit(shop_url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    make = Maker(kit.site("coffee"))
    courier, add = make.courier(), make.desk.settings.add_shipping_method
    add(
        "flat-rate", "Почта", settings={"cost": rub("340")}, actor=STAFF, key="post",
        tracking_url="https://post.example/{code}",
    )  # fmt: skip
    add(
        "pickup", "Самовывоз", settings={"address": "Мира, 5"}, needs_address=False, actor=STAFF, key="pickup"
    )
    make.order(contact=ANNA, delivery=Delivery(rub("300"), courier.id, recipient=RECIPIENT))
    yield kit
    kit.close()


def open_form(page: Page, address: str) -> Locator:
    """From the list to the order's window, and there to the delivery."""
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="1001", exact=True).click()
    section = page.get_by_role("region", name="Доставка")
    section.get_by_role("link", name="Изменить").click()
    expect(section.get_by_role("button", name="Сохранить доставку")).to_be_visible()
    return section


def save(section: Locator) -> None:
    section.get_by_role("button", name="Сохранить доставку").click()
    expect(section.get_by_role("link", name="Изменить")).to_be_visible()


def test_delivery_1_method(watched: Page, address: str, picture: Callable[[Page, str], None]) -> None:
    """«Способ доставки»: each with its cost; choosing one shows the address or hides it, and loses nothing."""
    section = open_form(watched, address)
    picture(watched, "delivery-form")
    expect(section.get_by_role("radio")).to_have_count(4)
    expect(section.get_by_role("radio", name="Курьер")).to_be_checked()
    expect(section.get_by_role("button", name="Показать поля способа")).to_be_hidden()
    section.get_by_label("Город").fill("Кунгур")
    section.get_by_label("Комментарий").fill("код 12")

    section.get_by_role("radio", name="Самовывоз").check()
    expect(section.get_by_label("Город")).to_have_count(0)
    expect(section).to_contain_text("Указанный раньше сохраняется: Кунгур, Ленина, 1")
    expect(section.get_by_label("Комментарий")).to_have_value("код 12")
    expect(section.get_by_role("radio", name="Самовывоз")).to_be_focused()

    section.get_by_role("radio", name="Почта").check()
    expect(section.get_by_label("Город")).to_have_value("Кунгур")
    save(section)
    expect(section).to_contain_text("Способ доставкиПочта")
    expect(section).to_contain_text("Кунгур, Ленина, 1")


def test_delivery_2_cost(watched: Page, address: str) -> None:
    """«Стоимость доставки»: that of the method by itself, another by hand; total and rest follow.

    One that cannot be read has the focus and is in sight; so is what was saved.
    """
    page = watched
    section = open_form(page, address)
    cost = section.get_by_label("Стоимость доставки")
    expect(cost).to_have_value("300,00")
    section.get_by_role("radio", name="Почта").check()
    expect(cost).to_have_value("340,00")
    page.set_viewport_size({"width": 390, "height": 844})
    cost.fill("даром")
    section.get_by_label("Комментарий").press("Control+Enter")
    expect(section.get_by_text("Напишите сумму")).to_be_visible()
    expect(cost).to_be_focused()
    assert is_seen(cost)
    cost.fill("99,90")
    save(section)

    assert is_seen(section.get_by_role("heading", name="Доставка"))
    window = page.get_by_role("dialog")
    expect(section).to_contain_text(f"Стоимость доставки99,90{N}₽")
    expect(window.get_by_text(f"999,90{N}₽").first).to_be_visible()
    section.get_by_role("link", name="Изменить").click()
    expect(cost).to_have_value("99,90")
    cost.fill("")
    cost.press("Enter")  # saves, as the button does
    expect(section).to_contain_text(f"Стоимость доставки340,00{N}₽")


def test_delivery_3_tracking_code(watched: Page, address: str) -> None:
    """«Код отслеживания»: it finds the order, and leads to the page of a carrier that has one."""
    page = watched
    section = open_form(page, address)
    section.get_by_role("radio", name="Почта").check()
    expect(section.get_by_label("Стоимость доставки")).to_have_value("340,00")
    section.get_by_label("Код отслеживания").fill("RU 77/1")
    save(section)
    link = section.get_by_role("link", name="RU 77/1")
    expect(link).to_have_attribute("href", "https://post.example/RU%2077%2F1")

    page.goto(f"{address}/orders/?q=RU+77")
    expect(page.get_by_role("link", name="1001", exact=True)).to_be_visible()


def test_delivery_4_information(watched: Page, address: str) -> None:
    """«Информация»: name, e-mail, phone, country, city, postal code, address, comment; all in the journal."""
    page = watched
    section = open_form(page, address)
    typed = {
        "Имя получателя": "Мария Ким",
        "E-mail": "maria@example.com",
        "Телефон": "домофон 7",
        "Город": "Кунгур",
        "Индекс": "617470",
        "Адрес": "Мира, 2",
        "Комментарий": "код заказа 12",
    }
    for label, text in typed.items():
        section.get_by_label(label).fill(text)
    section.get_by_label("Страна").select_option(label="Россия")
    save(section)

    expect(section).to_contain_text("617470, Россия, Кунгур, Мира, 2")
    expect(section).to_contain_text("домофон 7 не похоже на номер телефона")
    expect(section.get_by_role("link", name="maria@example.com")).to_be_visible()
    journal = page.get_by_role("region", name="Журнал")
    journal.get_by_text("Подробнее").first.click()
    for told in ("Иван → Мария Ким", "Пермь → Кунгур", "после 18 → код заказа 12"):
        expect(journal).to_contain_text(told)


def test_delivery_without_a_script(scriptless: Page, address: str) -> None:
    """The same by plain links and forms: a button shows the fields of the method that was chosen."""
    page = scriptless
    section = open_form(page, address)
    section.get_by_label("Комментарий").fill("код 12")
    section.get_by_role("radio", name="Самовывоз").check()
    section.get_by_role("button", name="Показать поля способа").click()

    expect(section.get_by_label("Город")).to_have_count(0)
    expect(section.get_by_label("Стоимость доставки")).to_have_value("0,00")
    expect(section.get_by_label("Комментарий")).to_have_value("код 12")
    section.get_by_label("Стоимость доставки").fill("даром")
    section.get_by_role("button", name="Сохранить доставку").click()
    expect(section.get_by_label("Стоимость доставки")).to_be_focused()
    section.get_by_label("Стоимость доставки").fill("")
    section.get_by_label("Код отслеживания").fill("S-1")
    section.get_by_label("Код отслеживания").press("Enter")
    expect(section.get_by_role("link", name="Изменить")).to_be_visible()
    expect(section).to_contain_text("Способ доставкиСамовывоз")
    expect(section).to_contain_text("Код отслеживанияS-1")


def test_two_people_change_the_delivery(watched: Page, address: str, kit: OrderKit) -> None:
    """Who is slower sees both values by each field both changed, takes over the rest, and saves."""
    section = open_form(watched, address)
    orders = kit.site("coffee").orders
    [row] = orders.find().rows
    before = orders.get(row.id).delivery
    theirs = attrs.evolve(before.recipient, city="Казань", name="Пётр")
    orders.edit_delivery(
        row.id, attrs.evolve(before, recipient=theirs), actor=OTHER_STAFF, expected_version=1
    )

    section.get_by_label("Город").fill("Кунгур")
    section.get_by_role("button", name="Сохранить доставку").click()

    expect(section).to_contain_text("Пётр")
    expect(section).to_contain_text("Сейчас сохранено: Казань")
    expect(section.get_by_label("Город")).to_have_value("Кунгур")
    expect(section.get_by_label("Имя получателя")).to_have_value("Пётр")
    save(section)
    expect(section).to_contain_text("Кунгур, Ленина, 1")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(watched: Page, address: str, text: str) -> None:
    """Whatever is typed into the fields is shown as it was typed, and neither runs nor bends the page."""
    page = watched
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog appeared: {dialog.message}"))
    section = open_form(page, address)
    labels = "Код отслеживания|Имя получателя|E-mail|Телефон|Город|Индекс|Адрес|Комментарий"
    for label in labels.split("|"):
        section.get_by_label(label).fill(text)
    save(section)

    expect(section.get_by_text(text, exact=True).first).to_be_visible()
    expect(page.locator("#orderkit img, #orderkit script")).to_have_count(0)
    for width in (390, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        for selector in ("html", "#ok-dialog"):
            element = page.locator(selector)
            assert element.evaluate("one => one.scrollWidth - one.clientWidth") <= 0, (selector, width)


def test_typed_delivery_is_guarded(watched: Page, address: str) -> None:
    """Closing the window asks first, after the form was shown anew for another method, too."""
    page = watched
    section = open_form(page, address)
    section.get_by_role("radio", name="Самовывоз").check()
    expect(section.get_by_label("Город")).to_have_count(0)
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]  # Playwright's Dialog
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.keyboard.press("Escape")
    expect(section.get_by_role("button", name="Сохранить доставку")).to_be_visible()

    assert 1 == len(asked)
