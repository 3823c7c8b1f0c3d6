"""The admin guide follows the help page that the tab was made after, and shows the pictures there are."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "admin"
GUIDE = (FOLDER / "guide.md").read_text(encoding="utf-8")
HELP_PAGE = [
    "Список заказов",
    "Обработка заказов",
    "Статус заказа",
    "Связанный лид",
    "Доставка",
    "Содержание заказа",
]
"""Its headings, in its order."""
STATUSES = [
    "Создан",
    "Шаг оплаты",
    "Ожидает",
    "Ожидает (есть оплаты)",
    "Подготовка отправки",
    "Отправлен",
    "Доставлено/выполнено",
    "Заказ отменен",
]
LARGEST = 150_000


def chapter(heading: str) -> str:
    """What stands under a heading."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", GUIDE, re.M | re.S)
    assert found, f"the guide has no heading «{heading}»"
    return found[1]


def numbered(heading: str) -> list[str]:
    """The names of the numbered points of a chapter."""
    return re.findall(r"^\d+\. \*\*(.+?)\.?\*\*", chapter(heading), re.M)


def test_headings_of_the_help_page() -> None:
    """Whoever knows the help page finds everything under the same headings, in the same order."""
    headings = re.findall(r"^## (.+)$", GUIDE, re.M)

    assert HELP_PAGE == [heading for heading in headings if heading in HELP_PAGE]


def test_points_of_the_help_page() -> None:
    """The ten columns of the list, the eight statuses and the four parts of the delivery are all explained."""
    assert [
        "Номер", "Дата создания", "Статус", "Связанный лид", "Доставка", "Сумма заказа", "Оплачено",
        "Способ оплаты", "Полная оплата", "«Посмотреть»",
    ] == numbered("Список заказов")  # fmt: skip
    assert STATUSES == re.findall(r"^\| ([А-Я].+?) \|", chapter("Статус заказа"), re.M)
    assert ["Способ доставки", "Стоимость доставки", "Код отслеживания", "Информация"] == numbered("Доставка")


def test_pictures() -> None:
    """Every picture that is named is there, none lies about unused, and none is heavy."""
    named = re.findall(r"!\[.+?\]\(pictures/(.+?)\)", GUIDE)
    files = {path.name: path.stat().st_size for path in (FOLDER / "pictures").iterdir()}

    assert sorted(files) == sorted(named)
    assert 15 >= len(files)
    assert {} == {name: size for name, size in files.items() if size > LARGEST}


def test_links_within() -> None:
    """A link within the guide leads to a heading of it."""
    anchors = {
        re.sub(r"[^\w -]", "", heading.casefold()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", GUIDE, re.M)
    }

    assert set() == set(re.findall(r"\]\(#(.+?)\)", GUIDE)) - anchors
